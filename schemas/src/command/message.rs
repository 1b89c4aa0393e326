//! Commands that carry a message: the text under which it is kept when it is not taken, and back.

use super::Command;

impl Command {
    /// The text under which a message is kept that was not taken, and how many lines it has before those of the command; nothing where the command carries
    /// no message.
    pub fn message(&self) -> Option<(String, u32)> {
        match self {
            Self::ImportList { text } | Self::ImportMessage { text, expect: None, columns: None } => Some((text.clone(), 0)),
            // The text would not say by which map it is to be read.
            Self::ImportHostList { columns: Some(_), .. } => None,
            Self::ImportHostList { text, .. } if Self::host_list(text).is_some() => Some((text.clone(), 0)),
            Self::ImportHostList { flight, at, text, columns: None } => {
                let at = at.map(|at| format!(" {at}")).unwrap_or_default();
                Some((format!("{HOST_LIST} {flight}{at}\n{text}"), 1))
            }
            _ => None,
        }
    }

    /// The command that takes a message: a host's list begins with a line that says so (`HOSTLIST CA1501.2026-11-22.PVG 10:31`), and what follows is the
    /// CSV; everything else is a Type B message.
    pub fn of_message(message: &str) -> Self {
        Self::host_list(message).unwrap_or_else(|| Self::ImportMessage { text: message.to_owned(), expect: None, columns: None })
    }

    fn host_list(message: &str) -> Option<Self> {
        let (head, _) = message.split_once('\n')?;
        let mut words = head.trim_start_matches('\u{feff}').split_ascii_whitespace();
        let (word, flight, at, rest) = (words.next()?, words.next()?.parse().ok()?, words.next(), words.next());
        let at = match at {
            Some(at) => Some(at.parse().ok()?),
            None => None,
        };
        (word == HOST_LIST && rest.is_none()).then(|| Self::ImportHostList { flight, at, text: message.to_owned(), columns: None })
    }
}

/// The first word of a message that is a host's check-in list.
const HOST_LIST: &str = "HOSTLIST";

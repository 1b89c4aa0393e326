//! Commands that carry a message: the text under which it is kept when it is not taken, and back.

use super::Command;

impl Command {
    /// The text under which a message is kept that was not taken, and how many lines it has before those of the command; nothing where the command carries
    /// no message.
    pub fn message(&self) -> Option<(String, u32)> {
        match self {
            Self::ImportList { text } | Self::ImportMessage { text, expect: None, columns: None } => Some((text.clone(), 0)),
            // With a head of its own: its word on the map has to be that of the command.
            Self::ImportHostList { text, columns, .. } if Self::host_list(text).is_some() => {
                let says_so = matches!(Self::host_list(text), Some(Self::ImportHostList { columns: said, .. }) if said == *columns);
                says_so.then(|| (text.clone(), 0))
            }
            Self::ImportHostList { flight, at, text, columns } => {
                let at = at.map(|at| format!(" {at}")).unwrap_or_default();
                let map = columns.as_deref().map(|map| format!(" {BY_MAP}{map}")).unwrap_or_default();
                Some((format!("{HOST_LIST} {flight}{at}{map}\n{text}"), 1))
            }
            _ => None,
        }
    }

    /// The command that takes a message: a host's list begins with a line that says so (`HOSTLIST CA1501.2026-11-22.PVG 10:31`, at its end
    /// `MAP=CA` where a map was chosen), and what follows is the CSV; everything else is a Type B message.
    pub fn of_message(message: &str) -> Self {
        Self::host_list(message).unwrap_or_else(|| Self::ImportMessage { text: message.to_owned(), expect: None, columns: None })
    }

    fn host_list(message: &str) -> Option<Self> {
        let (head, _) = message.split_once('\n')?;
        let mut words = head.trim_start_matches('\u{feff}').split_ascii_whitespace();
        let (word, flight) = (words.next()?, words.next()?.parse().ok()?);
        let (mut at, mut columns) = (None, None);
        for word in words {
            match word.strip_prefix(BY_MAP) {
                Some(map) if columns.is_none() => columns = Some(map.to_owned()),
                None if at.is_none() && columns.is_none() => at = Some(word.parse().ok()?),
                _ => return None,
            }
        }
        (word == HOST_LIST).then(|| Self::ImportHostList { flight, at, text: message.to_owned(), columns })
    }
}

/// The first word of a message that is a host's check-in list.
const HOST_LIST: &str = "HOSTLIST";

/// Before the airline whose column map was chosen.
const BY_MAP: &str = "MAP=";

//! The join code: one line that a person carries from the hub to a new machine.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const PREFIX: &str = "apron-join:";
const VERSION: u8 = 1;
const HUB_MAX: usize = 200;
/// Version, hash, secret and checksum, without the hub's address.
const FIXED: usize = 1 + 32 + 16 + 4;

/// Where the hub is, which authority it must show, and the secret that is good for one certificate.
///
/// As text: `apron-join:` and base64url of `version 1 | authority's key hash, 32 | secret, 16 | hub's address | crc32c of all before, 4`.
#[derive(Clone, PartialEq, Eq)]
pub struct JoinCode {
    hub: String,
    ca_hash: [u8; 32],
    secret: [u8; 16],
}

/// Why a line is not a join code, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JoinCodeError {
    #[error("this is not a join code: one begins with {PREFIX} and is made at the hub")]
    NotACode,
    #[error("the join code is not whole, or a letter is wrong: copy the line again from the hub's screen, from {PREFIX} to its end")]
    Damaged,
    #[error("the join code was made by a newer release (form {version}): install that release here, then use the code again")]
    Newer { version: u8 },
    #[error("{found:?} is not the hub's address: give host and port, for example hub.example.net:7410")]
    Hub { found: String },
}

impl JoinCode {
    /// `hub`: host name or address, and UDP port, as the new machine reaches it.
    pub fn new(hub: &str, ca_hash: [u8; 32], secret: [u8; 16]) -> Result<Self, JoinCodeError> {
        if !is_host_and_port(hub) {
            return Err(JoinCodeError::Hub { found: hub.chars().take(80).collect() });
        }
        Ok(Self { hub: hub.to_owned(), ca_hash, secret })
    }

    pub fn hub(&self) -> &str {
        &self.hub
    }

    /// SHA-256 of the authority's public key.
    pub fn ca_hash(&self) -> &[u8; 32] {
        &self.ca_hash
    }

    pub fn secret(&self) -> &[u8; 16] {
        &self.secret
    }
}

impl fmt::Display for JoinCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [&[VERSION][..], &self.ca_hash, &self.secret, self.hub.as_bytes()].concat();
        bytes.extend_from_slice(&crc32c::crc32c(&bytes).to_le_bytes());
        write!(f, "{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl fmt::Debug for JoinCode {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinCode").field("hub", &self.hub).finish_non_exhaustive()
    }
}

impl FromStr for JoinCode {
    type Err = JoinCodeError;
    fn from_str(text: &str) -> Result<Self, JoinCodeError> {
        let coded = text.trim().strip_prefix(PREFIX).ok_or(JoinCodeError::NotACode)?;
        if coded.len() > (FIXED + HUB_MAX) * 2 {
            return Err(JoinCodeError::Damaged);
        }
        let bytes = URL_SAFE_NO_PAD.decode(coded).map_err(|_| JoinCodeError::Damaged)?;
        let (checked, checksum) = bytes.split_last_chunk::<4>().ok_or(JoinCodeError::Damaged)?;
        if crc32c::crc32c(checked).to_le_bytes() != *checksum {
            return Err(JoinCodeError::Damaged);
        }
        let (&version, rest) = checked.split_first().ok_or(JoinCodeError::Damaged)?;
        if version != VERSION {
            return Err(JoinCodeError::Newer { version });
        }
        let (ca_hash, rest) = rest.split_first_chunk::<32>().ok_or(JoinCodeError::Damaged)?;
        let (secret, hub) = rest.split_first_chunk::<16>().ok_or(JoinCodeError::Damaged)?;
        Self::new(std::str::from_utf8(hub).map_err(|_| JoinCodeError::Damaged)?, *ca_hash, *secret)
    }
}

fn is_host_and_port(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]%".contains(&byte);
    match text.rsplit_once(':') {
        Some((host, port)) => text.len() <= HUB_MAX && !host.is_empty() && text.bytes().all(known) && port.parse::<u16>().is_ok_and(|port| port > 0),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code() -> JoinCode {
        JoinCode::new("hub.example.net:7410", [7; 32], [9; 16]).unwrap()
    }

    #[test]
    fn a_code_is_one_line_that_reads_back() {
        let line = code().to_string();
        assert_eq!(line.parse(), Ok(code()));
        assert_eq!(format!(" {line}\n").parse(), Ok(code()));
        assert!(line.len() < 120 && !line.contains(char::is_whitespace), "{line}");
        assert!(!format!("{:?}", code()).contains('9'), "the secret is not printed");
    }

    #[test]
    fn errors_say_what_to_do() {
        let line = code().to_string();
        assert_eq!("hello".parse::<JoinCode>(), Err(JoinCodeError::NotACode));
        assert_eq!(line[..line.len() - 1].parse::<JoinCode>(), Err(JoinCodeError::Damaged));
        assert!(matches!(JoinCode::new("hub.example.net", [0; 32], [0; 16]), Err(JoinCodeError::Hub { .. })));
        assert!(matches!(JoinCode::new("hub:0", [0; 32], [0; 16]), Err(JoinCodeError::Hub { .. })));
        let mut newer = vec![2; 60];
        newer.extend(crc32c::crc32c(&newer).to_le_bytes());
        let newer = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(newer));
        assert_eq!(newer.parse::<JoinCode>(), Err(JoinCodeError::Newer { version: 2 }));
    }

    proptest! {
        #[test]
        fn a_wrong_letter_is_noticed(at: prop::sample::Index, letter in "[A-Za-z0-9_-]") {
            let line = code().to_string();
            let at = PREFIX.len() + at.index(line.len() - PREFIX.len());
            let wrong = format!("{}{letter}{}", &line[..at], &line[at + 1..]);
            prop_assert!(wrong == line || wrong.parse::<JoinCode>().is_err());
        }

        #[test]
        fn any_text_ends_in_a_code_or_an_error(text in "(apron-join:)?\\PC{0,150}") {
            let _ = text.parse::<JoinCode>();
        }
    }
}

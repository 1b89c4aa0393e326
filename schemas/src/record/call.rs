//! Who is called to board: everybody, those who come first, a cabin, rows, or guests by name.

use std::fmt;
use std::str::FromStr;

/// A call at a gate. Written as `priority`, `cabin-C`, `rows-21-30`, `zone-2-rows-21-30`, `all`, `final` or `names`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Call {
    /// Who comes first: cabins in front of the last one, and who needs time: minors alone, guests with a wheelchair, who carry an infant.
    Priority,
    Cabin(char),
    Rows(Rows),
    /// Rows that the airline calls by a name of its own, printed on its passes.
    Zone(ZoneName, Rows),
    All,
    /// The last call, to everybody.
    Final,
    /// Guests by their names.
    Names,
}

/// Rows from the first to the last. Invariant: 1 to 999, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rows {
    from: u16,
    to: u16,
}

/// Invariant: 1 to 8 capital letters and digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZoneName(Box<str>);

/// A text that is no call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is no call; expected such as priority, cabin-C, rows-21-30, zone-2-rows-21-30, all, final, names")]
pub struct CallError {
    /// What was found, cut at 40 characters.
    pub found: String,
}

impl Call {
    /// The kind of call, for words.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::Cabin(_) => "cabin",
            Self::Rows(_) => "rows",
            Self::Zone(..) => "zone",
            Self::All => "all",
            Self::Final => "final",
            Self::Names => "names",
        }
    }

    pub fn rows(&self) -> Option<Rows> {
        match self {
            Self::Rows(rows) | Self::Zone(_, rows) => Some(*rows),
            Self::Priority | Self::Cabin(_) | Self::All | Self::Final | Self::Names => None,
        }
    }
}

impl Rows {
    pub fn new(from: u16, to: u16) -> Option<Self> {
        (1 <= from && from <= to && to <= 999).then_some(Self { from, to })
    }

    pub fn from(self) -> u16 {
        self.from
    }

    pub fn to(self) -> u16 {
        self.to
    }

    pub fn has(self, row: u16) -> bool {
        (self.from..=self.to).contains(&row)
    }
}

impl FromStr for Rows {
    type Err = CallError;
    /// `21-30`, or one row.
    fn from_str(text: &str) -> Result<Self, CallError> {
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        number(from).zip(number(to)).and_then(|(from, to)| Self::new(from, to)).ok_or_else(|| not_a_call(text))
    }
}

impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from, self.to)
    }
}

impl ZoneName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ZoneName {
    type Err = CallError;
    fn from_str(text: &str) -> Result<Self, CallError> {
        let good = (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if good { Ok(Self(text.into())) } else { Err(not_a_call(text)) }
    }
}

impl FromStr for Call {
    type Err = CallError;
    fn from_str(text: &str) -> Result<Self, CallError> {
        match text {
            "priority" => return Ok(Self::Priority),
            "all" => return Ok(Self::All),
            "final" => return Ok(Self::Final),
            "names" => return Ok(Self::Names),
            _ => {}
        }
        let wrong = || not_a_call(text);
        if let Some(rows) = text.strip_prefix("rows-") {
            return rows.parse().map(Self::Rows).map_err(|_| wrong());
        }
        if let Some((name, rows)) = text.strip_prefix("zone-").and_then(|rest| rest.split_once("-rows-")) {
            return Ok(Self::Zone(name.parse().map_err(|_| wrong())?, rows.parse().map_err(|_| wrong())?));
        }
        match text.strip_prefix("cabin-").map(|letter| letter.as_bytes()) {
            Some([letter]) if letter.is_ascii_uppercase() => Ok(Self::Cabin(char::from(*letter))),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cabin(letter) => write!(f, "cabin-{letter}"),
            Self::Rows(rows) => write!(f, "rows-{rows}"),
            Self::Zone(name, rows) => write!(f, "zone-{}-rows-{rows}", name.0),
            Self::Priority | Self::All | Self::Final | Self::Names => f.write_str(self.kind()),
        }
    }
}

super::serde_as_text!(Call);

fn not_a_call(text: &str) -> CallError {
    CallError { found: text.chars().take(40).collect() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_call_is_written_as_it_is_read() {
        for text in ["priority", "cabin-C", "rows-21-30", "rows-7-7", "zone-2-rows-21-30", "zone-B1-rows-1-999", "all", "final", "names"] {
            assert_eq!(text.parse::<Call>().unwrap().to_string(), text);
        }
        for wrong in [
            "",
            "rows-",
            "rows-0-4",
            "rows-30-21",
            "rows-1-1000",
            "rows-+1-3",
            "cabin-c",
            "cabin-CC",
            "zone--rows-1-2",
            "zone-b-rows-1-2",
            "Final",
            "row-1-2",
        ] {
            assert!(wrong.parse::<Call>().is_err(), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_call_or_none(text in "\\PC{0,30}|(rows|zone|cabin)-[0-9A-Z-]{0,12}") {
            if let Ok(call) = text.parse::<Call>() {
                prop_assert_eq!(call.to_string().parse::<Call>(), Ok(call));
            }
        }
    }
}

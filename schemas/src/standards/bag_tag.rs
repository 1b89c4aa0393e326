//! Bag tags: the ten-digit licence plate of Resolution 740.

use std::fmt;
use std::str::FromStr;

use super::airline::Carrier;
use super::{found, serde_as_text};

/// A bag tag's licence plate (Resolution 740). Invariant: ten ASCII digits, not the sorter's no-read mark, airline number not 000.
///
/// There is no check digit: a mistyped plate looks as good as a right one, so keyed plates are entered twice or matched against the flight's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BagTag([u8; 10]);

serde_as_text!(BagTag);

/// The text is no licence plate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BagTagError {
    #[error("\"{found}\" is not a bag tag. Scan the tag again, or type its ten digits.")]
    NotTenDigits { found: String },
    #[error("0000000000 is what a sorter reports when it could not read a tag. Scan the tag itself.")]
    NoRead,
    #[error("\"{found}\" has no airline number in it (000). Check digits two to four of the tag.")]
    NoAirline { found: String },
    #[error("The tag number of {carrier} is not known here. Type all ten digits of the tag.")]
    UnknownAirline { carrier: Carrier },
    #[error("Leading digit {leading}, airline {airline_numeric}, serial {serial} do not make a bag tag: they have one, three and six digits.")]
    PartTooLarge { leading: u8, airline_numeric: u16, serial: u32 },
}

/// What the leading digit says. 0 is a normal tag; 3 to 9 mean what the carrier likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagKind {
    /// An ordinary tag.
    Normal,
    /// A fallback tag, which sorts by its code when there is no message for it (RP 1740b).
    Fallback,
    /// A rush tag: the bag travels without its guest.
    Rush,
    /// The carrier's own use.
    CarrierUse,
}

impl BagTag {
    /// From its parts: leading digit 0-9, airline number 1-999, serial 0-999999.
    pub fn from_parts(leading: u8, airline_numeric: u16, serial: u32) -> Result<Self, BagTagError> {
        if leading > 9 || airline_numeric > 999 || serial > SERIAL_MAX {
            return Err(BagTagError::PartTooLarge { leading, airline_numeric, serial });
        }
        format!("{leading}{airline_numeric:03}{serial:06}").parse()
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The leading digit, 0 to 9.
    pub fn leading(&self) -> u8 {
        self.0[0] - b'0'
    }

    pub fn kind(&self) -> TagKind {
        match self.leading() {
            0 => TagKind::Normal,
            1 => TagKind::Fallback,
            2 => TagKind::Rush,
            _ => TagKind::CarrierUse,
        }
    }

    /// The airline's number, 1 to 999.
    pub fn airline_numeric(&self) -> u16 {
        self.0[1..4].iter().fold(0, |number, digit| number * 10 + u16::from(digit - b'0'))
    }

    /// The airline, where our table knows its number.
    pub fn carrier(&self) -> Option<Carrier> {
        Carrier::of_numeric(self.airline_numeric())
    }

    /// The serial, 0 to 999999.
    pub fn serial(&self) -> u32 {
        self.0[4..].iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'))
    }

    /// As printed for people, such as `BA 728359`, where the airline is known and the tag a normal one.
    pub fn display_form(&self) -> Option<String> {
        let carrier = self.carrier().filter(|_| self.leading() == 0)?;
        Some(format!("{carrier} {:06}", self.serial()))
    }
}

impl FromStr for BagTag {
    type Err = BagTagError;

    /// Takes the ten digits, or what is printed for people: airline letters and six digits (`BA728359`, `BA 728359`). What a scanner adds around it
    /// (control characters, the AIM identifier of interleaved 2 of 5) is no part of the tag.
    fn from_str(typed: &str) -> Result<Self, BagTagError> {
        let text = unframed(typed);
        if let Ok(digits) = <[u8; 10]>::try_from(text.as_bytes())
            && digits.iter().all(u8::is_ascii_digit)
        {
            return match &digits {
                b"0000000000" => Err(BagTagError::NoRead),
                [_, b'0', b'0', b'0', ..] => Err(BagTagError::NoAirline { found: found(text) }),
                _ => Ok(Self(digits)),
            };
        }
        match printed(text) {
            Some((carrier, serial)) => {
                let airline_numeric = carrier.numeric().ok_or(BagTagError::UnknownAirline { carrier })?;
                Self::from_parts(0, airline_numeric, serial)
            }
            None => Err(BagTagError::NotTenDigits { found: found(typed) }),
        }
    }
}

impl fmt::Display for BagTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

fn unframed(scanned: &str) -> &str {
    let text = scanned.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    match text.as_bytes() {
        [b']', b'I', b'0'..=b'3', ..] => text.get(3..).unwrap_or_default(),
        _ => text,
    }
}

/// The airline and serial of the printed form: a two-character designator, an optional blank, six digits.
fn printed(text: &str) -> Option<(Carrier, u32)> {
    let (carrier, serial) = text.split_at_checked(2)?;
    let serial = serial.trim_start();
    if serial.len() != 6 || !serial.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((carrier.to_ascii_uppercase().parse().ok()?, serial.parse().ok()?))
}

const SERIAL_MAX: u32 = 999_999;

/// What the three digits behind a plate mean. They changed their meaning with version 7 of the boarding pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountRule {
    /// The number of tags: baggage messages, and boarding passes from version 7 on. `001` is one bag.
    Tags,
    /// The number of tags behind the first: boarding passes up to version 6. `000` is one bag.
    FurtherTags,
}

impl CountRule {
    /// The rule of a boarding pass of this version (item 9).
    pub fn of_pass_version(version: u8) -> Self {
        if version >= 7 { Self::Tags } else { Self::FurtherTags }
    }
}

/// A run of consecutive plates, written as the first plate and three digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TagRun {
    pub first: BagTag,
    /// How many tags, at least one.
    pub count: u16,
    /// Whether the digits said no bag at all, so that one was assumed.
    pub assumed: bool,
}

/// The text is no run of plates.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TagRunError {
    #[error("\"{found}\" is not a bag tag with a count. It has ten digits and three more.")]
    NotThirteenDigits { found: String },
    #[error(transparent)]
    Tag(#[from] BagTagError),
    #[error("{count} tags from {first} on run past serial 999999. Scan each of them.")]
    PastLastSerial { first: BagTag, count: u16 },
}

impl TagRun {
    /// Reads thirteen digits; a blank field is no bag.
    pub fn read(field: &str, rule: CountRule) -> Result<Option<Self>, TagRunError> {
        let text = field.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let refused = || TagRunError::NotThirteenDigits { found: found(text) };
        let (plate, digits) = text.split_at_checked(10).filter(|_| text.len() == 13).ok_or_else(refused)?;
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refused());
        }
        let said: u16 = digits.parse().map_err(|_| refused())?;
        let first = plate.parse()?;
        Ok(Some(match rule {
            CountRule::Tags => Self { first, count: said.max(1), assumed: said == 0 },
            CountRule::FurtherTags => Self { first, count: said + 1, assumed: false },
        }))
    }

    /// Every plate of the run.
    ///
    /// # Errors
    /// When it runs past the last serial: what happens there is not public, so only the first plate is certain.
    pub fn plates(&self) -> Result<Vec<BagTag>, TagRunError> {
        let past = || TagRunError::PastLastSerial { first: self.first, count: self.count };
        (0..u32::from(self.count))
            .map(|step| BagTag::from_parts(self.first.leading(), self.first.airline_numeric(), self.first.serial() + step).map_err(|_| past()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plate_falls_apart_into_leading_digit_airline_and_serial() {
        let tag: BagTag = "0125728359".parse().unwrap();
        assert_eq!((tag.leading(), tag.airline_numeric(), tag.serial()), (0, 125, 728_359));
        assert_eq!(tag.display_form().as_deref(), Some("BA 728359"));
        assert_eq!(BagTag::from_parts(0, 125, 728_359), Ok(tag));
        assert_eq!("BA728359".parse(), Ok(tag));
        assert_eq!("ba 728359".parse(), Ok(tag));
    }

    #[test]
    fn what_a_scanner_adds_is_no_part_of_a_tag() {
        let tag: BagTag = "0125728359".parse().unwrap();
        for scanned in ["]I00125728359", "]I10125728359\r\n", "\u{2}0125728359\u{3}", "0125728359\t"] {
            assert_eq!(scanned.parse(), Ok(tag), "{scanned:?}");
        }
        for bad in ["]I90125728359", "]Q30125728359", "]I0", "]I00125728359001"] {
            assert!(bad.parse::<BagTag>().is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_no_plate_is_refused_with_the_remedy() {
        assert_eq!("0000000000".parse::<BagTag>(), Err(BagTagError::NoRead));
        assert!(matches!("0000123456".parse::<BagTag>(), Err(BagTagError::NoAirline { .. })));
        assert!(matches!("QZ123456".parse::<BagTag>(), Err(BagTagError::UnknownAirline { .. })));
        for bad in ["", "012572835", "01257283590", "０１２５７２８３５９", "BA72835", "33123456"] {
            assert!(matches!(bad.parse::<BagTag>(), Err(BagTagError::NotTenDigits { .. })), "{bad:?}");
        }
        assert!(BagTag::from_parts(10, 1, 1).is_err() && BagTag::from_parts(0, 1000, 1).is_err() && BagTag::from_parts(0, 1, 1_000_000).is_err());
    }
}

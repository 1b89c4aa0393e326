//! Seats: a row and a letter.

use std::fmt;
use std::str::FromStr;

use super::{found, serde_as_text};

/// A seat on board. Invariant: row 1 to 999, letter A-Z. Seats order by row, then letter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seat {
    row: u16,
    letter: u8,
}

serde_as_text!(Seat);

/// The text is no seat.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" is not a seat. Give the row (1 to 999) and the letter, such as 14C.")]
pub struct SeatError {
    pub found: String,
}

impl Seat {
    pub fn new(row: u16, letter: char) -> Result<Self, SeatError> {
        if (1..=999).contains(&row) && letter.is_ascii_uppercase() {
            Ok(Self { row, letter: letter as u8 })
        } else {
            Err(SeatError { found: found(&format!("{row}{letter}")) })
        }
    }

    pub fn row(&self) -> u16 {
        self.row
    }

    pub fn letter(&self) -> char {
        char::from(self.letter)
    }
}

impl FromStr for Seat {
    type Err = SeatError;

    /// Takes `14C`, `014C` and `14 c` alike.
    fn from_str(typed: &str) -> Result<Self, SeatError> {
        let refused = || SeatError { found: found(typed) };
        let text = typed.trim();
        let letter = text.chars().next_back().ok_or_else(refused)?;
        let row = text[..text.len() - letter.len_utf8()].trim_end();
        if row.is_empty() || row.len() > 4 || !row.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refused());
        }
        let row: u16 = row.parse().map_err(|_| refused())?;
        Self::new(row, letter.to_ascii_uppercase()).map_err(|_| refused())
    }
}

impl fmt::Display for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}{}", self.row, self.letter()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_a_seat_is_written_it_is_the_same_seat() {
        for typed in ["14C", "014C", "14 c", " 0014c "] {
            let seat: Seat = typed.parse().unwrap();
            assert_eq!((seat.row(), seat.letter(), seat.to_string().as_str()), (14, 'C', "14C"), "{typed}");
        }
        for bad in ["", "C", "14", "0A", "1000A", "14CC", "INF", "C14", "14Ç", "-1A", "座"] {
            assert!(bad.parse::<Seat>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn seats_order_by_row_and_then_by_letter() {
        let mut seats: Vec<Seat> = ["14C", "2K", "14A"].iter().map(|text| text.parse().unwrap()).collect();
        seats.sort();
        assert_eq!(seats.iter().map(Seat::to_string).collect::<Vec<_>>(), ["2K", "14A", "14C"]);
    }
}

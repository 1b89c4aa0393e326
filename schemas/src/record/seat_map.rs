//! The seats of an aircraft by cabin.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::standards::seat::Seat;

/// The seats of an aircraft, written `C1-2/ACDF Y11-40/ABCHJK -11A`: for each block of equal rows the cabin, its rows and its letters, and seats that are
/// missing behind a minus. Invariant: 1 to 40 blocks, rows 1 to 99, 1 to 12 letters in the order of the row, no seat twice, at most 60 missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatMap {
    blocks: Box<[Block]>,
    missing: BTreeSet<Seat>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Block {
    cabin: char,
    from: u16,
    to: u16,
    letters: Box<str>,
}

/// A text that is no map of seats.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeatMapError {
    #[error("\"{found}\" is not a block of seats. Give cabin, rows and letters, such as C1-2/ACDF, and missing seats as -11A.")]
    NotABlock { found: String },
    #[error("The map of seats is empty. Give each cabin's rows and letters, such as Y11-40/ABCHJK.")]
    Empty,
    #[error("Seat {seat} stands in the map twice. Give each row once.")]
    Twice { seat: Seat },
    #[error("The map of seats has too many parts. Give blocks of equal rows.")]
    TooLong,
}

impl SeatMap {
    /// Every seat with its cabin, by row, in the order of the letters.
    pub fn seats(&self) -> impl Iterator<Item = (char, Seat)> {
        self.blocks.iter().flat_map(Block::seats).filter(|(_, seat)| !self.missing.contains(seat))
    }

    /// The cabin of a seat; nothing where the aircraft does not have it.
    pub fn cabin_of(&self, seat: Seat) -> Option<char> {
        let block = self.blocks.iter().find(|block| (block.from..=block.to).contains(&seat.row()) && block.letters.contains(seat.letter()))?;
        (!self.missing.contains(&seat)).then_some(block.cabin)
    }

    /// The cabins, in the map's order.
    pub fn cabins(&self) -> Vec<char> {
        let mut cabins = Vec::new();
        for block in &self.blocks {
            if !cabins.contains(&block.cabin) {
                cabins.push(block.cabin);
            }
        }
        cabins
    }
}

impl Block {
    fn seats(&self) -> impl Iterator<Item = (char, Seat)> {
        (self.from..=self.to)
            .flat_map(|row| self.letters.chars().filter_map(move |letter| Seat::new(row, letter).ok()))
            .map(|seat| (self.cabin, seat))
    }
}

impl FromStr for Block {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let cabin = text.chars().next().filter(char::is_ascii_uppercase).ok_or(())?;
        let (rows, letters) = text[1..].split_once('/').ok_or(())?;
        let (from, to) = rows.split_once('-').unwrap_or((rows, rows));
        let row = |text: &str| text.parse::<u16>().ok().filter(|row| (1..=ROW_MAX).contains(row)).ok_or(());
        let (from, to) = (row(from)?, row(to)?);
        let distinct: BTreeSet<char> = letters.chars().collect();
        let is_good = from <= to && (1..=LETTERS_MAX).contains(&letters.len()) && distinct.len() == letters.len();
        if is_good && letters.bytes().all(|letter| letter.is_ascii_uppercase()) {
            Ok(Self { cabin, from, to, letters: letters.into() })
        } else {
            Err(())
        }
    }
}

impl FromStr for SeatMap {
    type Err = SeatMapError;

    /// Takes lower case too.
    fn from_str(text: &str) -> Result<Self, SeatMapError> {
        let (mut blocks, mut missing): (Vec<Block>, BTreeSet<Seat>) = (Vec::new(), BTreeSet::new());
        for word in text.split([' ', ',', '\n']).filter(|word| !word.is_empty()) {
            let not_a_block = || SeatMapError::NotABlock { found: word.chars().take(40).collect() };
            match word.strip_prefix('-') {
                Some(seat) => {
                    missing.insert(seat.parse().map_err(|_| not_a_block())?);
                }
                None => blocks.push(word.to_ascii_uppercase().parse().map_err(|()| not_a_block())?),
            }
            if blocks.len() > BLOCKS_MAX || missing.len() > MISSING_MAX {
                return Err(SeatMapError::TooLong);
            }
        }
        if blocks.is_empty() {
            return Err(SeatMapError::Empty);
        }
        let mut known = BTreeSet::new();
        let twice = blocks.iter().flat_map(Block::seats).find(|(_, seat)| !known.insert(*seat));
        match twice {
            Some((_, seat)) => Err(SeatMapError::Twice { seat }),
            None => Ok(Self { blocks: blocks.into(), missing }),
        }
    }
}

impl fmt::Display for SeatMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, block) in self.blocks.iter().enumerate() {
            write!(f, "{}{}{}-{}/{}", if at > 0 { " " } else { "" }, block.cabin, block.from, block.to, block.letters)?;
        }
        self.missing.iter().try_for_each(|seat| write!(f, " -{seat}"))
    }
}

super::serde_as_text!(SeatMap);

const ROW_MAX: u16 = 99;
const LETTERS_MAX: usize = 12;
const BLOCKS_MAX: usize = 40;
const MISSING_MAX: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_one_text_and_knows_its_seats() {
        let map: SeatMap = "c1-2/acdf Y11-12/ABC,Y13/AC -12b".parse().unwrap();
        assert_eq!(map.to_string(), "C1-2/ACDF Y11-12/ABC Y13-13/AC -12B");
        assert_eq!(map.to_string().parse(), Ok(map.clone()));
        assert_eq!((map.seats().count(), map.cabins()), (15, vec!['C', 'Y']));
        let cabin = |seat: &str| map.cabin_of(seat.parse().unwrap());
        assert_eq!((cabin("1F"), cabin("12A"), cabin("12B"), cabin("13B"), cabin("40A")), (Some('C'), Some('Y'), None, None, None));
    }

    #[test]
    fn what_is_no_map_is_refused_with_the_remedy() {
        for bad in ["C", "C1-2", "C2-1/AB", "C1/AA", "1-2/AB", "C1-100/AB", "C1/ÄB", "é1/A", "C0/A", "-A"] {
            assert!(matches!(bad.parse::<SeatMap>(), Err(SeatMapError::NotABlock { .. })), "{bad}");
        }
        assert_eq!(" ".parse::<SeatMap>(), Err(SeatMapError::Empty));
        assert!(matches!("C1-3/AB Y3-4/BC".parse::<SeatMap>(), Err(SeatMapError::Twice { seat }) if seat.to_string() == "3B"));
        assert_eq!("Y1/A ".repeat(41).parse::<SeatMap>(), Err(SeatMapError::TooLong));
    }
}

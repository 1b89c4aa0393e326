//! The lines in which people type in what was written on paper: `PB3,5,9`, `PB59-78`, `PB 14C`, `BAG 42 0999123456 18`.

use crate::command::BAG_KG_MAX;
use crate::standards::bag_tag::BagTag;
use crate::standards::seat::Seat;

/// One thing that a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// A guest went on board.
    Boarded(Named),
    /// A guest's bag was taken with this tag.
    Bag(Named, BagTag, Option<u16>),
}

/// How a paper names a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    Sequence(u16),
    Seat(Seat),
}

/// A line that was not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// From 1.
    pub line: usize,
    /// The place that is meant, cut.
    pub typed: String,
    pub why: Why,
}

/// What is the matter with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    NotRead,
    NoGuest,
    NoTag,
    NoWeight,
    /// A range that counts down.
    Backwards,
    /// More than [`ENTRY_MAX`] guests and bags.
    TooMany,
}

/// As many guests and bags as one entry takes: a wide-body.
pub const ENTRY_MAX: usize = 500;

/// As much text as is looked at.
pub const TEXT_MAX: usize = 20_000;

/// Reads all lines; each guest once.
///
/// # Errors
/// Every line that was not understood, the first hundred of them. Nothing is to be done then.
pub fn read(text: &str) -> Result<Vec<Said>, Vec<Wrong>> {
    let (mut said, mut wrong): (Vec<Said>, Vec<Wrong>) = (Vec::new(), Vec::new());
    if text.len() > TEXT_MAX {
        return Err(vec![at(1, "", Why::TooMany)]);
    }
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match read_line(line) {
            Ok(found) => found.into_iter().for_each(|one| {
                if !said.contains(&one) {
                    said.push(one);
                }
            }),
            Err((typed, why)) => wrong.push(at(index + 1, &typed, why)),
        }
        if said.len() > ENTRY_MAX {
            wrong.push(at(index + 1, line, Why::TooMany));
        }
        if wrong.len() >= WRONG_MAX || said.len() > ENTRY_MAX {
            break;
        }
    }
    if wrong.is_empty() { Ok(said) } else { Err(wrong) }
}

fn read_line(line: &str) -> Result<Vec<Said>, (String, Why)> {
    let line = line.trim().to_uppercase();
    if let Some(rest) = line.strip_prefix("PB") {
        return boarded(rest);
    }
    match line.strip_prefix("BAG") {
        Some(rest) if rest.starts_with(char::is_whitespace) => bag(rest).map(|said| vec![said]),
        _ => Err((line, Why::NotRead)),
    }
}

/// `3,5,9`, `59-78`, ` 14C`, and all of them after one another.
fn boarded(rest: &str) -> Result<Vec<Said>, (String, Why)> {
    let mut said = Vec::new();
    for item in rest.split([',', '，', ' ', '\t', ';']).filter(|item| !item.is_empty()) {
        match item.split_once('-') {
            None => said.push(Said::Boarded(named(item)?)),
            Some((from, to)) => {
                let (from, to) = (sequence(from, item)?, sequence(to, item)?);
                if to < from {
                    return Err((item.to_owned(), Why::Backwards));
                }
                if usize::from(to - from) >= ENTRY_MAX {
                    return Err((item.to_owned(), Why::TooMany));
                }
                said.extend((from..=to).map(|number| Said::Boarded(Named::Sequence(number))));
            }
        }
        if said.len() > ENTRY_MAX {
            return Err((item.to_owned(), Why::TooMany));
        }
    }
    if said.is_empty() { Err((rest.to_owned(), Why::NoGuest)) } else { Ok(said) }
}

/// ` 42 0999123456 18`; without the weight where the paper gives none.
fn bag(rest: &str) -> Result<Said, (String, Why)> {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let (guest, tag, weight) = match words.as_slice() {
        [guest, tag] => (guest, tag, None),
        [guest, tag, weight] => (guest, tag, Some(weight)),
        _ => return Err((rest.trim().to_owned(), Why::NoTag)),
    };
    let guest = named(guest)?;
    let tag = tag.parse().map_err(|_| ((*tag).to_owned(), Why::NoTag))?;
    let kg = weight.map(|weight| {
        let kg = weight.trim_end_matches("KG").parse().ok().filter(|kg| (1..=BAG_KG_MAX).contains(kg));
        kg.ok_or_else(|| ((*weight).to_owned(), Why::NoWeight))
    });
    Ok(Said::Bag(guest, tag, kg.transpose()?))
}

fn named(text: &str) -> Result<Named, (String, Why)> {
    match text.as_bytes().last() {
        Some(last) if last.is_ascii_digit() => sequence(text, text).map(Named::Sequence),
        _ => text.parse().map(Named::Seat).map_err(|_| (text.to_owned(), Why::NoGuest)),
    }
}

fn sequence(text: &str, item: &str) -> Result<u16, (String, Why)> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_number && *number > 0).ok_or_else(|| (item.to_owned(), Why::NoGuest))
}

fn at(line: usize, typed: &str, why: Why) -> Wrong {
    Wrong { line, typed: typed.trim().chars().take(40).collect(), why }
}

/// Nobody reads more mistakes at once.
const WRONG_MAX: usize = 100;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sequences(text: &str) -> Vec<u16> {
        let number = |said| match said {
            Said::Boarded(Named::Sequence(number)) => number,
            other => panic!("{other:?}"),
        };
        read(text).unwrap().into_iter().map(number).collect()
    }

    #[test]
    fn a_paper_is_typed_in_a_few_lines() {
        assert_eq!(sequences("PB3,5,9"), [3, 5, 9]);
        assert_eq!(sequences("pb59-62\n\n PB 5，7 9"), [59, 60, 61, 62, 5, 7, 9]);
        let seat = "14C".parse().unwrap();
        assert_eq!(read("PB 14c"), Ok(vec![Said::Boarded(Named::Seat(seat))]));
        let tag = "0999123456".parse().unwrap();
        assert_eq!(read("BAG 42 0999123456 18"), Ok(vec![Said::Bag(Named::Sequence(42), tag, Some(18))]));
        assert_eq!(read("bag 14C 0999123456"), Ok(vec![Said::Bag(Named::Seat(seat), tag, None)]));
    }

    #[test]
    fn a_guest_who_stands_on_two_lines_is_one() {
        assert_eq!(sequences("PB3-5\nPB4,6"), [3, 4, 5, 6]);
    }

    #[test]
    fn a_line_that_is_not_understood_is_named_with_what_is_wrong() {
        let why = |text: &str| {
            let wrong = read(text).unwrap_err();
            (wrong[0].line, wrong[0].why)
        };
        assert_eq!(why("PB3\nXY 5"), (2, Why::NotRead));
        assert_eq!(why("PB"), (1, Why::NoGuest));
        assert_eq!(why("PB0"), (1, Why::NoGuest));
        assert_eq!(why("PB+5"), (1, Why::NoGuest));
        assert_eq!(why("PB9-3"), (1, Why::Backwards));
        assert_eq!(why("PB1-"), (1, Why::NoGuest));
        assert_eq!(why("BAG 42"), (1, Why::NoTag));
        assert_eq!(why("BAG 42 0999"), (1, Why::NoTag));
        assert_eq!(why("BAG 42 0999123456 500"), (1, Why::NoWeight));
    }

    #[test]
    fn an_entry_takes_five_hundred_and_not_one_more() {
        assert_eq!(sequences("PB1-500").len(), 500);
        for text in ["PB1-501", "PB1-65535", "PB1-500\nPB501", "PB1-300,301-501"] {
            assert!(read(text).unwrap_err().iter().any(|wrong| wrong.why == Why::TooMany), "{text}");
        }
        assert_eq!(read(&"x".repeat(TEXT_MAX + 1)).unwrap_err().len(), 1);
        assert_eq!(read(&"x\n".repeat(5000)).unwrap_err().len(), WRONG_MAX);
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange_to_be_answered(text in "(PB|BAG|pb|bag)?[ 0-9A-Za-z,，é\n-]{0,80}") {
            if let Ok(said) = read(&text) {
                prop_assert!(said.len() <= ENTRY_MAX);
            }
        }
    }
}

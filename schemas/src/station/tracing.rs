//! Which found bag is which missing one: files that have something in common, ranked by how surely they are about one bag.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Serialize;

use super::Station;
use crate::flat::DocId;
use crate::record::case::Incident;
use crate::record::incident::DescribedBag;
use crate::record::tracing::Stage;
use crate::record::{Case, DocRef};
use crate::scope::ScopeId;
use crate::standards::tracing::{BagLook, COLOURS, FoundBag, MatchGrade, MissingBag, TYPES, compare, is_near_colour, is_near_type};

/// Another report that may be about the same bag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    pub case: DocRef,
    pub reference: String,
    /// 100 is a tag that agrees; more where other things agree too.
    pub score: u32,
    /// `certain`, `strong`, `possible` or `weak`.
    pub grade: String,
    /// What agrees, the weightiest first.
    pub reasons: Vec<&'static str>,
    /// Which bag of this report, and which of the other, from 1.
    pub bag: u8,
    pub other_bag: u8,
}

/// The other reports that may be about the bag of one, the surest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Candidates {
    pub rows: Vec<Candidate>,
    /// How many more there are than are listed.
    pub more: usize,
    /// Whether something that this report says is said by so many others that it was not looked at.
    pub too_common: bool,
}

/// What two reports are found by. Reports that are alike enough to be listed share at least one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// A tag without two neighbouring digits: the same for equal tags, and for those that differ by one slip there.
    Tag(String),
    Locator(String),
    /// A surname, whole or without one letter.
    Name(String),
    /// Two colours and two types that are equal, or taken for each other.
    Look([&'static str; 4]),
    Brand(String),
    Thing(String),
}

/// The reports that are looked for, by what they have in common.
#[derive(Default)]
pub(super) struct Index {
    files: BTreeMap<Key, BTreeSet<DocId>>,
    keys: BTreeMap<DocId, BTreeSet<Key>>,
}

/// What so many reports share tells nothing about which bag it is, and is not followed. With at most [`KEYS_MAX`] keys a bag this bounds the work for one
/// report to 5 x 80 x 64 comparisons of some microseconds each.
const SHARED_MAX: usize = 64;

/// As many keys as one bag has: 9 of the tag, 1 of the booking, 21 of the name, 20 of its look, 1 of the brand, 24 of the contents.
#[cfg(test)]
const KEYS_MAX: usize = 80;

/// As many as a person looks through.
const LISTED_MAX: usize = 50;

/// A name on a pass is cut there.
const SURNAME_MAX: usize = 20;

impl Index {
    pub(super) fn put(&mut self, case: &Case) {
        if case.tracing.stage != Stage::Open || !matches!(case.incident, Some(Incident::Delayed | Incident::Found)) {
            return;
        }
        let keys: BTreeSet<Key> = case.details.described().iter().flat_map(|bag| keys_of(case, bag)).collect();
        for key in &keys {
            self.files.entry(key.clone()).or_default().insert(case.id);
        }
        self.keys.insert(case.id, keys);
    }

    pub(super) fn forget(&mut self, id: DocId) {
        for key in self.keys.remove(&id).unwrap_or_default() {
            if let Some(files) = self.files.get_mut(&key) {
                files.remove(&id);
                if files.is_empty() {
                    self.files.remove(&key);
                }
            }
        }
    }

    /// The reports that share something with this one, and whether something was too common to look at.
    fn near(&self, id: DocId) -> (BTreeSet<DocId>, bool) {
        let (mut near, mut too_common) = (BTreeSet::new(), false);
        for key in self.keys.get(&id).into_iter().flatten() {
            match self.files.get(key) {
                Some(files) if files.len() > SHARED_MAX => too_common = true,
                Some(files) => near.extend(files.iter().copied()),
                None => {}
            }
        }
        (near, too_common)
    }
}

impl Station {
    /// The reports that may be about the same bag as this one: found bags for a missing one, and the other way round. The same pair has the same score from
    /// either side, on every node that holds both.
    pub fn candidates(&self, id: DocId) -> Candidates {
        let Some((_, case)) = self.cases.get(&id) else { return Candidates::default() };
        let (near, too_common) = self.tracing.near(id);
        let is_rejected = |other: &Case| case.tracing.rejected.contains(&DocRef(other.id)) || other.tracing.rejected.contains(&DocRef(id));
        let others = near.into_iter().filter(|other| *other != id).filter_map(|other| self.cases.get(&other));
        let mut rows: Vec<Candidate> = others.filter(|(_, other)| !is_rejected(other)).filter_map(|(_, other)| self.compared(id, other.id)).collect();
        rows.sort_by(|a, b| (b.score, &a.reference, a.case).cmp(&(a.score, &b.reference, b.case)));
        let more = rows.len().saturating_sub(LISTED_MAX);
        rows.truncate(LISTED_MAX);
        Candidates { rows, more, too_common }
    }

    /// How two reports compare, seen from the first; nothing unless one is of a missing bag and the other of a found one, or if nothing agrees.
    pub fn compared(&self, id: DocId, other: DocId) -> Option<Candidate> {
        let (one, two) = (self.cases.get(&id)?, self.cases.get(&other)?);
        let is_missing = match (one.1.incident?, two.1.incident?) {
            (Incident::Delayed, Incident::Found) => true,
            (Incident::Found, Incident::Delayed) => false,
            _ => return None,
        };
        let (missing, found) = if is_missing { (one, two) } else { (two, one) };
        let best = best_pair(&self.side(missing), &self.side(found))?;
        let (bag, other_bag) = if is_missing { (best.missing, best.found) } else { (best.found, best.missing) };
        Some(Candidate {
            case: DocRef(other),
            reference: two.1.reference.to_string(),
            score: best.score,
            grade: best.grade.to_string(),
            reasons: best.reasons,
            bag,
            other_bag,
        })
    }

    fn side<'a>(&self, (scope, case): &'a (ScopeId, Case)) -> Side<'a> {
        let opened = case.opened_at().and_then(|ms| self.local_day(ms));
        let day = if case.incident == Some(Incident::Found) { "found_on" } else { "flight_date" };
        Side { case, station: scope.station(), date: case.details.date(day).or(opened), bags: case.details.described() }
    }
}

/// A report as it is compared.
struct Side<'a> {
    case: &'a Case,
    station: Option<&'a str>,
    date: Option<NaiveDate>,
    bags: Vec<DescribedBag>,
}

/// The two bags that agree most.
struct Best {
    score: u32,
    grade: MatchGrade,
    reasons: Vec<&'static str>,
    missing: u8,
    found: u8,
}

/// The two bags of two reports that agree most; of equals the first. At most 5 x 5 comparisons.
fn best_pair(missing: &Side<'_>, found: &Side<'_>) -> Option<Best> {
    let mut best: Option<Best> = None;
    for one in &missing.bags {
        let gone = MissingBag {
            tag: one.tag.map(|tag| tag.to_string()),
            name: text(&missing.case.name),
            look: one.look.clone(),
            route: missing.case.details.route().into_iter().map(str::to_owned).collect(),
            date: missing.date,
            locator: missing.case.details.get("locator").map(str::to_owned),
            brand: one.brand.as_deref().map(str::to_owned),
            contents: one.contents.clone(),
        };
        for other in &found.bags {
            let here = FoundBag {
                tag: other.tag.map(|tag| tag.to_string()),
                name: text(&found.case.name),
                look: other.look.clone(),
                found: found.station.map(str::to_owned),
                date: found.date,
                locator: found.case.details.get("locator").map(str::to_owned),
                brand: other.brand.as_deref().map(str::to_owned),
                contents: other.contents.clone(),
            };
            let result = compare(&gone, &here);
            if result.grade > MatchGrade::None && best.as_ref().is_none_or(|best| result.score > best.score) {
                best = Some(Best { score: result.score, grade: result.grade, reasons: result.reasons, missing: one.number, found: other.number });
            }
        }
    }
    best
}

fn text(words: &str) -> Option<String> {
    let words = words.trim();
    (!words.is_empty()).then(|| words.to_owned())
}

fn keys_of(case: &Case, bag: &DescribedBag) -> Vec<Key> {
    let mut keys = Vec::new();
    if let Some(tag) = bag.tag {
        let digits = tag.as_str();
        keys.extend((0..digits.len().saturating_sub(1)).filter_map(|at| Some(Key::Tag(format!("{}__{}", digits.get(..at)?, digits.get(at + 2..)?)))));
    }
    keys.extend(case.details.get("locator").map(|locator| Key::Locator(locator.to_ascii_uppercase())));
    keys.extend(name_keys(&case.name));
    keys.extend(bag.look.iter().flat_map(look_keys));
    keys.extend(bag.brand.as_deref().map(|brand| Key::Brand(brand.to_ascii_uppercase())));
    keys.extend(bag.contents.iter().map(|thing| Key::Thing(thing.to_ascii_uppercase())));
    keys
}

/// The surname, and the surname without each of its letters: two that differ by one slip share one of them.
fn name_keys(name: &str) -> Vec<Key> {
    let surname: Vec<char> = name.split('/').next().unwrap_or_default().trim().to_uppercase().chars().take(SURNAME_MAX).collect();
    let without = |at: usize| surname.iter().enumerate().filter(|(place, _)| *place != at).map(|(_, letter)| *letter).collect::<String>();
    let whole: String = surname.iter().collect();
    let shorter = (0..surname.len()).map(without);
    std::iter::once(whole).chain(shorter).filter(|key| !key.is_empty()).map(Key::Name).collect()
}

/// Colour and type, each with every one that it is taken for.
fn look_keys(look: &BagLook) -> Vec<Key> {
    let colours = COLOURS.iter().map(|(code, _, _)| *code).filter(|code| *code == look.colour() || is_near_colour(code, look.colour()));
    let kinds: Vec<&'static str> =
        TYPES.iter().map(|(code, _, _)| *code).filter(|code| *code == look.kind() || is_near_type(code, look.kind())).collect();
    let own_colour = COLOURS.iter().map(|(code, _, _)| *code).find(|code| *code == look.colour()).unwrap_or_default();
    let own_kind = TYPES.iter().map(|(code, _, _)| *code).find(|code| *code == look.kind()).unwrap_or_default();
    let ordered = |one: &'static str, other: &'static str| if one <= other { [one, other] } else { [other, one] };
    colours
        .flat_map(|colour| kinds.iter().map(move |kind| (colour, *kind)))
        .map(|(colour, kind)| {
            let ([a, b], [c, d]) = (ordered(own_colour, colour), ordered(own_kind, kind));
            Key::Look([a, b, c, d])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bag_has_no_more_keys_than_are_said() {
        let most = 9 + 1 + 1 + SURNAME_MAX + crate::record::incident::THINGS_MAX + 1;
        let looks = COLOURS.iter().flat_map(|(colour, _, _)| TYPES.iter().map(move |(kind, _, _)| format!("{colour}{kind}")));
        let look = looks.map(|code| look_keys(&code.parse().unwrap()).len()).max().unwrap();
        assert!(most + look <= KEYS_MAX, "{most} and {look}");
    }

    #[test]
    fn names_and_tags_with_one_slip_share_a_key() {
        let share = |one: &str, other: &str| {
            let (one, other): (BTreeSet<Key>, BTreeSet<Key>) = (name_keys(one).into_iter().collect(), name_keys(other).into_iter().collect());
            one.intersection(&other).next().is_some()
        };
        for slip in ["WNAG", "WAN", "WANGG", "WONG", "ANG", "wang/li"] {
            assert!(share("WANG/WEI", slip), "{slip}");
        }
        assert!(!share("WANG", "COSTA"));
    }
}

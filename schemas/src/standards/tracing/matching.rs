//! Compares a bag that was found with one that is missing.

use std::fmt;

use chrono::NaiveDate;

use super::description::{BagLook, is_near_colour, is_near_type};

/// A missing bag, as far as its report tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MissingBag {
    pub tag: Option<String>,
    /// Surname.
    pub name: Option<String>,
    pub look: Option<BagLook>,
    /// Airports in order of travel.
    pub route: Vec<String>,
    pub date: Option<NaiveDate>,
    pub locator: Option<String>,
    pub brand: Option<String>,
    pub contents: Vec<String>,
}

/// A found bag, as far as it can be seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FoundBag {
    pub tag: Option<String>,
    pub name: Option<String>,
    pub look: Option<BagLook>,
    /// Where it was found.
    pub found: Option<String>,
    pub date: Option<NaiveDate>,
    pub locator: Option<String>,
    pub brand: Option<String>,
    pub contents: Vec<String>,
}

/// How surely two reports are about one bag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchGrade {
    None,
    Weak,
    Possible,
    Strong,
    Certain,
}

/// The answer: a grade, the points it comes from, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    pub grade: MatchGrade,
    /// 0 to 100 and beyond; 100 is a tag that agrees.
    pub score: u32,
    pub reasons: Vec<&'static str>,
}

impl MatchGrade {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Weak => "weak",
            Self::Possible => "possible",
            Self::Strong => "strong",
            Self::Certain => "certain",
        }
    }
}

impl fmt::Display for MatchGrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Serials of tags are used again: reports further apart than this are not about one bag. Tracing goes on for about 100 days.
const DAYS_APART_MAX: i64 = 100;

const TAG_EQUAL: &str = "tag equal";

const CERTAIN: u32 = 100;
const STRONG: u32 = 60;
const POSSIBLE: u32 = 35;
const WEAK: u32 = 15;

/// Compares what both reports tell. What only one of them tells counts neither way.
pub fn compare(missing: &MissingBag, found: &FoundBag) -> Match {
    if let (Some(missed), Some(seen)) = (missing.date, found.date)
        && (seen - missed).num_days().abs() > DAYS_APART_MAX
    {
        return Match { grade: MatchGrade::None, score: 0, reasons: vec!["too far apart in time"] };
    }
    let mut sum = Sum::default();
    let both = |one: &Option<String>, other: &Option<String>| one.clone().zip(other.clone());
    if let Some((one, other)) = both(&missing.tag, &found.tag) {
        match tags(&one, &other) {
            Tags::Equal => sum.add(CERTAIN, TAG_EQUAL),
            Tags::Part => sum.add(40, "part of the tag agrees"),
            Tags::Slip => sum.add(15, "tag differs by one slip"),
            Tags::Another if is_rush(&other) => {}
            Tags::Another => return Match { grade: MatchGrade::None, score: 0, reasons: vec!["another tag"] },
        }
    }
    if let Some((one, other)) = both(&missing.locator, &found.locator) {
        sum.add_if(one.eq_ignore_ascii_case(&other), 60, "booking equal");
    }
    if let Some((one, other)) = both(&missing.name, &found.name) {
        match name_distance(&surname(&one), &surname(&other)) {
            0 => sum.add(40, "name equal"),
            1 => sum.add(20, "name differs by one slip"),
            _ => {}
        }
    }
    sum.look(missing.look.as_ref(), found.look.as_ref());
    if let Some((one, other)) = both(&missing.brand, &found.brand) {
        sum.add_if(one.eq_ignore_ascii_case(&other), 10, "brand equal");
    }
    sum.contents(&missing.contents, &found.contents);
    // Where and when alone say nothing about which bag it is.
    if sum.score > 0 {
        let on_route = found.found.as_ref().is_some_and(|place| missing.route.iter().any(|stop| stop.trim().eq_ignore_ascii_case(place.trim())));
        sum.add_if(on_route, 5, "found on the route");
    }
    sum.result()
}

/// How two tag numbers compare.
enum Tags {
    Equal,
    /// One is a torn or half-read part of the other.
    Part,
    /// One digit keyed wrong, or two neighbours swapped; a tag has no check digit that would tell.
    Slip,
    Another,
}

fn tags(one: &str, other: &str) -> Tags {
    let is_part = |part: &str, whole: &str| (TAG_PART_MIN..whole.len()).contains(&part.len()) && is_digits(part) && whole.contains(part);
    if one == other {
        Tags::Equal
    } else if is_plate(one) && is_part(other, one) || is_plate(other) && is_part(one, other) {
        Tags::Part
    } else if is_plate(one) && is_plate(other) && one.get(1..4) == other.get(1..4) && name_distance(one, other) == 1 && !are_neighbours(one, other) {
        Tags::Slip
    } else {
        Tags::Another
    }
}

/// Fewer digits than these say nothing: a station sees them every day.
const TAG_PART_MIN: usize = 4;

/// Tags that were printed one after the other are the bags of one family and not a slip.
fn are_neighbours(one: &str, other: &str) -> bool {
    let serial = |tag: &str| tag.get(4..).and_then(|serial| serial.parse::<u32>().ok());
    one.get(..4) == other.get(..4) && serial(one).zip(serial(other)).is_some_and(|(one, other)| one.abs_diff(other) <= NEIGHBOURS)
}

const NEIGHBOURS: u32 = 10;

fn is_plate(tag: &str) -> bool {
    tag.len() == 10 && is_digits(tag)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What stands in front of the slash, in capitals: a tag often carries the given name or a title too.
fn surname(name: &str) -> String {
    name.split('/').next().unwrap_or_default().trim().to_uppercase()
}

/// A rush tag is put on a bag that was found; it says nothing against the tag that the guest had.
fn is_rush(tag: &str) -> bool {
    tag.len() == 10 && tag.starts_with('2')
}

#[derive(Default)]
struct Sum {
    score: u32,
    reasons: Vec<&'static str>,
}

impl Sum {
    fn add(&mut self, points: u32, reason: &'static str) {
        self.score += points;
        self.reasons.push(reason);
    }

    fn add_if(&mut self, agrees: bool, points: u32, reason: &'static str) {
        if agrees {
            self.add(points, reason);
        }
    }

    fn look(&mut self, missing: Option<&BagLook>, found: Option<&BagLook>) {
        let (Some(missing), Some(found)) = (missing, found) else { return };
        let colour_equal = missing.colour() == found.colour();
        let colour_near = is_near_colour(missing.colour(), found.colour());
        let type_equal = missing.kind() == found.kind();
        let type_near = is_near_type(missing.kind(), found.kind());
        if !(colour_equal || colour_near) || !(type_equal || type_near) {
            return;
        }
        self.add(if colour_equal { 8 } else { 4 }, if colour_equal { "colour equal" } else { "colour near" });
        self.add(if type_equal { 8 } else { 4 }, if type_equal { "type equal" } else { "type near" });
        let (one, other) = (missing.features(), found.features());
        let features_equal = !one.is_empty() && one == other;
        self.add_if(features_equal, 4, "features equal");
        self.add_if(features_equal && colour_equal && type_equal, 10, "looks the same in all");
    }

    fn contents(&mut self, missing: &[String], found: &[String]) {
        let agreed = found.iter().filter(|item| missing.iter().any(|other| other.trim().eq_ignore_ascii_case(item.trim()))).count();
        match agreed {
            0 => {}
            1 => self.add(12, "one thing inside agrees"),
            _ => self.add(24, "things inside agree"),
        }
    }

    fn result(self) -> Match {
        // However much agrees, only the tag makes it certain.
        let grade = match self.score {
            CERTAIN.. if self.reasons.contains(&TAG_EQUAL) => MatchGrade::Certain,
            STRONG.. => MatchGrade::Strong,
            POSSIBLE.. => MatchGrade::Possible,
            WEAK.. => MatchGrade::Weak,
            _ => MatchGrade::None,
        };
        Match { grade, score: self.score, reasons: self.reasons }
    }
}

/// 0 equal, 1 one letter wrong, missing, too much, or two neighbours swapped; 2 anything more.
fn name_distance(one: &str, other: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if a == b {
        return 0;
    }
    if a.len().abs_diff(b.len()) > 1 {
        return 2;
    }
    let head = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count().min(a.len().min(b.len()) - head);
    let (a, b) = (&a[head..a.len() - tail], &b[head..b.len() - tail]);
    match (a, b) {
        ([_], [_]) | ([], [_]) | ([_], []) => 1,
        ([x, y], [u, v]) if x == v && y == u => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing() -> MissingBag {
        MissingBag {
            tag: Some("0999123456".into()),
            name: Some("WANG".into()),
            look: "BK22HWX".parse().ok(),
            route: vec!["PVG".into(), "PEK".into()],
            date: "2026-11-22".parse().ok(),
            locator: Some("K7P2QX".into()),
            ..MissingBag::default()
        }
    }

    #[test]
    fn everything_but_the_tag_is_strong_and_not_certain() {
        let found = FoundBag {
            name: Some("WANG".into()),
            look: "BK22WHX".parse().ok(),
            found: Some("PEK".into()),
            locator: Some("k7p2qx".into()),
            ..FoundBag::default()
        };
        assert_eq!(compare(&missing(), &found).grade, MatchGrade::Strong);
    }

    #[test]
    fn another_tag_is_another_bag_unless_it_is_a_rush_tag() {
        let found = |tag: &str| FoundBag { tag: Some(tag.into()), name: Some("WANG".into()), look: "BK22HWX".parse().ok(), ..FoundBag::default() };
        assert_eq!(compare(&missing(), &found("0999123457")).grade, MatchGrade::None);
        assert_eq!(compare(&missing(), &found("2999123457")).grade, MatchGrade::Strong);
    }

    #[test]
    fn a_torn_tag_is_a_reason_and_a_part_that_does_not_fit_is_another_bag() {
        let found = |tag: &str| FoundBag { tag: Some(tag.into()), ..FoundBag::default() };
        let grade = |tag: &str| compare(&missing(), &found(tag)).grade;
        assert_eq!((grade("123456"), grade("3456")), (MatchGrade::Possible, MatchGrade::Possible));
        assert_eq!((grade("123457"), grade("456"), grade("12345678901")), (MatchGrade::None, MatchGrade::None, MatchGrade::None));
        let with_name = FoundBag { name: Some("WANG/LIMS".into()), ..found("123456") };
        assert_eq!(compare(&missing(), &with_name).grade, MatchGrade::Strong);
    }

    #[test]
    fn a_tag_keyed_with_one_slip_is_weak_alone_and_a_neighbouring_serial_is_another_bag() {
        let found = |tag: &str| FoundBag { tag: Some(tag.into()), ..FoundBag::default() };
        let grade = |tag: &str| compare(&missing(), &found(tag)).grade;
        assert_eq!((grade("0999132456"), grade("0999723456"), grade("1999123456")), (MatchGrade::Weak, MatchGrade::Weak, MatchGrade::Weak));
        assert_eq!((grade("0999123457"), grade("0999123466"), grade("0784123456")), (MatchGrade::None, MatchGrade::None, MatchGrade::None));
    }

    #[test]
    fn one_slip_in_a_name_is_forgiven_and_two_are_not() {
        assert_eq!(name_distance("WANG", "WANG"), 0);
        for slip in ["WNAG", "WAN", "WANGG", "WONG", "ANG"] {
            assert_eq!(name_distance("WANG", slip), 1, "{slip}");
        }
        for other in ["GNAW", "WA", "LI", "WONGS"] {
            assert_eq!(name_distance("WANG", other), 2, "{other}");
        }
    }
}

//! What a flight's name lists add up to, whatever order their parts arrived in.

use std::collections::BTreeMap;

use super::name_list::{ListKind, Name, NameList, Section};

/// All parts received for one flight. Adding is idempotent and order does not matter; the list is computed when asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListParts {
    /// By list and part: a part received again replaces the earlier one.
    parts: BTreeMap<PartKey, NameList>,
}

/// PNL before ADL; ADLs by when they were sent, as far into the month as they say; then by part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct PartKey {
    kind: ListKind,
    /// When an ADL was sent, as a text that sorts. A PNL has one identity, whenever it is sent again.
    sent: String,
    part: u16,
}

/// The name list as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListState {
    /// Whether all parts of the PNL are here. Before that changes are held, not applied.
    pub complete: bool,
    /// Part numbers of the PNL that are known to be missing.
    pub missing: Vec<u16>,
    /// Changes that wait for the PNL.
    pub held: usize,
    pub names: Vec<ListedName>,
    /// Names that changed on the same locator: the old name line and the new one. What happened here stays with the guest.
    pub renamed: Vec<(Name, Name)>,
    /// Names that an ADL took off and that did not come back.
    pub deleted: Vec<ListedName>,
    /// What an ADL asked for and could not be done.
    pub warnings: Vec<String>,
}

/// A name and where it is on the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedName {
    pub dest: String,
    pub class: String,
    pub name: Name,
}

impl ListParts {
    /// Adds a part; whether anything changed by it. `false` for one that was here already.
    pub fn add(&mut self, list: NameList) -> bool {
        let key = PartKey { kind: list.kind, sent: list.sent_order(), part: list.flight.part.unwrap_or(1) };
        self.parts.insert(key, list.clone()).as_ref() != Some(&list)
    }

    /// The list that the parts add up to.
    pub fn state(&self) -> ListState {
        let mut state = ListState::default();
        let pnl = || self.parts.iter().filter(|(key, _)| key.kind == ListKind::Pnl);
        // A list sent again may be shorter: what an earlier, longer one had behind the end counts no more.
        let last = pnl().filter(|(_, list)| list.is_last_part()).map(|(key, _)| key.part).min();
        let known = last.or_else(|| pnl().map(|(key, _)| key.part.saturating_add(1)).max()).unwrap_or(1);
        state.missing = (1..=known).filter(|part| !pnl().any(|(key, _)| key.part == *part)).collect();
        state.complete = last.is_some() && state.missing.is_empty();
        for (_, list) in pnl().filter(|(key, _)| key.part <= known) {
            state.names.extend(listed(list, None));
        }
        let changes: Vec<&NameList> = self.parts.iter().filter(|(key, _)| key.kind == ListKind::Adl).map(|(_, list)| list).collect();
        if state.complete {
            changes.iter().for_each(|list| state.apply(list));
        } else {
            state.held = changes.len();
        }
        state
    }
}

impl NameList {
    /// When changes were sent, as a text that sorts through the month before the flight. Empty for the list itself, which has one identity whenever it
    /// is sent again, and for changes whose sender does not say.
    pub fn sent_order(&self) -> String {
        match self.kind {
            ListKind::Pnl => String::new(),
            ListKind::Adl => self.envelope.ddhhmm.as_deref().map(|sent| in_order(sent, self.flight.date.day())).unwrap_or_default(),
        }
    }
}

impl ListState {
    /// Seats of all names on the list.
    pub fn seats(&self) -> u32 {
        self.names.iter().map(|listed| u32::from(listed.name.seats)).fold(0, u32::saturating_add)
    }

    fn apply(&mut self, list: &NameList) {
        let mut gone: Vec<ListedName> = Vec::new();
        for leaving in listed(list, Some(Section::Del)) {
            match self.find(&leaving) {
                Some(at) => gone.push(self.names.remove(at)),
                None => self.warnings.push(format!("DEL {} {}: not on the list", leaving.dest, leaving.name.line())),
            }
        }
        for changed in listed(list, Some(Section::Chg)) {
            match self.find(&changed) {
                Some(at) => self.names[at] = changed,
                None => self.names.push(changed),
            }
        }
        for added in listed(list, Some(Section::Add)).chain(listed(list, None).filter(|listed| listed.name.section.is_none())) {
            if let Some(at) = self.find(&added) {
                self.names[at] = added;
                continue;
            }
            if let Some(at) = gone.iter().position(|gone| shares_locator(&gone.name, &added.name) && gone.name.seats == added.name.seats) {
                self.renamed.push((gone.remove(at).name, added.name.clone()));
            }
            self.names.push(added);
        }
        // What left and came back with the same name did not leave.
        self.deleted.extend(gone.into_iter().filter(|gone| !self.names.iter().any(|listed| is_same(listed, gone))));
        let names = &self.names;
        self.deleted.retain(|gone| !names.iter().any(|listed| is_same(listed, gone)));
    }

    fn find(&self, wanted: &ListedName) -> Option<usize> {
        let same = |listed: &ListedName| listed.dest == wanted.dest && is_same(listed, wanted);
        self.names.iter().position(|listed| same(listed) && listed.class == wanted.class).or_else(|| self.names.iter().position(same))
    }
}

/// `DDHHMM` as days since a month before the flight, hours and minutes: the month may change between a list and its flight.
fn in_order(sent: &str, flight_day: u32) -> String {
    let day: i64 = sent.get(..2).and_then(|day| day.parse().ok()).unwrap_or_default();
    let days = (day - i64::from(flight_day) - DAYS_AFTER).rem_euclid(31);
    format!("{days:02}{}", sent.get(2..).unwrap_or_default())
}

/// Changes are sent until the day after the flight; a day of the month beyond that is one before it.
const DAYS_AFTER: i64 = 2;

/// The same name, and a shared locator where both have one.
fn is_same(one: &ListedName, other: &ListedName) -> bool {
    let named = one.name.surname == other.name.surname && one.name.given == other.name.given;
    let without = |name: &Name| name.elements_of("L").next().is_none();
    named && (without(&one.name) || without(&other.name) || shares_locator(&one.name, &other.name))
}

fn shares_locator(one: &Name, other: &Name) -> bool {
    let locator = |text: &str| text.split('/').next().unwrap_or_default().to_owned();
    one.elements_of("L").any(|a| other.elements_of("L").any(|b| locator(a) == locator(b)))
}

/// The names of a part in one section; all of them for `None`.
fn listed(list: &NameList, section: Option<Section>) -> impl Iterator<Item = ListedName> {
    list.groups.iter().flat_map(move |group| {
        let wanted = move |name: &&Name| section.is_none() || name.section == section;
        group.names.iter().filter(wanted).map(|name| ListedName { dest: group.dest.clone(), class: group.class.clone(), name: name.clone() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNL: &str = ".PEKRMCA 221000\nPNL\nCA1501/22NOV PVG PART1\n-PEK003Y\n2WANG/LIMS/BAOMSTR\n.L/K7P2QX\n1LI/NAMS\n.L/B4C5D6\nENDPNL";
    const ADL: &str =
        ".PEKRMCA 221200\nADL\nCA1501/22NOV PVG PART1\n-PEK004Y\nDEL\n1LI/NAMS\n.L/B4C5D6\nADD\n1LI/NAMAMS\n.L/B4C5D6\n1SUN/YIMR\n.L/T5R6W7\nENDADL";

    fn state(texts: &[&str]) -> ListState {
        let mut parts = ListParts::default();
        for text in texts {
            parts.add(NameList::parse(text).unwrap());
        }
        parts.state()
    }

    #[test]
    fn a_change_before_its_list_waits_and_then_gives_the_same_list() {
        let early = state(&[ADL]);
        assert_eq!((early.complete, early.held, early.names.len()), (false, 1, 0));
        let expected = state(&[PNL, ADL]);
        assert_eq!(state(&[ADL, PNL]), expected);
        assert_eq!(state(&[ADL, PNL, ADL, PNL]), expected);
        assert_eq!(expected.seats(), 4);
    }

    #[test]
    fn delete_and_add_on_one_locator_is_a_change_of_name() {
        let state = state(&[PNL, ADL]);
        let renamed: Vec<_> = state.renamed.iter().map(|(old, new)| (old.line(), new.line())).collect();
        assert_eq!(renamed, [("1LI/NAMS".to_owned(), "1LI/NAMAMS".to_owned())]);
        assert!(state.deleted.is_empty() && state.warnings.is_empty());
    }

    #[test]
    fn parts_may_come_in_any_order_and_the_missing_one_is_named() {
        let first = ".PEKRMCA 221000\nPNL\nCA1501/22NOV PVG PART1\n-PEK002Y\n1WANG/LIMS\n.L/K7P2QX\nENDPART1";
        let second = ".PEKRMCA 221000\nPNL\nCA1501/22NOV PVG PART2\n-PEK002Y\n1LI/NAMS\n.L/B4C5D6\nENDPNL";
        assert_eq!(state(&[second]).missing, [1]);
        assert_eq!(state(&[first]).missing, [2]);
        assert_eq!(state(&[second, first, second]), state(&[first, second]));
        assert_eq!(state(&[first, second]).seats(), 2);
    }

    #[test]
    fn adding_a_name_that_is_there_changes_nothing() {
        let again = ".PEKRMCA 221300\nADL\nCA1501/22NOV PVG PART1\n-PEK003Y\nADD\n1LI/NAMS\n.L/B4C5D6\nENDADL";
        assert_eq!(state(&[PNL, again]).seats(), 3);
    }
}

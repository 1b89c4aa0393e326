//! Promises of the comparison with the host: nothing where nothing differs, each planted change once, and figures that are explained.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use schemas::flat::DocId;
use schemas::record::DocRef;
use schemas::record::fact::HostColumn;
use schemas::standards::bag_tag::BagTag;
use schemas::station::settle::{Compared, Difference, DifferenceKind, GuestState, Here, Presence, Right, Side, Subject, differences};

use crate::world::key;

fn subject(number: usize) -> Subject {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&(number as u64).to_be_bytes());
    Subject::Booking(DocRef(DocId(id)))
}

fn tag(number: usize) -> BagTag {
    format!("0999{number:06}").parse().unwrap()
}

/// A flight of so many guests: every second checked in, some of those on board, some with a bag.
fn flight(guests: usize) -> Side {
    use HostColumn::{Bags, Class, Documents, Locator, Name, Onward, Seat, Sequence, Status, Ticket};
    let columns = [Bags, Class, Documents, Locator, Name, Onward, Seat, Sequence, Status, Ticket].into();
    let mut side = Side { columns, ..Side::default() };
    for at in 0..guests {
        let presence = [Presence::Out, Presence::In, Presence::Out, Presence::Aboard][at % 4];
        let is_in = presence != Presence::Out;
        let state = GuestState {
            name: format!("GUEST{at}/ANYMR"),
            ticket: Some(format!("999240{at:07}")),
            class: Some('Y'),
            onward: Some(Vec::new()),
            presence,
            seat: is_in.then(|| format!("{}{}", at / 8 + 1, char::from(b'A' + (at % 8) as u8)).parse().unwrap()),
            sequence: is_in.then_some(at as u16 + 1),
            documents: Some(is_in),
            pieces: None,
        };
        if at % 8 == 1 {
            side.bags.insert(tag(at), subject(at));
        }
        side.guests.insert(subject(at), state);
    }
    side
}

fn compare(base: Option<&Side>, ours: &Side, theirs: &Side) -> Vec<Difference> {
    differences(&Compared { flight: key(), base, ours, theirs, here: &Here::default() })
}

/// What can be planted at one guest of four in a row: each changes one thing on one side and says how it is to be found.
const PLANTS: usize = 14;

/// Plants a change at the guests from `4 * group` on; the kind under which it must be found.
fn plant(what: usize, group: usize, ours: &mut Side, theirs: &mut Side) -> DifferenceKind {
    let (out, checked_in, aboard) = (subject(8 * group), subject(8 * group + 1), subject(8 * group + 3));
    let guest = |side: &mut Side, who: &Subject, change: &dyn Fn(&mut GuestState)| change(side.guests.get_mut(who).unwrap());
    let far = 700 + group;
    match what {
        0 => {
            guest(ours, &out, &|guest| {
                guest.presence = Presence::In;
                guest.seat = Some("99C".parse().unwrap());
                guest.sequence = Some(far as u16);
            });
            DifferenceKind::Presence
        }
        1 => {
            guest(ours, &checked_in, &|guest| guest.presence = Presence::Aboard);
            DifferenceKind::Presence
        }
        2 => {
            guest(ours, &aboard, &|guest| (guest.presence, guest.seat, guest.sequence) = (Presence::Out, None, None));
            DifferenceKind::Presence
        }
        3 => {
            guest(ours, &checked_in, &|guest| guest.seat = Some("99C".parse().unwrap()));
            DifferenceKind::Seat
        }
        4 => {
            guest(theirs, &aboard, &|guest| guest.seat = None);
            DifferenceKind::Seat
        }
        5 => {
            guest(theirs, &checked_in, &|guest| guest.sequence = Some(far as u16));
            DifferenceKind::Sequence
        }
        6 => {
            guest(theirs, &out, &|guest| guest.name = "ANOTHER/NAMEMS".to_owned());
            DifferenceKind::Booking
        }
        7 => {
            guest(theirs, &aboard, &|guest| guest.ticket = Some("9992499999999".to_owned()));
            DifferenceKind::Booking
        }
        8 => {
            guest(theirs, &out, &|guest| guest.onward = Some(vec!["LH721".to_owned()]));
            DifferenceKind::Booking
        }
        9 => {
            guest(ours, &out, &|guest| guest.documents = Some(true));
            DifferenceKind::Documents
        }
        10 => {
            ours.bags.insert(tag(far), checked_in);
            DifferenceKind::Bag
        }
        11 => {
            theirs.bags.insert(tag(8 * group + 1), aboard);
            DifferenceKind::Bag
        }
        12 => {
            // A guest with a bag whom the host has no more.
            theirs.guests.remove(&checked_in);
            theirs.bags.retain(|_, owner| *owner != checked_in);
            DifferenceKind::Guest
        }
        _ => {
            let new = Subject::Host(format!("N3WGST NEW{group}/GUEST 1"));
            theirs.guests.insert(new.clone(), GuestState { name: format!("NEW{group}/GUEST"), presence: Presence::In, ..GuestState::default() });
            theirs.bags.insert(tag(far), new);
            DifferenceKind::Guest
        }
    }
}

proptest! {
    #[test]
    fn equal_states_differ_in_nothing(guests in 0..300usize, with_base in any::<bool>()) {
        let side = flight(guests);
        prop_assert_eq!(compare(with_base.then_some(&side), &side, &side), vec![]);
    }

    #[test]
    fn each_planted_change_is_found_once_and_none_is_invented(
        plants in prop::collection::btree_map(0..20usize, 0..PLANTS, 0..20),
        with_base in any::<bool>(),
    ) {
        let base = flight(160);
        let (mut ours, mut theirs) = (base.clone(), base.clone());
        let mut wanted: Vec<DifferenceKind> = plants.iter().map(|(group, what)| plant(*what, *group, &mut ours, &mut theirs)).collect();
        let found = compare(with_base.then_some(&base), &ours, &theirs);
        let mut kinds: Vec<DifferenceKind> = found.iter().map(|difference| difference.kind).collect();
        wanted.sort_unstable();
        prop_assert_eq!(&kinds, &wanted, "in keying order: {:#?}", found);
        kinds.dedup();
        let ids: BTreeSet<_> = found.iter().map(|difference| difference.id).collect();
        prop_assert_eq!(ids.len(), found.len());
        // The figures differ by these and by nothing else.
        let explained = found.iter().fold(theirs.totals(&theirs), |sum, difference| sum.and(difference.effect));
        prop_assert_eq!(explained, ours.totals(&theirs));
        // The last list before the cut says who is right, never what differs.
        let without = compare(None, &ours, &theirs);
        prop_assert_eq!(without.iter().map(|difference| difference.id).collect::<Vec<_>>(), found.iter().map(|difference| difference.id).collect::<Vec<_>>());
    }

    #[test]
    fn any_three_sides_are_compared_and_their_figures_explained(
        plants in prop::collection::vec((0..20usize, 0..PLANTS, any::<bool>()), 0..60),
        lists_all in any::<bool>(),
    ) {
        let base = flight(160);
        let (mut ours, mut theirs) = (base.clone(), base.clone());
        for (group, what, swapped) in plants {
            let (one, other) = if swapped { (&mut theirs, &mut ours) } else { (&mut ours, &mut theirs) };
            if one.guests.contains_key(&subject(8 * group + 1)) && other.guests.contains_key(&subject(8 * group + 1)) {
                plant(what, group, one, other);
            }
        }
        if !lists_all {
            theirs.guests.retain(|_, guest| guest.presence != Presence::Out);
            let guests = theirs.guests.clone();
            theirs.bags.retain(|_, owner| guests.contains_key(owner));
        }
        let found = compare(Some(&base), &ours, &theirs);
        let ids: BTreeSet<_> = found.iter().map(|difference| difference.id).collect();
        prop_assert_eq!(ids.len(), found.len(), "{:#?}", found);
        let explained = found.iter().fold(theirs.totals(&theirs), |sum, difference| sum.and(difference.effect));
        prop_assert_eq!(explained, ours.totals(&theirs));
    }
}

#[test]
fn who_is_right_follows_from_where_it_happened() {
    let base = flight(8);
    let right =
        |ours: &Side, theirs: &Side| compare(Some(&base), ours, theirs).into_iter().map(|found| (found.kind, found.right)).collect::<Vec<_>>();
    let changed = |who: usize, change: &dyn Fn(&mut GuestState)| {
        let mut side = base.clone();
        change(side.guests.get_mut(&subject(who)).unwrap());
        side
    };
    let aboard = changed(1, &|guest| guest.presence = Presence::Aboard);
    assert_eq!(right(&aboard, &base), [(DifferenceKind::Presence, Right::Apron)]);
    // Checked in by the host's own app after the cut.
    assert_eq!(right(&base, &aboard), [(DifferenceKind::Presence, Right::Host)]);
    let name = changed(1, &|guest| guest.name = "OTHER/NAME".to_owned());
    assert_eq!(right(&base, &name), [(DifferenceKind::Booking, Right::Host)]);
    let (here, there) = (changed(1, &|guest| guest.seat = "20A".parse().ok()), changed(1, &|guest| guest.seat = "30F".parse().ok()));
    assert_eq!(right(&here, &base), [(DifferenceKind::Seat, Right::Apron)]);
    assert_eq!(right(&base, &there), [(DifferenceKind::Seat, Right::Host)]);
    assert_eq!(right(&here, &there), [(DifferenceKind::Seat, Right::Nobody)]);
    let closed = Here { closed: true, ..Here::default() };
    let found = differences(&Compared { flight: key(), base: Some(&base), ours: &base, theirs: &aboard, here: &closed });
    assert_eq!(found[0].right, Right::Apron);
}

#[test]
fn a_list_without_tags_is_compared_by_pieces() {
    let mut theirs = flight(16);
    let ours = theirs.clone();
    theirs.columns.remove(&HostColumn::Bags);
    theirs.columns.insert(HostColumn::Pieces);
    let tags = std::mem::take(&mut theirs.bags);
    let owners: BTreeMap<&Subject, u16> = tags.values().map(|owner| (owner, 1)).collect();
    for (who, guest) in &mut theirs.guests {
        guest.pieces = Some(owners.get(who).copied().unwrap_or(0));
    }
    assert_eq!(compare(None, &ours, &theirs), []);
    theirs.guests.get_mut(&subject(1)).unwrap().pieces = Some(3);
    let found = compare(None, &ours, &theirs);
    assert_eq!(
        found.iter().map(|found| (found.kind, found.ours.to_string(), found.theirs.to_string())).collect::<Vec<_>>(),
        [(DifferenceKind::Pieces, "1".to_owned(), "3".to_owned())]
    );
    assert_eq!((ours.totals(&theirs).bags, theirs.totals(&theirs).bags), (2, 4));
}

//! The differences that the plan calls for, what the host knows when it returns, and the comparison with what a hand-back shows.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use host::{Host, KeyedIn};
use schemas::record::host_page::HostState;
use schemas::standards::bag_tag::BagTag;
use serde_json::Value;

use super::plan::{Plan, Plant, What};
use super::work::Work;

/// One row that a hand-back has to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) kind: &'static str,
    /// The guest's name, or the tag of a bag.
    pub(super) who: String,
    /// `apron`, `host`, `nobody`.
    pub(super) right: &'static str,
    /// Our value and the host's, where they are short.
    values: Option<[String; 2]>,
    on: On,
    /// Whether it is there still once the host's word was accepted and the flight was back: what only a list of the airline brings, and two passes.
    pub(super) stays: bool,
}

/// On which of the host's two lists a row shows: with tags, with numbers of pieces alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum On {
    Both,
    Tags,
    Pieces,
}

/// Which list was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Tags,
    Pieces,
}

/// What a comparison came to.
#[derive(Debug, Clone, Default)]
pub(super) struct Compared {
    /// Of those expected: which were not shown, and which were shown with another word about who is right.
    pub(super) missed: Vec<String>,
    pub(super) misjudged: Vec<String>,
    /// What was shown and not expected.
    pub(super) invented: Vec<String>,
}

impl Expected {
    fn new(kind: &'static str, who: &str, right: &'static str) -> Self {
        Self { kind, who: who.to_owned(), right, values: None, on: On::Both, stays: false }
    }

    fn values(self, ours: impl ToString, theirs: impl ToString) -> Self {
        Self { values: Some([ours.to_string(), theirs.to_string()]), ..self }
    }

    fn stays(self) -> Self {
        Self { stays: true, ..self }
    }

    fn on(self, on: On) -> Self {
        Self { on, ..self }
    }

    pub(super) fn is_on(&self, list: List) -> bool {
        matches!((self.on, list), (On::Both, _) | (On::Tags, List::Tags) | (On::Pieces, List::Pieces))
    }

    fn is_shown_as(&self, row: &Value) -> bool {
        let who = if self.kind == "bag" { &row["tag"] } else { &row["name"] };
        let values = self.values.as_ref().is_none_or(|[ours, theirs]| row["ours"] == ours.as_str() && row["theirs"] == theirs.as_str());
        row["kind"] == self.kind && *who == self.who.as_str() && values
    }
}

/// Lets the host know what the station did, but for what nobody told it, and lets it do what it did by itself. The rows that this makes.
pub(super) fn learn(plan: &Plan, host: &mut Host, work: &Work) -> Result<Vec<Expected>> {
    let before = host.clone();
    let moved: BTreeMap<usize, &Plant> = plan.plants.iter().filter(|plant| plant.what == What::BagMoved).map(|plant| (plant.to, plant)).collect();
    for (at, keyed) in work.done.iter().filter(|(at, _)| Work::is_listed(**at)) {
        if let Some(keyed) = heard(plan.plant_at(*at), keyed, &before, *at, &work.taken) {
            host.key_in(&keyed).context("the host does not answer")?;
        }
    }
    let mut rows = Vec::new();
    let mut newcomers = work.added();
    let mut new = 0;
    for plant in &plan.plants {
        match plant.what {
            What::GoShow => {
                let (_, keyed) = newcomers.next().context("a guest was planned who was not taken down")?;
                rows.push(Expected::new("guest", &keyed.name, "apron"));
            }
            What::NewBooking => {
                new += 1;
                let at = host.book(host.invent_guest(5_000 + new));
                host.check_in(at, Some(plant.seats[1]));
                host.take_bag(at);
                rows.push(Expected::new("guest", &host.guest(at).context("a new guest")?.booked.name, "host").stays());
            }
            _ => {
                let keyed = work.guest(plant.at)?;
                let to = moved.contains_key(&plant.to).then(|| work.guest(plant.to)).transpose()?;
                rows.extend(by_itself(plant, host, &before, keyed, to, &work.taken)?);
            }
        }
    }
    Ok(rows)
}

/// What the host hears of a guest: nothing where nobody told it.
fn heard(plant: Option<&Plant>, keyed: &KeyedIn, before: &Host, at: usize, taken: &BTreeSet<BagTag>) -> Option<KeyedIn> {
    let known = before.guest(at)?;
    let mut heard = keyed.clone();
    match plant.map(|plant| plant.what) {
        Some(What::CheckedInHere | What::OffloadedHere) => return None,
        Some(What::BoardedHere) => heard.state = HostState::CheckedIn,
        Some(What::DocumentsHere) => heard.documents = known.documents,
        Some(What::SeatHere) => heard.seat = known.seat,
        Some(What::BagHere) => heard.bags.retain(|tag| !taken.contains(tag)),
        _ => {}
    }
    Some(heard)
}

/// What the host did by itself, and the rows of a plant.
fn by_itself(
    plant: &Plant,
    host: &mut Host,
    before: &Host,
    keyed: &KeyedIn,
    to: Option<&KeyedIn>,
    taken: &BTreeSet<BagTag>,
) -> Result<Vec<Expected>> {
    let at = plant.at;
    let base = before.guest(at).context("a guest of the plan")?;
    let [ours, theirs] = plant.seats;
    let name = keyed.name.as_str();
    let text = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    let one = |kind, right| Expected::new(kind, name, right);
    let pieces = |who: &str, ours: usize, theirs: usize| Expected::new("pieces", who, "apron").values(ours, theirs).on(On::Pieces);
    let bag = |tag: BagTag, right| Expected::new("bag", &tag.to_string(), right).on(On::Tags);
    Ok(match plant.what {
        What::GoShow | What::NewBooking => Vec::new(),
        What::Cancelled => {
            host.cancel(at);
            vec![one("guest", "host").values("not checked in", "not on the list")]
        }
        What::CancelledCheckedIn => {
            host.cancel(at);
            vec![one("guest", "apron")]
        }
        What::Ticket => {
            let ticket = format!("99924{:08}", 77_000_000 + at);
            host.rebook(at, |booked| booked.ticket = Some(ticket.clone()));
            vec![one("booking", "host").values(text(base.booked.ticket.clone()), ticket)]
        }
        What::Class => {
            host.rebook(at, |booked| booked.class = 'M');
            vec![one("booking", "host").values(base.booked.class, 'M')]
        }
        What::Onward => {
            host.rebook(at, |booked| booked.onward = vec!["CA931".to_owned()]);
            vec![one("booking", "host").values(base.booked.onward.join(" "), "CA931").stays()]
        }
        What::Renamed => {
            let name = name.replacen('/', "SON/", 1);
            host.rebook(at, |booked| booked.name.clone_from(&name));
            vec![one("booking", "host").values(&base.booked.name, name).stays()]
        }
        What::CheckedInHere | What::BoardedHere | What::OffloadedHere => vec![one("presence", "apron")],
        What::CheckedInThere => {
            host.check_in(at, Some(theirs));
            vec![one("presence", "host")]
        }
        What::DocumentsHere => vec![one("documents", "apron").values("seen", "not seen")],
        What::SeatHere => vec![one("seat", "apron").values(ours, text(base.seat.map(|seat| seat.to_string())))],
        What::SeatThere => {
            host.change_seat(at, theirs);
            vec![one("seat", "host").values(text(keyed.seat.map(|seat| seat.to_string())), theirs)]
        }
        What::TwoSeats => {
            host.change_seat(at, theirs);
            vec![one("seat", "nobody").values(ours, theirs).stays()]
        }
        What::Renumbered => {
            let number = host.renumber(at);
            vec![one("sequence", "apron").values(text(keyed.sequence.map(|number| number.to_string())), number)]
        }
        What::BagHere => {
            let tag = keyed.bags.iter().find(|tag| taken.contains(*tag)).context("a bag was planned that was not taken")?;
            vec![bag(*tag, "apron"), pieces(name, keyed.bags.len(), keyed.bags.len() - 1)]
        }
        What::BagThere => {
            let tag = host.take_bag(at).context("the host has no tag left")?;
            vec![bag(tag, "host"), pieces(name, keyed.bags.len(), keyed.bags.len() + 1)]
        }
        What::BagMoved => {
            let (tag, to) = (base.bags.first().context("a bag was planned that the host has not")?, to.context("nobody gets the bag")?);
            host.add_bag(plant.to, *tag);
            vec![bag(*tag, "apron"), pieces(name, 1, 0), pieces(&to.name, to.bags.len(), to.bags.len() + 1)]
        }
    })
}

/// Holds what a hand-back shows against what is expected on this list.
pub(super) fn compare(expected: &[Expected], list: List, rows: &[Value]) -> Compared {
    let mut compared = Compared::default();
    let mut left: Vec<&Value> = rows.iter().collect();
    for wanted in expected.iter().filter(|wanted| wanted.is_on(list)) {
        let said = format!("{} of {} ({:?})", wanted.kind, wanted.who, wanted.values);
        match left.iter().position(|row| wanted.is_shown_as(row)) {
            Some(place) => {
                let row = left.swap_remove(place);
                if row["right"] != wanted.right {
                    compared.misjudged.push(format!("{said}: {} is said to be right", row["right"]));
                }
            }
            None => compared.missed.push(said),
        }
    }
    compared.invented = left.iter().map(|row| format!("{} of {}: {} and {}", row["kind"], row["name"], row["ours"], row["theirs"])).collect();
    compared
}

/// The rows of a comparison.
pub(super) fn rows_of(settlement: &Value) -> Result<Vec<Value>> {
    ensure!(settlement["compared"] == true, "nothing was compared: {settlement}");
    ensure!(settlement["adds_up"] == true, "the counts differ by more than the rows say");
    Ok(settlement["rows"].as_array().cloned().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(kind: &str, name: &str, ours: &str, theirs: &str, right: &str) -> Value {
        json!({ "kind": kind, "name": name, "tag": null, "ours": ours, "theirs": theirs, "right": right })
    }

    #[test]
    fn what_is_missed_misjudged_or_invented_is_told_apart() {
        let expected = [
            Expected::new("seat", "LI/NAMS", "apron").values("60A", "14C"),
            Expected::new("presence", "WANG/LEIMR", "host"),
            Expected::new("pieces", "WU/LIMR", "apron").values(1, 0).on(On::Pieces),
        ];
        let good = [row("seat", "LI/NAMS", "60A", "14C", "apron"), row("presence", "WANG/LEIMR", "on board", "checked in", "host")];
        let count = |list, rows: &[Value]| {
            let compared = compare(&expected, list, rows);
            [compared.missed.len(), compared.misjudged.len(), compared.invented.len()]
        };
        assert_eq!(count(List::Tags, &good), [0, 0, 0]);
        assert_eq!(count(List::Pieces, &good), [1, 0, 0]);
        assert_eq!(count(List::Tags, &good[..1]), [1, 0, 0]);
        assert_eq!(count(List::Tags, &[good[0].clone(), good[0].clone(), good[1].clone()]), [0, 0, 1]);
        let other_value = row("seat", "LI/NAMS", "60A", "14D", "apron");
        assert_eq!(count(List::Tags, &[other_value, good[1].clone()]), [1, 0, 1]);
        let other_right = row("seat", "LI/NAMS", "60A", "14C", "nobody");
        assert_eq!(count(List::Tags, &[other_right, good[1].clone()]), [0, 1, 0]);
    }
}

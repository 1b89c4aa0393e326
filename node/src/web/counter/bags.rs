//! Bags at the counter: the form with all that a tag says, a bag put right, and how many tags are left.

use axum::Form;
use axum::http::HeaderMap;
use axum::response::Response;
use schemas::command::{BagGiven, Command};
use schemas::flat::DocId;
use schemas::record::fact::Onward;
use schemas::record::{Bag, DocRef};
use schemas::standards::bag_tag::BagTag;
use schemas::station::{GuestRow, Station};
use serde::Deserialize;
use uuid::Uuid;

use super::actions::{act, wrong};
use super::{BagLine, CounterQuery, NewTag};
use crate::lang::Say;
use crate::web::Web;
use crate::web::errors::Trouble;
use crate::web::forms;
use crate::web::language::Screen;
use crate::web::page::{FieldError, State};

/// What stands in the form of a bag.
#[derive(Debug, Clone, Default)]
pub struct BagEntry {
    /// Who hands it in.
    pub owner: String,
    pub weight: String,
    pub pool: String,
    pub tag: String,
    pub destination: String,
    pub onward: String,
    pub heavy: bool,
    pub gate_bag: bool,
    /// Set where a bag that was taken is put right.
    pub again: bool,
    /// The guest's flights behind this one, as listed.
    pub listed: String,
    /// `37`: tags that this desk can still number.
    pub left: String,
    /// Whether these are few.
    pub few: bool,
}

impl BagEntry {
    /// For the choices of a guest.
    pub fn is_of(&self, booking: &str) -> bool {
        self.owner == booking
    }

    /// For the choices of a pool's head.
    pub fn pools_with(&self, booking: &str) -> bool {
        self.pool == booking
    }
}

/// A bag to be taken.
#[derive(Deserialize)]
pub(in crate::web) struct BagForm {
    form: Uuid,
    booking: String,
    weight: String,
    #[serde(default)]
    q: String,
    /// The head of the pool; empty for a bag of one guest.
    #[serde(default)]
    pool: String,
    /// The tag that is on the bag already.
    #[serde(default)]
    tag: String,
    #[serde(default)]
    heavy: String,
    #[serde(default)]
    gate_bag: String,
    #[serde(default)]
    destination: String,
    #[serde(default)]
    onward: String,
}

pub(in crate::web) async fn bag(Screen(web): Screen, headers: HeaderMap, Form(form): Form<BagForm>) -> Result<Response, Trouble> {
    let query = CounterQuery { q: form.q.clone(), booking: Some(form.booking.clone()), ..CounterQuery::default() };
    let booking = forms::guest(&form.booking)?;
    let short = |text: &str| text.trim().chars().take(24).collect::<String>();
    let mut errors = Vec::new();
    let weight_kg = kilograms(&form.weight);
    if weight_kg.is_none() {
        errors.push(FieldError { field: "weight", words: web.say.t("not-a-weight").arg("typed", short(&form.weight)).to_string() });
    }
    let tag: Option<BagTag> = typed(&form.tag).unwrap_or_else(|| {
        errors.push(FieldError { field: "own-tag", words: web.say.t("not-a-tag").arg("typed", short(&form.tag)).to_string() });
        None
    });
    let destination = typed(&form.destination).unwrap_or_else(|| {
        errors.push(FieldError { field: "bag-to", words: web.say.t("not-an-airport").arg("typed", short(&form.destination)).to_string() });
        None
    });
    let onward = onward_of(&form.onward).unwrap_or_else(|| {
        errors.push(FieldError { field: "onward", words: web.say.t("not-onward").arg("typed", short(&form.onward)).to_string() });
        Vec::new()
    });
    let (Some(weight_kg), true) = (weight_kg, errors.is_empty()) else { return Ok(wrong(&web, &headers, &query, errors)) };
    let bag = BagGiven {
        pool_with: form.pool.parse().ok(),
        tag,
        destination,
        onward,
        heavy: !form.heavy.is_empty(),
        gate_bag: !form.gate_bag.is_empty(),
        ..BagGiven::of(booking, weight_kg)
    };
    act(&web, &headers, &query, form.form, Command::AddBag(bag), "weight").await
}

/// What the form of a bag begins with: nothing; a tag that was scanned; or a bag of the party that is put right.
pub(super) fn entry(web: &Web, station: &Station, party: &[GuestRow], booking: DocRef, query: &CounterQuery) -> BagEntry {
    let left = station.tags_left();
    let entry = BagEntry {
        owner: booking.to_string(),
        left: web.say.number(left.into()),
        few: left < TAGS_LOW,
        listed: party.iter().find(|guest| guest.booking == booking).map(|guest| guest.onward.join(", ")).unwrap_or_default(),
        ..BagEntry::default()
    };
    let Some(tag) = query.tag.as_ref().and_then(|tag| tag.parse::<BagTag>().ok()) else { return entry };
    let known = party.iter().flat_map(|guest| station.bags_of_guest(guest.booking.0)).find(|bag| bag.tag == tag);
    match known {
        Some(bag) => BagEntry { again: true, ..of_bag(bag, entry) },
        None => BagEntry { tag: tag.to_string(), ..entry },
    }
}

fn of_bag(bag: &Bag, entry: BagEntry) -> BagEntry {
    let care = bag.care().cloned().unwrap_or_default();
    let head = bag.owner.map(|owner| DocRef(owner).to_string()).unwrap_or_default();
    let onward: Vec<String> = care.onward.iter().map(|leg| format!("{} {}", leg.flight, leg.to)).collect();
    BagEntry {
        weight: bag.kg.map(|kg| kg.to_string()).unwrap_or_default(),
        tag: bag.tag.to_string(),
        destination: bag.destination.map(|code| code.to_string()).unwrap_or_default(),
        onward: onward.join(", "),
        heavy: care.heavy,
        gate_bag: care.gate_bag,
        // Of a pooled bag the member hands it in, and the pool's head owns it.
        owner: care.handed_in_by.map_or_else(|| head.clone(), |member| member.to_string()),
        pool: care.handed_in_by.map(|_| head).unwrap_or_default(),
        ..entry
    }
}

/// The bags of a guest; where each is held is filled in behind.
pub(super) fn bag_lines(say: &Say, station: &Station, guest: &GuestRow) -> Vec<(DocId, BagLine)> {
    let bag_line = |bag: &Bag| {
        let line = BagLine {
            tag: bag.tag.to_string(),
            weight: bag.kg.map_or_else(|| "-".to_owned(), |kg| say.t("kilograms").arg("kg", kg).to_string()),
            destination: bag.destination.map_or_else(|| "-".to_owned(), |code| code.to_string()),
            notes: care_words(say, bag),
            state: State::default(),
        };
        (bag.id, line)
    };
    station.bags_of_guest(guest.booking.0).into_iter().map(bag_line).collect()
}

/// `heavy label, gate bag, then MU5101 to JFK`.
fn care_words(say: &Say, bag: &Bag) -> String {
    let Some(care) = bag.care() else { return String::new() };
    let mut words = Vec::new();
    if care.heavy {
        words.push(say.t("bag-is-heavy").to_string());
    }
    if care.gate_bag {
        words.push(say.t("bag-is-gate").to_string());
    }
    words.extend(care.onward.iter().map(|leg| say.t("bag-goes-on").arg("flight", leg.flight.to_string()).arg("to", leg.to.to_string()).to_string()));
    say.list(&words)
}

/// The tag that the last press made.
pub(super) fn new_tag(web: &Web, done: Option<Uuid>) -> Option<NewTag> {
    let stored = web.services.command_by_id(done?)?;
    Some(NewTag {
        tag: stored.answer["tag"].as_str()?.to_owned(),
        owner: stored.answer["name"].as_str()?.to_owned(),
        weight: web.say.t("kilograms").arg("kg", stored.answer["weight_kg"].as_u64()?).to_string(),
    })
}

/// Nothing where nothing was typed, and no answer where what was typed is not one.
pub(in crate::web) fn typed<T: std::str::FromStr>(text: &str) -> Option<Option<T>> {
    match text.trim() {
        "" => Some(None),
        text => text.to_ascii_uppercase().parse().ok().map(Some),
    }
}

/// `MU5101 JFK, DL42 BOS`: flights with where each takes the bag.
pub(in crate::web) fn onward_of(text: &str) -> Option<Vec<Onward>> {
    let legs = text.split([',', ';', '\n']).map(str::trim).filter(|leg| !leg.is_empty());
    legs.map(|leg| {
        let leg = leg.to_ascii_uppercase();
        let (flight, to) = leg.rsplit_once([' ', '/'])?;
        Some(Onward { flight: flight.trim().parse().ok()?, to: to.parse().ok()? })
    })
    .collect()
}

/// Scales show tenths; a tag shows whole kilograms, rounded up.
pub(in crate::web) fn kilograms(typed: &str) -> Option<u16> {
    let text = typed.trim().trim_end_matches("kg").trim().replace(',', ".");
    let weight: f32 = text.parse().ok()?;
    (0.1..=999.0).contains(&weight).then(|| weight.ceil() as u16)
}

/// So few tags are left that somebody should ask for a new block.
const TAGS_LOW: u32 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn onward_flights_are_read_as_people_type_them() {
        let read = |text: &str| onward_of(text).map(|legs| legs.iter().map(|leg| format!("{}-{}", leg.flight, leg.to)).collect::<Vec<_>>());
        assert_eq!(read(" mu5101 jfk, DL42/BOS;"), Some(vec!["MU5101-JFK".to_owned(), "DL42-BOS".to_owned()]));
        assert_eq!(read(""), Some(Vec::new()));
        assert_eq!([read("JFK"), read("MU5101 J"), read("5101 JFK, x")], [None, None, None]);
    }

    #[test]
    fn a_weight_is_whole_kilograms_rounded_up() {
        assert_eq!(["18", "18.2", " 18,2 kg", "0", "-3", "x", "1e9"].map(kilograms), [Some(18), Some(19), Some(19), None, None, None, None]);
    }
}

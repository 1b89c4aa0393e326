//! The work area: the party of a guest, with what each was given and what is left to do.

use axum::http::HeaderMap;
use schemas::record::booking::Standing;
use schemas::record::{DocRef, FlightKey};
use schemas::standards::seat::Seat;
use schemas::station::GuestRow;

use super::bags::{self, BagEntry};
use super::care::{self, CarePart};
use super::documents::{self, DocumentMark, DocumentsPart};
use super::problems::{self, ProblemPart};
use super::request::{self, RequestsPart};
use super::seats::{self, SeatsPart};
use super::{CounterQuery, is_selected_by_pass};
use crate::web::gate::{Ask, offload_ask, read_only};
use crate::web::page::{Flag, FlightHead, State};
use crate::web::{Web, words};

/// The party at the counter.
#[derive(Debug, Clone)]
pub struct Work {
    pub flight: FlightHead,
    /// The booking the work was opened with.
    pub booking: String,
    pub locator: String,
    pub guests: Vec<PartyGuest>,
    /// The tag that was just made, shown large.
    pub new_tag: Option<NewTag>,
    pub read_only: Option<String>,
    pub ask: Option<Ask>,
    /// What stands in the way, one thing after the other.
    pub problem: Option<ProblemPart>,
    pub documents: Option<DocumentsPart>,
    pub seats: Option<SeatsPart>,
    pub care: Option<CarePart>,
    pub bag: BagEntry,
    /// What these guests asked the airline for.
    pub requests: RequestsPart,
    /// Whether the list for the authorities may be looked at.
    pub may_list: bool,
}

/// One guest of the party.
#[derive(Debug, Clone, Default)]
pub struct PartyGuest {
    pub no: usize,
    pub booking: String,
    pub name: String,
    /// `Adult`, `Child`, `Infant`.
    pub kind: String,
    pub seat: String,
    /// What the seat field proposes when there is no seat yet.
    pub proposed: String,
    pub sequence: String,
    pub checked_in: bool,
    pub boarded: bool,
    pub status: String,
    pub flags: Vec<Flag>,
    /// What the hub said of a guest who comes from another station.
    pub coming: Vec<String>,
    /// What came of looking at the documents; nothing where the route asks for none and nobody looked.
    pub documents: Option<DocumentMark>,
    /// Who helps, and who handed a minor over, each in a line.
    pub care: Vec<String>,
    /// Whether check-in has to hear who hands over the child.
    pub needs_escort: bool,
    pub bags: Vec<BagLine>,
    pub selected: bool,
    pub state: State,
}

/// One accepted bag.
#[derive(Debug, Clone, Default)]
pub struct BagLine {
    pub tag: String,
    pub weight: String,
    pub destination: String,
    /// `heavy label, then MU5101 to JFK`.
    pub notes: String,
    pub state: State,
}

/// A tag number that was just given.
#[derive(Debug, Clone)]
pub struct NewTag {
    pub tag: String,
    pub owner: String,
    pub weight: String,
}

impl Work {
    /// Whether anyone here is still to be checked in.
    pub fn can_check_in(&self) -> bool {
        self.guests.iter().any(|guest| !guest.checked_in)
    }

    /// Whether anyone here is checked in and may hand over a bag.
    pub fn can_take_bags(&self) -> bool {
        self.guests.iter().any(|guest| guest.checked_in)
    }
}

pub(super) fn work(web: &Web, headers: &HeaderMap, booking: DocRef, query: &CounterQuery) -> Option<Work> {
    let (row, party, mut bags, offers, entry) = web.services.read(|station| {
        let guest = station.guest(booking.0)?;
        let party = station.party_of(booking.0);
        let bags = party.iter().map(|guest| bags::bag_lines(&web.say, station, guest)).collect::<Vec<_>>();
        let unseated: Vec<_> =
            party.iter().filter(|guest| guest.standing == Standing::Listed && guest.listed_seat.is_none()).map(|guest| guest.booking.0).collect();
        let offers = station.suggest_seats(&guest.flight, &unseated);
        let entry = bags::entry(web, station, &party, booking, query);
        Some((station.flight_of(&guest.flight)?, party, bags, offers, entry))
    })?;
    for (bag, line) in bags.iter_mut().flatten() {
        line.state = web.state(&row.flight.scope(), *bag);
    }
    let bags: Vec<Vec<BagLine>> = bags.into_iter().map(|lines| lines.into_iter().map(|(_, line)| line).collect()).collect();
    let locator = party.iter().find(|guest| guest.booking == booking).and_then(|guest| guest.locator);
    let read_only = read_only(&web.say, &row);
    let find = |id: &Option<String>| id.as_ref().and_then(|id| party.iter().find(|guest| guest.booking.to_string() == *id));
    let is_open = read_only.is_none();
    let problem = problems::part(web, headers, booking, query).filter(|_| is_open);
    let looked_at = find(&query.documents)
        .or_else(|| problem.as_ref().filter(|problem| problem.asks_documents).and_then(|problem| find(&Some(problem.booking.clone()))));
    let cared_for =
        find(&query.care).or_else(|| problem.as_ref().filter(|problem| problem.asks_escort).and_then(|problem| find(&Some(problem.booking.clone()))));
    let guest = |(no, (guest, bags)): (usize, (&GuestRow, Vec<BagLine>))| {
        let offer = offers.iter().find(|(booking, _)| *booking == guest.booking).map(|(_, seat)| *seat);
        party_guest(web, &row.flight, no + 1, guest, offer, bags)
    };
    Some(Work {
        flight: web.head(&row),
        booking: booking.to_string(),
        locator: locator.map_or_else(|| web.say.t("counter-no-locator").to_string(), |locator| locator.to_string()),
        guests: party.iter().zip(bags).enumerate().map(guest).collect(),
        new_tag: bags::new_tag(web, query.done),
        ask: find(&query.offload).filter(|_| is_open).map(|guest| offload_ask(&web.say, "/counter/offload".to_owned(), guest, query.q.clone())),
        seats: find(&query.seat).filter(|_| is_open).and_then(|guest| seats::part(web, guest)),
        documents: looked_at
            .filter(|_| is_open)
            .map(|guest| documents::part(web, headers, guest, query, is_selected_by_pass(&web.lately.searched(&query.q)))),
        care: cared_for.filter(|_| is_open).map(|guest| care::part(web, guest)),
        bag: entry,
        requests: request::part(web, &party),
        may_list: web.viewer(headers).may(schemas::staff::Permission::ListDocuments),
        problem,
        read_only,
    })
}

fn party_guest(web: &Web, key: &FlightKey, no: usize, guest: &GuestRow, offer: Option<Seat>, bags: Vec<BagLine>) -> PartyGuest {
    let checked_in = matches!(guest.standing, Standing::CheckedIn | Standing::Aboard);
    let text = |seat: Option<Seat>| seat.map(|seat| seat.to_string()).unwrap_or_default();
    PartyGuest {
        no,
        booking: guest.booking.to_string(),
        name: guest.name.clone(),
        kind: web.say.t(if guest.child { "counter-child" } else { "counter-adult" }).to_string(),
        seat: text(guest.seat),
        proposed: text(guest.seat.or(guest.listed_seat).or(offer)),
        sequence: guest.sequence.map(|number| number.to_string()).unwrap_or_default(),
        checked_in,
        boarded: guest.standing == Standing::Aboard,
        status: web.say.t(standing(guest)).to_string(),
        flags: words::staff_flags(&web.say, guest),
        coming: web.coming(guest).into_iter().chain(web.connection_note(guest)).collect(),
        documents: documents::mark(web, guest),
        care: care::lines(web, guest),
        needs_escort: !checked_in && guest.minor.as_ref().is_some_and(|minor| minor.handed_by.is_none()),
        bags,
        selected: guest.standing == Standing::Listed,
        state: web.state(&key.scope(), guest.booking.0),
    }
}

/// The key of its words.
pub(super) fn standing(guest: &GuestRow) -> &'static str {
    match guest.standing {
        Standing::Listed if guest.standby => "standing-standby",
        Standing::Listed if !guest.on_list => "standing-not-listed",
        Standing::Listed => "standing-listed",
        Standing::CheckedIn => "standing-checked-in",
        Standing::Aboard => "standing-aboard",
        Standing::Offloaded => "standing-offloaded",
    }
}

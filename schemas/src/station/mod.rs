//! What a node knows of its station, and what follows from it.
//!
//! A [`Station`] holds the records of many flights in memory. It is told of every change by [`Station::apply`], answers questions from indexes, and
//! decides what a command changes without changing anything itself.

mod accepted;
mod arriving;
mod assistance;
mod bag_allowance;
mod bag_messages;
mod bags;
mod book;
mod by_name;
mod calls;
mod cases;
mod check_in;
mod closing;
mod column_maps;
pub mod conflict;
mod connecting;
mod connecting_times;
mod control;
mod course;
mod csv_list;
mod decide;
mod document_routes;
mod documents;
mod equipment;
mod excess;
mod find;
mod flights;
mod gate;
mod guests;
mod handover;
mod host_import;
mod host_list;
mod host_match;
mod import;
mod incident_clocks;
pub mod incidents;
mod joining;
mod likeness;
mod list_changes;
mod minors;
mod misconnecting;
mod move_plan;
mod moved_pass;
mod movements;
mod moves;
mod moving;
mod moving_work;
mod named;
mod numbers;
mod off_board;
pub mod outgoing;
pub mod paper;
pub mod paper_lines;
mod photos;
mod pools;
mod preview;
mod printing;
mod problems;
mod rules;
mod scope_closing;
mod seat_plan;
mod seating;
mod selectees;
pub mod settle;
mod settle_sides;
mod settlement;
mod silence;
mod spelling;
mod staff;
mod standby;
mod take_back;
mod trace_steps;
mod tracing;
mod unlisted;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use book::Book;
use connecting::Connections;
use find::{NameStart, PartMarks};

use crate::flat::{DocId, FlatDoc};
use crate::record::fact::StaffNumber;
use crate::record::photo::{self, PhotoHash};
use crate::record::{Access, Bag, Booking, Case, Flight, FlightKey, Handover, HostPage, Ids, Person, Record};
use crate::scope::{ScopeId, ScopeKind};
use crate::standards::airport::AirportCode;
use crate::standards::bag_tag::BagTag;
use crate::standards::locator::Locator;

pub use arriving::Arrives;
pub use assistance::{Job, JobRow};
pub use bag_allowance::BagAllowances;
pub use bags::{GateBag, UnloadRow};
pub use calls::CallRow;
pub use cases::CaseRow;
pub use closing::{Counts, Sheet, Taken};
pub use column_maps::{ColumnMaps, MapKind, MapShown, NoMaps};
pub use conflict::{Conflict, ConflictKind};
pub use connecting_times::ConnectingRules;
pub use control::{ControlStep, Sources};
pub use course::{CourseRow, CourseStep};
pub use csv_list::PassedOver;
pub use decide::{Context, Decision};
pub use document_routes::{DocumentRoutes, WhenNotAsked};
pub use documents::DocumentRow;
pub use equipment::ReseatRow;
pub use find::{Found, FoundBy};
pub use flights::{FlightRow, TakenOver};
pub use guests::{Boarding, ConnectingRow, GuestRow, Minor};
pub use incident_clocks::{Clocks, Limit, LimitKind, Reminder, SOON_DAYS};
pub use incidents::{IncidentFile, SectionState};
pub use misconnecting::{ConnectingBag, ConnectingGuest, ConnectingPair, Holds, ToDo};
pub use move_plan::{MovePlan, MoveRow, Stay};
pub use moves::{MovedHere, MovedLine, Trace};
pub use moving_work::{MoveWork, MovedGuest, OnwardGuest};
pub use numbers::Blocks;
pub use outgoing::Carried;
pub use photos::PhotoRecord;
pub use pools::Pool;
pub use preview::{Preview, PreviewChange};
pub use printing::Issue;
pub use problems::{Problem, Trouble};
pub use rules::{NoRules, Rules};
pub use seat_plan::{PlanCabin, PlanRow, PlanSeat, SeatPlan, SeatUse};
pub use settlement::{Ended, Settlement, SettlementRow, SettlingRow, UnreadRow};
pub use silence::{HostSilence, Patience, Rhythm, silent_since};
pub use standby::StandbyRow;
pub use tracing::{Candidate, Candidates};

/// What a node is told about itself once.
#[derive(Clone)]
pub struct Setting {
    /// The station; nothing at the hub, which holds many.
    pub station: Option<AirportCode>,
    /// The zone in which times are said in words; UTC with a `Z` if there is none.
    pub zone: Option<chrono_tz::Tz>,
    /// The node's place of work, used where a command names none.
    pub desk: String,
    /// The installation's secret, with which identities are made.
    pub secret: [u8; 32],
    pub blocks: Blocks,
    /// Whether the installation is for practice: nothing in it is real, and what the host works may be worked here too.
    pub practice: bool,
}

/// Everything that one node knows of the flights, guests, bags and cases in its scopes.
pub struct Station {
    setting: Setting,
    rules: Arc<Rules>,
    ids: Ids,
    books: BTreeMap<FlightKey, Book>,
    flights: BTreeMap<DocId, FlightKey>,
    bookings: BTreeMap<DocId, Box<Booking>>,
    bags: BTreeMap<DocId, Bag>,
    /// Bookings that are here and not entered into maps and indexes yet, see [`Station::fill`].
    #[expect(clippy::vec_box, reason = "they come in boxes, and the same boxes go into the map")]
    to_enter: Vec<Box<Booking>>,
    cases: BTreeMap<DocId, (ScopeId, Case)>,
    /// The reports that are looked for, by what they have in common.
    tracing: tracing::Index,
    persons: BTreeMap<StaffNumber, (ScopeId, Person)>,
    person_ids: BTreeMap<DocId, StaffNumber>,
    accesses: BTreeMap<DocId, (ScopeId, Access)>,
    handovers: BTreeMap<DocId, (ScopeId, Handover)>,
    host_pages: BTreeMap<DocId, HostPage>,
    /// The photos that bags and cases show, each with its record.
    photos: BTreeSet<(PhotoHash, DocId)>,
    /// Documents of kinds that we do not know, or in a scope in which they do not belong: kept by the store, counted here.
    strays: BTreeSet<DocId>,
    /// The beginnings of names without anything but letters and digits, each with its booking.
    names: BTreeMap<(NameStart, DocId), PartMarks>,
    locators: BTreeSet<(Locator, DocId)>,
    tags: BTreeSet<(BagTag, DocId)>,
    /// Tags that are known on several flights.
    twins: BTreeSet<BagTag>,
    owned: BTreeSet<(DocId, DocId)>,
    /// Who handed in a bag of a pool, with the bag.
    pooled: BTreeSet<(DocId, DocId)>,
    used: numbers::Used,
    /// The booking to which a guest was moved, with the booking where the guest was.
    moved: BTreeSet<(DocId, DocId)>,
    /// The same from the other half of each move: the booking where the guest was, with the one to which the guest was moved.
    came: BTreeSet<(DocId, DocId)>,
    /// Bookings of one guest who was moved several times.
    kin: BTreeSet<(DocId, DocId, bool)>,
    /// Who goes on from one station to another; kept at the hub alone.
    connections: Connections,
}

impl Station {
    pub fn new(setting: Setting) -> Self {
        Self {
            ids: Ids::new(setting.secret),
            setting,
            rules: Rules::built_in(),
            books: BTreeMap::new(),
            flights: BTreeMap::new(),
            bookings: BTreeMap::new(),
            bags: BTreeMap::new(),
            to_enter: Vec::new(),
            cases: BTreeMap::new(),
            tracing: tracing::Index::default(),
            persons: BTreeMap::new(),
            person_ids: BTreeMap::new(),
            accesses: BTreeMap::new(),
            handovers: BTreeMap::new(),
            host_pages: BTreeMap::new(),
            photos: BTreeSet::new(),
            strays: BTreeSet::new(),
            names: BTreeMap::new(),
            locators: BTreeSet::new(),
            tags: BTreeSet::new(),
            twins: BTreeSet::new(),
            owned: BTreeSet::new(),
            pooled: BTreeSet::new(),
            used: numbers::Used::default(),
            moved: BTreeSet::new(),
            came: BTreeSet::new(),
            kin: BTreeSet::new(),
            connections: Connections::default(),
        }
    }

    /// The same under these rules, in the place of those that come with the product. What was done under them stands in the records, so nothing follows from
    /// them later.
    #[must_use]
    pub fn under(mut self, rules: Arc<Rules>) -> Self {
        self.rules = rules;
        self
    }

    pub fn setting(&self) -> &Setting {
        &self.setting
    }

    pub fn column_maps(&self) -> &ColumnMaps {
        &self.rules.columns
    }

    /// Whether a text is a table of guests that one of the maps here knows.
    pub fn is_guest_table(&self, text: &str) -> bool {
        csv_list::is_table(text, &self.rules.columns)
    }

    /// Makes the identities of this installation's records.
    pub fn ids(&self) -> &Ids {
        &self.ids
    }

    /// Takes what a document says now in the place of what it said before. The order in which documents come does not matter.
    pub fn apply(&mut self, scope: &ScopeId, id: DocId, doc: &FlatDoc) {
        self.put(scope, id, Record::read(id, doc));
    }

    /// As [`Station::apply`], for a document that was read before.
    pub fn put(&mut self, scope: &ScopeId, id: DocId, record: Record) {
        self.forget(id);
        match record {
            Record::Flight(flight) if flight.key.is_in(scope) && self.ids.flight(&flight.key) == id => self.put_flight(*flight),
            Record::Booking(booking) if booking.flight.is_in(scope) => self.put_booking(booking),
            Record::Bag(bag) if bag.flight.is_in(scope) && self.ids.bag(&bag.flight, bag.tag) == id => self.put_bag(*bag),
            Record::Case(case) if matches!(scope.kind(), ScopeKind::Desk { .. }) => self.put_case(scope.clone(), *case),
            Record::Person(person) if matches!(scope.kind(), ScopeKind::Network { .. }) && self.ids.person(&person.number) == id => {
                self.put_person(scope, *person);
            }
            Record::Handover(note) if matches!(scope.kind(), ScopeKind::Desk { .. }) => {
                self.handovers.insert(id, (scope.clone(), *note));
            }
            Record::HostPage(page) if page.flight.is_in(scope) && self.ids.host_page(&page.flight, &page.hash, page.page) == id => {
                self.host_pages.insert(id, *page);
            }
            Record::Access(access) if scope.is_staff_of(&access.station) => {
                self.accesses.insert(id, (scope.clone(), *access));
            }
            Record::Flight(_)
            | Record::Booking(_)
            | Record::Bag(_)
            | Record::Case(_)
            | Record::Person(_)
            | Record::Access(_)
            | Record::Handover(_)
            | Record::HostPage(_)
            | Record::Other => {
                self.strays.insert(id);
            }
        }
    }

    /// As [`Station::put`], for many documents one after another, each once, into a station that knows nothing yet: they are found from the next
    /// [`Station::settle_in`] on, which enters all at once.
    pub fn fill(&mut self, scope: &ScopeId, id: DocId, record: Record) {
        match record {
            Record::Booking(booking) if booking.flight.is_in(scope) => self.to_enter.push(booking),
            record => self.put(scope, id, record),
        }
    }

    /// Enters what was filled in, and lays out densely what was put so far: maps that grew in the order of their keys are half empty.
    pub fn settle_in(&mut self) {
        self.enter();
        dense(&mut self.flights);
        dense(&mut self.bags);
        dense(&mut self.tags);
        dense(&mut self.owned);
        self.books.values_mut().for_each(|book| dense(&mut book.bags));
    }

    /// Enters the bookings that were filled in: one sorted list becomes one full map, where entering one by one would search each of five maps for each.
    fn enter(&mut self) {
        let mut bookings = std::mem::take(&mut self.to_enter);
        bookings.sort_unstable_by_key(|booking| booking.id);
        let names = bookings.iter().map(|booking| ((NameStart::of(booking.name()), booking.id), PartMarks::of(booking.name())));
        self.names = std::mem::take(&mut self.names).into_iter().chain(names).collect();
        let locators = bookings.iter().flat_map(|booking| booking.locators().map(|locator| (locator, booking.id)));
        self.locators = std::mem::take(&mut self.locators).into_iter().chain(locators).collect();
        self.moved.extend(bookings.iter().flat_map(|booking| moves::ways_from(booking)));
        self.came.extend(bookings.iter().flat_map(|booking| moves::ways_to(booking)));
        self.kin.extend(bookings.iter().flat_map(|booking| moves::kin_of(booking)));
        let mut by_flight: BTreeMap<FlightKey, Vec<&Booking>> = BTreeMap::new();
        for booking in &bookings {
            by_flight.entry(booking.flight).or_default().push(booking);
        }
        for (key, bookings) in by_flight {
            self.books.entry(key).or_default().enter(&bookings);
        }
        if self.setting.station.is_none() {
            bookings.iter().for_each(|booking| self.connections.put(booking));
        }
        let bookings = bookings.into_iter().map(|booking| (booking.id, booking));
        self.bookings = std::mem::take(&mut self.bookings).into_iter().chain(bookings).collect();
    }

    /// Drops a document that is no longer held, as when its scope has ended.
    pub fn forget(&mut self, id: DocId) {
        self.strays.remove(&id);
        if let Some(key) = self.flights.remove(&id) {
            self.in_book(key, |book| book.flight = None);
        }
        if let Some(booking) = self.bookings.remove(&id) {
            self.unput_booking(&booking);
        }
        if let Some(bag) = self.bags.remove(&id) {
            self.unput_bag(&bag);
            self.forget_photos(id, &bag.history);
        }
        if let Some((_, case)) = self.cases.remove(&id) {
            self.forget_photos(id, &case.history);
        }
        self.tracing.forget(id);
        self.forget_person(id);
        self.accesses.remove(&id);
        self.handovers.remove(&id);
        self.host_pages.remove(&id);
    }

    /// Documents that are held and are none of ours: of a newer version, or in a scope in which they do not belong.
    pub fn strays(&self) -> usize {
        self.strays.len()
    }

    pub fn flight(&self, key: &FlightKey) -> Option<&Flight> {
        self.books.get(key)?.flight.as_ref()
    }

    pub fn booking(&self, id: DocId) -> Option<&Booking> {
        self.bookings.get(&id).map(|booking| &**booking)
    }

    pub fn bag(&self, id: DocId) -> Option<&Bag> {
        self.bags.get(&id)
    }

    pub fn case(&self, id: DocId) -> Option<&Case> {
        self.cases.get(&id).map(|(_, case)| case)
    }

    /// The bookings of a flight in the order of its list.
    pub fn bookings_of(&self, key: &FlightKey) -> Vec<&Booking> {
        let mut bookings: Vec<_> = self.on(key).collect();
        bookings.sort_by(|a, b| (a.listing.order, &a.listing.name, a.id).cmp(&(b.listing.order, &b.listing.name, b.id)));
        bookings
    }

    /// The bags of a flight, by tag.
    pub fn bags_of(&self, key: &FlightKey) -> Vec<&Bag> {
        let mut bags: Vec<_> = self.bags_on(key).collect();
        bags.sort_by_key(|bag| bag.tag);
        bags
    }

    /// The bags that belong to a booking and were not given back, by tag.
    pub fn bags_of_guest(&self, booking: DocId) -> Vec<&Bag> {
        let range = (booking, DocId([0; 16]))..=(booking, DocId([0xff; 16]));
        let mut bags: Vec<_> = self.owned.range(range).filter_map(|(_, bag)| self.bags.get(bag)).filter(|bag| !bag.is_removed()).collect();
        bags.sort_by_key(|bag| bag.tag);
        bags
    }

    /// Whether a document is held and lives in this scope.
    fn lives_in(&self, scope: &ScopeId, id: DocId) -> bool {
        let flight = self.bookings.get(&id).map(|booking| booking.flight).or_else(|| self.bags.get(&id).map(|bag| bag.flight));
        let flight = flight.or_else(|| self.flights.get(&id).copied());
        flight.map(|key| key.scope()).as_ref().or_else(|| self.cases.get(&id).map(|(scope, _)| scope)) == Some(scope)
    }

    /// The guests of a flight, without those whom a change message took off before anybody saw them, and those who stand on another flight.
    fn on(&self, key: &FlightKey) -> impl Iterator<Item = &Booking> {
        self.everybody_of(key).filter(|booking| self.is_here(booking))
    }

    /// Every booking that was ever made on a flight.
    fn everybody_of(&self, key: &FlightKey) -> impl Iterator<Item = &Booking> {
        self.books.get(key).into_iter().flat_map(|book| &book.bookings).filter_map(|id| self.booking(*id))
    }

    fn bags_on(&self, key: &FlightKey) -> impl Iterator<Item = &Bag> {
        self.books.get(key).into_iter().flat_map(|book| &book.bags).filter_map(|id| self.bags.get(id))
    }

    fn put_flight(&mut self, flight: Flight) {
        self.used.flight(&self.setting.blocks, &flight);
        self.flights.insert(flight.id, flight.key);
        self.in_book(flight.key, |book| book.flight = Some(flight));
    }

    fn put_booking(&mut self, booking: Box<Booking>) {
        let id = booking.id;
        self.names.insert((NameStart::of(booking.name()), id), PartMarks::of(booking.name()));
        self.locators.extend(booking.locators().map(|locator| (locator, id)));
        self.in_book(booking.flight, |book| book.put_booking(&booking));
        self.moved.extend(moves::ways_from(&booking));
        self.came.extend(moves::ways_to(&booking));
        self.kin.extend(moves::kin_of(&booking));
        if self.setting.station.is_none() {
            self.connections.put(&booking);
        }
        self.bookings.insert(id, booking);
    }

    fn unput_booking(&mut self, booking: &Booking) {
        self.names.remove(&(NameStart::of(booking.name()), booking.id));
        for locator in booking.locators() {
            self.locators.remove(&(locator, booking.id));
        }
        self.in_book(booking.flight, |book| book.unput_booking(booking));
        for way in moves::ways_from(booking) {
            self.moved.remove(&way);
        }
        for way in moves::ways_to(booking) {
            self.came.remove(&way);
        }
        for kin in moves::kin_of(booking) {
            self.kin.remove(&kin);
        }
        self.connections.forget(booking.id);
    }

    fn put_bag(&mut self, bag: Bag) {
        let id = bag.id;
        self.tags.insert((bag.tag, id));
        self.used.bag(&self.setting.blocks, &bag);
        self.pooled.extend(bag.handed_in_by().map(|member| (member, id)));
        self.owned.extend(bag.owner.map(|owner| (owner, id)));
        let is_split = !bag.splits.is_empty();
        let is_spoken_of = outgoing::speaks(&bag.history);
        self.in_book(bag.flight, |book| {
            book.bags.insert(id);
            if is_spoken_of {
                book.spoken.insert(id);
            }
            if is_split {
                book.split_bags.insert(id);
            }
        });
        if photo::has_any(&bag.history) {
            self.note_photos(id, photo::shown(&bag.history));
        }
        let tag = bag.tag;
        self.bags.insert(id, bag);
        self.find_twins(tag);
    }

    fn unput_bag(&mut self, bag: &Bag) {
        self.tags.remove(&(bag.tag, bag.id));
        if let Some(owner) = bag.owner {
            self.owned.remove(&(owner, bag.id));
        }
        if let Some(member) = bag.handed_in_by() {
            self.pooled.remove(&(member, bag.id));
        }
        self.in_book(bag.flight, |book| {
            book.bags.remove(&bag.id);
            book.spoken.remove(&bag.id);
            book.split_bags.remove(&bag.id);
        });
        self.find_twins(bag.tag);
    }

    fn find_twins(&mut self, tag: BagTag) {
        if self.bags_with(tag).nth(1).is_some() {
            self.twins.insert(tag);
        } else {
            self.twins.remove(&tag);
        }
    }

    fn put_case(&mut self, scope: ScopeId, case: Case) {
        self.used.case(&self.setting.blocks, &case.reference);
        self.tracing.put(&case);
        self.note_photos(case.id, photo::shown(&case.history));
        self.cases.insert(case.id, (scope, case));
    }

    fn in_book(&mut self, key: FlightKey, change: impl FnOnce(&mut Book)) {
        let book = self.books.entry(key).or_default();
        change(book);
        if book.is_empty() {
            self.books.remove(&key);
        }
    }
}

/// The same map or set, built at once from its items in order: its nodes are full.
fn dense<T: Default + IntoIterator + FromIterator<T::Item>>(items: &mut T) {
    *items = std::mem::take(items).into_iter().collect();
}

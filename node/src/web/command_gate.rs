//! What is typed at the command line for a gate's work beside boarding: seats, help, minors, security; and to take back what was done last.

use axum::http::HeaderMap;
use schemas::command::{BagGiven, Command, NewSeat};
use schemas::record::call::Call;
use schemas::record::course::OnwardPlan;
use schemas::record::excess::ExcessEnd;
use schemas::record::fact::{AssistStep, EscortStep, Security};
use schemas::record::{DocRef, FlightKey, reason};
use schemas::staff::Permission;
use schemas::standards::airport::AirportCode;
use schemas::standards::flight::FlightNumber;
use schemas::standards::seat::Seat;

use super::Web;
use super::command_line::{Act, CommandRow, Guest, Wrong, booking_of, flight_of, guest_of};
use super::undo::LastDone;
use super::who::Viewer;

/// A line that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum GateLine {
    /// Shows the guest with everything that can be done.
    Panel(Guest),
    /// Shows who needs another seat.
    Reseating(FlightNumber),
    /// Takes every seat that is proposed.
    ReseatAll(FlightNumber),
    Reseat(Guest, Seat),
    /// Takes a bag at the gate; true for one with a heavy label.
    Bag(Guest, u16, bool),
    Escort(Guest, EscortStep, String),
    /// A step of the guest's open job, of this service where there are several; with who helps.
    Help(Guest, AssistStep, Option<String>, Option<String>),
    Security(Guest, Security, String),
    /// What came of all excess baggage of the guest's party: the proof of payment, or why it is free.
    Excess(Guest, ExcessEnd, String),
    /// Of the open flight where none is named.
    Minors(Option<FlightNumber>),
    Assistance(Option<FlightNumber>),
    /// Shows what happens to a flight, at this part of the page.
    Changes(FlightNumber, &'static str),
    /// A flight lands elsewhere; why, where it was typed.
    Divert(FlightNumber, AirportCode, String),
    /// Guests of a flight go with another one: a split, a merge, or single guests. They are chosen on the page.
    Move(FlightNumber, FlightNumber, &'static str),
    /// Says that a group of the open flight was called.
    Call(Call),
    /// Shows who is missing, to be read out.
    Names,
    /// Asks whether the last thing that this person did here is to be taken back.
    Undo,
}

/// What can be typed, who may, and the key of its words.
const TYPED: &[(Permission, &str, &str)] = &[
    (Permission::SeeGuests, "guest 42", "command-does-guest"),
    (Permission::ChangeEquipment, "reseat CA1501", "command-does-reseating"),
    (Permission::ChangeEquipment, "reseat CA1501 all", "command-does-reseat-all"),
    (Permission::ChangeEquipment, "reseat 42 21C", "command-does-reseat"),
    (Permission::TakeBags, "gatebag 42 12 heavy", "command-does-gate-bag"),
    (Permission::Board, "handed 42 MA/LI", "command-does-handed"),
    (Permission::Board, "signed 42 CREW/AN", "command-does-signed"),
    (Permission::Assist, "assign 42 4801 WCHR", "command-does-assign"),
    (Permission::Assist, "pickup 42", "command-does-pick-up"),
    (Permission::Assist, "handover 42", "command-does-hand-over"),
    (Permission::Assist, "nohelp 42", "command-does-no-help"),
    (Permission::NoteSecurity, "checked 42 4402", "command-does-checked"),
    (Permission::TakeBags, "excess 42 9994512345678", "command-does-excess"),
    (Permission::SeeGuests, "minors CA1501", "command-does-minors"),
    (Permission::SeeGuests, "assistance CA1501", "command-does-assistance"),
    (Permission::SteerFlight, "divert CA1501 TSN fog", "command-does-divert"),
    (Permission::SteerFlight, "continues CA1501", "command-does-continues"),
    (Permission::MoveGuests, "split CA1501 CA1503", "command-does-split"),
    (Permission::SeeGuests, "changes CA1501", "command-does-changes"),
    (Permission::Board, "call 21-30", "command-does-call"),
    (Permission::Board, "call priority", "command-does-call-group"),
    (Permission::Board, "final", "command-does-final"),
    (Permission::SeeGuests, "names", "command-does-names"),
    // Whoever may take anything back may this; what it is decides for the rest.
    (Permission::ScanBags, "undo", "command-does-undo"),
];

/// The rows of the page that lists what can be typed.
pub(super) fn rows(web: &Web, viewer: &Viewer) -> Vec<CommandRow> {
    let row = |(_, typed, key): &(Permission, &'static str, &str)| CommandRow { typed, key: "", words: web.say.t(key).to_string() };
    TYPED.iter().filter(|(permission, ..)| viewer.may(*permission)).map(row).collect()
}

/// Reads a line; nothing where its verb is not one of ours.
pub(super) fn read(verb: &str, rest: &[&str]) -> Option<Result<GateLine, Wrong>> {
    let first = rest.first().copied().unwrap_or_default();
    let guest = || guest_of(first).ok_or(("command-no-guest", short(first)));
    let flight = || first.to_ascii_uppercase().parse::<FlightNumber>().map_err(|_| ("command-no-flight", short(first)));
    let words = || rest.get(1..).unwrap_or_default().join(" ");
    let service = |at: usize| rest.get(at).map(|code| code.to_ascii_uppercase());
    let line = match (verb.to_ascii_lowercase().as_str(), rest.len()) {
        ("guest", 1) => guest().map(GateLine::Panel),
        ("reseat", 1) => flight().map(GateLine::Reseating),
        ("reseat", 2) if rest[1].eq_ignore_ascii_case("all") => flight().map(GateLine::ReseatAll),
        ("reseat", 2) => {
            let seat = rest[1].to_ascii_uppercase().parse().map_err(|_| ("command-no-seat", short(rest[1])));
            guest().and_then(|guest| Ok(GateLine::Reseat(guest, seat?)))
        }
        ("gatebag", 2 | 3) if rest.len() == 2 || rest[2].eq_ignore_ascii_case("heavy") => {
            let kg = super::counter::kilograms(rest[1]).ok_or(("command-no-weight", short(rest[1])));
            guest().and_then(|guest| Ok(GateLine::Bag(guest, kg?, rest.len() == 3)))
        }
        ("handed", 2..) => guest().map(|guest| GateLine::Escort(guest, EscortStep::CheckIn, words())),
        ("signed", 2..) => guest().map(|guest| GateLine::Escort(guest, EscortStep::Boarding, words())),
        ("assign", 2 | 3) => guest().map(|guest| GateLine::Help(guest, AssistStep::Assign, service(2), Some(rest[1].to_owned()))),
        ("pickup", 1 | 2) => guest().map(|guest| GateLine::Help(guest, AssistStep::PickUp, service(1), None)),
        ("handover", 1 | 2) => guest().map(|guest| GateLine::Help(guest, AssistStep::HandOver, service(1), None)),
        ("nohelp", 1 | 2) => guest().map(|guest| GateLine::Help(guest, AssistStep::Cancel, service(1), None)),
        ("selected", 1..) => guest().map(|guest| GateLine::Security(guest, Security::Selected, words())),
        ("checked", 2..) => guest().map(|guest| GateLine::Security(guest, Security::Checked, words())),
        ("excess", 2..) => guest().map(|guest| GateLine::Excess(guest, ExcessEnd::Paid, words())),
        ("waive", 2..) => guest().map(|guest| GateLine::Excess(guest, ExcessEnd::Waived, words())),
        ("minors", 0) => Ok(GateLine::Minors(None)),
        ("minors", 1) => flight().map(|number| GateLine::Minors(Some(number))),
        ("assistance", 0) => Ok(GateLine::Assistance(None)),
        ("assistance", 1) => flight().map(|number| GateLine::Assistance(Some(number))),
        ("changes", 1) => flight().map(|number| GateLine::Changes(number, "")),
        ("return" | "continues", 1) => flight().map(|number| GateLine::Changes(number, "#course")),
        ("leave", 1) => flight().map(|number| GateLine::Changes(number, "#leave")),
        ("divert", 2..) => {
            let to = rest[1].to_ascii_uppercase().parse().map_err(|_| ("command-no-airport", short(rest[1])));
            flight().and_then(|number| Ok(GateLine::Divert(number, to?, rest[2..].join(" "))))
        }
        ("split" | "merge" | "move", 2) => {
            let how = match verb.to_ascii_lowercase().as_str() {
                "merge" => "merge",
                "split" => "split",
                _ => "rebook",
            };
            let other = rest[1].to_ascii_uppercase().parse().map_err(|_| ("command-no-flight", short(rest[1])));
            flight().and_then(|number| Ok(GateLine::Move(number, other?, how)))
        }
        ("call", 1) => group(first).map(GateLine::Call).ok_or(("command-no-call", short(first))),
        ("final", 0) => Ok(GateLine::Call(Call::Final)),
        ("names", 0) => Ok(GateLine::Names),
        ("undo", 0) => Ok(GateLine::Undo),
        _ => return None,
    };
    Some(line)
}

/// What a line comes to.
pub(super) fn act(web: &Web, headers: &HeaderMap, open: Option<FlightKey>, line: GateLine) -> Result<Act, Wrong> {
    let key = || open.ok_or(("command-no-open-flight", String::new()));
    let known = |number: FlightNumber| flight_of(web, headers, number).ok_or(("command-flight-unknown", number.to_string()));
    let booking = |guest: Guest| -> Result<(FlightKey, DocRef), Wrong> {
        let key = key()?;
        Ok((key, booking_of(web, &key, guest).ok_or(("command-guest-unknown", guest.to_string()))?))
    };
    let panel = |flight: &FlightKey, booking: DocRef| format!("/gate/{flight}?guest={booking}&");
    Ok(match line {
        GateLine::Panel(guest) => booking(guest).map(|(flight, booking)| Act::Go(format!("/gate/{flight}?guest={booking}#ask")))?,
        GateLine::Reseating(number) => Act::Go(format!("/gate/{}/aircraft#reseat", known(number)?)),
        GateLine::ReseatAll(number) => {
            let flight = known(number)?;
            let plan = web.services.read(|station| station.reseat_plan(&flight));
            let seats: Vec<NewSeat> = plan.iter().filter_map(|row| Some(NewSeat { booking: row.booking, seat: row.to? })).collect();
            Act::Do(Command::Reseat { flight, seats }, format!("/gate/{flight}/aircraft?"))
        }
        GateLine::Reseat(guest, seat) => {
            let (flight, booking) = booking(guest)?;
            Act::Do(Command::Reseat { flight, seats: vec![NewSeat { booking, seat }] }, format!("/gate/{flight}/aircraft?"))
        }
        GateLine::Bag(guest, weight_kg, heavy) => {
            let (flight, booking) = booking(guest)?;
            Act::Do(Command::AddBag(BagGiven { gate_bag: true, heavy, ..BagGiven::of(booking, weight_kg) }), panel(&flight, booking))
        }
        GateLine::Escort(guest, step, name) => {
            let (flight, booking) = booking(guest)?;
            Act::Do(Command::NoteEscort { booking, step, name }, panel(&flight, booking))
        }
        GateLine::Help(guest, step, service, who) => {
            let (flight, booking) = booking(guest)?;
            let service = service.or_else(|| only_job(web, booking)).ok_or(("command-which-help", guest.to_string()))?;
            Act::Do(Command::Assist { booking, service, step, who, place: None }, panel(&flight, booking))
        }
        GateLine::Security(guest, outcome, note) => {
            let (flight, booking) = booking(guest)?;
            Act::Do(Command::NoteSecurity { booking, outcome, note }, panel(&flight, booking))
        }
        GateLine::Excess(guest, how, words) => {
            let (flight, booking) = booking(guest)?;
            let over = web.services.read(|station| station.excess_due(booking.0));
            let (proof, reason) = match how {
                ExcessEnd::Paid => (words, String::new()),
                ExcessEnd::Waived => (String::new(), words),
            };
            Act::Do(Command::SettleExcess { booking, over, how, proof, reason }, panel(&flight, booking))
        }
        GateLine::Changes(number, place) => Act::Go(format!("/gate/{}/changes{place}", known(number)?)),
        GateLine::Divert(number, to, reason) => {
            let flight = known(number)?;
            let reason = if reason.is_empty() { reason::coded("typed") } else { reason };
            let command = Command::DivertFlight { flight, to, expected: None, onward: OnwardPlan::Open, reason };
            Act::Do(command, format!("/gate/{flight}/changes?"))
        }
        GateLine::Move(number, other, how) => Act::Go(format!("/gate/{}/changes?to={other}&how={how}#move", known(number)?)),
        GateLine::Minors(number) => Act::Go(format!("/gate/{}/minors", number.map_or_else(key, known)?)),
        GateLine::Call(call) => {
            let flight = key()?;
            Act::Do(Command::CallGuests { flight, call, guests: Vec::new() }, format!("/gate/{flight}/calls?"))
        }
        GateLine::Names => Act::Go(format!("/gate/{}/calls#names", key()?)),
        GateLine::Undo => match web.last_done(headers) {
            Some(LastDone::Command(command)) => Act::Go(format!("/command?undo={command}#ask")),
            Some(LastDone::Boarding(flight, booking)) => Act::Go(format!("/gate/{flight}?unboard={booking}#ask")),
            None => return Err(("command-nothing-to-undo", String::new())),
        },
        GateLine::Assistance(None) => Act::Go("/assistance".to_owned()),
        GateLine::Assistance(Some(number)) => Act::Go(format!("/assistance?flight={}", known(number)?)),
    })
}

/// `21-30`, `2:21-30` for a zone, `C` for a cabin, `priority`, `all`, `final`.
fn group(typed: &str) -> Option<Call> {
    let typed = typed.to_ascii_uppercase();
    let text = match (typed.split_once(':'), typed.as_bytes()) {
        (Some((zone, rows)), _) => return Some(Call::Zone(zone.parse().ok()?, rows.parse().ok()?)),
        (None, [letter]) if letter.is_ascii_uppercase() => return Some(Call::Cabin(char::from(*letter))),
        (None, _) => typed.to_ascii_lowercase(),
    };
    let rows = text.parse().map(Call::Rows).ok();
    rows.or_else(|| text.parse().ok().filter(|call| *call != Call::Names))
}

/// The service of the one job of a guest that is not over.
fn only_job(web: &Web, booking: DocRef) -> Option<String> {
    let jobs = web.services.read(|station| station.booking(booking.0).map(|guest| guest.jobs())).unwrap_or_default();
    let mut open = jobs.into_iter().filter(|job| job.step != AssistStep::HandOver);
    let one = open.next()?;
    open.next().is_none().then_some(one.service)
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Result<GateLine, Wrong> {
        let words: Vec<&str> = text.split_whitespace().collect();
        read(words[0], &words[1..]).unwrap_or(Err(("command-not-read", String::new())))
    }

    #[test]
    fn every_line_that_is_listed_is_understood() {
        for (_, typed, _) in TYPED {
            assert!(line(typed).is_ok(), "{typed}");
        }
    }

    #[test]
    fn a_line_of_the_gate_is_read_as_people_type_it() {
        let seat = |text: &str| text.parse::<Seat>().unwrap();
        assert_eq!(line("reseat ca1501"), Ok(GateLine::Reseating("CA1501".parse().unwrap())));
        assert_eq!(line("reseat ca1501 ALL"), Ok(GateLine::ReseatAll("CA1501".parse().unwrap())));
        assert_eq!(line("reseat 42 21c"), Ok(GateLine::Reseat(Guest::Sequence(42), seat("21C"))));
        assert_eq!(line("reseat 14c 21c"), Ok(GateLine::Reseat(Guest::Seat(seat("14C")), seat("21C"))));
        assert_eq!(line("gatebag 42 12"), Ok(GateLine::Bag(Guest::Sequence(42), 12, false)));
        assert_eq!(line("signed 42 crew an"), Ok(GateLine::Escort(Guest::Sequence(42), EscortStep::Boarding, "crew an".to_owned())));
        assert_eq!(line("assign 42 4801"), Ok(GateLine::Help(Guest::Sequence(42), AssistStep::Assign, None, Some("4801".to_owned()))));
        assert_eq!(line("pickup 42 wchr"), Ok(GateLine::Help(Guest::Sequence(42), AssistStep::PickUp, Some("WCHR".to_owned()), None)));
        let paid = GateLine::Excess(Guest::Sequence(42), ExcessEnd::Paid, "999-4512345678".to_owned());
        assert_eq!(line("excess 42 999-4512345678"), Ok(paid));
        assert_eq!(line("waive 42 status card"), Ok(GateLine::Excess(Guest::Sequence(42), ExcessEnd::Waived, "status card".to_owned())));
        assert_eq!(line("selected 42"), Ok(GateLine::Security(Guest::Sequence(42), Security::Selected, String::new())));
        let flight = |text: &str| text.parse::<FlightNumber>().unwrap();
        assert_eq!(line("merge ca1501 ca1503"), Ok(GateLine::Move(flight("CA1501"), flight("CA1503"), "merge")));
        assert_eq!(line("divert ca1501 tsn heavy fog"), Ok(GateLine::Divert(flight("CA1501"), "TSN".parse().unwrap(), "heavy fog".to_owned())));
        assert_eq!(line("assistance"), Ok(GateLine::Assistance(None)));
        for (typed, call) in
            [("21-30", "rows-21-30"), ("7", "rows-7-7"), ("2:21-30", "zone-2-rows-21-30"), ("c", "cabin-C"), ("Priority", "priority"), ("all", "all")]
        {
            assert_eq!(line(&format!("call {typed}")), Ok(GateLine::Call(call.parse().unwrap())), "{typed}");
        }
        assert_eq!(line("final"), Ok(GateLine::Call(Call::Final)));
    }

    #[test]
    fn what_is_missing_in_a_line_of_the_gate_is_said() {
        let key = |text: &str| line(text).unwrap_err().0;
        assert_eq!(key("reseat"), "command-not-read");
        assert_eq!(key("reseat someone"), "command-no-flight");
        assert_eq!(key("reseat 42 zz"), "command-no-seat");
        assert_eq!(key("gatebag 42 light"), "command-no-weight");
        assert_eq!(key("gatebag 42 12 light"), "command-not-read");
        assert_eq!(key("checked 42"), "command-not-read");
        assert_eq!(key("divert ca1501 x1"), "command-no-airport");
        assert_eq!(key("merge ca1501 gate"), "command-no-flight");
        assert_eq!(key("call names"), "command-no-call");
        assert_eq!(key("call 30-21"), "command-no-call");
        assert_eq!(key(&format!("pickup {}", "y".repeat(10_000))), "command-no-guest");
    }
}

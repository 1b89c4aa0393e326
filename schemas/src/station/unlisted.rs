//! Guests who are on no list: taking them down, and clearing them.

use serde_json::json;

use super::decide::{Context, Decision, Draft};
use super::{Station, words};
use crate::command::{Newcomer, Refusal, Tone};
use crate::flat::{DocId, Scalar};
use crate::record::booking::Standing;
use crate::record::fact::{Mark, What};
use crate::record::{Booking, DocRef, Flight};
use crate::said::{said, with_hints};
use crate::standards::airport::AirportCode;
use crate::standards::seat::Seat;

impl Station {
    /// Takes a guest down. The identity is the one that a list would give, so that two desks, or a list that comes later, mean the same booking.
    pub(super) fn add_guest(&self, new: &Newcomer, context: &Context) -> Result<Decision, Refusal> {
        let key = new.flight;
        let flight = self.open(&key)?;
        let name = name_of(&new.name)?;
        let infant = new.infant.as_deref().map(name_of).transpose()?;
        let ticket = new.ticket.as_deref().map(ticket_of).transpose()?;
        if new.mark == Mark::NoRec && ticket.is_none() && new.locator.is_none() {
            let remedy = "Give the number on the ticket or the locator; a guest with neither is a go-show.";
            return Err(Refusal::new("ticket-needed", format!("Nothing shows that {name} is booked."), remedy, 422).arg("name", name));
        }
        self.not_known_yet(new, &name, ticket.as_deref())?;
        let destination = destination_of(new, flight)?;
        let class = new.class.map(|class| class.to_ascii_uppercase()).filter(char::is_ascii_uppercase).unwrap_or('Y');
        let cabin = flight.cabin_of(class);
        let id = self.newcomer_id(new, &name, ticket.as_deref(), context);
        let text = |text: &str| Scalar::Str(text.to_owned());
        let mut draft = Draft::new(context);
        let mut part = draft.edit(&key.scope(), id).say("kind", "booking").say("flight", key).say("name", &name).say("class", class);
        let fields = [
            ("locators", new.locator.map(|locator| Scalar::Str(locator.to_string()))),
            ("destination", destination.map(|code| text(code.as_str()))),
            ("cabin", cabin.map(|cabin| Scalar::Str(cabin.to_string()))),
            ("child", new.child.then_some(Scalar::Bool(true))),
            ("infant", infant.as_deref().map(text)),
            ("ticket", ticket.as_deref().map(text)),
        ];
        for (field, value) in fields {
            if let Some(value) = value {
                part = part.set(field, value);
            }
        }
        part.fact(What::Added { mark: new.mark, reason: new.reason.trim().to_owned() }, Vec::new());
        let ahead = self.waiting(&key).len();
        let message = format!("{name} is taken down for {} and waits for a seat.", words::flight(&key));
        let mut todo = vec![said!("todo-seat-when-cleared", "Give a seat only when the guest is cleared.")];
        if ahead > 0 {
            todo.push(said!("todo-others-wait", "{count} for a seat already.", count = words::count(ahead, "guest waits", "guests wait")));
        }
        let answer = json!({
            "tone": Tone::Amber, "message": message, "todo": todo, "flight": key, "booking": DocRef(id), "name": name, "mark": new.mark, "waiting": ahead + 1,
        });
        let answer = with_hints(answer, &todo);
        Ok(draft.decision(answer, format!("took down a guest of {key} who is on no list")))
    }

    /// Gives a guest who is on no list a seat. Ranked guests who wait are named, and do not have to be passed over one by one.
    pub(super) fn clear_guest(&self, booking: DocRef, seat: Option<Seat>, context: &Context) -> Result<Decision, Refusal> {
        let guest = self.listed(booking)?;
        if guest.mark().is_none() {
            let words = format!("{} is on the list.", guest.name());
            let remedy = "Check the guest in, or clear the guest as standby.";
            return Err(Refusal::new("guest-on-list", words, remedy, 409).variant("clear").arg("name", guest.name()));
        }
        if let Some(listed) = self.on(&guest.flight).find(|other| other.id != guest.id && other.mark().is_none() && is_same_guest(other, guest)) {
            return Err(already_known(listed));
        }
        let ranked = self.waiting(&guest.flight).into_iter().filter(|other| other.mark().is_none()).count();
        let count = words::count(ranked, "standby guest waits", "standby guests wait");
        let waits = said!("todo-standby-waits", "{count} still for a seat. See that nobody was passed over.", count = count);
        self.clear(guest, seat, Draft::new(context), (ranked > 0).then_some(waits))
    }

    /// Refuses somebody whom the list has, or a desk has taken down before.
    fn not_known_yet(&self, new: &Newcomer, name: &str, ticket: Option<&str>) -> Result<(), Refusal> {
        let same_ticket = |known: &Booking| ticket.is_some() && known.listing.ticket.as_deref().map(bare_ticket) == ticket.map(bare_ticket);
        let same_name = |known: &Booking| known.name() == name && new.locator.is_none_or(|locator| known.locators().any(|known| known == locator));
        let same = |known: &&Booking| same_ticket(known) || same_name(known) && (new.locator.is_some() || ticket.is_none());
        let known = self.on(&new.flight).filter(same).find(|known| known.standing() != Standing::Offloaded);
        known.map_or(Ok(()), |known| Err(already_known(known)))
    }

    fn newcomer_id(&self, new: &Newcomer, name: &str, ticket: Option<&str>, context: &Context) -> DocId {
        match (new.locator, ticket) {
            (Some(locator), _) => self.ids.booking(&new.flight, &locator.to_string(), name, 0),
            (None, Some(ticket)) => self.ids.booking(&new.flight, &format!("ticket {}", bare_ticket(ticket)), name, 0),
            // Two strangers of one name are two guests.
            (None, None) => DocId(context.drawn),
        }
    }
}

fn already_known(known: &Booking) -> Refusal {
    let words = format!("{} is known on {}.", words::guest(known), known.flight.flight());
    let refusal = Refusal::new("guest-on-list", words, "Go on with that guest.", 409).with_choices(vec![words::choice(known)]);
    refusal.arg("name", words::guest(known)).arg("flight", known.flight.flight().to_string())
}

/// Whether a list brought the guest whom a desk had taken down under another spelling.
fn is_same_guest(listed: &Booking, added: &Booking) -> bool {
    let ticket = |guest: &Booking| guest.listing.ticket.as_deref().map(|ticket| bare_ticket(ticket).to_owned());
    ticket(added).is_some() && ticket(added) == ticket(listed)
}

/// As lists write names: capital letters, one slash behind the surname.
fn name_of(typed: &str) -> Result<String, Refusal> {
    let name = typed.trim().to_ascii_uppercase();
    let is_good = name.bytes().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b' ' | b'/' | b'-' | b'\''))
        && name.bytes().filter(|byte| *byte == b'/').count() <= 1
        && name.starts_with(|c: char| c.is_ascii_uppercase());
    if is_good {
        return Ok(name);
    }
    let shown: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
    let remedy = "Write it in capital letters as in the passport, surname first: LI/NA.";
    Err(Refusal::new("name-not-usable", format!("\"{shown}\" cannot stand on a list or a pass."), remedy, 422).arg("name", shown))
}

fn ticket_of(typed: &str) -> Result<String, Refusal> {
    let plain: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let (number, coupon) = plain.split_once('/').unwrap_or((&plain, ""));
    let is_good = number.len() == 13 && number.bytes().all(|byte| byte.is_ascii_digit()) && matches!(coupon, "" | "1" | "2" | "3" | "4");
    if is_good {
        return Ok(plain);
    }
    Err(Refusal::new(
        "ticket-not-read",
        "This is not the number of a ticket.",
        "Give its 13 digits, and the coupon behind a slash if it is known.",
        422,
    ))
}

/// The number without the coupon.
fn bare_ticket(ticket: &str) -> &str {
    ticket.split('/').next().unwrap_or_default()
}

fn destination_of(new: &Newcomer, flight: &Flight) -> Result<Option<AirportCode>, Refusal> {
    match (new.destination, flight.destinations.as_slice()) {
        (Some(to), known) if known.is_empty() || known.contains(&to) => Ok(Some(to)),
        (None, [only]) => Ok(Some(*only)),
        (to, known) => {
            let all: Vec<String> = known.iter().map(ToString::to_string).collect();
            let all = all.join(", ");
            let words = match to {
                Some(to) => format!("{} does not go to {to}.", flight.key.flight()),
                None => format!("It is not clear where the guest goes with {}.", flight.key.flight()),
            };
            let remedy = format!("Give one of: {all}.");
            Err(Refusal::new("destination-needed", words, remedy, 422).arg("flight", flight.key.flight().to_string()).arg("known", all))
        }
    }
}

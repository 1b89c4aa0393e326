//! What a host says in Type B messages: the passenger list (PNL), its changes (ADL), and its bags (BSM).

use std::collections::BTreeMap;
use std::fmt::Write;

use schemas::record::host_page::HostState;
use schemas::standards::typeb::DayMonth;

use super::flight::{Booked, Host};

/// Who the messages are for and who sends them, as their envelope says.
const TO: &str = "KKCA";
const FROM: &str = "PEKRMCA";

/// The compartments and their booking classes.
const CONFIGURATION: &str = "CFG/012C180Y\nRBD C/CDJ Y/YBM";

impl Host {
    /// The passenger list, sent at this day and time (`220615`); nothing while the host is silent.
    pub fn pnl(&mut self, sent: &str) -> Option<String> {
        if self.is_silent() {
            return None;
        }
        let booked: Vec<&Booked> = self.guests().map(|(_, guest)| &guest.booked).collect();
        let text = format!("{}\n{CONFIGURATION}\n{}ENDPNL\n", self.head("PNL", sent), self.groups(&booked, |_| ""));
        self.heard();
        Some(text)
    }

    /// What changed of the bookings since the last list or change; nothing while the host is silent, before the first list, or where nothing did.
    pub fn adl(&mut self, sent: &str) -> Option<String> {
        let told = self.told.as_ref().filter(|_| !self.is_silent())?;
        let mut changes: Vec<(&str, &Booked)> = Vec::new();
        for (at, guest) in self.guests.iter().enumerate() {
            let before = told.get(at).and_then(Option::as_ref);
            let now = (!guest.cancelled).then_some(&guest.booked);
            match (before, now) {
                (Some(before), Some(now)) if before == now => {}
                (Some(before), Some(now)) if (&before.name, before.locator, before.class) == (&now.name, now.locator, now.class) => {
                    changes.push(("CHG", now));
                }
                (before, now) => changes.extend(before.map(|before| ("DEL", before)).into_iter().chain(now.map(|now| ("ADD", now)))),
            }
        }
        if changes.is_empty() {
            return None;
        }
        let section = |booked: &Booked| changes.iter().find(|(_, known)| std::ptr::eq(*known, booked)).map_or("", |(section, _)| *section);
        let booked: Vec<&Booked> = changes.iter().map(|(_, booked)| *booked).collect();
        let text = format!("{}\n{}ENDADL\n", self.head("ADL", sent), self.groups(&booked, section));
        self.heard();
        Some(text)
    }

    /// A message for the bags of each guest who has some; nothing while the host is silent.
    pub fn bag_messages(&self) -> Vec<String> {
        let with_bags = self.guests().filter(|(_, guest)| !guest.bags.is_empty() && !self.is_silent());
        let said = with_bags.map(|(_, guest)| {
            let (station, date, booked) = (self.flight.station(), DayMonth::of(self.flight.date()), &guest.booked);
            let mut text = format!("BSM\n.V/1L{station}\n.F/{}/{date}/{}/{}\n", self.flight.flight(), self.destination, booked.class);
            for tag in &guest.bags {
                let _ = writeln!(text, ".N/{tag}001");
            }
            let or_blank = |text: Option<String>| text.unwrap_or_default();
            let status = if guest.state == HostState::Boarded { "B" } else { "C" };
            let seat = or_blank(guest.seat.map(|seat| seat.to_string()));
            let _ = writeln!(text, ".S/Y/{seat}/{status}/{}", or_blank(guest.sequence.map(|number| format!("{number:03}"))));
            let _ = writeln!(text, ".P/1{}\n.L/{}\nENDBSM", booked.name, booked.locator);
            text
        });
        said.collect()
    }

    fn head(&self, kind: &str, sent: &str) -> String {
        let (station, date) = (self.flight.station(), DayMonth::of(self.flight.date()));
        format!("{station}{TO}\n.{FROM} {sent}\n{kind}\n{}/{date} {station} PART1", self.flight.flight())
    }

    /// Guests by class, each class with its sections in the order in which they are read.
    fn groups(&self, booked: &[&Booked], section: impl Fn(&Booked) -> &'static str) -> String {
        let mut classes: BTreeMap<(char, char), Vec<(&'static str, &Booked)>> = BTreeMap::new();
        for one in booked {
            classes.entry((one.cabin, one.class)).or_default().push((section(one), one));
        }
        let mut text = String::new();
        for ((_, class), mut guests) in classes {
            let order = ["", "DEL", "ADD", "CHG"];
            guests.sort_by_key(|(section, _)| order.iter().position(|known| known == section));
            // The total is of those on the list after it.
            let count = self.guests().filter(|(_, guest)| guest.booked.class == class).count();
            let _ = writeln!(text, "-{}{count:03}{class}", self.destination);
            let mut open = "";
            for (section, one) in guests {
                if section != open {
                    let _ = writeln!(text, "{section}");
                    open = section;
                }
                text += &name_lines(one, self.flight.carrier().as_str());
            }
        }
        text
    }

    fn heard(&mut self) {
        self.told = Some(self.guests.iter().map(|guest| (!guest.cancelled).then(|| guest.booked.clone())).collect());
    }
}

fn name_lines(booked: &Booked, carrier: &str) -> String {
    let mut text = format!("1{}\n.L/{}/{carrier}\n", booked.name, booked.locator);
    for element in &booked.elements {
        let _ = writeln!(text, ".{element}");
    }
    if let Some(ticket) = &booked.ticket {
        let _ = writeln!(text, ".R/TKNE HK1 {ticket}/1");
    }
    text
}

#[cfg(test)]
mod tests {
    use schemas::standards::typeb::{BagMessage, NameList, Section};

    use super::*;

    fn host() -> Host {
        Host::invent("CA1501.2026-11-22.PVG".parse().unwrap(), "PEK".parse().unwrap(), 60, 7)
    }

    #[test]
    fn its_list_is_read_as_it_was_meant() {
        let mut host = host();
        let text = host.pnl("220615").unwrap();
        assert!(text.lines().all(|line| line.len() <= 64), "{text}");
        let list = NameList::parse(&text).unwrap();
        assert_eq!(list.warnings, []);
        let guests: Vec<_> = list.groups.iter().flat_map(|group| &group.names).flat_map(|name| name.guests()).collect();
        assert_eq!(guests.len(), 60);
        for (read, (_, meant)) in guests.iter().zip(host.guests()) {
            assert_eq!(format!("{}/{}", read.surname, read.given_as_listed), meant.booked.name);
            assert_eq!(read.tickets, [(meant.booked.ticket.clone().unwrap(), Some(1))]);
            assert_eq!(read.onward.len(), meant.booked.onward.len());
        }
        host.fall_silent();
        assert_eq!((host.pnl("220620"), host.adl("220620"), host.check_in_list(&crate::Columns::all())), (None, None, None));
    }

    #[test]
    fn a_change_message_names_what_changed_and_is_said_once() {
        let mut host = host();
        assert_eq!(host.adl("220610"), None);
        host.pnl("220615");
        host.cancel(20);
        host.rebook(21, |booked| booked.ticket = Some("9992499999999".to_owned()));
        let new = host.invent_guest(0);
        host.book(new);
        let list = NameList::parse(&host.adl("220700").unwrap()).unwrap();
        let sections: Vec<_> = list.groups.iter().flat_map(|group| &group.names).map(|name| name.section.unwrap()).collect();
        assert_eq!(sections, [Section::Del, Section::Add, Section::Chg]);
        assert_eq!(host.adl("220710"), None);
    }

    #[test]
    fn its_bag_messages_are_read_as_they_were_meant() {
        let mut host = host();
        host.check_in(30, "14C".parse().ok());
        let tags = [host.take_bag(30).unwrap(), host.take_bag(30).unwrap()];
        let messages = host.bag_messages();
        let read = BagMessage::parse(&messages[0]).unwrap();
        assert_eq!((messages.len(), read.groups[0].plates()), (1, tags.to_vec()));
        assert_eq!(read.lines().join("\n") + "\n", messages[0]);
    }
}

//! Whose flights a message is about, before it is carried out: for who may bring messages of some carriers only.

use std::collections::BTreeSet;

use super::{Station, csv_list};
use crate::command::Command;
use crate::standards::airline::Carrier;
use crate::standards::flight::FlightNumber;
use crate::standards::typeb::{BagMessage, Movement, NameList, Received};

impl Station {
    /// The carriers whose flights a message names, or of whose flights bags are that it names. None of a message that cannot be read, and of a command that
    /// is no message.
    pub fn carriers_named(&self, command: &Command) -> BTreeSet<Carrier> {
        match command {
            Command::ImportHostList { flight, .. } => [flight.carrier()].into(),
            Command::ImportMessage { text, columns, .. } if self.is_guest_table(text) => {
                let table = csv_list::read(text, self.setting.station, &self.rules.columns, columns.as_deref());
                table.into_iter().map(|table| table.key.carrier()).collect()
            }
            Command::ImportMessage { text, .. } => self.carriers_of_type_b(text),
            _ => BTreeSet::new(),
        }
    }

    fn carriers_of_type_b(&self, text: &str) -> BTreeSet<Carrier> {
        let Ok(message) = Received::cut(text) else { return BTreeSet::new() };
        match message.kind {
            "PNL" | "ADL" => NameList::parse(text).into_iter().filter_map(|list| list.flight.carrier.parse().ok()).collect(),
            "MVT" => Movement::parse(text).into_iter().filter_map(|says| Some(says.flight.parse::<FlightNumber>().ok()?.carrier())).collect(),
            "BSM" | "BPM" => BagMessage::parse(text).map(|message| self.carriers_of_bags(&message)).unwrap_or_default(),
            _ => BTreeSet::new(),
        }
    }

    /// Those of the flights out; a group that names none is about bags by their tags alone.
    fn carriers_of_bags(&self, message: &BagMessage) -> BTreeSet<Carrier> {
        let mut carriers = BTreeSet::new();
        for group in &message.groups {
            match &group.flight {
                Some(flight) => carriers.extend(flight.carrier.parse::<Carrier>()),
                None => carriers.extend(group.plates().into_iter().flat_map(|tag| self.bags_with(tag)).map(|bag| bag.flight.carrier())),
            }
        }
        carriers
    }
}

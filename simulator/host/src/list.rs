//! The host's check-in list as CSV, in the column map of its carrier: the maps that come with the product.

use std::collections::{BTreeMap, BTreeSet};

use schemas::record::fact::HostColumn;
use schemas::record::host_page::HostState;
use schemas::standards::typeb::DayMonth;
use serde::Deserialize;

use super::flight::{Guest, Host};

/// The maps that the product reads with.
const MAPS: &str = include_str!("../../../schemas/src/station/host_list_maps.json");

/// What a list says of each guest, as far as the carrier's map has a column for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns(BTreeSet<HostColumn>);

/// As much of a map as a writer needs.
#[derive(Debug, Deserialize)]
struct Map {
    carrier: String,
    delimiter: char,
    columns: BTreeMap<HostColumn, Vec<String>>,
    status: BTreeMap<HostState, Vec<String>>,
    yes: Vec<String>,
    ignore: Vec<String>,
}

impl Columns {
    pub fn all() -> Self {
        use HostColumn::{Bags, Class, Documents, Given, Locator, Name, Onward, Pieces, Seat, Sequence, Status, Ticket};
        Self([Name, Given, Locator, Ticket, Seat, Sequence, Status, Bags, Pieces, Class, Onward, Documents].into())
    }

    #[must_use]
    pub fn without(mut self, columns: &[HostColumn]) -> Self {
        self.0.retain(|column| !columns.contains(column));
        self
    }
}

impl Host {
    /// Everybody on the flight, sorted by name, between a line before the heads and one with a total; nothing while the host is silent.
    pub fn check_in_list(&self, columns: &Columns) -> Option<String> {
        let maps: Vec<Map> = serde_json::from_str(MAPS).unwrap_or_default();
        let carrier = self.flight.carrier();
        let map = maps.iter().find(|map| map.carrier == carrier.as_str() || map.carrier == "*").filter(|_| !self.is_silent())?;
        let heads: Vec<(HostColumn, &str)> =
            map.columns.iter().filter(|(column, _)| columns.0.contains(column)).map(|(column, heads)| (*column, heads[0].as_str())).collect();
        let line = |fields: Vec<String>| fields.join(&map.delimiter.to_string());
        let mut guests: Vec<&Guest> = self.guests().map(|(_, guest)| guest).collect();
        guests.sort_by(|a, b| (&a.booked.name, a.booked.locator).cmp(&(&b.booked.name, b.booked.locator)));
        let mut lines = vec![format!("CHECK-IN {} {} {}", self.flight.flight(), DayMonth::of(self.flight.date()), self.flight.station())];
        lines.push(line(heads.iter().map(|(_, head)| (*head).to_owned()).collect()));
        lines.extend(guests.iter().map(|guest| line(heads.iter().map(|(column, _)| map.field(guest, *column)).collect())));
        lines.extend(map.ignore.first().map(|start| format!("{start} {}", guests.len())));
        Some(lines.join("\n") + "\n")
    }
}

impl Map {
    fn field(&self, guest: &Guest, column: HostColumn) -> String {
        let or_blank = |text: Option<String>| text.unwrap_or_default();
        let booked = &guest.booked;
        let (surname, given) = booked.name.split_once('/').unwrap_or((&booked.name, ""));
        let text = match column {
            HostColumn::Name if self.columns.contains_key(&HostColumn::Given) => surname.to_owned(),
            HostColumn::Name => booked.name.clone(),
            HostColumn::Given => given.to_owned(),
            HostColumn::Locator => booked.locator.to_string(),
            HostColumn::Ticket => or_blank(booked.ticket.clone()),
            HostColumn::Seat => or_blank(guest.seat.map(|seat| seat.to_string())),
            HostColumn::Sequence => or_blank(guest.sequence.map(|number| number.to_string())),
            HostColumn::Status => or_blank(self.status.get(&guest.state).and_then(|words| words.first()).cloned()),
            HostColumn::Bags => guest.bags.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
            HostColumn::Pieces => guest.bags.len().to_string(),
            HostColumn::Class => booked.class.to_string(),
            HostColumn::Onward => booked.onward.join(" "),
            HostColumn::Documents if guest.documents => or_blank(self.yes.first().cloned()),
            HostColumn::Documents => "N".to_owned(),
        };
        match text.contains([self.delimiter, '"']) {
            true => format!("\"{}\"", text.replace('"', "\"\"")),
            false => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_carrier_writes_its_own_columns() {
        let list = |flight: &str, columns: Columns| {
            let mut host = Host::invent(flight.parse().unwrap(), "PEK".parse().unwrap(), 3, 1);
            host.check_in(1, "14C".parse().ok());
            host.take_bag(1);
            host.check_in_list(&columns).unwrap()
        };
        let ours = list("CA1501.2026-11-22.PVG", Columns::all());
        assert_eq!(ours.lines().nth(1), Some("PAX NAME;RLOC;TKT NO;SEAT;SN;ST;BAG TAGS;PCS;CLS;ONWARD;DOCS"));
        assert!(ours.contains(";14C;1;ACC;0999995000;1;C;;N\n") && ours.ends_with("TOTAL 3\n"), "{ours}");
        let few = list("CA1501.2026-11-22.PVG", Columns::all().without(&[HostColumn::Bags, HostColumn::Ticket]));
        assert_eq!(few.lines().nth(1), Some("PAX NAME;RLOC;SEAT;SN;ST;PCS;CLS;ONWARD;DOCS"));
        assert!(list("MU5101.2026-11-22.PVG", Columns::all()).contains("|14C|1|Y|1\n"));
        assert!(list("LH728.2026-11-22.PVG", Columns::all()).starts_with("CHECK-IN LH728 22NOV PVG\nname,given,"));
    }
}

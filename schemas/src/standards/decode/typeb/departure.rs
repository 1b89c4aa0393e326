//! The answers for what is sent around departure: PFS, PRL, ETL, PTM, PSM, MVT, LDM.

use serde_json::{Map, Value, json};

use super::{Answer, Told, insert_some, opening};
use crate::standards::typeb::{
    AssistanceMessage, Flown, FlownList, FlownTag, Load, LoadDestination, Movement, Name, Pfs, PfsItem, TransferLine, TransferMessage,
};

pub(super) fn pfs(text: &str) -> Answer {
    let pfs = Pfs::parse(text)?;
    let mut value = opening("PFS", &pfs.envelope);
    flight_text(&mut value, &pfs.flight);
    value.insert("board".into(), json!(pfs.flight.board));
    if !pfs.numerics.is_empty() {
        value.insert("numerics".into(), json!(pfs.numerics));
    }
    if !pfs.totals.is_empty() {
        value.insert("categories".into(), json!(pfs.totals));
    }
    let group = |(dest, items): &(String, Vec<PfsItem>)| json!({"dest": dest, "items": items.iter().map(pfs_item).collect::<Vec<_>>()});
    value.insert("groups".into(), pfs.groups.iter().map(group).collect());
    insert_some(&mut value, "end", pfs.end.as_deref());
    sound(value, pfs.other)
}

fn pfs_item(item: &PfsItem) -> Value {
    let mut value = json!({"category": item.category, "seats": item.name.seats, "surname": item.name.surname, "given": item.name.given});
    if let Some(locator) = Flown::of(&item.name).locator {
        value["locator"] = json!(locator);
    }
    value
}

pub(super) fn prl(text: &str) -> Answer {
    let list = FlownList::parse(text)?;
    let mut value = opening("PRL", &list.envelope);
    flight_text(&mut value, &list.flight);
    value.insert("board".into(), json!(list.flight.board));
    let group = |group: &crate::standards::typeb::Group| {
        let names: Vec<Value> = group.names.iter().map(|name| Value::Object(flown(name))).collect();
        json!({"dest": group.dest, "class": group.class, "count": group.count, "names": names})
    };
    value.insert("groups".into(), list.groups.iter().map(group).collect());
    // A list of one name is also answered flat.
    let mut named = list.groups.iter().flat_map(|group| group.names.iter().map(move |name| (group, name)));
    if let (Some((group, name)), None) = (named.next(), named.next()) {
        value.insert("dest".into(), json!(group.dest));
        value.insert("class".into(), json!(group.class));
        value.extend(flown(name));
    }
    insert_some(&mut value, "end", list.end.as_deref());
    sound(value, list.other)
}

fn flown(name: &Name) -> Map<String, Value> {
    let flown = Flown::of(name);
    let mut value = Map::new();
    value.insert("seats".into(), json!(name.seats));
    value.insert("surname".into(), json!(name.surname));
    value.insert("given".into(), json!(name.given));
    insert_some(&mut value, "locator", flown.locator);
    insert_some(&mut value, "seat", flown.seat);
    insert_some(&mut value, "sequence", flown.sequence);
    if let Some((unit, pieces, weight)) = flown.bags {
        value.insert("bags".into(), json!({"unit": unit, "pieces": pieces, "weight": weight}));
    }
    if !flown.tags.is_empty() {
        value.insert("tags".into(), flown.tags.iter().map(flown_tag).collect());
    }
    if let Some((ticket, coupon)) = flown.ticket {
        value.insert("ticket".into(), json!(ticket));
        insert_some(&mut value, "coupon", coupon);
    }
    value
}

fn flown_tag(tag: &FlownTag) -> Value {
    let mut value = match tag.run {
        Some(run) => json!({"lpn": run.first, "count": run.count}),
        None => json!({"raw": tag.raw}),
    };
    if let Some(count) = tag.count {
        value["count"] = json!(count);
    }
    if let Some(dest) = &tag.dest {
        value["dest"] = json!(dest);
    }
    value
}

pub(super) fn etl(text: &str) -> Answer {
    let list = FlownList::parse(text)?;
    let mut value = opening("ETL", &list.envelope);
    flight_text(&mut value, &list.flight);
    value.insert("board".into(), json!(list.flight.board));
    let names = list.groups.iter().flat_map(|group| &group.names);
    value.insert("names".into(), names.map(|name| Value::Object(flown(name))).collect());
    insert_some(&mut value, "end", list.end.as_deref());
    sound(value, list.other)
}

pub(super) fn ptm(text: &str) -> Answer {
    let message = TransferMessage::parse(text)?;
    let mut value = opening("PTM", &message.envelope);
    flight_text(&mut value, &message.flight);
    value.insert("board".into(), json!(message.board()));
    insert_some(&mut value, "transfer_at", message.transfer_at());
    if message.nil {
        value.insert("nil".into(), json!(true));
    }
    value.insert("lines".into(), message.lines.iter().map(transfer_line).collect());
    insert_some(&mut value, "end", message.end.as_deref());
    sound(value, message.other)
}

fn transfer_line(line: &TransferLine) -> Value {
    json!({
        "flight": line.flight, "day": line.day, "dest": line.dest, "seats": line.seats, "class": line.class, "bags": line.bags,
        "surname": line.surname, "given": line.given,
    })
}

pub(super) fn psm(text: &str) -> Answer {
    let message = AssistanceMessage::parse(text)?;
    let mut value = opening("PSM", &message.envelope);
    flight_text(&mut value, &message.flight);
    value.insert("board".into(), json!(message.flight.board));
    if message.nil {
        value.insert("nil".into(), json!(true));
    }
    let groups: Vec<Value> = message
        .groups
        .iter()
        .map(|group| {
            if group.nil {
                return json!({"dest": group.dest, "nil": true});
            }
            let mut value = json!({"dest": group.dest, "recap": group.recap});
            if let Some((pax, ssrs)) = group.totals {
                value["pax"] = json!(pax);
                value["ssrs"] = json!(ssrs);
            }
            value
        })
        .collect();
    if !groups.is_empty() {
        value.insert("groups".into(), json!(groups));
    }
    if !message.si.is_empty() {
        value.insert("si".into(), json!(message.si));
    }
    insert_some(&mut value, "end", message.end.as_deref());
    sound(value, message.other)
}

pub(super) fn mvt(text: &str) -> Answer {
    let movement = Movement::parse(text)?;
    let mut value = opening("MVT", &movement.envelope);
    value.insert("flight".into(), json!(movement.flight));
    value.insert("day".into(), json!(movement.day));
    let texts = [
        ("reg", movement.reg),
        ("station", movement.station),
        ("off_block", movement.off_block),
        ("airborne", movement.airborne),
        ("touch_down", movement.touch_down),
        ("on_block", movement.on_block),
        ("eta", movement.eta),
        ("dest", movement.dest),
    ];
    for (key, text) in texts {
        insert_some(&mut value, key, text);
    }
    if let Some((day, time)) = movement.etd {
        value.insert("etd".into(), day.map_or_else(|| json!({"time": time}), |day| json!({"day": day, "time": time})));
    }
    if !movement.delays.is_empty() {
        let delays = movement.delays.iter().map(|delay| match delay.minutes {
            Some(minutes) => json!({"code": delay.code, "minutes": minutes}),
            None => json!({"code": delay.code}),
        });
        value.insert("delays".into(), delays.collect());
    }
    insert_some(&mut value, "pax", movement.pax);
    sound(value, more(movement.si, movement.other))
}

pub(super) fn ldm(text: &str) -> Answer {
    let load = Load::parse(text)?;
    let mut value = opening("LDM", &load.envelope);
    value.insert("flight".into(), json!(load.flight));
    value.insert("day".into(), json!(load.day));
    insert_some(&mut value, "reg", load.reg.as_deref());
    insert_some(&mut value, "version", load.version.as_deref());
    if !load.crew.is_empty() {
        value.insert("crew".into(), json!(load.crew));
    }
    if let Some(first) = load.destinations.first() {
        value.extend(load_destination(first));
    }
    if load.destinations.len() > 1 {
        value.insert("destinations".into(), load.destinations.iter().map(|dest| Value::Object(load_destination(dest))).collect());
    }
    let left = load.destinations.into_iter().flat_map(|dest| dest.other).collect();
    sound(value, more(load.si, left))
}

/// What was not understood, and the supplementary lines, for which the value has no name.
fn more(si: Vec<String>, other: Vec<String>) -> Vec<String> {
    other.into_iter().chain(si.into_iter().map(|text| format!("SI {text}").trim_end().to_owned())).collect()
}

fn load_destination(load: &LoadDestination) -> Map<String, Value> {
    let mut value = Map::new();
    value.insert("dest".into(), json!(load.dest));
    let figures =
        [("adult", load.adult), ("child", load.child), ("infant", load.infant), ("dead_load", load.dead_load), ("pax_total", load.pax_total)];
    for (key, figure) in figures {
        insert_some(&mut value, key, figure);
    }
    if !load.holds.is_empty() {
        value.insert("holds".into(), json!(load.holds));
    }
    if !load.bags.is_empty() {
        value.insert("bags".into(), json!(load.bags));
    }
    value
}

fn flight_text(value: &mut Map<String, Value>, flight: &crate::standards::typeb::FlightLine) {
    value.insert("flight".into(), json!(format!("{}{}", flight.carrier, flight.number)));
    value.insert("date".into(), json!(flight.date_text));
}

/// An answer with nothing to look at twice, beside lines that the value has no name for.
fn sound(value: Map<String, Value>, more: Vec<String>) -> Answer {
    Ok(Told { value, deviations: Vec::new(), more, encoded: None })
}

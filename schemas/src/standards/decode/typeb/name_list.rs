//! The answer for a PNL or ADL.

use serde_json::{Map, Value, json};

use super::{Answer, Told, flight_object, insert_some, opening};
use crate::standards::typeb::{Availability, Group, Name, NameList};

pub(super) fn value(text: &str) -> Answer {
    let list = NameList::parse(text)?;
    let mut value = opening(list.kind.as_str(), &list.envelope);
    value.insert("flight".into(), flight_object(&list.flight));
    insert_some(&mut value, "part", list.flight.part);
    if !list.cfg.is_empty() {
        value.insert("cfg".into(), list.cfg.iter().map(|(class, seats)| (class.to_string(), json!(seats))).collect());
    }
    if !list.rbd.is_empty() {
        let classes = |classes: &str| classes.chars().map(String::from).collect::<Vec<_>>();
        value.insert("rbd".into(), list.rbd.iter().map(|(compartment, all)| (compartment.clone(), json!(classes(all)))).collect());
    }
    if let Some(Availability { route, seats }) = &list.avail {
        let mut avail: Map<String, Value> = seats.iter().map(|(class, seats)| (class.to_string(), json!(seats))).collect();
        avail.insert("route".into(), json!(route));
        value.insert("avail".into(), Value::Object(avail));
    }
    let (named, unnamed): (Vec<&Group>, Vec<&Group>) = list.groups.iter().partition(|group| !group.names.is_empty());
    value.insert("groups".into(), named.into_iter().map(group).collect());
    if !unnamed.is_empty() {
        let totals: Vec<String> = unnamed.iter().map(|group| format!("{}{}{}", group.dest, group.heading, group.class)).collect();
        value.insert("totals_without_names".into(), json!(totals));
    }
    value.insert("seats_named".into(), json!(list.seats_named()));
    if !list.warnings.is_empty() {
        value.insert("warnings".into(), json!(list.warnings.iter().map(ToString::to_string).collect::<Vec<_>>()));
    }
    insert_some(&mut value, "end", list.end.as_deref());
    let differs = (!list.warnings.is_empty()).then(|| "total_differs".to_owned());
    let encoded = Some(list.lines());
    Ok(Told { value, deviations: differs.into_iter().collect(), more: list.other, encoded })
}

fn group(group: &Group) -> Value {
    let names: Vec<Value> = group.names.iter().map(name).collect();
    json!({"dest": group.dest, "class": group.class, "count": group.count, "names": names})
}

fn name(name: &Name) -> Value {
    let elements: Vec<Value> = name.elements.iter().map(|element| json!({"id": element.id, "text": element.text})).collect();
    let mut value = json!({"seats": name.seats, "surname": name.surname, "given": name.given, "elements": elements});
    if let Some(party) = &name.party {
        value["party"] = json!({"id": party.id, "size": party.size});
    }
    if let Some(section) = name.section {
        value["section"] = json!(section.as_str());
    }
    value
}

//! What is made on a cut-off node: records of 13 fields, each created once and then changed four times, one field at a time.

use clap::ValueEnum;
use schemas::flat::{DocId, Edit, Scalar};
use schemas::scope::ScopeId;

use host::Chance;

/// Changes of each record, its creation among them.
pub(super) const CHANGES: usize = 5;

/// The one seed of the workload.
const SEED: u64 = 42;

/// In which order the changes are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Order {
    /// All records are created, then all get their second change, and so on: as on a day at an airport, and harder for us.
    Rounds,
    /// Each record with all of its changes, one record after the other.
    Records,
}

/// The scope that everything is in.
pub(super) fn scope() -> ScopeId {
    ScopeId::day("PVG", "2026-11-22", "CA").expect("this is the name of a scope")
}

/// The document of a record.
pub(super) fn document(record: usize) -> DocId {
    DocId(Chance::new(SEED).fork(record as u64).bytes())
}

/// One change of a record; the first creates it.
pub(super) fn edit(record: usize, change: usize) -> Edit {
    let mut chance = Chance::new(SEED).fork(record as u64).fork(change as u64 + 1);
    let text = |name: &str, value: String| (name.to_owned(), Scalar::Str(value));
    let fields = match change {
        0 => creation(record, &mut chance),
        1 => vec![text("status", "checked-in".to_owned())],
        2 => vec![text("seat", seat(31, &mut chance))],
        3 => vec![text("bag", format!("0999{:06}", chance.below(1_000_000)))],
        4 => vec![text("status", "boarded".to_owned())],
        // More of the same, never the value that is there.
        _ => vec![text("seat", seat(30 * change, &mut chance))],
    };
    Edit { doc: document(record), fields, facts: Vec::new() }
}

/// The changes of writer `writer` of `writers`, in its order. A record has one writer, so its changes come in order.
pub(super) fn work(records: usize, order: Order, writer: usize, writers: usize) -> Vec<(usize, usize)> {
    let own = move || (writer..records).step_by(writers.max(1));
    match order {
        Order::Rounds => (0..CHANGES).flat_map(|change| own().map(move |record| (record, change))).collect(),
        Order::Records => own().flat_map(|record| (0..CHANGES).map(move |change| (record, change))).collect(),
    }
}

/// The edit as a client posts it.
pub(super) fn body(edit: &Edit) -> String {
    let value = |value: &Scalar| match value {
        Scalar::Str(text) => serde_json::Value::from(text.as_str()),
        Scalar::Int(number) => serde_json::Value::from(*number),
        Scalar::Bool(is) => serde_json::Value::from(*is),
        Scalar::Null | Scalar::Bytes(_) => serde_json::Value::Null,
    };
    edit.fields
        .iter()
        .map(|(name, field)| (name.clone(), value(field)))
        .collect::<serde_json::Map<_, _>>()
        .into_iter()
        .collect::<serde_json::Value>()
        .to_string()
}

fn creation(record: usize, chance: &mut Chance) -> Vec<(String, Scalar)> {
    const FAMILY: [&str; 12] = ["LI", "WANG", "ZHANG", "KIM", "SATO", "MEYER", "ROSSI", "DUBOIS", "NOVAK", "SILVA", "JENSEN", "OKAFOR"];
    const GIVEN: [&str; 12] = ["WEI", "FANG", "MIN", "JUN", "YUKI", "ANNA", "MARCO", "CLAIRE", "PETR", "JOANA", "LARS", "ADA"];
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let flight = 100 + record / 180;
    let locator: String = (0..6).map(|_| char::from(*chance.pick(LETTERS))).collect();
    let text = |name: &str, value: String| (name.to_owned(), Scalar::Str(value));
    vec![
        text("kind", "guest".to_owned()),
        text("flight", format!("CA{flight}")),
        text("date", "2026-11-22".to_owned()),
        text("from", "PVG".to_owned()),
        text("to", (*chance.pick(&["PEK", "CAN", "CTU", "FRA", "NRT", "SIN"])).to_owned()),
        text("family", (*chance.pick(&FAMILY)).to_owned()),
        text("given", (*chance.pick(&GIVEN)).to_owned()),
        text("locator", locator),
        text("ticket", format!("999{:010}", chance.below(10_000_000_000))),
        text("cabin", (*chance.pick(&["Y", "Y", "Y", "C", "F"])).to_owned()),
        text("seat", seat(1, chance)),
        text("status", "booked".to_owned()),
        ("sequence".to_owned(), Scalar::Int(record as i64 % 180 + 1)),
    ]
}

/// A seat in one of the thirty rows from `row` on.
fn seat(row: usize, chance: &mut Chance) -> String {
    format!("{}{}", row as u64 + chance.below(30), chance.pick(&["A", "B", "C", "D", "E", "F"]))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_record_has_13_fields_and_then_changes_one_at_a_time() {
        assert_eq!((0..CHANGES).map(|change| edit(7, change).fields.len()).collect::<Vec<_>>(), [13, 1, 1, 1, 1]);
        assert_eq!((edit(7, 0), document(7)), (edit(7, 0), edit(7, 3).doc));
        assert_ne!(document(7), document(8));
    }

    #[test]
    fn all_writers_together_make_every_change_once_and_each_record_in_order() {
        for order in [Order::Rounds, Order::Records] {
            let parts: Vec<_> = (0..3).map(|writer| work(10, order, writer, 3)).collect();
            assert_eq!(parts.iter().flatten().copied().collect::<BTreeSet<_>>().len(), 10 * CHANGES);
            for part in parts {
                let third: Vec<usize> = part.iter().filter(|(record, _)| *record == part[0].0).map(|(_, change)| *change).collect();
                assert_eq!(third, [0, 1, 2, 3, 4]);
            }
        }
    }
}

//! What a document promises: the library's values, and the same state on every replica whatever the order of arrival.

#![allow(clippy::unwrap_used, reason = "test code")]

mod document_world;

use document_world::{DOC, World, incoming, library_values, log, orders, puts_of, received};
use proptest::prelude::*;
use schemas::flat::{Edit, FactId, Scalar};
use sync::document::{Document, Outcome};
use sync::edit::EditError;
use sync::flat_change::FlatChange;

/// What replicas must agree on.
fn state(document: &Document) -> impl PartialEq + std::fmt::Debug + use<> {
    let refused: Vec<_> = document.refused().map(|(hash, _)| *hash).collect();
    (document.heads(), refused, document.values(), document.digest(DOC), document.waiting_count(), document.applied_count())
}

fn fields(fields: &[(&str, Scalar)]) -> Edit {
    Edit { doc: DOC, fields: fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(), facts: Vec::new() }
}

fn text(text: &str) -> Scalar {
    Scalar::Str(text.to_owned())
}

proptest! {
    #[test]
    fn values_are_what_the_library_would_say(world in document_world::worlds(1..14)) {
        let document = received(&world.changes);
        prop_assert_eq!(document.applied_count(), world.changes.len());
        prop_assert_eq!(document.values().fields, library_values(&world.changes));
    }

    #[test]
    fn an_edit_is_written_as_the_library_would_write_it(
        world in document_world::worlds(1..14),
        actor in 0..document_world::ACTORS + 1,
        puts in prop::collection::btree_map(0..6_usize, document_world::scalar(), 1..6),
        again in any::<bool>(),
    ) {
        let document = received(&world.changes);
        // Half of the time a value that is there already.
        let value = |key: usize, drawn: &Scalar| match document.values().fields.get(&format!("k{key}")) {
            Some(values) if again => values[key % values.len()].clone(),
            _ => drawn.clone(),
        };
        let edit = Edit { doc: DOC, fields: puts.iter().map(|(key, drawn)| (format!("k{key}"), value(*key, drawn))).collect(), facts: Vec::new() };
        let applied: Vec<&[u8]> = world.changes.iter().map(|change| change.raw.as_slice()).collect();
        let wanted: Vec<_> = edit.fields.iter().map(|(name, value)| (format!("field/{name}"), value.clone())).collect();
        let theirs = sync::edit::build(&applied, log(actor), &wanted).unwrap();
        let ours = document.edit(log(actor), &edit).unwrap();
        prop_assert_eq!(ours.map(|built| (built.raw, built.hash)), theirs);
    }

    #[test]
    fn the_library_proves_every_document(world in document_world::worlds(1..14)) {
        prop_assert!(received(&world.changes).prove().is_ok());
    }

    #[test]
    fn every_order_of_arrival_gives_the_same_document(world in document_world::worlds(1..14), seed in any::<u64>()) {
        let expected = state(&received(&world.changes));
        for order in orders(&world.changes, seed) {
            prop_assert_eq!(&state(&received(order)), &expected);
        }
    }

    #[test]
    fn a_saved_document_loads_as_it_was(world in document_world::worlds(1..10), kept in any::<prop::sample::Index>(), more in any::<bool>()) {
        // Leaving out a change lets others wait.
        let left_out = kept.index(world.changes.len());
        let document = received(world.changes.iter().enumerate().filter(|(at, _)| *at != left_out || more).map(|(_, change)| change));
        let mut loaded = Document::load(&document.save()).unwrap();
        prop_assert_eq!(state(&loaded), state(&document));
        for actor in 0..4 {
            prop_assert_eq!(loaded.tail(log(actor)), document.tail(log(actor)));
        }
        loaded.receive(world.changes[left_out].clone());
        prop_assert_eq!(state(&loaded), state(&received(&world.changes)));
    }

    #[test]
    fn a_damaged_document_is_found_out(world in document_world::worlds(1..6), at in any::<prop::sample::Index>(), bit in 0..8_u32, cut in any::<bool>()) {
        let saved = received(&world.changes).save();
        let mut damaged = saved.clone();
        let at = at.index(saved.len());
        damaged[at] ^= 1_u8 << bit;
        if cut {
            damaged.truncate(at);
        }
        prop_assert!(Document::load(&damaged).is_err());
    }

    #[test]
    fn saved_bytes_that_were_forged_load_as_a_clean_document_or_are_bad(
        world in document_world::worlds(1..6), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>(),
    ) {
        let mut forged = with_refused_and_waiting(&world).save();
        let at = 8 + at.index(forged.len() - 8);
        forged[at] = byte;
        if cut {
            forged.truncate(at);
        }
        let checksum = crc32c::crc32c(&forged[8..]).to_le_bytes();
        forged[4..8].copy_from_slice(&checksum);
        if let Ok(document) = Document::load(&forged) {
            prop_assert_eq!(state(&Document::load(&document.save()).unwrap()), state(&document));
        }
    }
}

/// The world's changes but one, and one change that is refused.
fn with_refused_and_waiting(world: &World) -> Document {
    let mut document = received(world.changes.iter().skip(1));
    let mut wrong = FlatChange::read(&world.changes[0].raw).unwrap().0;
    wrong.start_op += 1000;
    document.receive(incoming(wrong.actor, 1000, wrong.write()));
    assert_eq!(document.refused().count(), 1);
    document
}

#[test]
fn every_permutation_of_a_small_history_gives_the_same_document() {
    for seed in 0..40 {
        let world = World::drawn(seed, 5);
        let expected = state(&received(&world.changes));
        for order in document_world::permutations(&world.changes) {
            assert_eq!(state(&received(order.iter().copied())), expected, "seed {seed}");
            assert_eq!(state(&received(order.iter().chain(&order).copied())), expected, "seed {seed}, twice");
        }
    }
}

#[test]
fn a_change_waits_for_what_it_builds_on() {
    let world = World::chain(4);
    let mut document = Document::new();
    for change in world.changes.iter().skip(1).rev() {
        assert_eq!(document.receive(change.clone()), Outcome::Waiting);
    }
    assert_eq!((document.waiting_count(), document.applied_count()), (3, 0));
    assert_eq!(document.receive(world.changes[0].clone()), Outcome::Applied);
    assert_eq!((document.waiting_count(), document.applied_count()), (0, 4));
    assert_eq!(document.receive(world.changes[0].clone()), Outcome::Known);
}

#[test]
fn newer_rules_wait_and_are_not_judged() {
    let mut change = World::chain(1).changes.remove(0);
    change.rule = 2;
    let mut document = received([&change]);
    assert_eq!((document.waiting_count(), document.refused().count()), (1, 0));
    let mut nonsense = change.clone();
    nonsense.raw = b"a format of tomorrow".to_vec();
    nonsense.entry += 1;
    assert_eq!(document.receive(nonsense), Outcome::Waiting);
    assert_eq!(Document::load(&document.save()).unwrap().waiting_count(), 2);
}

#[test]
fn an_edit_is_not_applied_before_it_is_received() {
    let mut document = Document::new();
    let built = document.edit(log(0), &fields(&[("seat", text("12A"))])).unwrap().unwrap();
    assert_eq!(document.values().fields.len(), 0);
    assert_eq!(built.seq, 1);
    assert_eq!(document.receive(incoming(log(0), 2, built.raw)), Outcome::Applied);
    assert_eq!(document.values().text("seat"), Some("12A"));
    assert_eq!(document.tail(log(0)), Some((1, built.hash)));
}

#[test]
fn an_edit_that_says_nothing_new_makes_no_change() {
    let mut document = Document::new();
    let edit = fields(&[("seat", text("12A")), ("bags", Scalar::Int(2)), ("note", Scalar::Null)]);
    let built = document.edit(log(0), &edit).unwrap().unwrap();
    document.receive(incoming(log(0), 2, built.raw));
    assert_eq!(document.edit(log(1), &edit).unwrap(), None);
    assert_eq!(document.edit(log(1), &fields(&[])).unwrap(), None);
}

#[test]
fn equal_values_put_by_two_desks_are_no_conflict() {
    let mut document = Document::new();
    for actor in 0..2 {
        let built = Document::new().edit(log(actor), &fields(&[("seat", text("12A"))])).unwrap().unwrap();
        document.receive(incoming(log(actor), 2, built.raw));
    }
    assert_eq!(document.values().fields["seat"], [text("12A")]);
    assert_eq!(document.edit(log(2), &fields(&[("seat", text("12A"))])).unwrap(), None);
}

#[test]
fn a_conflict_can_be_settled_with_any_of_its_values() {
    for choice in ["12A", "14C", "30F"] {
        let mut document = Document::new();
        for (actor, seat) in [(0, "12A"), (1, "14C")] {
            let built = Document::new().edit(log(actor), &fields(&[("seat", text(seat))])).unwrap().unwrap();
            document.receive(incoming(log(actor), 2, built.raw));
        }
        assert_eq!(document.values().fields["seat"].len(), 2);
        let built = document.edit(log(2), &fields(&[("seat", text(choice))])).unwrap().unwrap();
        assert_eq!(document.receive(incoming(log(2), 2, built.raw)), Outcome::Applied);
        assert_eq!(document.values().fields["seat"], [text(choice)]);
    }
}

#[test]
fn facts_of_two_desks_that_never_met_are_all_kept() {
    let mut document = Document::new();
    for actor in 0..2 {
        let mut own = Document::new();
        for seq in 1..=2_u32 {
            let edit = Edit { doc: DOC, fields: Vec::new(), facts: vec![format!("{{\"n\":{seq}}}"), "{}".to_owned()] };
            let built = own.edit(log(actor), &edit).unwrap().unwrap();
            let change = incoming(log(actor), u64::from(seq) + 1, built.raw);
            own.receive(change.clone());
            assert_eq!(document.receive(change), Outcome::Applied);
        }
    }
    let facts = document.values().facts;
    assert_eq!(facts.len(), 8);
    assert_eq!(facts[&FactId { log: log(1), seq: 2, place: 0 }], "{\"n\":2}");
}

#[test]
fn an_edit_with_a_wrong_name_is_an_error_and_not_a_change() {
    for name in ["", "Seat", "9a", "a b", "seat/x", &"a".repeat(49)] {
        let outcome = Document::new().edit(log(0), &fields(&[(name, Scalar::Null)]));
        assert!(matches!(outcome, Err(EditError::FieldName { .. })), "{name:?}");
    }
}

#[test]
fn an_edit_beyond_the_limits_is_an_error_and_not_a_change() {
    let many = Edit { doc: DOC, fields: Vec::new(), facts: vec!["{}".to_owned(); 513] };
    let long = fields(&[("note", text(&"x".repeat(70_000)))]);
    for edit in [many, long] {
        assert!(matches!(Document::new().edit(log(0), &edit), Err(EditError::NotFlat(_))));
    }
}

#[test]
fn the_newest_entry_of_each_log_is_told() {
    let world = World::chain(3);
    let document = received(&world.changes);
    for change in &world.changes {
        assert!(document.values().entries[&change.log] >= change.entry);
    }
}

#[test]
fn puts_are_read_as_they_were_made() {
    let world = World::chain(2);
    let (change, _) = FlatChange::read(&world.changes[1].raw).unwrap();
    assert_eq!(puts_of(&change), [("field/k0", &text("1"))]);
}

/// The digest is compared between replicas of different software, so its bytes are fixed.
#[test]
fn the_digest_of_an_empty_document_is_frozen() {
    assert_eq!(Document::new().digest(DOC).to_string(), "fc4716661ba2c46ac539d7d15c788847621571823ca00d6b29bebc0e8c5ed9a9");
}

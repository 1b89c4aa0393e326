//! Promises about travel documents when no authority can be asked.

use serde_json::{Value, json};

use crate::world::{Desk, list, meet};

const FLIGHT: &str = "CA1501.2026-11-22.PVG";

/// A flight to this airport with two guests.
fn counter(to: &str) -> Desk {
    let list = list("1LI/NAMS\n.L/K7P2QX/CA\n1WANG/LEIMR\n.L/W4NGL3/CA\n").replace("PEK", to);
    let mut desk = Desk::working(1, "C1", &list);
    desk.check_in("LI/NAMS", "14A");
    desk
}

fn note(desk: &Desk, outcome: &str, note: &str) -> Value {
    json!({ "kind": "note-documents", "booking": desk.id("LI/NAMS"), "outcome": outcome, "note": note })
}

#[test]
fn the_route_says_what_is_allowed_when_the_authority_cannot_be_asked() {
    let check = |to: &str, outcome: &str, code: Option<&str>| {
        let mut desk = counter(to);
        let command = note(&desk, outcome, "visa seen");
        assert_eq!(desk.run(command).err().map(|refusal| refusal.code), code, "{to} {outcome}");
    };
    check("PEK", "send-later", None);
    check("NRT", "send-later", None);
    check("JFK", "send-later", Some("supervisor-needed"));
    check("JFK", "supervisor", None);
    check("SYD", "send-later", Some("authority-needed"));
    check("SYD", "supervisor", Some("authority-needed"));
    check("SYD", "seen", None);
}

#[test]
fn who_went_on_unasked_is_on_the_list_for_the_authority() {
    let mut desk = counter("NRT");
    let command = note(&desk, "send-later", "visa seen");
    let answer = desk.ok(command);
    assert_eq!(answer["todo"], json!(["Send the list to the authority of NRT when it can be reached."]));
    let rows = desk.station.documents_to_send(&FLIGHT.parse().unwrap());
    assert_eq!((rows.len(), rows[0].name.as_str(), rows[0].note.as_str(), rows[0].by.as_str()), (1, "LI/NAMS", "visa seen", "4701"));
    let command = note(&desk, "seen", "");
    desk.ok(command);
    assert!(desk.station.documents_to_send(&FLIGHT.parse().unwrap()).is_empty());
}

#[test]
fn refused_documents_stop_the_guest_until_somebody_looks_again() {
    let mut desk = counter("NRT");
    let li = desk.id("LI/NAMS");
    let board = json!({ "kind": "board", "flight": FLIGHT, "booking": li });
    let command = note(&desk, "refused", "passport expired");
    desk.ok(command);
    let refusal = desk.refused(board.clone());
    assert_eq!((refusal.code, refusal.tone), ("documents-refused", Some(schemas::command::Tone::Red)));
    let command = note(&desk, "seen", "second passport");
    desk.ok(command);
    desk.ok(board);
}

#[test]
fn of_two_desks_the_graver_word_holds() {
    let mut desk = counter("NRT");
    let mut other = Desk::new(2, "C2");
    meet(&mut desk, &mut other);
    let (seen, refused) = (note(&desk, "seen", ""), note(&desk, "refused", "expired"));
    desk.ok(seen);
    other.ok(refused);
    meet(&mut desk, &mut other);
    assert_eq!(desk.guest("LI/NAMS").documents, Some(schemas::record::fact::Documents::Refused));
    assert_eq!(desk.guest("LI/NAMS"), other.guest("LI/NAMS"));
}

#[test]
fn no_number_of_a_document_is_taken_into_a_note() {
    let mut desk = counter("NRT");
    let command = note(&desk, "seen", "passport E12345678");
    assert_eq!(desk.refused(command).code, "number-in-note");
}

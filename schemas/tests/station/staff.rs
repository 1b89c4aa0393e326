//! Promises about who may do what.

use schemas::command::Command;
use schemas::record::fact::StaffNumber;
use schemas::staff::{ACTIONS, Permission, Role};
use serde_json::{Value, json};

use crate::world::{CA1501, Desk};

const LIST: &str = "PVGKK1E\n.PEKRMCA 220100\nPNL\nCA1501/22NOV PVG PART1\nCFG/008C150Y\nRBD C/CJ Y/YBM\n-PEK002Y\n1LI/NAMS\n.L/K7P2QX/CA\n1WANG/BOMR\n.L/M3N4PQ/CA\nENDPNL\n";

fn number(text: &str) -> StaffNumber {
    text.parse().unwrap()
}

/// A hub with an administrator, and a desk that has heard of what the hub wrote down.
fn installation(people: &[Value]) -> (Desk, Desk) {
    let mut hub = Desk::hub();
    hub.ok(json!({ "kind": "set-staff", "number": "9001", "name": "Ada Admin", "roles": ["admin", "hub-ops"] }));
    for person in people {
        hub.ok(person.clone());
    }
    let mut desk = Desk::working(1, "G12", LIST);
    desk.hear(&hub);
    (hub, desk)
}

fn person(number: &str, roles: &[&str], carriers: &str) -> Value {
    json!({ "kind": "set-staff", "number": number, "name": format!("Person {number}"), "roles": roles, "stations": "PVG", "carriers": carriers })
}

#[track_caller]
fn permitted(desk: &Desk, staff: &str, command: Value) -> Result<(), &'static str> {
    let command = Command::parse(&command.to_string()).unwrap();
    desk.station.permits(&number(staff), &command, desk.now_ms).map_err(|refusal| {
        assert_eq!(refusal.status, 403, "{refusal}");
        refusal.code
    })
}

fn close() -> Value {
    json!({ "kind": "close-flight", "flight": CA1501 })
}

#[test]
fn until_staff_is_written_down_everybody_may_do_everything() {
    let desk = Desk::working(1, "G12", LIST);
    assert_eq!(permitted(&desk, "4711", close()), Ok(()));
    assert!(desk.station.actor(&number("4711"), 0).is_some_and(|actor| ACTIONS.iter().all(|action| actor.may(action.permission))));
}

#[test]
fn a_person_may_do_what_their_roles_say_for_their_carriers_at_their_station() {
    let (mut hub, mut desk) = installation(&[
        person("4711", &["gate"], "CA MU"),
        person("4712", &["baggage"], "*"),
        person("4713", &["gate"], "MU"),
        person("4714", &["gate"], "*"),
    ]);
    assert_eq!(permitted(&desk, "4711", close()), Ok(()));
    assert_eq!(permitted(&desk, "4712", close()), Err("not-permitted"));
    assert_eq!(permitted(&desk, "4713", close()), Err("other-carrier"));
    assert_eq!(permitted(&desk, "9999", close()), Err("staff-not-known"));
    assert_eq!(permitted(&desk, "4711", json!({ "kind": "take-over", "flight": CA1501, "reason": "x" })), Err("not-permitted"));
    hub.ok(json!({ "kind": "set-staff", "number": "4711", "active": false }));
    hub.ok(json!({ "kind": "set-staff", "number": "4714", "stations": "PEK" }));
    desk.hear(&hub);
    assert_eq!(permitted(&desk, "4711", close()), Err("staff-not-known"));
    assert_eq!(permitted(&desk, "4714", close()), Err("staff-not-known"));
}

#[test]
fn when_a_flight_arrives_is_said_by_who_works_for_a_carrier_that_waits_for_it() {
    let (_, mut desk) = installation(&[person("4711", &["gate", "supervisor"], "CA"), person("4713", &["gate", "supervisor"], "MU")]);
    let feeder = "MU935.2026-11-22.PEK";
    let come = LIST.replacen("\n.L/", "\n.I/MU935Y22PEK\n.L/", 1);
    desk.ok(json!({ "kind": "import-list", "text": come }));
    let noted = |number| permitted(&desk, number, json!({ "kind": "note-arrival", "flight": feeder, "how": "cancelled" }));
    assert_eq!((noted("4711"), noted("4713")), (Ok(()), Err("other-carrier")));
}

#[test]
fn another_carriers_guests_are_out_of_reach_whatever_names_them() {
    let (_, desk) =
        installation(&[person("4713", &["gate", "counter", "supervisor"], "MU"), person("4711", &["gate", "counter", "supervisor"], "CA")]);
    let key = CA1501.parse().unwrap();
    let booking = schemas::record::DocRef(desk.station.bookings_of(&key)[0].id);
    for command in [
        json!({ "kind": "check-in", "guests": [{ "booking": booking }] }),
        json!({ "kind": "change-seat", "booking": booking, "seat": "14C" }),
        json!({ "kind": "add-bag", "booking": booking, "weight_kg": 9 }),
        json!({ "kind": "offload", "booking": booking, "reason": "x" }),
        json!({ "kind": "un-board", "booking": booking, "reason": "x" }),
        json!({ "kind": "board", "flight": CA1501, "booking": booking }),
        json!({ "kind": "set-flight", "flight": CA1501, "gate": "9" }),
        json!({ "kind": "scan-bag", "flight": CA1501, "tag": "0999123456", "point": "loaded" }),
    ] {
        assert_eq!(permitted(&desk, "4713", command.clone()), Err("other-carrier"), "{command}");
        assert_eq!(permitted(&desk, "4711", command.clone()), Ok(()), "{command}");
    }
    let actor = desk.station.actor(&number("4713"), desk.now_ms).unwrap();
    assert_eq!(desk.station.may_see(&actor, &key).unwrap_err().code, "other-carrier");
}

#[test]
fn somebody_is_always_left_who_may_write_staff_down() {
    let mut hub = Desk::hub();
    assert_eq!(hub.refused(person("4711", &["gate"], "*")).code, "admin-needed");
    hub.ok(person("9001", &["admin"], "*"));
    assert_eq!(hub.refused(json!({ "kind": "set-staff", "number": "9001", "active": false })).code, "admin-needed");
    assert_eq!(hub.refused(json!({ "kind": "set-staff", "number": "9001", "roles": ["gate"] })).code, "admin-needed");
    hub.ok(person("9002", &["admin"], "*"));
    hub.ok(json!({ "kind": "set-staff", "number": "9001", "active": false }));
    assert_eq!(hub.refused(json!({ "kind": "set-staff", "number": "4711", "name": "No Roles" })).code, "staff-incomplete");
    let badge = hub.station.ids().badge("B:0042");
    hub.ok(json!({ "kind": "set-staff", "number": "9002", "badge": badge }));
    assert_eq!(hub.refused(json!({ "kind": "set-staff", "number": "4711", "name": "Two", "roles": ["gate"], "badge": badge })).code, "badge-in-use");
    assert_eq!(hub.station.person_of_badge(&badge).map(|person| person.number.clone()), Some(number("9002")));
    assert_eq!(Desk::new(1, "C1").refused(person("4711", &["admin"], "*")).code, "hub-only");
}

#[test]
fn a_supervisor_lets_somebody_in_from_another_desk() {
    let (_, mut desk) = installation(&[person("4711", &["supervisor"], "*")]);
    let ask = json!({ "kind": "open-access", "way": "asked", "number": "TEMP-7", "name": "Lee Lent", "reason": "badge left at home" });
    let access = desk.ok(ask.clone())["access"].clone();
    assert_eq!(permitted(&desk, "TEMP-7", close()), Err("staff-not-known"));
    let mut other = Desk::new(2, "C1");
    other.hear(&desk);
    let grant = json!({ "kind": "settle-access", "access": access, "how": "granted" });
    assert_eq!(permitted(&other, "TEMP-7", grant.clone()), Err("staff-not-known"));
    assert_eq!(permitted(&other, "4711", grant.clone()), Ok(()));
    other.ok(grant.clone());
    desk.hear(&other);
    let actor = desk.station.actor(&number("TEMP-7"), desk.now_ms).unwrap();
    assert_eq!(actor.roles.into_iter().collect::<Vec<_>>(), [Role::Lent]);
    assert_eq!(permitted(&desk, "TEMP-7", close()), Err("not-permitted"));
    assert_eq!(desk.refused(grant).code, "access-settled");
    assert!(desk.station.actor(&number("TEMP-7"), desk.now_ms + 13 * 3_600_000).is_none(), "it ends with the shift");
    desk.ok(json!({ "kind": "settle-access", "access": access, "how": "ended" }));
    assert!(desk.station.actor(&number("TEMP-7"), desk.now_ms).is_none());
}

#[test]
fn of_two_supervisors_who_did_not_see_each_other_the_careful_one_counts() {
    let (_, mut one) = installation(&[person("4711", &["supervisor"], "*")]);
    let ask = json!({ "kind": "open-access", "way": "asked", "number": "TEMP-7", "name": "Lee Lent", "reason": "badge left at home" });
    let access = one.ok(ask)["access"].clone();
    let mut other = Desk::new(2, "C1");
    other.hear(&one);
    one.ok(json!({ "kind": "settle-access", "access": access, "how": "granted" }));
    other.ok(json!({ "kind": "settle-access", "access": access, "how": "refused" }));
    one.hear(&other);
    other.hear(&one);
    for desk in [&one, &other] {
        assert!(desk.station.actor(&number("TEMP-7"), desk.now_ms).is_none());
    }
}

#[test]
fn the_glass_is_broken_a_few_times_a_shift_and_looked_at_afterwards() {
    let (mut hub, mut desk) = installation(&[person("4711", &["gate"], "*")]);
    let broken = |number: &str| json!({ "kind": "open-access", "way": "broken", "number": number, "name": "Lee Lent", "reason": "nobody here" });
    assert_eq!(desk.refused(broken("4711")).code, "staff-listed");
    let access = desk.ok(broken("TEMP-1"))["access"].clone();
    assert_eq!(desk.refused(broken("TEMP-1")).code, "access-open");
    desk.ok(broken("TEMP-2"));
    desk.ok(broken("TEMP-3"));
    assert_eq!(desk.refused(broken("TEMP-4")).code, "glass-broken-too-often");
    assert!(desk.station.actor(&number("TEMP-3"), desk.now_ms).is_some_and(|actor| actor.may(Permission::Board) && !actor.may(Permission::Offload)));
    hub.hear(&desk);
    assert_eq!(hub.station.accesses().iter().filter(|access| !access.is_reviewed()).count(), 3);
    hub.ok(json!({ "kind": "settle-access", "access": access, "how": "accepted", "note": "called the desk" }));
    assert_eq!(hub.station.accesses().iter().filter(|access| !access.is_reviewed()).count(), 2);
    assert_eq!(hub.refused(json!({ "kind": "settle-access", "access": access, "how": "objected" })).code, "access-settled");
    assert_eq!(hub.refused(json!({ "kind": "open-access", "way": "broken", "number": "TEMP-9", "name": "x", "reason": "x" })).code, "desk-only");
}

#[test]
fn a_note_waits_for_the_next_shift_at_its_own_desk() {
    let mut desk = Desk::new(1, "G12");
    let note = desk.ok(json!({ "kind": "leave-note", "note": " Two wheelchairs wait at the lift. " }))["note"].clone();
    let mut other = Desk::new(2, "C1");
    other.hear(&desk);
    assert_eq!(other.station.handovers("C1").len(), 0);
    let read = |desk: &Desk| desk.station.handovers("G12").iter().map(|note| note.note.to_string()).collect::<Vec<_>>();
    assert_eq!(read(&other), ["Two wheelchairs wait at the lift."]);
    desk.ok(json!({ "kind": "read-note", "note": note }));
    assert_eq!(read(&desk), Vec::<String>::new());
    assert_eq!(desk.refused(json!({ "kind": "leave-note", "note": " " })).code, "text-missing");
    assert_eq!(desk.refused(json!({ "kind": "read-note", "note": "00000000000000000000000000000000" })).code, "note-not-known");
}

#[test]
fn who_is_vouched_for_works_for_the_carriers_of_who_vouched() {
    let (_, mut desk) = installation(&[person("4701", &["supervisor"], "MU")]);
    desk.ok(json!({ "kind": "open-access", "way": "vouched", "number": "TEMP-7", "name": "Lee Lent", "reason": "badge left at home" }));
    assert_eq!(desk.station.actor(&number("TEMP-7"), desk.now_ms).unwrap().carriers.to_string(), "MU");
    let key: schemas::record::FlightKey = CA1501.parse().unwrap();
    let booking = schemas::record::DocRef(desk.station.bookings_of(&key)[0].id);
    assert_eq!(permitted(&desk, "TEMP-7", json!({ "kind": "board", "flight": CA1501, "booking": booking })), Err("other-carrier"));
}

#[test]
fn who_may_not_open_a_closed_flight_does_not_open_it_by_saying_that_it_came_back() {
    let (_, mut desk) = installation(&[person("4711", &["gate"], "CA"), person("4712", &["supervisor"], "CA"), person("4713", &["hub-ops"], "CA")]);
    let back = || json!({ "kind": "flight-returned", "flight": CA1501, "place": "gate", "after": "push-back", "reason": "x" });
    assert_eq!(permitted(&desk, "4711", back()), Ok(()));
    desk.ok(close());
    for staff in ["4711", "4713"] {
        assert_eq!(permitted(&desk, staff, back()), Err("not-permitted"));
    }
    assert_eq!(permitted(&desk, "4712", back()), Ok(()));
}

#[test]
fn a_split_that_makes_a_flight_needs_what_taking_it_over_needs_and_says_so_before() {
    let (_, mut desk) = installation(&[person("4712", &["supervisor"], "CA")]);
    let key = CA1501.parse().unwrap();
    let booking = schemas::record::DocRef(desk.station.bookings_of(&key)[0].id);
    let split = |how: &str| json!({ "kind": "move-bookings", "flight": CA1501, "to": "CA1501D.2026-11-22.PVG", "how": how, "bookings": [booking], "reason": "x" });
    let needs = |desk: &Desk, command: Value| desk.station.needs(&Command::parse(&command.to_string()).unwrap());
    assert_eq!(needs(&desk, split("split")), [Permission::MoveGuests, Permission::TakeOver]);
    assert_eq!(needs(&desk, split("rebook")), [Permission::MoveGuests]);
    assert_eq!(permitted(&desk, "4712", split("split")), Ok(()));
    let to = "CA1501D.2026-11-22.PVG".parse().unwrap();
    let plan = desk.station.move_plan(&key, &to, schemas::record::moving::MoveHow::Split, &[booking], desk.context().today).unwrap();
    assert!(plan.words.iter().any(|words| words.english() == "CA1501D of 22 Nov will be worked here, not in the host."), "{plan:?}");
    desk.ok(split("split"));
    assert_eq!(needs(&desk, split("split")), [Permission::MoveGuests]);
}

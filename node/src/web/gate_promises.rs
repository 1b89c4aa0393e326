//! What the gate promises beside boarding: another aircraft, minors, help, gate bags, security, and what it says where there is nothing.

use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Options;
use super::promises::Desk;

async fn open() -> Desk {
    let desk = Desk::start(false, Options::default()).await;
    desk.take_over().await;
    desk
}

async fn command(desk: &Desk, command: Value) {
    desk.services.command(Uuid::new_v4(), "4711", &command.to_string()).await.unwrap();
}

fn gate(desk: &Desk, rest: &str) -> String {
    format!("/gate/{}{rest}", desk.flight)
}

/// Types a line at the command line and returns the page that it leads to.
async fn typed(desk: &Desk, line: &str) -> String {
    desk.text(&gate(desk, "")).await;
    desk.press("/command", &[("line", line)]).await
}

#[tokio::test]
async fn another_cabin_is_looked_at_before_it_is_said_and_nothing_changes_by_looking() {
    let desk = open().await;
    desk.check_in("WANG/LI", "30A").await;
    desk.check_in("WANG/WEI", "30B").await;
    desk.check_in("LI/NA", "12A").await;
    let page = desk.text(&gate(&desk, "/aircraft?map=y11-14%2Fabcdef")).await;
    assert!(page.contains("24 seats. 2 guests need another seat.") && page.contains("value=\"Y11-14/ABCDEF\""), "{page}");
    assert!(desk.services.read(|station| station.reseat_plan(&desk.flight)).is_empty(), "a look changes nothing");
    let reply = desk.get(&gate(&desk, "/aircraft?map=first%20class")).await;
    assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.text().await.unwrap().contains("is no map of seats"));
    let page = desk.press(&gate(&desk, "/aircraft"), &[("map", "Y11-14/ABCDEF"), ("reason", "Drill")]).await;
    assert!(page.contains("CA1501 now flies with 24 seats.") && page.contains("Take all proposals"), "{page}");
    let page = desk.text(&gate(&desk, "")).await;
    assert!(page.contains("2 guests need another seat"), "the gate says so too: {page}");
}

#[tokio::test]
async fn proposals_are_taken_one_by_one_or_all_and_each_new_pass_is_named_until_it_is_printed() {
    let desk = open().await;
    let (mother, father) = (desk.check_in("WANG/LI", "30A").await, desk.check_in("WANG/WEI", "30B").await);
    let page = desk.press(&gate(&desk, "/aircraft"), &[("map", "Y11-14/ABCDEF"), ("reason", "Drill")]).await;
    assert!(page.contains("WANG/LI") && page.contains("WANG/WEI"), "{page}");
    let fields = [(format!("seat.{mother}"), "13C"), (format!("seat.{father}"), "13D")];
    let mut one: Vec<(&str, &str)> = fields.iter().map(|(name, seat)| (name.as_str(), *seat)).collect();
    one.push(("one", &mother));
    let page = desk.press(&gate(&desk, "/reseat"), &one).await;
    assert!(page.contains("New seat 13C, print") && !page.contains("New seat 13D"), "{page}");
    let page = desk.press(&gate(&desk, "/reseat"), &one[1..2]).await;
    assert!(page.contains("New seat 13D, print") && page.contains("Everybody has a seat that this aircraft has."), "{page}");
    let page = desk.press(&gate(&desk, "/passes"), &[("booking", &mother), ("noted", "yes")]).await;
    assert!(!page.contains("New seat 13C") && page.contains("New seat 13D"), "{page}");
    let page = desk.press(&gate(&desk, "/passes"), &[("noted", "yes")]).await;
    assert!(page.contains("No new pass is due."), "{page}");
    let form = Uuid::new_v4().to_string();
    let reply = desk.post(&gate(&desk, "/reseat"), &[("form", &form), (&format!("seat.{mother}"), "99Z")]).await;
    assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY, "a seat that the aircraft does not have");
}

#[tokio::test]
async fn reseating_is_typed_as_well() {
    let desk = open().await;
    desk.check_in("WANG/LI", "30A").await;
    desk.check_in("WANG/WEI", "30B").await;
    desk.text(&gate(&desk, "")).await;
    typed(&desk, "aircraft CA1501 Y11-14/ABCDEF").await;
    let page = typed(&desk, "reseat CA1501").await;
    assert!(page.contains("Take all proposals"), "{page}");
    typed(&desk, "reseat 30A 14A").await;
    assert_eq!(desk.services.read(|station| station.find("WANG/LI")[0].guest.seat.unwrap().to_string()), "14A");
    let page = typed(&desk, "reseat CA1501 all").await;
    assert!(page.contains("Everybody has a seat that this aircraft has."), "{page}");
    let page = desk.text("/command").await;
    assert!(page.contains("reseat CA1501 all") && page.contains("gatebag 42 12 heavy"), "{page}");
}

#[tokio::test]
async fn a_minor_boards_amber_until_the_crew_has_signed_and_both_names_stand_on_the_list() {
    let desk = open().await;
    let minor = desk.check_in("ZHAO/LE", "14C").await;
    let page = desk.press(&gate(&desk, "/scan"), &[("scan", "14C")]).await;
    assert!(page.contains("verdict attention") && page.contains("hand over to the crew") && page.contains("Who of the crew signs"), "{page}");
    let last = page.split("data-id=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = desk.press(&gate(&desk, "/escort"), &[("booking", &minor), ("step", "boarding"), ("name", "CREW/AN"), ("last", &last)]).await;
    assert!(page.contains("verdict accept") && !page.contains("Who of the crew signs"), "the verdict is green once it is signed: {page}");
    assert!(page.contains("Minors aboard: 1 of 1"), "{page}");
    let page = desk.press(&gate(&desk, "/minors"), &[("booking", &minor), ("step", "check-in"), ("name", "ZHAO/MA")]).await;
    assert!(page.contains("Aboard: 1 of 1") && page.contains("CREW/AN") && page.contains("ZHAO/MA"), "{page}");
    let reply = desk.post(&gate(&desk, "/minors"), &[("form", &Uuid::new_v4().to_string()), ("booking", &minor), ("step", "boarding")]).await;
    assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY, "a signature is a name");
}

#[tokio::test]
async fn help_goes_from_ordered_to_handed_over_with_its_times_and_the_gate_sees_who_is_on_the_way() {
    let desk = open().await;
    let guest = desk.check_in("WANG/LI", "14C").await;
    let page = desk.text("/assistance").await;
    assert!(page.contains("WANG/LI") && page.contains("1 waiting, 0 on the way"), "{page}");
    let page = desk.text(&format!("/assistance?flight={}&job={guest}.WCHR", desk.flight)).await;
    assert!(page.contains("id=\"ask\"") && page.contains("data-key=\"F4\"") && page.contains("value=\"4711\""), "{page}");
    let fields = [("booking", guest.as_str()), ("service", "WCHR"), ("step", "assign"), ("who", "4801"), ("place", "C12")];
    let page = desk.press("/assistance", &fields).await;
    assert!(page.contains("0 waiting, 1 on the way") && page.contains("4801"), "{page}");
    let page = desk.press(&gate(&desk, "/scan"), &[("scan", "14C")]).await;
    assert!(page.matches("WCHR: 4801 is on the way since").count() >= 2, "on the row and on the verdict: {page}");
    assert!(page.contains("Assistance: 1 on the way, 0 waiting"), "{page}");
    let step = |step| [("booking", guest.as_str()), ("service", "WCHR"), ("step", step)];
    desk.press("/assistance", &step("pick-up")).await;
    let page = desk.press("/assistance", &step("hand-over")).await;
    assert!(page.contains("Nobody waits for help."), "{page}");
    let page = desk.text("/assistance?all=yes").await;
    assert!(page.contains("WANG/LI"), "{page}");
    let reply =
        desk.post("/assistance", &[("form", &Uuid::new_v4().to_string()), ("booking", &guest), ("service", "MAAS"), ("step", "pick-up")]).await;
    assert_eq!(reply.status(), StatusCode::CONFLICT, "what nobody ordered is not picked up");
}

#[tokio::test]
async fn help_is_followed_by_typing() {
    let desk = open().await;
    let guest = desk.check_in("WANG/LI", "14C").await;
    let jobs = || desk.services.read(|station| station.booking(guest.parse::<schemas::record::DocRef>().unwrap().0).unwrap().jobs());
    typed(&desk, "assign 14C 4801").await;
    assert_eq!(jobs()[0].who, ["4801"]);
    typed(&desk, "pickup 14C").await;
    assert!(jobs()[0].picked_up_at.is_some());
    typed(&desk, "help 14C BAGS").await;
    let form = Uuid::new_v4().to_string();
    let reply = desk.post("/command", &[("form", &form), ("line", "handover 14C")]).await;
    assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY, "which of the two?");
    typed(&desk, "handover 14C wchr").await;
    assert!(jobs().iter().any(|job| job.service == "WCHR" && job.handed_over_at.is_some()));
}

#[tokio::test]
async fn a_bag_taken_at_the_gate_gets_a_tag_and_stands_beside_the_counts_and_on_the_closing_page() {
    let desk = open().await;
    let guest = desk.check_in("LI/NA", "14C").await;
    let page = desk.press(&gate(&desk, "/bag"), &[("booking", &guest), ("weight", "33"), ("heavy", "yes")]).await;
    assert!(page.contains("0999001000") && page.contains("Print the tag") && page.contains("Gate bags: 1, heavy 1"), "{page}");
    let page = desk.text(&gate(&desk, "/close")).await;
    assert!(page.contains("Taken at the gate") && page.contains("heavy"), "{page}");
    let form = Uuid::new_v4().to_string();
    let reply = desk.post(&gate(&desk, "/bag"), &[("form", &form), ("booking", &guest), ("weight", "much")]).await;
    assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = typed(&desk, "gatebag 14C 8").await;
    assert!(page.contains("0999001001") && page.contains("Gate bags: 2, heavy 1"), "{page}");
}

#[tokio::test]
async fn who_is_selected_is_stopped_red_and_boards_when_the_check_is_noted() {
    let desk = open().await;
    let guest = desk.check_in("LI/NA", "14C").await;
    typed(&desk, "selected 14C").await;
    let page = desk.press(&gate(&desk, "/scan"), &[("scan", "14C")]).await;
    assert!(page.contains("verdict reject") && page.contains("STOP: CHECK") && page.contains("selected for a check"), "{page}");
    assert!(page.contains("Checked: board") && page.contains("title=\"Security is to check this guest before boarding\">SEL"), "{page}");
    let last = page.split("data-id=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields = [("booking", guest.as_str()), ("outcome", "checked"), ("name", ""), ("scan", "14C"), ("last", &last), ("form", &last)];
    let reply = desk.post(&gate(&desk, "/security"), &fields).await;
    assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY, "who checked is named");
    assert_eq!(desk.services.read(|station| station.counts(&desk.flight).boarded), 0);
    let fields = [("booking", guest.as_str()), ("outcome", "checked"), ("name", "4402"), ("scan", "14C"), ("last", &last)];
    let page = desk.press(&gate(&desk, "/security"), &fields).await;
    assert!(page.contains("verdict accept") && page.contains("BOARD 14C"), "on board without another scan: {page}");
}

#[tokio::test]
async fn who_was_stopped_by_the_pass_is_stopped_by_name_too() {
    let desk = open().await;
    let guest = desk.check_in("LI/NA", "14C").await;
    let booking: schemas::record::DocRef = guest.parse().unwrap();
    let pass = desk.services.read(|station| station.pass_of(booking.0)).unwrap();
    let marked = format!("{}30>6002A999240100007710CA CA {:21}", pass.trim_end_matches("00"), "");
    let page = desk.press(&gate(&desk, "/scan"), &[("scan", &marked)]).await;
    assert!(page.contains("STOP: CHECK"), "{page}");
    let page = desk.press(&gate(&desk, "/board"), &[("booking", &guest)]).await;
    assert!(page.contains("STOP: CHECK"), "{page}");
    assert_eq!(desk.services.read(|station| station.counts(&desk.flight).boarded), 0);
}

#[tokio::test]
async fn no_paper_of_the_guest_says_that_security_is_to_check() {
    let desk = open().await;
    let guest = desk.check_in("LI/NA", "14C").await;
    let before = desk.text(&format!("/pass/{guest}")).await;
    command(&desk, json!({ "kind": "note-security", "booking": guest, "outcome": "selected" })).await;
    let after = desk.text(&format!("/pass/{guest}")).await;
    assert!(!after.contains("SEL") && !after.contains("ecurity"), "{after}");
    assert_eq!(before.contains("LI/NA"), after.contains("LI/NA"));
}

#[tokio::test]
async fn f8_leads_from_one_thing_to_settle_to_the_next() {
    let desk = open().await;
    let (minor, helped) = (desk.check_in("ZHAO/LE", "14C").await, desk.check_in("WANG/LI", "14D").await);
    let page = desk.text(&gate(&desk, "")).await;
    assert!(page.contains("3 to settle") && page.contains("data-key=\"F8\"") && page.contains(&format!("?guest={minor}#ask")), "{page}");
    let page = desk.text(&gate(&desk, &format!("?guest={minor}"))).await;
    assert!(page.contains("1 of 3: Nobody is noted who handed over ZHAO/LE"), "{page}");
    assert!(page.contains(&format!("?guest={helped}#ask")), "the next one: {page}");
    let page = desk.press(&gate(&desk, "/escort"), &[("booking", &minor), ("step", "check-in"), ("name", "ZHAO/MA")]).await;
    assert!(page.contains("Handed over by ZHAO/MA.") && page.contains("2 to settle"), "{page}");
}

#[tokio::test]
async fn another_seat_at_the_gate_says_to_print_the_new_pass() {
    let desk = open().await;
    let guest = desk.check_in("LI/NA", "14C").await;
    let page = desk.press(&gate(&desk, "/seat"), &[("booking", &guest), ("seat", "21c")]).await;
    assert!(page.contains("New seat 21C, print") && page.contains("Print the pass"), "{page}");
    let form = Uuid::new_v4().to_string();
    let reply = desk.post(&gate(&desk, "/seat"), &[("form", &form), ("booking", &guest), ("seat", "zz9")]).await;
    assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_flight_without_a_list_says_where_one_comes_from() {
    let desk = open().await;
    let other = desk.flight.to_string().replace("CA1501", "CA1999");
    let reply = desk.get(&format!("/gate/{other}")).await;
    assert_eq!(reply.status(), StatusCode::NOT_FOUND);
    let page = reply.text().await.unwrap();
    assert!(page.contains("no passenger list for CA1999") && page.contains("Import its list"), "{page}");
}

#[tokio::test]
async fn a_gate_without_guests_offers_import_neighbours_and_typing() {
    let desk = open().await;
    let other = desk.flight.to_string().replace("CA1501", "CA1999");
    let today = desk.flight.date().format("%d%b").to_string().to_uppercase();
    let list = format!("PVGKKCA\n.PEKRMCA 221000\nPNL\nCA1999/{today} PVG PART1\nCFG/008F180Y\nRBD F/F Y/YBM\n-PEK000Y\nENDPNL");
    command(&desk, json!({ "kind": "import-list", "text": list })).await;
    let page = desk.text(&format!("/gate/{other}")).await;
    assert!(page.contains("No passenger list for CA1999 yet.") && page.contains("href=\"/messages\""), "{page}");
    assert!(page.contains("once Apron has taken the flight over") && !page.contains("href=\"/counter#add\""), "{page}");
    command(&desk, json!({ "kind": "take-over", "flight": other, "reason": "Drill" })).await;
    assert!(desk.text(&format!("/gate/{other}")).await.contains("href=\"/counter#add\""));
}

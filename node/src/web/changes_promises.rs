//! What the page of a flight's changes promises: words on every screen of the flight, a look before anybody moves, and the work that is left.

use axum::http::StatusCode;
use uuid::Uuid;

use super::Options;
use super::promises::Desk;

async fn open() -> Desk {
    let desk = Desk::start(false, Options::default()).await;
    desk.take_over().await;
    desk
}

fn at(desk: &Desk, rest: &str) -> String {
    format!("/gate/{}{rest}", desk.flight)
}

#[tokio::test]
async fn a_flight_that_came_back_says_so_on_each_of_its_screens_until_it_goes_on() {
    let desk = open().await;
    let guest = desk.check_in("LI/NA", "14C").await;
    desk.press(&at(&desk, "/scan"), &[("scan", "14C")]).await;
    desk.press(&at(&desk, "/close"), &[]).await;
    let page = desk.press(&at(&desk, "/changes/returned"), &[("place", "gate"), ("after", "push-back"), ("reason", "Technical reason")]).await;
    assert!(page.contains(" is back at the gate after push-back.") && page.contains("1 guest on board"), "{page}");
    let words = "Changed: Back after push-back, at the gate: Technical reason";
    for path in [at(&desk, ""), at(&desk, "/close"), at(&desk, "/aircraft"), format!("/counter?booking={guest}")] {
        let page = desk.text(&path).await;
        assert!(page.contains(words), "{path}: {page}");
    }
    assert!(!desk.text(&at(&desk, "/close")).await.contains("Reopen"), "it is open again");
    let sequence = desk.services.read(|station| station.find("LI/NA")[0].guest.sequence.unwrap().to_string());
    let page = desk.press(&at(&desk, "/changes/leave"), &[("scan", &sequence), ("reason", "Guest left the aircraft")]).await;
    assert!(page.contains("LI/NAMS is off the aircraft. 0 still on board."), "{page}");
    let page = desk.press(&at(&desk, "/scan"), &[("scan", "14C")]).await;
    assert!(page.contains("Boarding stands still."), "{page}");
    desk.press(&at(&desk, "/changes/continues"), &[("reason", "Repaired")]).await;
    let page = desk.press(&at(&desk, "/scan"), &[("scan", "14C")]).await;
    assert!(page.contains("BOARD 14C") && !page.contains(words), "{page}");
    let page = desk.press(&at(&desk, "/close"), &[]).await;
    assert!(desk.services.read(|station| station.sheets(&desk.flight).len()) == 2, "{page}");
}

#[tokio::test]
async fn a_diversion_is_read_with_its_plan_and_what_is_not_understood_is_said() {
    let desk = open().await;
    let fields = [("airport", "tsn"), ("expected", "14:20"), ("onward", "coach"), ("reason", "Weather"), ("note", "fog at PEK")];
    let page = desk.press(&at(&desk, "/changes/divert"), &fields).await;
    assert!(
        page.contains("Diverted to TSN, expected 14:20") && page.contains("Guests go on by coach.") && page.contains("Weather: fog at PEK"),
        "{page}"
    );
    let form = Uuid::new_v4().to_string();
    for (field, value) in [("airport", "X1"), ("expected", "half two")] {
        let mut fields = vec![("form", form.as_str()), ("airport", "TSN"), ("reason", "x")];
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        let reply = desk.post(&at(&desk, "/changes/divert"), &fields).await;
        assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY, "{field}");
    }
    let page = desk.press("/command", &[("line", "divert CA1501 SJW heavy fog")]).await;
    assert!(page.contains("Diverted to SJW") && page.contains("heavy fog"), "{page}");
    let page = desk.press("/command", &[("line", "continues CA1501")]).await;
    assert!(page.contains("It goes on"), "{page}");
}

#[tokio::test]
async fn a_move_is_looked_at_before_it_is_done_and_leaves_its_trace_and_its_work() {
    let desk = open().await;
    let guest = desk.check_in("LI/NA", "14C").await;
    desk.press("/counter/bag", &[("booking", &guest), ("weight", "18")]).await;
    let moving = [("to", "ca1509"), ("how", "split"), ("booking", guest.as_str())];
    let form = Uuid::new_v4().to_string();
    let looked: Vec<(&str, &str)> = moving.iter().copied().chain([("form", form.as_str())]).collect();
    let page = desk.post(&at(&desk, "/changes/look"), &looked).await.text().await.unwrap();
    assert!(page.contains("1 guest goes to CA1509 of ") && page.contains("14C, kept") && page.contains("is new here: set gate and times."), "{page}");
    assert!(desk.services.read(|station| station.moved_from(&desk.flight).is_empty()), "a look changes nothing");
    let mut fields = moving.to_vec();
    fields.push(("reason", "Aircraft too small"));
    let page = desk.press(&at(&desk, "/changes/move"), &fields).await;
    assert!(page.contains("1 guest moved from CA1501 to CA1509 of ") && page.contains("Bags of who was moved, to come off"), "{page}");
    assert!(page.contains("LI/NAMS") && page.contains("CA1509 of "), "{page}");
    let there = format!("/gate/{}/changes", desk.flight.to_string().replace("CA1501", "CA1509"));
    let page = desk.text(&there).await;
    assert!(page.contains("Tell the guest, and check the guest in") && page.contains("1 bag needs another tag"), "{page}");
    let page = desk.press(&at(&desk, "/scan"), &[("scan", "14C")]).await;
    assert!(!page.contains("BOARD 14C"), "{page}");
    // Whoever looks for the guest finds the guest where the guest is.
    let found =
        desk.services.read(|station| station.find("LI/NA").into_iter().map(|found| found.guest.flight.flight().to_string()).collect::<Vec<_>>());
    assert_eq!(found, ["CA1509"]);
    let page = desk.text("/counter?q=LI/NA").await;
    assert!(page.contains("CA1509"), "{page}");
}

#[tokio::test]
async fn a_merge_is_typed_and_takes_everybody_who_is_not_on_board() {
    let desk = open().await;
    let aboard = desk.check_in("LI/NA", "14C").await;
    desk.press(&at(&desk, "/scan"), &[("scan", "14C")]).await;
    let names = desk.services.read(|station| station.counts(&desk.flight).booked);
    let page = desk.press("/command", &[("line", "merge CA1501 CA1509")]).await;
    assert!(page.contains("value=\"CA1509\"") && page.contains("value=\"merge\" selected"), "{page}");
    // A flight that nobody knows cannot take a merge; a split makes it.
    let zhao = desk.booking("ZHAO/LE");
    let fields = [("to", "CA1509"), ("how", "split"), ("booking", zhao.as_str()), ("reason", "Flight does not operate")];
    desk.press(&at(&desk, "/changes/move"), &fields).await;
    let form = Uuid::new_v4().to_string();
    let merge = [("form", form.as_str()), ("to", "CA1509"), ("how", "merge"), ("reason", "Flight does not operate")];
    let reply = desk.post(&at(&desk, "/changes/move"), &merge).await;
    assert_eq!(reply.status(), StatusCode::CONFLICT);
    assert!(reply.text().await.unwrap().contains("Take them off the aircraft first"));
    desk.press(&at(&desk, "/changes/leave"), &[("booking", &aboard), ("reason", "Guest left the aircraft")]).await;
    desk.press(&at(&desk, "/changes/move"), &merge[1..]).await;
    let other = desk.flight.to_string().replace("CA1501", "CA1509").parse().unwrap();
    let (here, there) = desk.services.read(|station| (station.counts(&desk.flight).booked, station.counts(&other).booked));
    assert_eq!((here, there), (0, names));
}

//! What calling guests and taking back promise at the screens.

use axum::http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use super::Options;
use super::promises::Desk;

async fn open() -> Desk {
    let desk = Desk::start(false, Options::default()).await;
    desk.take_over().await;
    desk
}

#[tokio::test]
async fn a_call_stands_at_the_gate_with_how_many_of_its_group_are_missing() {
    let desk = open().await;
    desk.check_in("WANG/LI", "30A").await;
    desk.check_in("LI/NA", "12A").await;
    let calls = format!("/gate/{}/calls", desk.flight);
    let page = desk.text(&calls).await;
    assert!(page.contains("Nobody was called yet.") && page.contains("2 guests are missing") && page.contains("data-key=\"F4\""), "{page}");
    let page = desk.press(&calls, &[("rows", "21-40"), ("zone", "")]).await;
    assert!(page.contains("Rows 21 to 40") && page.contains("called rows 21-40, 1 not on board"), "{page}");
    let page = desk.press(&calls, &[("rows", "10-20"), ("zone", "2")]).await;
    assert!(page.contains("Zone 2, rows 10 to 20"), "{page}");
    let gate = desk.text(&format!("/gate/{}", desk.flight)).await;
    assert!(gate.contains("Rows 21 to 40, called") && gate.contains(": 1 not aboard") && gate.contains("data-key=\"Alt+G\""), "{gate}");
    let form = Uuid::new_v4().to_string();
    let wrong = desk.post(&calls, &[("form", &form), ("rows", "40-21")]).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    desk.press(&calls, &[("call", "final")]).await;
    assert!(desk.text(&format!("/gate/{}", desk.flight)).await.contains("<dt>Final call</dt>"), "the flight says so");
    let page = desk.press(&format!("{calls}/back"), &[("call", "final")]).await;
    assert!(page.contains("is taken back") && !desk.text(&format!("/gate/{}", desk.flight)).await.contains("<dt>Final call</dt>"), "{page}");
}

#[tokio::test]
async fn names_are_read_out_in_both_languages_and_who_stood_there_was_called() {
    let desk = open().await;
    let wang = desk.check_in("WANG/LI", "30A").await;
    let calls = format!("/gate/{}/calls", desk.flight);
    let page = desk.text(&calls).await;
    assert!(page.contains("<section class=\"reading\" lang=\"en\"") && page.contains("<li>Li Wang</li>"), "{page}");
    assert!(page.contains("<section class=\"reading\" lang=\"zh-CN\"") && page.contains("<li>Wang Li</li>") && page.contains("请以下旅客"), "{page}");
    let late = desk.check_in("LI/NA", "12A").await;
    let page = desk.press(&calls, &[("call", "names"), ("booking", &wang)]).await;
    assert!(page.contains("called guests by name, 1 not on board"), "{page}");
    let named = desk.services.read(|station| station.calls(&desk.flight).remove(0).guests);
    assert_eq!(named.iter().map(ToString::to_string).collect::<Vec<_>>(), [wang], "{late} checked in after the page was read");
}

#[tokio::test]
async fn a_call_is_typed_too() {
    let desk = open().await;
    desk.check_in("WANG/LI", "30A").await;
    desk.text(&format!("/gate/{}", desk.flight)).await;
    for (line, words) in [("call 21-40", "Rows 21 to 40"), ("call priority", "Who comes first"), ("final", "Final call")] {
        assert!(desk.press("/command", &[("line", line)]).await.contains(words), "{line}");
    }
    assert_eq!(desk.services.read(|station| station.calls(&desk.flight).len()), 3);
}

#[tokio::test]
async fn a_reason_is_read_in_the_readers_language_and_an_old_one_as_it_was_written() {
    let desk = Desk::start(false, Options::default()).await;
    let gate = format!("/gate/{}", desk.flight);
    let page = desk.text(&gate).await;
    assert!(page.contains("<option value=\"#host-silent\">Host does not answer</option>"), "{page}");
    desk.press(&format!("{gate}/take-over"), &[("reason", "#host-silent"), ("note", "since 10:33")]).await;
    let stored = desk.services.read(|station| station.flight_of(&desk.flight).unwrap().taken_over.unwrap().reason);
    assert_eq!(stored, "#host-silent since 10:33");
    let cookie = |language: &str| format!("apron-staff=4711; apron-lang={language}");
    for (language, words) in [("en", "Host does not answer: since 10:33"), ("zh-CN", "离港主机无应答：since 10:33")] {
        for page in [gate.clone(), format!("/hand-back/{}", desk.flight)] {
            let text = desk.text_with(&cookie(language), &page).await;
            assert!(text.contains(words) && !text.contains("#host-silent since"), "{language} {page}: {text}");
        }
    }
    let other = Desk::start(false, Options::default()).await;
    other.press(&format!("/gate/{}/take-over", other.flight), &[("reason", "Leitung tot")]).await;
    assert!(other.text_with(&cookie("zh-CN"), &format!("/gate/{}", other.flight)).await.contains("Leitung tot"));
}

/// The command behind the newest button of the strip.
fn newest_undo(page: &str) -> String {
    let strip = page.split("id=\"done-here\"").nth(1).unwrap();
    strip.split("name=\"command\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn what_was_done_at_the_counter_is_taken_back_with_words_for_what_was_undone() {
    let desk = open().await;
    let li = desk.check_in("LI/NA", "14C").await;
    desk.press("/counter/bag", &[("booking", &li), ("weight", "18")]).await;
    let page = desk.text("/counter").await;
    let page = desk.press("/counter/undo", &[("command", &newest_undo(&page))]).await;
    assert!(page.contains("is taken back. Take its tag off."), "{page}");
    assert!(desk.services.read(|station| station.guest(li.parse::<schemas::record::DocRef>().unwrap().0).unwrap().bags.is_empty()));
    let page = desk.press("/counter/undo", &[("command", &newest_undo(&page))]).await;
    assert!(page.contains("Check-in taken back: LI/NA"), "{page}");
    assert!(!page.split("id=\"done-here\"").nth(1).unwrap().contains("name=\"command\""), "nothing is left to take back: {page}");
    assert_eq!(desk.services.read(|station| station.counts(&desk.flight).checked_in), 0);
}

#[tokio::test]
async fn a_custody_scan_and_a_rush_tag_are_taken_back_at_the_baggage_desk() {
    let desk = open().await;
    let li = desk.check_in("LI/NA", "14C").await;
    desk.press("/counter/bag", &[("booking", &li), ("weight", "18")]).await;
    let tag = desk.services.read(|station| station.guests(&desk.flight).iter().flat_map(|guest| guest.bags.clone()).next().unwrap().to_string());
    let page = desk.press("/baggage/seen", &[("tag", &format!("\u{2}{tag}\u{3}")), ("place", "loaded")]).await;
    let page = desk.press("/baggage/undo", &[("command", &newest_undo(&page))]).await;
    assert!(page.contains("is taken back.") && page.contains("the scan ("), "{page}");
    let rush = json!({ "kind": "add-bag", "flight": desk.flight, "destination": "PEK", "weight_kg": 12, "rush": "missed its flight" }).to_string();
    desk.services.command(Uuid::new_v4(), "4711", &rush).await.unwrap();
    let page = desk.text("/baggage").await;
    let page = desk.press("/baggage/undo", &[("command", &newest_undo(&page))]).await;
    assert!(page.contains("is taken back. Take its tag off."), "{page}");
    let form = Uuid::new_v4().to_string();
    let unknown = Uuid::new_v4().to_string();
    assert_eq!(desk.post("/baggage/undo", &[("form", &form), ("command", &unknown)]).await.status(), StatusCode::NOT_FOUND);
}

/// Types a line, and follows where it leads.
async fn typed(desk: &Desk, fields: &[(&str, &str)]) -> String {
    desk.press("/command", fields).await
}

#[tokio::test]
async fn undo_typed_takes_back_the_last_thing_that_this_person_did_after_asking() {
    let desk = open().await;
    let page = desk.post("/command", &[("form", &Uuid::new_v4().to_string()), ("line", "undo")]).await.text().await.unwrap();
    assert!(page.contains("Nothing that you did last"), "{page}");
    let li = desk.check_in("LI/NA", "14C").await;
    desk.press("/counter/bag", &[("booking", &li), ("weight", "18")]).await;
    // Somebody else's work is not taken back.
    let form = Uuid::new_v4().to_string();
    let others = desk.post_as("4713", "/command", &[("form", &form), ("line", "undo")]).await.text().await.unwrap();
    assert!(others.contains("Nothing that you did last"), "{others}");
    let bags = || desk.services.read(|station| station.bags_of(&desk.flight).into_iter().filter(|bag| !bag.is_removed()).count());
    let asked = typed(&desk, &[("line", "undo")]).await;
    assert!(asked.contains("Take this back?") && bags() == 1, "{asked}");
    let command = asked.split("name=\"undo\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let done = typed(&desk, &[("line", "undo"), ("undo", &command)]).await;
    assert!(done.contains("is taken back. Take its tag off.") && bags() == 0, "{done}");
    let asked = typed(&desk, &[("line", "undo")]).await;
    assert!(asked.contains("Checked in: LI/NA"), "the check-in is the last thing now: {asked}");
    // A boarding asks for its reason where it was made.
    desk.press(&format!("/gate/{}/board", desk.flight), &[("booking", &li)]).await;
    let asked = typed(&desk, &[("line", "undo")]).await;
    assert!(asked.contains(&format!("/gate/{}/un-board", desk.flight)) && asked.contains("id=\"ask\""), "{asked}");
}

/// What stands in a hidden field of the strip.
fn form_of(page: &str) -> String {
    let strip = page.split("id=\"done-here\"").nth(1).unwrap();
    strip.split("name=\"form\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn undo_that_is_pressed_again_shows_its_receipt_again() {
    let desk = open().await;
    let li = desk.check_in("LI/NA", "14C").await;
    desk.press("/counter/bag", &[("booking", &li), ("weight", "18")]).await;
    let mut tag = None;
    for place in ["/counter", "/baggage", "/counter"] {
        if place == "/baggage" {
            let bag = desk.services.read(|station| station.bags_of(&desk.flight)[0].tag.to_string());
            desk.press("/counter/bag", &[("booking", &li), ("weight", "18"), ("tag", &bag)]).await;
            desk.press("/baggage/seen", &[("tag", &bag), ("place", "loaded")]).await;
            tag = Some(bag);
        }
        if let (Some(_), "/counter") = (&tag, place) {
            let page = desk.text("/counter").await;
            desk.press("/counter/undo", &[("command", &newest_undo(&page))]).await;
        }
        let page = desk.text(place).await;
        let (form, command) = (form_of(&page), newest_undo(&page));
        let fields = [("form", form.as_str()), ("command", command.as_str())];
        let first = desk.post(&format!("{place}/undo"), &fields).await;
        assert_eq!(first.status(), StatusCode::SEE_OTHER, "{place}");
        let kept = desk.services.own_newest(40).len();
        // Somebody else's press, and one that comes late, has another reason: it is the same press all the same.
        for staff in ["4711", "4713"] {
            let again = desk.post_as(staff, &format!("{place}/undo"), &fields).await;
            assert_eq!((again.status(), &again.headers()["location"]), (StatusCode::SEE_OTHER, &first.headers()["location"]), "{place} {staff}");
        }
        assert_eq!(desk.services.own_newest(40).len(), kept, "{place}: nothing was done twice");
    }
}

#[tokio::test]
async fn a_pass_that_is_scanned_leaves_no_name_in_an_address() {
    let desk = open().await;
    let pass = &format!("M1{:<20}E{:<7}PVGPEKCA 1501 326Y014C0012 100", "LI/NA", "B4C5D6");
    for (path, field) in [("/counter/scan", "q"), ("/baggage/scan", "scan")] {
        let reply = desk.post(path, &[(field, pass), ("at", "")]).await;
        let to = reply.headers()["location"].to_str().unwrap().to_owned();
        assert!(!to.contains("LI") && to.contains('~'), "{to}");
        assert!(desk.text(&to).await.contains("LI/NA"), "{path}");
    }
}

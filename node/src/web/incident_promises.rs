//! What the baggage desk promises about whole files, their dates, their copies, and finding the bag.

use axum::http::StatusCode;
use uuid::Uuid;

use super::Options;
use super::promises::Desk;

async fn open() -> Desk {
    let desk = Desk::start(false, Options::default()).await;
    desk.take_over().await;
    desk
}

/// Takes a report and gives its address.
async fn taken(desk: &Desk, kind: &str, name: &str, tag: &str) -> String {
    let before: Vec<_> = desk.services.read(|station| station.cases()).iter().map(|row| row.case).collect();
    let fields = [("report", kind), ("name", name), ("contact", "+86 555"), ("flight", "CA1501"), ("tag", tag), ("description", "a bag")];
    desk.press("/baggage", &fields).await;
    let rows = desk.services.read(|station| station.cases());
    format!("/baggage/{}", rows.iter().map(|row| row.case).find(|case| !before.contains(case)).unwrap())
}

#[tokio::test]
async fn a_scan_fills_the_file_and_each_part_says_what_it_lacks() {
    let desk = open().await;
    let guest = desk.check_in("LI/NA", "14C").await;
    desk.press("/counter/bag", &[("booking", &guest), ("weight", "18")]).await;
    let tag = desk.services.read(|station| station.find("LI/NA")[0].guest.bags[0]).to_string();
    let filled = desk.text(&format!("/baggage?scan={tag}")).await;
    assert!(filled.contains("LI/NA") && filled.contains(&format!("value=\"{guest}\"")), "{filled}");
    let fields = [
        ("report", "delayed"),
        ("name", "LI/NA"),
        ("contact", "x"),
        ("flight", "CA1501"),
        ("tag", &tag),
        ("description", "black"),
        ("booking", &guest),
    ];
    desk.press("/baggage", &fields).await;
    let case = desk.services.read(|station| station.cases()[0].case);
    let page = desk.text(&format!("/baggage/{case}")).await;
    for words in ["value=\"B4C5D6\"", "value=\"PVG PEK\"", "2 missing: Language, Permanent address", "Not yet traced outside this airport."] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let reference = desk.services.read(|station| station.cases()[0].reference.clone());
    let response = desk.get(&format!("/baggage?scan={reference}")).await;
    assert_eq!(response.headers()["location"], format!("/baggage/{case}"), "the paper finds the file");
    assert!(desk.text(&format!("/baggage?scan={tag}")).await.contains("There is a report about this bag already"));
}

#[tokio::test]
async fn a_form_writes_only_what_was_changed_in_it() {
    let desk = open().await;
    let file = taken(&desk, "delayed", "LI/NA", "0999001000").await;
    let page = desk.press(&file, &[("bags", "1"), ("was.name", "LI/NA"), ("name", "LI/NA"), ("colour", "BK"), ("address", "1 Sample St")]).await;
    assert!(page.contains("2 fields are changed") && page.contains("BK black"), "{page}");
    // Another screen changed the colour after this one was opened.
    let form = Uuid::new_v4().to_string();
    let stale = [
        ("form", form.as_str()),
        ("bags", "1"),
        ("colour", "RD"),
        ("bag1.brand", "Tumi"),
        ("was.address", "1 Sample St"),
        ("address", "1 Sample St"),
    ];
    let response = desk.post(&file, &stale).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = response.text().await.unwrap();
    assert!(page.contains("Colour was changed meanwhile to: BK black") && page.contains("value=\"Tumi\""), "{page}");
    let again = [("bags", "1"), ("was.colour", "BK"), ("colour", "RD"), ("bag1.brand", "Tumi")];
    let page = desk.press(&file, &again).await;
    assert!(page.contains("2 fields are changed") && page.contains("RD red or pink"), "{page}");
    let response = desk.post(&file, &[("form", form.as_str()), ("bags", "1"), ("bag1.kg", "heavy"), ("bag1.marks", "<b>")]).await;
    let page = response.text().await.unwrap();
    assert!(page.contains("was not understood") && page.contains("value=\"heavy\"") && page.contains("&#60;b&#62;"), "{page}");
    let page = desk.press(&file, &[("bags", "1"), ("bags", "2")]).await;
    assert!(page.contains("Bag 2") && !page.contains("Bag 3"), "{page}");
}

#[tokio::test]
async fn a_found_bag_is_compared_confirmed_and_delivered() {
    let desk = open().await;
    let file = taken(&desk, "delayed", "LI/NA", "0999001000").await;
    assert!(desk.text("/baggage?list=on-hand").await.contains("No bag is on hand"));
    let found = taken(&desk, "found", "", "0999001000").await;
    let id = found.trim_start_matches("/baggage/");
    let page = desk.text(&file).await;
    assert!(page.contains("Certain, 1") && page.contains("same tag"), "{page}");
    let page = desk.text(&format!("{file}/compare/{id}")).await;
    assert!(page.contains("0999001000") && page.contains("the same") && page.contains("Confirm: one bag"), "{page}");
    let form = Uuid::new_v4().to_string();
    let response = desk.post(&format!("{file}/trace"), &[("form", &form), ("step", "reject"), ("with", id)]).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "a rejection says why");
    let page = desk.press(&format!("{file}/trace"), &[("step", "confirm"), ("with", id)]).await;
    assert!(page.contains("Goes with") && page.contains("Ask for the bag"), "{page}");
    for step in ["request", "suspend", "deliver"] {
        desk.press(&format!("{file}/trace"), &[("step", step)]).await;
    }
    let page = desk.text("/baggage").await;
    assert!(page.contains("No open files - on-hand 0"), "{page}");
    assert!(desk.text("/baggage?list=closed").await.contains("Delivered"));
    let page = desk.press(&format!("{found}/trace"), &[("step", "resume"), ("reason", "wrong bag")]).await;
    assert!(page.contains("Bag found"), "{page}");
}

#[tokio::test]
async fn the_copy_is_in_two_languages_and_the_receipt_gives_dates() {
    let desk = open().await;
    let file = taken(&desk, "damaged", "LI/NA", "0999001000").await;
    desk.press(&file, &[("bags", "1"), ("language", "zh-CN"), ("colour", "BK"), ("received_on", "2026-11-20"), ("bag1.part", "wheel")]).await;
    let copy = desk.text(&format!("{file}/copy")).await;
    for words in ["Property irregularity report", "行李运输事故记录", "BK black", "BK 黑色", "轮子", "27 Nov 2026", "2026年11月27日"] {
        assert!(copy.contains(words), "{words}: {copy}");
    }
    let receipt = desk.text(&file.replace("/baggage/", "/receipt/")).await;
    assert!(receipt.contains("Complain of damage in writing by") && receipt.contains("27 Nov 2026"), "{receipt}");
    let due = desk.text("/baggage?list=due").await;
    assert!(due.contains("past since") || due.contains("in ") || due.contains("No date of a report is near."), "{due}");
}

#[tokio::test]
async fn machines_read_the_file_and_its_matches() {
    let desk = open().await;
    let file = taken(&desk, "delayed", "LI/NA", "0999001000").await.replace("/baggage/", "/api/v1/cases/");
    taken(&desk, "found", "LI", "").await;
    let case: serde_json::Value = desk.get(&file).await.json().await.unwrap();
    assert_eq!((case["stage"].as_str(), case["fields"]["name"].as_str(), case["held"]["here"].as_bool()), (Some("open"), Some("LI/NA"), Some(true)));
    assert_eq!((case["next"]["what"].as_str(), case["sections"][0]["section"].as_str()), (Some("counts-as-lost"), Some("guest")));
    let matches: serde_json::Value = desk.get(&format!("{file}/matches")).await.json().await.unwrap();
    assert_eq!(matches["rows"][0]["reasons"][0], "name equal");
    assert_eq!(desk.get("/api/v1/cases/x").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_typed_line_opens_a_report_where_its_bag_is_looked_for() {
    let desk = open().await;
    let file = taken(&desk, "delayed", "LI/NA", "0999001000").await;
    let reference = desk.services.read(|station| station.cases()[0].reference.clone());
    let form = Uuid::new_v4().to_string();
    for (line, to) in [
        (format!("trace {reference}"), format!("{file}#tracing")),
        ("trace 0999001000".to_owned(), format!("{file}#tracing")),
        (format!("pir {}", reference.to_lowercase()), file.clone()),
        ("trace".to_owned(), "/baggage?list=on-hand".to_owned()),
    ] {
        let response = desk.post("/command", &[("form", &form), ("line", &line)]).await;
        assert_eq!(response.headers()["location"], to, "{line}");
    }
    let response = desk.post("/command", &[("form", &form), ("line", "trace nothing")]).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

//! What importing on screen promises, held against a node with a small flight, over a real connection.

use reqwest::StatusCode;
use serde_json::json;
use uuid::Uuid;

use super::Options;
use super::promises::Desk;

const KIND: &str = "multipart/form-data; boundary=xYz";

fn form(file: &str, text: &str) -> String {
    format!(
        "--xYz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"list.csv\"\r\nContent-Type: text/csv\r\n\r\n{file}\r\n--xYz\r\n\
         Content-Disposition: form-data; name=\"text\"\r\n\r\n{text}\r\n--xYz--\r\n"
    )
}

fn day(desk: &Desk) -> String {
    desk.flight.date().to_string()
}

fn mark(page: &str) -> String {
    page.split("name=\"mark\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a list that was looked at").to_owned()
}

fn guests(desk: &Desk) -> usize {
    desk.services.read(|station| station.bookings_of(&desk.flight).len())
}

#[tokio::test]
async fn a_list_is_looked_at_first_and_applied_just_as_it_was_looked_at() {
    let desk = Desk::start(false, Options::default()).await;
    let before = guests(&desk);
    let table = format!(
        "flight,date,to,name,pnr\nCA1501,{0},PEK,SUN/LI,X9Y8Z7\nCA1501,tomorrow,PEK,WU/JI,X9Y8Z6\nCA1501,{0},PEK,QIAN/DAMR,Q2R3S4\n",
        day(&desk)
    );
    let reply = desk.send("/import", KIND, form(&table, "")).await;
    assert_eq!(reply.status(), StatusCode::OK);
    let page = reply.text().await.unwrap();
    assert!(page.contains("SUN/LI") && page.contains("Guests added") && page.contains("Line 3") && page.contains("The date"), "{page}");
    assert_eq!(guests(&desk), before, "nothing is taken before somebody has seen it");
    let fields = [("text", table.as_str()), ("mark", &mark(&page))];
    let done = desk.press("/import/apply", &fields).await;
    assert!(done.contains("1 new"), "{done}");
    assert_eq!(guests(&desk), before + 1);
    // Looked at again, it is here already.
    let page = desk.send("/import", KIND, form("", &table)).await.text().await.unwrap();
    assert!(page.contains("already here") && page.contains("Nothing changes for any guest"), "{page}");
}

#[tokio::test]
async fn what_changed_meanwhile_is_shown_and_not_applied() {
    let desk = Desk::start(false, Options::default()).await;
    let table = |name: &str| format!("flight,date,to,name,pnr\nCA1501,{},PEK,{name},X9Y8Z7\n", day(&desk));
    let page = desk.send("/import", KIND, form("", &table("SUN/LI"))).await.text().await.unwrap();
    // Another desk's person is quicker.
    let other = json!({ "kind": "import-message", "text": format!("{} ", table("SUN/LI").trim_end()) }).to_string();
    desk.services.command(Uuid::from_u128(9), "4712", &other).await.unwrap();
    let before = guests(&desk);
    let id = Uuid::new_v4().to_string();
    let reply = desk.post("/import/apply", &[("form", &id), ("text", &table("SUN/LI")), ("mark", &mark(&page))]).await;
    assert_eq!(reply.status(), StatusCode::CONFLICT);
    let now = reply.text().await.unwrap();
    assert!(now.contains("Something changed since this was looked at") && mark(&now) != mark(&page), "{now}");
    assert_eq!(guests(&desk), before);
    assert!(desk.services.rejects().list().is_empty(), "what was only looked at is not kept");
}

#[tokio::test]
async fn a_list_that_cannot_be_read_says_where_and_why_and_keeps_what_was_typed() {
    let desk = Desk::start(false, Options::default()).await;
    let reply = desk.send("/import", KIND, form("", "PVGKKCA\n.PEKRMCA 221000\nPNL\nCA1501/22NOV PVG PART1\n-PEK001Y\n1LI/NAMS\n")).await;
    assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = reply.text().await.unwrap();
    assert!(page.contains("stops before its end") && page.contains("1LI/NAMS"), "{page}");
    assert_eq!(desk.send("/import", KIND, form("", "")).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(desk.services.rejects().list().is_empty());
    let page = desk.text("/import").await;
    assert!(page.contains("type=\"file\"") && !page.contains("import/apply"), "{page}");
}

#[tokio::test]
async fn the_map_that_was_chosen_counts_to_the_end_and_maps_that_were_left_out_are_said() {
    let faults = ["hu.json: `carrier` is no airline. Correct it there.".to_owned()];
    let desk = Desk::start(false, Options { column_faults: faults.into(), ..Options::default() }).await;
    let page = desk.text("/import").await;
    assert!(page.contains("hu.json: `carrier` is no airline") && page.contains("Comes with Apron"), "{page}");
    let table = format!("flight,date,to,name,pnr\nCA1501,{},PEK,SUN/LI,X9Y8Z7\n", day(&desk));
    let with = |columns: &str| {
        form("", &table).replace("--xYz--", &format!("--xYz\r\nContent-Disposition: form-data; name=\"columns\"\r\n\r\n{columns}\r\n--xYz--"))
    };
    let reply = desk.send("/import", KIND, with("ZZ")).await;
    assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.text().await.unwrap().contains("no column map for ZZ"));
    let page = desk.send("/import", KIND, with("*")).await.text().await.unwrap();
    assert!(page.contains("SUN/LI") && page.contains("name=\"columns\" value=\"*\""), "{page}");
    let fields = [("text", table.as_str()), ("mark", &mark(&page)), ("columns", "*")];
    assert!(desk.press("/import/apply", &fields).await.contains("1 new"));
    let id = Uuid::new_v4().to_string();
    let fields = [("form", id.as_str()), ("text", table.as_str()), ("mark", "x"), ("columns", "ZZ")];
    assert_eq!(desk.post("/import/apply", &fields).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

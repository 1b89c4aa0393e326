//! What a node promises about texts that it cannot read: people get it in their language, programs with its place and a remedy.

use reqwest::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use super::promises::Desk;

const CHINESE: &str = "apron-staff=4711; apron-lang=zh-CN";

impl Desk {
    /// A body as a program sends it, and the status and problem that come back.
    async fn program(&self, path: &str, body: &[u8]) -> (StatusCode, Value) {
        let request = self.client().post(format!("{}{path}", self.base())).header("apron-staff", "4711");
        let request = request.header("idempotency-key", Uuid::new_v4().to_string()).header("content-type", "application/json");
        let reply = request.body(body.to_vec()).send().await.unwrap();
        assert_eq!(reply.headers()["content-type"], "application/problem+json", "{path}");
        (reply.status(), reply.json().await.unwrap())
    }

    async fn chinese(&self, path: &str) -> String {
        self.text_with(CHINESE, path).await
    }
}

/// Words of parsers and of Rust.
const FOREIGN: [&str; 12] =
    ["struct ", "enum ", "variant", "expected ", "invalid type", "EOF", "missing field", "u16", "`", "deserialize", "os error", "invalid digit"];

#[tokio::test]
async fn a_message_that_cannot_be_read_is_explained_in_the_language_of_who_looks_at_it() {
    let desk = Desk::open().await;
    let paste = async |text: &str| desk.post("/messages", &[("form", &Uuid::new_v4().to_string()), ("text", text)]).await;
    for (text, english, chinese) in [
        ("PVGKKCA\n.PEKRMCA 221000\nPNL\nCA1501\nENDPNL", "is not a flight line", "这样的航班行"),
        ("PVGKKCA\n.PEKRMCA 221000\nXYZ\nCA1501/22NOV\nENDXYZ", "changes nothing here", "在这里不产生更改"),
        ("flight,date,to,name\nCA,2026-11-22,PEK,LI/NA\n", "The flight: \"CA\" is not a flight number", "航班：“CA”不是航班号"),
        ("flight,date,to,name\nCA1501,sometime,PEK,LI/NA\n", "The date is in no form", "日期不是该航空公司已知的任何格式"),
    ] {
        let page = paste(text).await.text().await.unwrap().replace("&#34;", "\"").replace("&quot;", "\"");
        assert!(page.contains(english), "{english}: {page}");
        let page = desk.chinese("/messages").await;
        assert!(page.contains(chinese) && !page.contains(english), "{chinese}: {page}");
        assert!(desk.text("/messages").await.replace("&#34;", "\"").contains(english), "kept in English for who reads English");
    }
    // One whose words an earlier version kept alone is shown as it was kept.
    let item = desk.services.rejects().list().remove(0);
    let earlier: crate::rejects::Item = serde_json::from_value({
        let mut text = serde_json::to_value(&item).unwrap();
        text.as_object_mut().unwrap().remove("words");
        text
    })
    .unwrap();
    assert_eq!((earlier.words, earlier.reason), (None, item.reason));
}

#[tokio::test]
async fn how_a_message_was_settled_is_said_in_the_language_of_who_looks() {
    let desk = Desk::open().await;
    let text = "PVGKKCA\n.PEKRMCA 221000\nPNL\nCA1501\nENDPNL";
    desk.post("/messages", &[("form", &Uuid::new_v4().to_string()), ("text", text)]).await;
    let id = desk.services.rejects().list()[0].id.clone();
    let day = desk.flight.date().format("%d%b").to_string().to_uppercase();
    let corrected = format!("PVGKKCA\n.PEKRMCA 221000\nPNL\nCA1501/{day} PVG PART1\n-PEK001Y\n1SUN/LIMS\n.L/X9Y8Z7\nENDPNL");
    let done = desk.press(&format!("/messages/{id}/replay"), &[("text", &corrected)]).await;
    assert!(done.contains("Applied with a corrected text."), "{done}");
    let page = desk.chinese("/messages").await;
    assert!(page.contains("用更正后的文本应用。") && !page.contains("Applied with"), "{page}");
}

#[tokio::test]
async fn a_preview_says_in_the_language_of_the_screen_why_a_line_is_passed_over() {
    let desk = Desk::open().await;
    let day = desk.flight.date();
    let table =
        format!("flight,date,to,name,pnr,seat\nCA1501,{day},PEK,SUN/LI,X9Y8Z7,\nCA1501,{day},P,WU/JI,X9Y8Z6,\nCA1501,{day},PEK,WU/AI,X9Y8Z5,C9\n");
    let form = format!("--xYz\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n{table}\r\n--xYz--\r\n");
    let request = desk.client().post(format!("{}/import", desk.base())).header("cookie", CHINESE);
    let page = request.header("content-type", "multipart/form-data; boundary=xYz").body(form).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("目的地：“P”不是机场代码") && page.contains("座位：“C9”不是座位"), "{page}");
    assert!(!page.contains("Where to") && !page.contains("is not a"), "{page}");
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_answered_with_its_place_a_remedy_and_no_word_of_the_parser() {
    let desk = Desk::open().await;
    let outbox = format!("/api/v1/outbox/{}/k/settle", desk.flight);
    for (path, body, code, words) in [
        ("/api/v1/commands", &b"{\"kind\":\"board\"}"[..], "command-not-read", "\"flight\" is missing."),
        ("/api/v1/commands", b"{\n\"kind\":", "command-not-read", "ends in the middle, at line 2"),
        ("/api/v1/commands", b"{\n\"a\xff\"", "body-not-read", "byte 4 cannot be read"),
        ("/api/v1/print-jobs", b"{}", "body-not-read", "is missing."),
        ("/api/v1/print-jobs", b"{\n\n oops", "body-not-read", "look at line 3"),
        ("/api/v1/print-jobs", b"[]", "body-not-read", ""),
        ("/api/v1/rejects/x/discard", b"{\"reason\":5}", "body-not-read", "The number 5 stands where a text is expected."),
        ("/api/v1/rejects/x/discard", b"{\"why\":\"x\"}", "body-not-read", ""),
        ("/api/v1/rejects/x/replay", b"{\"text\":[]}", "body-not-read", "A list stands where"),
        (&outbox, b"{\"how\":\"burn\"}", "body-not-read", "\"burn\" is not known here. Known are:"),
    ] {
        let (status, problem) = desk.program(path, body).await;
        let said = format!("{} {}", problem["detail"].as_str().unwrap(), problem["remedy"].as_str().unwrap());
        assert_eq!((status, problem["code"].as_str()), (StatusCode::BAD_REQUEST, Some(code)), "{path}: {said}");
        assert!(said.contains(words), "{path}: {said}");
        // A command is read by its kind first; of what is wrong behind that the name is known and not the line.
        assert!(problem["line"].is_number() || problem["detail"] == "\"flight\" is missing.", "{path}: {problem}");
        assert!(FOREIGN.iter().all(|word| !said.contains(word)), "{path}: {said}");
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_read_is_answered_in_words_of_our_own() {
    let desk = Desk::open().await;
    for (path, status, code, words) in [
        ("/api/v1/find?q=a&q=b", 400, "query-not-read", "\"q\" is given twice."),
        ("/api/v1/flights?date=a&date=b", 400, "query-not-read", "\"date\" is given twice."),
        ("/api/v1/print-jobs/first", 400, "not-read", "could not be read"),
        ("/api/v1/nothing", 404, "not-found", "no such address"),
        ("/counter?q=a&q=b", 400, "not-read", "could not be read"),
    ] {
        let reply = desk.get(path).await;
        assert_eq!(reply.status().as_u16(), status, "{path}");
        let text = reply.text().await.unwrap();
        let said = text.split("<main").nth(1).unwrap_or(&text);
        assert!(said.contains(code) && said.replace("\\\"", "\"").contains(words), "{path}: {said}");
        assert!(FOREIGN.iter().all(|word| !said.contains(word)), "{path}: {said}");
    }
}

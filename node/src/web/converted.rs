//! Promises that every word of a screen comes from a language file: held against the language of accents (en-XA).

use std::path::Path;

use super::fixtures::pages_in;
use super::promises::Desk;
use super::{Options, Uuid};
use crate::lang::Languages;

/// Plain letters that are no words of ours: names of languages and keys, of this program and its command, and what the tests typed.
const PLAIN: [&str; 13] = ["English", "Apron", "apron", "import", "Ctrl", "Alt", "Enter", "Escape", "localhost", "black", "suitcase", "Drill", "API"];

/// Days are written by ICU.
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"];

fn accented() -> Languages {
    Languages::default().with_default(&"en-XA".parse().unwrap()).unwrap()
}

/// The texts of a page that people read or hear: between tags, and in the attributes that are read out.
fn texts(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        found.push(rest[..at].to_owned());
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        let tag = &rest[at..end];
        for name in [" aria-label=\"", " title=\"", " placeholder=\"", " alt=\"", " data-head=\"", " data-say=\""] {
            found.extend(tag.split(name).skip(1).filter_map(|value| Some(value.split_once('"')?.0.to_owned())));
        }
        rest = &rest[end..];
        // What was typed is kept as it came; codes are for programs and the telephone.
        for (open, close) in [
            ("<textarea", "</textarea>"),
            ("<svg class=\"barcode", "</svg>"),
            ("<dd class=\"code\"", "</dd>"),
            ("<code", "</code>"),
            ("<td class=\"code\"", "</td>"),
            ("<dt class=\"code\"", "</dt>"),
        ] {
            if tag.starts_with(open) {
                rest = rest.split_once(close).map_or("", |(_, behind)| behind);
            }
        }
    }
    found
}

/// Words in plain letters. Codes, names and times are in capitals and digits; what has no small letter is one of them.
fn plain_words(text: &str) -> Vec<String> {
    let text = text
        .replace("&amp;", "&")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#34;", "\"")
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">");
    let is_word = |word: &&str| {
        let is_code = word.chars().any(|letter| letter.is_ascii_digit() || letter == '_');
        let has_small = word.chars().filter(char::is_ascii_lowercase).count() > 1;
        has_small && !is_code && !PLAIN.contains(word) && !MONTHS.contains(word)
    };
    text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).filter(is_word).map(str::to_owned).collect()
}

#[tokio::test]
async fn no_english_is_left_on_any_page_of_a_desk_at_work() {
    let desk = Desk::start(false, Options { languages: accented(), ..Options::default() }).await;
    let flight = desk.flight;
    let mut found = String::new();
    let mut check = |what: &str, page: &str| {
        let title = page.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap_or_default();
        let left: Vec<(String, Vec<String>)> =
            texts(page).into_iter().map(|text| (text.clone(), plain_words(&text))).filter(|(_, words)| !words.is_empty()).collect();
        let left = format!("{left:?}");
        if left != "[]" {
            found.push_str(&format!("{what} ({title}): {left}\n"));
        }
    };
    for path in ["/".to_owned(), format!("/gate/{flight}"), format!("/gate/{flight}/close"), "/counter?q=WANG".into()] {
        check(&path, &desk.text(&path).await);
    }
    desk.take_over().await;
    let guest = desk.check_in("LI/NA", "14C").await;
    let other = desk.check_in("QIAN/DA", "15C").await;
    let form = Uuid::new_v4().to_string();
    check("a bag", &desk.press("/counter/bag", &[("booking", &guest), ("weight", "35")]).await);
    let tag = desk.services.read(|station| station.find("LI/NA")[0].guest.bags[0]).to_string();
    check("another seat", &desk.press("/counter/seat", &[("booking", &guest), ("seat", "16D")]).await);
    check("boarding", &desk.press(&format!("/gate/{flight}/board"), &[("booking", &other)]).await);
    check("un-boarding", &desk.press(&format!("/gate/{flight}/un-board"), &[("booking", &other), ("reason", "Drill")]).await);
    check("custody", &desk.press("/baggage/seen", &[("tag", &tag), ("place", "loaded")]).await);
    let report = [("report", "delayed"), ("name", "LI/NA"), ("contact", ""), ("flight", "CA1501"), ("tag", &tag), ("description", "black suitcase")];
    desk.press("/baggage", &report).await;
    let case = desk.services.read(|station| station.cases()[0].case);
    let found_bag = [("report", "found"), ("name", ""), ("contact", ""), ("flight", ""), ("tag", &tag), ("description", "BK22HW black")];
    desk.press("/baggage", &found_bag).await;
    let on_hand = desk.services.read(|station| station.cases().iter().map(|row| row.case).find(|id| *id != case)).unwrap();
    let file = format!("/baggage/{case}");
    let amended = [("bags", "1"), ("language", "zh-CN"), ("colour", "BK"), ("bag_type", "22"), ("bag1.elements", "H"), ("bag1.lock", "key")];
    check("a file", &desk.press(&file, &amended).await);
    let with = on_hand.to_string();
    for path in
        [file.clone(), format!("{file}?bags=3"), format!("{file}/compare/{on_hand}"), format!("/baggage/{on_hand}"), "/baggage?list=due".into()]
    {
        check(&path, &desk.text(&path).await);
    }
    check("confirmed", &desk.press(&format!("{file}/trace"), &[("step", "confirm"), ("with", &with)]).await);
    check(
        "confirmed again",
        &desk.post(&format!("{file}/trace"), &[("form", &form), ("step", "confirm"), ("with", &with)]).await.text().await.unwrap(),
    );
    check(
        "wrong",
        &desk.post(&file, &[("form", &form), ("bags", "1"), ("checked", "X"), ("was.colour", "RD"), ("colour", "BU")]).await.text().await.unwrap(),
    );
    check("delivered", &desk.press(&format!("{file}/trace"), &[("step", "deliver")]).await);
    for path in ["/baggage?list=closed", "/baggage?list=on-hand", "/baggage?list=open"] {
        check(path, &desk.text(path).await);
    }
    for path in [
        "/".to_owned(),
        "/?staff=missing".into(),
        "/?staff=wrong".into(),
        format!("/gate/{flight}"),
        format!("/gate/{flight}?offload={guest}"),
        format!("/gate/{flight}?unboard={other}"),
        format!("/gate/{flight}/close"),
        format!("/hand-back/{flight}"),
        "/counter".into(),
        "/counter?q=WANG".into(),
        "/counter?q=nobody99".into(),
        format!("/counter?q=LI&booking={guest}&seat={guest}"),
        format!("/counter?q=LI&booking={guest}&documents={guest}"),
        format!("/counter?q=LI&booking={guest}&care={guest}"),
        format!("/counter?booking={}&problem=1", desk.booking("ZHAO/LE")),
        format!("/documents/{flight}"),
        "/baggage/rush".into(),
        format!("/pass/{guest}"),
        format!("/tag/{tag}"),
        "/baggage".into(),
        format!("/baggage?scan={tag}"),
        "/baggage?scan=X1".into(),
        format!("/receipt/{case}"),
        "/conflicts".into(),
        "/messages".into(),
        "/outbox".into(),
        "/desk".into(),
        "/people".into(),
        "/sign-in".into(),
        "/nowhere".into(),
        "/gate/CA1501".into(),
        "/hub".into(),
    ] {
        check(&path, &desk.text(&path).await);
    }
    check("a request", &desk.press("/counter/request", &[("booking", guest.as_str()), ("what", "upgrade"), ("note", "Drill")]).await);
    check("blank tags", &desk.press(&format!("/paper/{flight}/tags"), &[("count", "3")]).await);
    let at = desk.services.local_time(desk.services.now_ms());
    for path in ["/paper".to_owned(), format!("/paper/{flight}"), format!("/paper/{flight}/entry")] {
        check(&path, &desk.text(&path).await);
    }
    let lines = format!("PB501-503,777\nPB 15C\nBAG 501 {tag}\nBAG 502 {tag}");
    let entry = [("at", at.as_str()), ("by", "4799"), ("lines", &lines)];
    check("a paper", &desk.post(&format!("/paper/{flight}/entry"), &entry).await.text().await.unwrap());
    // What the rules refuse, on the page of each.
    let form_is = ("form", form.as_str());
    for (path, fields) in [
        (format!("/gate/{flight}/un-board"), vec![form_is, ("booking", other.as_str()), ("reason", "Drill")]),
        (format!("/paper/{flight}/tags"), vec![form_is, ("count", "900")]),
        (format!("/paper/{flight}/entry"), vec![("at", "X"), ("by", "?"), ("lines", "XY\nPB\nBAG 1\nBAG 1 0999123456 900\nPB9-3\nPB1-900")]),
        (format!("/paper/{flight}/entry"), vec![]),
        (format!("/paper/{flight}/enter"), vec![form_is, ("at", at.as_str()), ("by", "4799"), ("lines", "PB501")]),
        (format!("/gate/{flight}/take-over"), vec![form_is, ("reason", "Drill")]),
        (format!("/gate/{flight}/close"), vec![form_is]),
        (format!("/gate/{flight}/reopen"), vec![form_is, ("reason", "Drill")]),
        (format!("/gate/{flight}/unloaded"), vec![form_is, ("tag", "0999999999")]),
        ("/counter/check-in".into(), vec![form_is]),
        ("/counter/bag".into(), vec![form_is, ("booking", guest.as_str()), ("weight", "X1")]),
        ("/counter/bag".into(), vec![form_is, ("booking", guest.as_str()), ("weight", "500")]),
        ("/counter/seat".into(), vec![form_is, ("booking", guest.as_str()), ("seat", "X1X")]),
        ("/counter/documents".into(), vec![form_is, ("booking", guest.as_str()), ("outcome", "read"), ("mrz", "P<<X1")]),
        ("/counter/documents".into(), vec![form_is, ("booking", guest.as_str()), ("outcome", "seen"), ("issuer", "X1")]),
        ("/counter/assist".into(), vec![form_is, ("booking", guest.as_str()), ("service", "X1")]),
        ("/baggage/rush".into(), vec![form_is, ("flight", "9"), ("destination", "9"), ("weight", "9"), ("tag", "9"), ("onward", "9")]),
        ("/counter/seat".into(), vec![form_is, ("booking", guest.as_str()), ("seat", "15C")]),
        ("/baggage".into(), vec![form_is, ("report", ""), ("name", ""), ("contact", ""), ("flight", "9"), ("tag", "1"), ("description", "")]),
        ("/baggage/seen".into(), vec![form_is, ("tag", "0999999999"), ("place", "loaded")]),
        ("/messages".into(), vec![form_is, ("text", "PNL\nCA\nENDPNL")]),
        ("/counter/request".into(), vec![form_is, ("booking", guest.as_str()), ("what", "rebooking")]),
        ("/counter/request".into(), vec![form_is, ("booking", guest.as_str()), ("what", "rebooking"), ("wanted", "X")]),
        (format!("/outbox/{flight}/0000/settle"), vec![form_is, ("how", "cancel"), ("reason", "Drill")]),
        ("/conflicts/x".into(), vec![form_is, ("choice", "keep-1")]),
        ("/counter/bag".into(), vec![("booking", "1")]),
    ] {
        let answer = desk.post(&path, &fields).await;
        assert!(answer.status().is_client_error(), "{path} {fields:?}: {}", answer.status());
        check(&format!("{path} {fields:?}"), &answer.text().await.unwrap());
    }
    for scan in ["NOBODY", "42", "33C", "0999123456", "M1TOO SHORT", "W"] {
        check(scan, &desk.press(&format!("/gate/{flight}/scan"), &[("scan", scan)]).await);
    }
    let row = [("at", at.as_str()), ("by", "4799"), ("lines", "PB502"), ("row", &other)];
    check("a paper entered", &desk.press(&format!("/paper/{flight}/enter"), &row).await);
    gate_work(&desk, &guest, &mut check).await;
    assert!(found.is_empty(), "{found}");
}

/// The pages of a gate beside boarding, with something on each.
async fn gate_work(desk: &Desk, guest: &str, check: &mut impl FnMut(&str, &str)) {
    let flight = desk.flight;
    let at = |rest: &str| format!("/gate/{flight}{rest}");
    let minor = desk.check_in("ZHAO/LE", "30A").await;
    let helped = desk.check_in("WANG/LI", "31A").await;
    check("looked at a cabin", &desk.text(&at("/aircraft?map=Y11-20/ABCDEF")).await);
    check("no cabin", &desk.text(&at("/aircraft?map=X")).await);
    check("another aircraft", &desk.press(&at("/aircraft"), &[("map", "Y11-20/ABCDEF"), ("reason", "Drill")]).await);
    check("reseated", &desk.press(&at("/reseat"), &[(&format!("seat.{minor}"), "19A")]).await);
    check("printed", &desk.press(&at("/passes"), &[("noted", "yes")]).await);
    let selected = [("booking", minor.as_str()), ("outcome", "selected")];
    check("selected", &desk.press(&at("/security"), &selected).await);
    check("stopped", &desk.press(&at("/scan"), &[("scan", "19A")]).await);
    check("checked", &desk.press(&at("/security"), &[("booking", &minor), ("outcome", "checked"), ("name", "4402")]).await);
    check("a minor aboard", &desk.press(&at("/scan"), &[("scan", "19A")]).await);
    check("minors", &desk.text(&at("/minors")).await);
    check("signed", &desk.press(&at("/minors"), &[("booking", &minor), ("step", "boarding"), ("name", "4402")]).await);
    check("a gate bag", &desk.press(&at("/bag"), &[("booking", guest), ("weight", "33"), ("heavy", "yes")]).await);
    check("its panel", &desk.text(&at(&format!("?guest={helped}"))).await);
    check("a job", &desk.text(&format!("/assistance?job={helped}.WCHR")).await);
    let job = |step| [("booking", helped.as_str()), ("service", "WCHR"), ("step", step), ("who", "4801")];
    for step in ["assign", "pick-up", "hand-over"] {
        check(step, &desk.press("/assistance", &job(step)).await);
    }
    check("what is over", &desk.text("/assistance?all=yes").await);
    check(
        "diverted",
        &desk.press(&at("/changes/divert"), &[("airport", "TSN"), ("expected", "14:20"), ("onward", "coach"), ("reason", "Drill")]).await,
    );
    check("back", &desk.press(&at("/changes/returned"), &[("place", "ramp"), ("after", "air"), ("reason", "Drill")]).await);
    check("nobody boards", &desk.press(&at("/scan"), &[("scan", "31A")]).await);
    check("off the aircraft", &desk.press(&at("/changes/leave"), &[("booking", &minor), ("reason", "Drill")]).await);
    check("goes on", &desk.press(&at("/changes/continues"), &[("reason", "Drill")]).await);
    let id = uuid::Uuid::new_v4().to_string();
    let unread = desk.post(&at("/changes/divert"), &[("form", &id), ("airport", "9"), ("reason", "Drill")]).await;
    check("no airport", &unread.text().await.unwrap());
    let moving = [("to", "CA1509"), ("how", "split"), ("booking", helped.as_str()), ("reason", "Drill")];
    let looked: Vec<(&str, &str)> = moving.iter().copied().chain([("form", id.as_str())]).collect();
    check("looked at a move", &desk.post(&at("/changes/look"), &looked).await.text().await.unwrap());
    check("moved", &desk.press(&at("/changes/move"), &moving).await);
    check("what came", &desk.text(&format!("/gate/{}/changes", flight.to_string().replace("CA1501", "CA1509"))).await);
    check("the pass of who moved", &desk.press(&at("/scan"), &[("scan", "31A")]).await);
    check("the gate", &desk.text(&at("")).await);
    check("no list", &desk.text(&format!("/gate/{}", flight.to_string().replace("CA1501", "CA1999"))).await);
}

#[tokio::test]
async fn no_english_is_left_on_the_hubs_page() {
    let hub = Desk::start(true, Options { languages: accented(), ..Options::default() }).await;
    for path in ["/hub", "/desk", "/"] {
        let left: Vec<String> = texts(&hub.text(path).await).into_iter().filter(|text| !plain_words(text).is_empty()).collect();
        assert!(left.is_empty(), "{path}: {left:#?}");
    }
}

#[test]
fn no_template_holds_words_of_its_own() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        // What kind of page it is, is for the style sheet.
        let kind = text.split("{% block kind %}").nth(1).and_then(|rest| rest.split("{% endblock %}").next()).unwrap_or_default();
        let source = without_code(&text.replace(&format!("{{% block kind %}}{kind}{{% endblock %}}"), ""));
        let left: Vec<String> = texts(&source).into_iter().filter(|text| !plain_words(text).is_empty()).collect();
        assert!(left.is_empty(), "{}: {left:#?}", path.display());
    }
}

/// A template without what it computes.
fn without_code(source: &str) -> String {
    let mut left = String::new();
    let mut rest = source;
    while let Some(at) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
        left.push_str(&rest[..at]);
        let close = if rest[at..].starts_with("{{") { "}}" } else { "%}" };
        rest = rest[at..].split_once(close).map_or("", |(_, behind)| behind);
    }
    left + rest
}

#[test]
fn the_language_of_accents_is_on_every_page_and_two_fifths_longer() {
    let english = Languages::default().english();
    let longer = accented().choose(None, None);
    for ((name, plain), (_, marked)) in pages_in(&english).into_iter().zip(pages_in(&longer)) {
        let marks = marked.matches('·').count();
        assert!(marks > 40 && marked.len() > plain.len(), "{name}: {marks}");
    }
}

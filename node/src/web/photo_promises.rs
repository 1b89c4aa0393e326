//! What photos promise, held against a node with a report, over a real connection.

use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Options;
use super::promises::Desk;
use crate::photos::png;

const BOUNDARY: &str = "----one-boundary";

async fn report(desk: &Desk) -> String {
    let command = json!({
        "kind": "open-incident", "incident": "damaged", "name": "LI/NA", "contact": "x", "flight": "CA1501", "bag": { "description": "black" },
    });
    let receipt = desk.services.command(Uuid::new_v4(), "4711", &command.to_string()).await.unwrap();
    receipt.answer["case"].as_str().unwrap().to_owned()
}

/// The form of the page, with a file in it.
fn form(id: &str, bytes: &[u8]) -> Vec<u8> {
    let mut body = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"form\"\r\n\r\n{id}\r\n").into_bytes();
    body.extend(
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"x.svg\"\r\nContent-Type: image/svg+xml\r\n\r\n").bytes(),
    );
    body.extend(bytes);
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
    body
}

async fn upload(desk: &Desk, record: &str, bytes: &[u8]) -> reqwest::Response {
    let request = desk.client().post(format!("{}/photos/of/{record}", desk.base())).header("cookie", "apron-staff=4711");
    let body = form(&Uuid::new_v4().to_string(), bytes);
    request.header("content-type", format!("multipart/form-data; boundary={BOUNDARY}")).body(body).send().await.unwrap()
}

/// The names of the photos that a record shows.
async fn shown(desk: &Desk, record: &str) -> Vec<Value> {
    let text = desk.text(&format!("/api/v1/photos/of/{record}")).await;
    serde_json::from_str::<Value>(&text).unwrap().as_array().unwrap().clone()
}

#[tokio::test]
async fn a_photo_sent_by_a_plain_form_is_shown_as_what_it_is_and_nothing_else() {
    let desk = Desk::start(false, Options::default()).await;
    let case = report(&desk).await;
    let photo = png(640, 480);
    let answer = upload(&desk, &case, &photo).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await.unwrap());
    let page = desk.text(answer.headers()["location"].to_str().unwrap()).await;
    let rows = shown(&desk, &case).await;
    let name = rows[0]["sha256"].as_str().unwrap();
    assert!(page.contains(&format!("src=\"/photos/{name}\"")) && page.contains("Saved here") && page.contains("1 of 6"), "{page}");
    assert_eq!(rows[0]["held"]["here"], true);
    let served = desk.get(&format!("/photos/{name}")).await;
    assert_eq!(served.status(), StatusCode::OK);
    let headers = served.headers().clone();
    assert_eq!((&headers["content-type"], &headers["content-disposition"]), (&"image/png".parse().unwrap(), &"inline".parse().unwrap()));
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert!(headers["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    assert_eq!(served.bytes().await.unwrap(), photo);
}

#[tokio::test]
async fn what_is_no_photo_or_too_large_is_refused_with_the_remedy_and_nothing_is_kept() {
    let desk = Desk::start(false, Options::default()).await;
    let case = report(&desk).await;
    let mut large = png(640, 480);
    large.resize((2 << 20) + 1, 0);
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>1</script></svg>".to_vec();
    for (bytes, status, words) in [
        (svg.clone(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "JPEG, PNG or WebP"),
        (large.clone(), StatusCode::PAYLOAD_TOO_LARGE, "at most 2 MiB"),
        (png(30_000, 30_000), StatusCode::PAYLOAD_TOO_LARGE, "too many pixels"),
        (Vec::new(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "JPEG, PNG or WebP"),
    ] {
        let answer = upload(&desk, &case, &bytes).await;
        assert_eq!(answer.status(), status);
        let page = answer.text().await.unwrap();
        assert!(page.contains(words) && page.contains("id=\"photos\""), "{page}");
    }
    for (bytes, status, code) in [
        (svg, StatusCode::UNSUPPORTED_MEDIA_TYPE, "photo-not-known"),
        (large, StatusCode::PAYLOAD_TOO_LARGE, "photo-too-large"),
        (png(30_000, 30_000), StatusCode::PAYLOAD_TOO_LARGE, "photo-too-wide"),
    ] {
        let answer = desk.client().post(format!("{}/api/v1/photos", desk.base())).body(bytes).send().await.unwrap();
        assert_eq!(answer.status(), status);
        assert_eq!(answer.json::<Value>().await.unwrap()["code"], code);
    }
    assert_eq!(desk.services.photos_held(), (0, 0));
    // A record cannot name what is not on the disk.
    let photo = json!({ "sha256": "ab".repeat(32), "bytes": 10, "kind": "image/png" });
    let command = json!({ "kind": "add-photo", "record": case, "photo": photo }).to_string();
    let refused = desk.services.command(Uuid::new_v4(), "4711", &command).await.unwrap_err();
    assert!(refused.to_string().contains("not on this device's disk"), "{refused}");
}

#[tokio::test]
async fn a_removed_photo_is_served_no_more_and_one_that_no_record_names_never_was() {
    let desk = Desk::start(false, Options::default()).await;
    let case = report(&desk).await;
    let kept = desk.client().post(format!("{}/api/v1/photos", desk.base())).body(png(9, 9)).send().await.unwrap();
    assert_eq!(kept.status(), StatusCode::CREATED);
    let photo = kept.json::<Value>().await.unwrap();
    let address = format!("/photos/{}", photo["sha256"].as_str().unwrap());
    assert_eq!(desk.get(&address).await.status(), StatusCode::NOT_FOUND);
    let add = json!({ "kind": "add-photo", "record": case, "photo": photo }).to_string();
    let key = Uuid::new_v4();
    desk.services.command(key, "4711", &add).await.unwrap();
    desk.services.command(key, "4711", &add).await.unwrap();
    assert_eq!(shown(&desk, &case).await.len(), 1);
    assert_eq!(desk.get(&address).await.status(), StatusCode::OK);
    let page = desk.press(&format!("/photos/of/{case}/remove"), &[("photo", &address[8..]), ("reason", "Another bag")]).await;
    assert!(page.contains("The photo is removed.") && page.contains("No photos yet."), "{page}");
    assert_eq!(desk.get(&address).await.status(), StatusCode::NOT_FOUND);
    for bad in ["/photos/x", "/photos/of/x", "/photos/of/00000000000000000000000000000000", "/api/v1/photos/of/y"] {
        assert_eq!(desk.get(bad).await.status(), StatusCode::NOT_FOUND, "{bad}");
    }
}

#[tokio::test]
async fn a_form_that_is_cut_or_names_nothing_is_refused() {
    let desk = Desk::start(false, Options::default()).await;
    let case = report(&desk).await;
    let whole = form(&Uuid::new_v4().to_string(), &png(9, 9));
    for (body, status) in [(whole[..whole.len() - 20].to_vec(), StatusCode::BAD_REQUEST), (form("not-an-id", &png(9, 9)), StatusCode::NOT_FOUND)] {
        let request = desk.client().post(format!("{}/photos/of/{case}", desk.base())).header("cookie", "apron-staff=4711");
        let answer = request.header("content-type", format!("multipart/form-data; boundary={BOUNDARY}")).body(body).send().await.unwrap();
        assert_eq!(answer.status(), status);
    }
    assert_eq!(shown(&desk, &case).await.len(), 0);
}

//! The style sheet, the script and the pictures, embedded in the binary.

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// One embedded file.
struct Asset {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
}

macro_rules! asset {
    ($name:literal, $kind:expr) => {
        Asset { name: $name, kind: $kind, text: include_str!(concat!("../../assets/", $name)) }
    };
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

const ASSETS: &[Asset] = &[
    asset!("apron.css", "text/css; charset=utf-8"),
    asset!("icon.svg", "image/svg+xml"),
    asset!("app.js", SCRIPT),
    asset!("swap.js", SCRIPT),
    asset!("events.js", SCRIPT),
    asset!("scan.js", SCRIPT),
    asset!("keys.js", SCRIPT),
    asset!("drafts.js", SCRIPT),
    asset!("photo.js", SCRIPT),
    asset!("a11y.js", SCRIPT),
    asset!("tone.js", SCRIPT),
];

/// Browsers ask again each time and mostly hear "unchanged": the node is near, and an upgrade shows at once.
pub(super) async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else { return StatusCode::NOT_FOUND.into_response() };
    let tag = format!("\"{:032x}\"", fingerprint(asset.text.as_bytes()));
    let fresh = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let status = if fresh { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let body = if fresh { "" } else { asset.text };
    let mut response = (status, [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, "no-cache")], body).into_response();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// FNV-1a over 128 bits: tells texts apart, keeps no secret.
pub(super) fn fingerprint(bytes: &[u8]) -> u128 {
    bytes.iter().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash: u128, byte| {
        (hash ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_keeps_to_its_budget() {
        let lines: usize = ASSETS.iter().filter(|asset| asset.kind == SCRIPT).map(|asset| asset.text.lines().count()).sum();
        assert!(lines <= 500, "{lines} lines");
    }

    #[test]
    fn a_fingerprint_is_the_published_one() {
        assert_eq!(fingerprint(b"a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
    }
}

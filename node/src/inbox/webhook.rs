//! Messages by webhook, as the Standard Webhooks specification has them: signed, not older than a few minutes, each id once.

use std::collections::BTreeSet;

use schemas::standards::airline::Carrier;
use serde::Deserialize;

use super::way::Via;
use super::{Became, Inbox, Way};

/// A message may be so old by the sender's clock, or come from so far ahead.
const WINDOW_SECONDS: i64 = 5 * 60;

/// As long as an id may be, and as many signatures as one request is asked for.
const ID_MAX: usize = 128;
const SIGNATURES_MAX: usize = 8;

/// A way in by webhook.
pub(crate) struct Hook<'a> {
    way: &'a Way,
}

/// The request is not signed by who holds the secret, or not now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotSigned {
    #[error("One of webhook-id, webhook-timestamp and webhook-signature is missing or cannot be read.")]
    Headers,
    #[error("The timestamp is more than five minutes from this node's clock.")]
    Time,
    #[error("No signature fits the secret.")]
    Signature,
}

/// The headers that sign a request, as they came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signed<'a> {
    pub(crate) id: &'a str,
    pub(crate) timestamp: &'a str,
    pub(crate) signatures: &'a str,
}

/// A body in JSON.
#[derive(Deserialize)]
struct Envelope {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    text: String,
    /// Of a host's list: its flight, and when the host made it.
    #[serde(default)]
    flight: Option<String>,
    #[serde(default)]
    at: Option<String>,
}

impl Inbox {
    /// The webhook of this name.
    pub(crate) fn hook(&self, name: &str) -> Option<Hook<'_>> {
        let way = self.ways.iter().find(|way| way.way.name == name && matches!(way.way.via, Via::Webhook(_)))?;
        Some(Hook { way })
    }
}

impl Hook<'_> {
    /// Checks who sent a body; whoever it was not is counted.
    ///
    /// # Errors
    /// When it is not signed by who holds the secret, or not now.
    pub(crate) fn check(&self, signed: Option<Signed<'_>>, body: &[u8], now_ms: i64) -> Result<(), NotSigned> {
        let checked = self.is_signed(signed, body, now_ms);
        if checked.is_err() {
            let mut seen = self.way.seen();
            seen.not_signed = seen.not_signed.saturating_add(1);
        }
        checked
    }

    fn is_signed(&self, signed: Option<Signed<'_>>, body: &[u8], now_ms: i64) -> Result<(), NotSigned> {
        let Signed { id, timestamp, signatures } = signed.ok_or(NotSigned::Headers)?;
        let is_id = (1..=ID_MAX).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
        let seconds: i64 = timestamp.parse().map_err(|_| NotSigned::Headers)?;
        if !is_id {
            return Err(NotSigned::Headers);
        }
        let Via::Webhook(secrets) = &self.way.way.via else { return Err(NotSigned::Signature) };
        let mut given = signatures.split(' ').take(SIGNATURES_MAX);
        if !given.any(|signature| secrets.iter().any(|secret| secret.verify(signature, id, seconds, body))) {
            return Err(NotSigned::Signature);
        }
        match now_ms.div_euclid(1000).abs_diff(seconds) <= WINDOW_SECONDS.unsigned_abs() {
            true => Ok(()),
            false => Err(NotSigned::Time),
        }
    }

    /// The carriers for which it speaks; none where for all.
    pub(crate) fn carriers(&self) -> &BTreeSet<Carrier> {
        &self.way.way.carriers
    }

    pub(crate) fn count(&self, now_ms: i64, became: Became) {
        self.way.count(now_ms, became);
    }
}

/// The message in a body: the body itself, or what an envelope in JSON holds. Nothing where it is JSON without a text.
pub(crate) fn message_of(body: &[u8], is_json: bool) -> Option<Vec<u8>> {
    if !is_json {
        return Some(body.to_vec());
    }
    let Envelope { data } = serde_json::from_slice(body).ok()?;
    let head = data.flight.map(|flight| format!("HOSTLIST {flight}{}\n", data.at.map(|at| format!(" {at}")).unwrap_or_default()));
    let is_headed = data.text.starts_with("HOSTLIST ");
    Some(head.filter(|_| !is_headed).unwrap_or_default().into_bytes().into_iter().chain(data.text.into_bytes()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inbox::{Seen, WayIn};
    use crate::outbox::signature::Secret;

    const NOW_MS: i64 = 1_793_000_000_000;

    fn inbox(secrets: &[&str]) -> Inbox {
        let secrets = secrets.iter().map(|text| Secret::read(text).unwrap()).collect();
        let way = WayIn { name: "bags".into(), carriers: BTreeSet::new(), via: Via::Webhook(secrets) };
        Inbox { ways: [Way { way, seen: Seen::default().into() }].into() }
    }

    const OLD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const NEW: &str = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    #[test]
    fn only_what_is_signed_now_by_a_known_secret_is_taken_and_the_rest_is_counted() {
        let inbox = inbox(&[OLD, NEW]);
        let hook = inbox.hook("bags").unwrap();
        let seconds = NOW_MS / 1000;
        let check = |secret: &str, id: &str, at: i64, body: &[u8], sent: &[u8]| {
            let signature = format!("v1,AAAA {}", Secret::read(secret).unwrap().sign(id, at, body));
            hook.check(Some(Signed { id, timestamp: &at.to_string(), signatures: &signature }), sent, NOW_MS)
        };
        assert_eq!(check(OLD, "m1", seconds, b"BSM", b"BSM"), Ok(()));
        assert_eq!(check(NEW, "m1", seconds - 299, b"BSM", b"BSM"), Ok(()));
        assert_eq!(check(NEW, "m1", seconds, b"BSM", b"PNL"), Err(NotSigned::Signature));
        assert_eq!(check("whsec_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB", "m1", seconds, b"BSM", b"BSM"), Err(NotSigned::Signature));
        assert_eq!(check(OLD, "m1", seconds - 301, b"BSM", b"BSM"), Err(NotSigned::Time));
        assert_eq!(check(OLD, "m1", seconds + 301, b"BSM", b"BSM"), Err(NotSigned::Time));
        assert_eq!(check(OLD, "", seconds, b"BSM", b"BSM"), Err(NotSigned::Headers));
        assert_eq!(hook.check(None, b"BSM", NOW_MS), Err(NotSigned::Headers));
        assert_eq!(inbox.seen()[0].seen.not_signed, 6);
        assert!(inbox.hook("other").is_none());
    }

    #[test]
    fn a_message_is_the_body_or_the_text_in_its_envelope() {
        let text = |body: &str, is_json| message_of(body.as_bytes(), is_json).map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(text("PNL\n{", false).as_deref(), Some("PNL\n{"));
        assert_eq!(text(r#"{"type":"message.bsm","data":{"text":"BSM\nENDBSM\n"}}"#, true).as_deref(), Some("BSM\nENDBSM\n"));
        let list = r#"{"data":{"text":"name,seat\n","flight":"CA1501.2026-11-22.PVG","at":"10:31"}}"#;
        assert_eq!(text(list, true).as_deref(), Some("HOSTLIST CA1501.2026-11-22.PVG 10:31\nname,seat\n"));
        assert_eq!(text("{}", true), None);
        assert_eq!(text("\u{0}", true), None);
    }
}

//! Signatures of webhooks as the Standard Webhooks specification has them: HMAC-SHA256 over id, time and body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

/// What a sender and a receiver share. Invariant: 24 to 64 bytes.
#[derive(Clone)]
pub(crate) struct Secret(hmac::Key);

/// The text is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it holds no secret; write `whsec_` and 24 to 64 bytes in base64")]
pub(crate) struct NoSecret;

impl Secret {
    /// Reads `whsec_` and base64, as receivers hand it out.
    pub(crate) fn read(text: &str) -> Result<Self, NoSecret> {
        let text = text.trim();
        let bytes = STANDARD.decode(text.strip_prefix("whsec_").unwrap_or(text)).map_err(|_| NoSecret)?;
        if !(24..=64).contains(&bytes.len()) {
            return Err(NoSecret);
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    /// Whether one signature of the header `webhook-signature` is that of `id.timestamp.body`. Takes as long for a wrong one as for the right one.
    pub(crate) fn verify(&self, signature: &str, id: &str, seconds: i64, body: &[u8]) -> bool {
        let Some(given) = signature.strip_prefix("v1,").and_then(|text| STANDARD.decode(text).ok()) else { return false };
        let mut signed = format!("{id}.{seconds}.").into_bytes();
        signed.extend_from_slice(body);
        hmac::verify(&self.0, &signed, &given).is_ok()
    }

    /// The header `webhook-signature`: the version and the signature of `id.timestamp.body`.
    pub(crate) fn sign(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(format!("{id}.{seconds}.").as_bytes());
        context.update(body);
        format!("v1,{}", STANDARD.encode(context.sign().as_ref()))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_specification() {
        // The example that the specification's libraries test with.
        let secret = Secret::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn what_was_signed_is_verified_and_nothing_else() {
        let secret = Secret::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = secret.sign("m1", 7, b"BSM");
        assert!(secret.verify(&signed, "m1", 7, b"BSM"));
        for (signature, id, seconds, body) in [
            (&*signed, "m2", 7, b"BSM"),
            (&*signed, "m1", 8, b"BSM"),
            (&*signed, "m1", 7, b"BPM"),
            (&signed[3..], "m1", 7, b"BSM"),
            ("v1,", "m1", 7, b"BSM"),
        ] {
            assert!(!secret.verify(signature, id, seconds, body), "{signature} {id} {seconds}");
        }
    }

    #[test]
    fn a_secret_that_is_too_short_or_no_base64_is_none() {
        for bad in ["", "whsec_", "whsec_c2hvcnQ=", "whsec_?", "hunter2"] {
            assert!(Secret::read(bad).is_err(), "{bad}");
        }
    }
}

//! The answers for a bag tag and for a reference of the tracing system.

use serde_json::{Value, json};

use super::refused;
use crate::standards::bag_tag::{BagTag, BagTagError};
use crate::standards::tracing::FileReference;

pub(super) fn bag_tag(text: &str) -> Value {
    let tag: BagTag = match text.parse() {
        Ok(tag) => tag,
        // The printed form of an airline that our table lacks can be read, but not completed.
        Err(BagTagError::UnknownAirline { carrier }) => {
            let serial: String = text.chars().filter(char::is_ascii_digit).collect();
            let serial = &serial[serial.len().saturating_sub(6)..];
            return json!({
                "ok": true, "verdict": "deviant", "deviations": ["unknown_airline"], "value": {"carrier": carrier, "serial": serial},
                "normalised": null,
            });
        }
        Err(error) => {
            let mut answer = refused(match &error {
                BagTagError::NotTenDigits { .. } => "not_ten_digits",
                BagTagError::NoRead => "no_read",
                BagTagError::NoAirline { .. } => "airline_numeric_000",
                BagTagError::UnknownAirline { .. } => "unknown_airline",
                BagTagError::PartTooLarge { .. } => "part_too_large",
            });
            answer["message"] = json!(error.to_string());
            return answer;
        }
    };
    let printed = text.trim().len() < 10 || text.trim().contains(' ');
    let serial = format!("{:06}", tag.serial());
    let value = if printed {
        json!({"carrier": tag.carrier(), "serial": serial})
    } else {
        json!({"leading": tag.leading().to_string(), "airline_numeric": format!("{:03}", tag.airline_numeric()), "serial": serial})
    };
    let mut answer = json!({"ok": true, "verdict": "valid", "deviations": [], "value": value, "encoded": tag, "normalised": tag});
    if let Some(display) = tag.display_form() {
        answer["display"] = json!(display);
    }
    answer
}

pub(super) fn pir_reference(text: &str) -> Value {
    match text.parse::<FileReference>() {
        Ok(reference) => json!({
            "ok": true, "verdict": "valid", "deviations": [],
            "value": {"station": reference.station(), "airline": reference.airline(), "number": format!("{:05}", reference.number())},
            "encoded": reference,
        }),
        Err(error) => {
            let mut answer = refused("not_a_file_reference");
            answer["message"] = json!(error.to_string());
            answer
        }
    }
}

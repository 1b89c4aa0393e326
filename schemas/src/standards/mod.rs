//! The field standards that ground service lives on, one module each.

pub mod airline;
pub mod airport;
pub mod airport_table;
pub mod bag_tag;
pub mod bcbp;
pub mod clock;
pub mod codes;
pub mod decide;
pub mod decode;
pub mod entitlement;
pub mod flight;
pub mod locator;
pub mod misconnection;
pub mod mrz;
pub mod seat;
pub mod tracing;
pub mod typeb;

/// As much of a refused text as an error repeats, in characters: enough to recognise it, too little to flood a log.
const FOUND_MAX: usize = 40;

/// What was found, cut to a length that an error message can carry, with unprintable characters shown as `?`.
fn found(text: &str) -> String {
    text.chars().take(FOUND_MAX).map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// Gives a type that has `FromStr` and `Display` its serde form: the same text.
macro_rules! serde_as_text {
    ($type:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize<'de>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({self})", stringify!($type))
            }
        }
    };
}
use serde_as_text;

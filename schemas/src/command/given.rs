//! What commands carry beside plain values: guests to check in, bags, newcomers, seats.

use serde::{Deserialize, Serialize};

use crate::record::fact::{Mark, Onward};
use crate::record::{DocRef, FlightKey};
use crate::standards::airport::AirportCode;
use crate::standards::bag_tag::BagTag;
use crate::standards::locator::Locator;
use crate::standards::seat::Seat;

/// What a person decides about a message that goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageChoice {
    /// It goes out again, under its key.
    Replay,
    /// It is not sent.
    Cancel,
    /// It arrived: somebody asked the receiver.
    Arrived,
}

/// A guest to check in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatWish {
    pub booking: DocRef,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<Seat>,
    /// Who brings a minor who travels alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_by: Option<String>,
}

/// A bag to take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BagGiven {
    /// Who hands it in; nobody for a rush bag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<DocRef>,
    /// The flight of a rush bag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flight: Option<FlightKey>,
    pub weight_kg: u16,
    /// The last airport on the tag; the guest's own destination if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<AirportCode>,
    /// The head of the pool to which the bag belongs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool_with: Option<DocRef>,
    /// It has a heavy label.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub heavy: bool,
    /// It is taken at the gate.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gate_bag: bool,
    /// Why it flies without a guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rush: Option<String>,
    /// The tag that is on it already: a fallback tag, or another carrier's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<BagTag>,
    /// The flights behind this one, in order; the last one's airport is the destination.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub onward: Vec<Onward>,
}

/// A guest who is on no list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Newcomer {
    pub flight: FlightKey,
    /// `SURNAME/GIVEN`.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locator: Option<Locator>,
    /// 13 digits, with `/` and the coupon where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    pub mark: Mark,
    pub reason: String,
    /// Needed where the flight has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<AirportCode>,
    /// The booking class on the ticket; `Y` if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<char>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub child: bool,
    /// The name of an infant on the lap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub infant: Option<String>,
}

/// A guest who comes first and is passed over, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skip {
    pub booking: DocRef,
    pub reason: String,
}

/// A guest and the seat to give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewSeat {
    pub booking: DocRef,
    pub seat: Seat,
}

/// A bag that was tagged with a pre-numbered tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperBag {
    pub booking: DocRef,
    pub tag: BagTag,
    /// Left out where the paper gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight_kg: Option<u16>,
}

/// What a bag looks like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BagLook {
    pub description: String,
    /// Codes of the tracing chart: `BK`, `22`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<String>,
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub bag_type: Option<String>,
}

impl BagGiven {
    /// An ordinary bag of a guest.
    pub fn of(booking: DocRef, weight_kg: u16) -> Self {
        Self {
            booking: Some(booking),
            flight: None,
            weight_kg,
            destination: None,
            pool_with: None,
            heavy: false,
            gate_bag: false,
            rush: None,
            tag: None,
            onward: Vec::new(),
        }
    }
}

//! Baggage beyond what guests bring free of charge: how much it is, and what came of it.

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

use crate::said::{Said, said};

/// How much guests bring beyond what is free.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Excess {
    /// Whole bags.
    #[serde(default)]
    pub pieces: u16,
    /// Kilograms of the bags that are free, above what each, or all of them, may weigh.
    #[serde(default)]
    pub kg: u16,
}

impl Excess {
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    /// `1 piece, 8 kg`.
    pub fn words(self) -> Said {
        match (self.pieces, self.kg) {
            (0, kg) => said!("excess-kg", "{kg} kg", kg = kg),
            (1, 0) => said!("excess-pieces", "{pieces} piece", pieces = 1_u16),
            (pieces, 0) => said!("excess-pieces", "{pieces} pieces", pieces = pieces),
            (1, kg) => said!("excess-both", "{pieces} piece, {kg} kg", pieces = 1_u16, kg = kg),
            (pieces, kg) => said!("excess-both", "{pieces} pieces, {kg} kg", pieces = pieces, kg = kg),
        }
    }

    /// Whether this is at most the other, in pieces and in weight.
    pub fn is_within(self, other: Self) -> bool {
        self.pieces <= other.pieces && self.kg <= other.kg
    }
}

impl Add for Excess {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { pieces: self.pieces.saturating_add(other.pieces), kg: self.kg.saturating_add(other.kg) }
    }
}

impl Sub for Excess {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { pieces: self.pieces.saturating_sub(other.pieces), kg: self.kg.saturating_sub(other.kg) }
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExcessEnd {
    /// The guest paid and showed the proof, or had paid before.
    Paid,
    /// The bags go free of charge, for a reason.
    Waived,
}

/// A person's word on excess baggage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExcessSettling {
    #[serde(flatten)]
    pub over: Excess,
    pub how: ExcessEnd,
    /// The number of the receipt or of the electronic document (EMD) that was shown. Never that of a payment card.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub proof: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

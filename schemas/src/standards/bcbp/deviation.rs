//! What may be wrong with a boarding pass: deviations that leave it usable, and reasons to refuse it.

use std::fmt;

/// How far a pass that was read can be trusted. A refused one is not a pass at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The standard, to the letter.
    Valid,
    /// Usable; the deviations say what to look at twice.
    Deviant,
}

/// One way in which a usable pass leaves the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deviation {
    NonPrintable,
    NameBlank,
    NameLowerCase,
    NameBadCharacter,
    NameWithoutSlash,
    EticketIndicator,
    Airport,
    Carrier,
    FlightNumber,
    JulianNotDigits,
    JulianOutOfRange,
    Cabin,
    Seat,
    Sequence,
    Status,
    VariablePastEnd,
    VariableWithoutMarker,
    UniqueNotOnBoundary,
    UniquePastVariable,
    /// The unique block ends inside the field of this name.
    UniqueEndsInside(&'static str),
    IssueDate,
    RepeatedNotOnBoundary,
    RepeatedPastVariable,
    /// The repeated block of this leg (from 0) ends inside the field of this name.
    RepeatedEndsInside(u8, &'static str),
    /// The repeated block of this leg (from 0) is longer than all fields that the standard knows.
    RepeatedTooLong(u8),
    SecurityLengthNotHex,
    SecurityShort,
    DataAfterSecurity,
    TrailingData,
}

impl Deviation {
    /// Whether the field is one without which no flight can be found, so that the pass is refused.
    pub(super) fn is_fatal(self) -> bool {
        matches!(self, Self::Airport | Self::Carrier | Self::JulianOutOfRange)
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NonPrintable => "non_printable_or_non_ascii",
            Self::NameBlank => "name_blank",
            Self::NameLowerCase => "name_lower_case",
            Self::NameBadCharacter => "name_bad_character",
            Self::NameWithoutSlash => "name_without_slash",
            Self::EticketIndicator => "eticket_indicator_not_E_or_blank",
            Self::Airport => "airport_not_3_letters",
            Self::Carrier => "carrier_not_2_or_3_chars",
            Self::FlightNumber => "flight_number_not_NNNNa",
            Self::JulianNotDigits => "julian_not_3_digits",
            Self::JulianOutOfRange => "julian_out_of_range",
            Self::Cabin => "cabin_not_letter",
            Self::Seat => "seat_not_NNNa_INF_blank",
            Self::Sequence => "seq_not_NNNNa",
            Self::Status => "pax_status_unknown",
            Self::VariablePastEnd => "variable_size_past_end",
            Self::VariableWithoutMarker => "variable_field_without_version_marker",
            Self::UniqueNotOnBoundary => "unique_size_not_on_field_boundary",
            Self::UniquePastVariable => "unique_size_past_variable_field",
            Self::UniqueEndsInside(field) => return write!(f, "unique_size_ends_inside_{field}"),
            Self::IssueDate => "issue_date_invalid",
            Self::RepeatedNotOnBoundary => "repeated_size_not_on_field_boundary",
            Self::RepeatedPastVariable => "repeated_size_past_variable_field",
            Self::RepeatedEndsInside(leg, field) => return write!(f, "leg{leg}.repeated_size_ends_inside_{field}"),
            Self::RepeatedTooLong(leg) => return write!(f, "leg{leg}.repeated_size_longer_than_known_fields"),
            Self::SecurityLengthNotHex => "security_length_not_hex",
            Self::SecurityShort => "security_shorter_than_declared",
            Self::DataAfterSecurity => "data_after_security",
            Self::TrailingData => "undeclared_trailing_data",
        })
    }
}

/// Why a text is no boarding pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Empty,
    FormatCode,
    LegCount,
    Truncated,
    VariableSizeNotHex,
    RepeatedSizeNotHex,
    /// A field without which no flight can be found.
    Unusable(Deviation),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "empty",
            Self::FormatCode => "format_code_not_M",
            Self::LegCount => "leg_count_not_1_to_4",
            Self::Truncated => "truncated",
            Self::VariableSizeNotHex => "variable_size_not_hex",
            Self::RepeatedSizeNotHex => "repeated_size_not_hex",
            Self::Unusable(field) => return write!(f, "mandatory_field_unusable:{field}"),
        })
    }
}

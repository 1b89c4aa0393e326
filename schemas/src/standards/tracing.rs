//! Tracing of mishandled bags: reports (AHL, DPR, OHD), their references, what a bag looks like, and how long anyone has.
//!
//! Codes are codes; the words for them are ours. The chart behind them is a paid product and is not drawn here.

mod description;
mod matching;
mod reference;
mod report;

pub use description::{BagLook, BagLookError, COLOURS, ELEMENTS, TYPES, is_near_colour, is_near_type};
pub use matching::{FoundBag, Match, MatchGrade, MissingBag, compare};
pub use reference::{FileReference, FileReferenceError, PirReference, ProvisionalReference, ProvisionalReferenceError};
pub use report::{Complaint, FILE_LIFE, FileKind, FileLife, REASONS, Report, ReportError, SUE_WITHIN_YEARS, complaint_by, lost_from, reason, sue_by};

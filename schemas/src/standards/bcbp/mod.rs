//! The bar-coded boarding pass (IATA Resolution 792), versions 1 to 8: what was scanned, what it says, and how far it can be trusted.
//!
//! Reading has two stages. The 60 mandatory characters (and 37 for each further leg) decide whether someone can board. Everything behind them is
//! best effort: kept as it was, with a code for each deviation, and never a reason to stop a guest. The one exception is a size that leaves the
//! rest of the text without an anchor.

mod date;
mod deviation;
mod encode;
mod layout;
mod read;
mod undo;

pub use date::{flight_date, flight_date_among, issue_date};
pub use deviation::{Deviation, Reason, Verdict};
pub use encode::{Block, EncodeError, Leg as DraftLeg, Pass as Draft, Security as DraftSecurity};
pub use layout::{Leg, Pass, Repeated, Security, Unique};
pub use read::read;
pub use undo::{Refused, Undoing, parse};

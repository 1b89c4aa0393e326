//! Type B messages: the telegrams that airlines, airports and baggage systems have exchanged for sixty years.
//!
//! Every reader is tolerant: an element that it does not know is kept as it came and written back where it stood.

mod envelope;
mod guest;
mod name_list;

pub use envelope::{DayMonth, DayMonthError, Envelope, FlightLine, LINE_MAX, Received, TypeBError, wrap};
pub use guest::{Guest, Infant, Remark, Segment};
pub use name_list::{Element, Group, ListKind, Name, NameList, Party, Section};

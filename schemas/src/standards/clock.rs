//! Service clocks: when something is due, under opening hours, holidays, pauses and changes of the clocks.
//!
//! A deadline is always computed when asked, from what happened; it is never stored. Two nodes with the same facts then agree.

mod calendar;
mod service;

pub use calendar::{Calendar, CalendarError, Pause};
pub use service::{ClockEvent, ClockKind, ClockState, ServiceClocks};

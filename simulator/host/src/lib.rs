//! The world outside of a station: an airline's host for one flight, and a receiver of webhooks. Everything is invented, by a seed or as told.
//!
//! The host is pure: no clock, no I/O. [`Host::invent`] makes a flight with its guests; what happens to it is said by methods; it speaks in the messages
//! and lists that stations read: PNL, ADL, BSM, and its check-in list as CSV in the column maps that come with the product.

mod chance;
mod flight;
mod invent;
mod keyed;
mod list;
mod messages;
pub mod receiver;

pub use chance::Chance;
pub use flight::{Booked, Guest, Host};
pub use keyed::{KeyedIn, NotHeard};
pub use list::Columns;

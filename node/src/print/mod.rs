//! Printing: what is printed, in which printer's language, and the queue of each printer.

mod attempt;
mod compose;
mod document;
mod escpos;
mod job;
mod letters;
mod line;
mod pectab;
mod printer;
mod queue;
mod status;
mod store;
mod zpl;

#[cfg(test)]
mod samples;

pub use attempt::Patience;
pub(crate) use compose::field;
pub use compose::{Composed, Voice, date_words, limits, pack, pass, receipt, tag, test};
pub use document::{Document, Field, Form, KEYS, Sheet};
pub use job::{Fault, Job, Order, State, What};
pub use letters::Letters;
pub use printer::{Address, BadPrinter, Entry, Language, PRINTERS_MAX, Printer};
pub use queue::{NotTaken, Printers};

/// A document that a printer's language cannot say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bar code cannot be written")]
pub struct Unprintable;

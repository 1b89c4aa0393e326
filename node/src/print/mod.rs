//! Printing: what is printed, in which printer's language, and the queue of each printer.

mod document;
mod escpos;
mod letters;
mod pectab;
mod printer;
mod zpl;

#[cfg(test)]
mod samples;

pub use document::{Document, Field, Form, KEYS, Sheet};
pub use letters::Letters;
pub use printer::{Address, BadPrinter, Entry, Language, PRINTERS_MAX, Printer};

/// A document that a printer's language cannot say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bar code cannot be written")]
pub struct Unprintable;

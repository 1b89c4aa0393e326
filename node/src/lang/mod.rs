//! The languages of the screens: which there are, which one a browser reads, and how words, dates, numbers and lists are said in it.

mod formats;
mod language;
mod languages;
mod pseudo;
mod say;
mod texts;

#[cfg(test)]
mod complete;

pub use language::{BadLanguage, Language};
pub use languages::{Fault, Languages};
pub use say::{Say, Sentence, Tongue};

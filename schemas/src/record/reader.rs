//! Reading fields of a flat document without ever failing.

use std::str::FromStr;

use super::Split;
use crate::flat::{FlatDoc, Scalar};

/// Reads fields and counts what it could not read.
pub(super) struct Reader<'a> {
    doc: &'a FlatDoc,
    unread: u32,
}

impl<'a> Reader<'a> {
    /// `known` are the fields of this kind of record; others are counted as unread.
    pub(super) fn new(doc: &'a FlatDoc, known: &[&str]) -> Self {
        let unread = doc.fields.keys().filter(|field| *field != "kind" && !known.contains(&field.as_str())).count();
        Self { doc, unread: u32::try_from(unread).unwrap_or(u32::MAX) }
    }

    pub(super) fn text(&mut self, field: &str) -> Option<&'a str> {
        match self.doc.field(field)? {
            Scalar::Str(text) => Some(text),
            Scalar::Null => None,
            _ => self.miss(),
        }
    }

    /// An owned text that is not empty.
    pub(super) fn words(&mut self, field: &str) -> Option<Box<str>> {
        self.text(field).filter(|text| !text.is_empty()).map(Into::into)
    }

    pub(super) fn parsed<T: FromStr>(&mut self, field: &str) -> Option<T> {
        match self.text(field).map(str::parse) {
            Some(Ok(value)) => Some(value),
            Some(Err(_)) => self.miss(),
            None => None,
        }
    }

    pub(super) fn number<T: TryFrom<i64>>(&mut self, field: &str) -> Option<T> {
        match self.doc.field(field)? {
            Scalar::Int(number) => T::try_from(*number).ok().or_else(|| self.miss()),
            Scalar::Null => None,
            _ => self.miss(),
        }
    }

    pub(super) fn yes(&mut self, field: &str) -> bool {
        match self.doc.field(field) {
            Some(Scalar::Bool(yes)) => *yes,
            Some(Scalar::Null) | None => false,
            Some(_) => self.miss().unwrap_or(false),
        }
    }

    pub(super) fn letter(&mut self, field: &str) -> Option<char> {
        let text = self.text(field)?;
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) if letter.is_ascii_alphanumeric() => Some(letter),
            _ => self.miss(),
        }
    }

    /// The values of a list that the field holds, blank separated; what is not one is counted.
    pub(super) fn each<T: FromStr>(&mut self, field: &str) -> Vec<T> {
        let mut values = Vec::new();
        for word in self.text(field).unwrap_or_default().split_ascii_whitespace() {
            match word.parse() {
                Ok(value) => values.push(value),
                Err(_) => self.unread += 1,
            }
        }
        values
    }

    /// The fields of these that hold several unequal values.
    pub(super) fn splits(&self, decided: &[&'static str]) -> Vec<Split> {
        decided
            .iter()
            .filter_map(|field| {
                let mut values: Vec<Scalar> = Vec::new();
                for value in self.doc.fields.get(*field)? {
                    if !values.contains(value) {
                        values.push(value.clone());
                    }
                }
                (values.len() > 1).then_some(Split { field, values })
            })
            .collect()
    }

    pub(super) fn unread(&self) -> u32 {
        self.unread
    }

    pub(super) fn miss<T>(&mut self) -> Option<T> {
        self.unread += 1;
        None
    }
}

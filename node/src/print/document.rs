//! What is printed, as plain values: texts already in their language, codes already made.

use serde::{Deserialize, Serialize};

/// A sort of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    Pass,
    Tag,
    Receipt,
    /// What a desk needs to go on by hand, as lines on a roll.
    Pack,
    /// A line that shows whether a printer works. Fits every printer.
    Test,
}

/// One thing to print.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    pub form: Form,
    /// What goes into the bar code; empty where there is none.
    pub code: String,
    /// The same in one language or two; never empty.
    pub sheets: Vec<Sheet>,
}

/// The texts of a document in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    pub title: String,
    /// In the order in which they are printed.
    pub fields: Vec<Field>,
    /// Whole sentences below the fields.
    pub notes: Vec<String>,
    /// Lines of a list below all else: records, not words of a language alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<String>,
}

/// One value with its label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The field's name in tables of printers: `flight`. One of [`KEYS`].
    pub key: String,
    pub label: String,
    pub text: String,
}

/// The names of all fields, as tables of printers may use them; and `code`, the text of the bar code.
pub const KEYS: &[&str] = &[
    "name",
    "flight",
    "date",
    "from",
    "to",
    "gate",
    "departs",
    "seat",
    "cabin",
    "sequence",
    "locator",
    "bags",
    "remarks",
    "tag",
    "weight",
    "made",
    "issue",
    "reference",
    "report",
    "contact",
    "bag",
];

impl Form {
    pub fn as_str(self) -> &'static str {
        match self {
            Form::Pass => "pass",
            Form::Tag => "tag",
            Form::Receipt => "receipt",
            Form::Pack => "pack",
            Form::Test => "test",
        }
    }
}

impl Document {
    /// The value of a field in the first language; empty where it is not there.
    pub fn text(&self, key: &str) -> &str {
        match key {
            "code" => &self.code,
            key => self.sheets.first().map_or("", |sheet| sheet.text(key)),
        }
    }
}

impl Sheet {
    pub fn text(&self, key: &str) -> &str {
        self.fields.iter().find(|field| field.key == key).map_or("", |field| &field.text)
    }

    pub fn label(&self, key: &str) -> &str {
        self.fields.iter().find(|field| field.key == key).map_or("", |field| &field.label)
    }

    /// Every text that a language gives, not a record: what a printer must have letters for.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        [self.title.as_str()].into_iter().chain(self.fields.iter().map(|field| field.label.as_str())).chain(self.notes.iter().map(String::as_str))
    }
}

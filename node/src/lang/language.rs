//! The name of a language (BCP 47).

use std::fmt;
use std::str::FromStr;

use unic_langid::LanguageIdentifier;

/// The language of a person: `en`, `zh-CN`. Invariant: well-formed and in its canonical spelling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Language(LanguageIdentifier);

/// A name that is no language's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" is no language; write it as in BCP 47, such as zh-CN")]
pub struct BadLanguage {
    found: String,
}

impl Language {
    /// The language in which everything is written first.
    pub fn english() -> Self {
        Self(LanguageIdentifier::from_parts(unic_langid::subtags::Language::from_bytes(b"en").unwrap_or_default(), None, None, &[]))
    }

    /// The same language, wherever it is spoken.
    pub(super) fn is_kin(&self, other: &Self) -> bool {
        self.0.language == other.0.language
    }

    pub(super) fn id(&self) -> &LanguageIdentifier {
        &self.0
    }
}

impl FromStr for Language {
    type Err = BadLanguage;

    fn from_str(text: &str) -> Result<Self, BadLanguage> {
        let bad = || BadLanguage { found: text.chars().take(35).collect() };
        let id: LanguageIdentifier = text.parse().map_err(|_| bad())?;
        if id.language.is_empty() { Err(bad()) } else { Ok(Self(id)) }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

//! Which form of the PFS each airline wants: an installation's own file in front of the forms that come with the product.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::standards::airline::Carrier;
use crate::standards::typeb::PfsProfile;
use crate::station::rules::NoRules;

/// The forms, and which airline wants which. What was said stands in the records as it was said; whether that is what would be said now is judged by these,
/// so all nodes of an installation have the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PfsForms {
    otherwise: String,
    airlines: BTreeMap<String, String>,
    profiles: Vec<PfsProfile>,
}

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// The form of every airline that is not named.
    otherwise: String,
    #[serde(default)]
    airlines: BTreeMap<String, String>,
    /// Further forms, or others under the names of those that come with the product.
    #[serde(default)]
    profiles: Vec<PfsProfile>,
}

/// More forms and longer tables than there are systems and categories.
const PROFILES_MAX: usize = 100;
const ROWS_MAX: usize = 100;
const CATEGORY_MAX: usize = 8;

static BUILT_IN: LazyLock<PfsForms> = LazyLock::new(|| {
    let read = PfsForms::read(include_str!("../../standards/typeb/profiles/airlines.json"));
    read.expect("the file that comes with the product is valid; a test reads it")
});

impl PfsForms {
    /// What comes with the product: the form of which most is known publicly, for everybody.
    pub fn built_in() -> Self {
        BUILT_IN.clone()
    }

    /// Reads an installation's file.
    ///
    /// # Errors
    /// With what is wrong and what to do, in one line.
    pub fn read(text: &str) -> Result<Self, NoRules> {
        let written: Written = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| NoRules::new(error.to_string()))?;
        let wrong = |what: String| Err(NoRules::new(what));
        if written.profiles.len() > PROFILES_MAX {
            return wrong(format!("`profiles` has more than {PROFILES_MAX} forms; keep those that airlines want"));
        }
        let mut names = BTreeSet::new();
        for profile in &written.profiles {
            if profile.name.is_empty() || !names.insert(profile.name.as_str()) {
                return wrong(format!("`profiles` has two forms of the name \"{}\", or one without; give each a name of its own", profile.name));
            }
            checked(profile)?;
        }
        let mut profiles: Vec<PfsProfile> = PfsProfile::built_in().into_iter().filter(|known| !names.contains(known.name.as_str())).collect();
        profiles.extend(written.profiles.iter().cloned());
        for (carrier, form) in &written.airlines {
            if carrier.parse::<Carrier>().is_err() {
                return wrong(format!("`airlines` names \"{carrier}\", which is no airline; write such as \"CA\""));
            }
            if !profiles.iter().any(|profile| profile.name == *form) {
                return wrong(format!("`airlines` gives {carrier} the form \"{form}\", which is not there; name one of `profiles`"));
            }
        }
        if !profiles.iter().any(|profile| profile.name == written.otherwise) {
            return wrong(format!("`otherwise` is \"{}\", a form that is not there; name one of `profiles`", written.otherwise));
        }
        Ok(Self { otherwise: written.otherwise, airlines: written.airlines, profiles })
    }

    /// The form that a carrier wants.
    pub(in crate::station) fn of(&self, carrier: Carrier) -> Option<&PfsProfile> {
        let name = self.airlines.get(carrier.as_str()).unwrap_or(&self.otherwise);
        self.profiles.iter().find(|profile| profile.name == *name)
    }
}

fn checked(profile: &PfsProfile) -> Result<(), NoRules> {
    let wrong = |what: &str| Err(NoRules::new(format!("the form \"{}\": {what}", profile.name)));
    if !profile.heading.contains("{category}") || profile.heading.len() > 40 || !is_plain(&profile.heading.replace(['{', '}'], "")) {
        return wrong("`heading` is to hold {category}, and only letters that a message carries; write such as \"{category} {count}{class}\"");
    }
    if profile.categories.is_empty() || profile.categories.len() > ROWS_MAX {
        return wrong("`categories` is to have 1 to 100 rows; a row whose category is null says nothing of whom it fits");
    }
    let is_word =
        |word: &str| (1..=CATEGORY_MAX).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    match profile.categories.iter().filter_map(|row| row.category.as_deref()).chain(profile.elements.iter().map(String::as_str)).all(is_word) {
        true => Ok(()),
        false => wrong("`category` and `elements` are words of 1 to 8 capital letters and digits; write such as \"NOSHO\""),
    }
}

/// Letters of the telegraph network.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'/' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = r#"{
        "otherwise": "counted",
        "airlines": {"HU": "hu"},
        "profiles": [{"name": "hu", "numerics": false, "heading": "{category} {count}", "elements_on_own_lines": true, "elements": ["L"],
            "categories": [
                {"if": ["staff_standby"], "category": null},
                {"if": ["listed"], "unless": ["boarded"], "category": "NS"},
                {"if": ["boarded"], "unless": ["listed"], "category": "GOSHO"},
                {"if": [], "category": null}]}]
    }"#;

    fn carrier(text: &str) -> Carrier {
        text.parse().unwrap()
    }

    #[test]
    fn no_airline_is_said_to_want_a_form_that_nobody_wrote_down_for_it() {
        let forms = PfsForms::built_in();
        assert!(forms.airlines.is_empty());
        for code in ["CA", "MU", "JD", "HO"] {
            assert_eq!(forms.of(carrier(code)).unwrap().name, "counted", "{code}");
        }
        for profile in PfsProfile::built_in() {
            checked(&profile).unwrap();
        }
    }

    #[test]
    fn an_installation_leaves_categories_out_and_calls_them_otherwise() {
        use crate::standards::typeb::Outcome::{Boarded, Listed, StaffStandby};
        let forms = PfsForms::read(OWN).unwrap();
        let own = forms.of(carrier("HU")).unwrap();
        assert_eq!(own.category(&[Listed]), Some("NS"), "called otherwise");
        assert_eq!(own.category(&[Listed, StaffStandby]), None, "left out");
        assert_eq!((own.category(&[Boarded]), own.category(&[Listed, Boarded])), (Some("GOSHO"), None));
        assert_eq!(forms.of(carrier("CA")).unwrap().name, "counted");
        let instead = OWN.replace("\"hu\"", "\"counted\"");
        assert_eq!(PfsForms::read(&instead).unwrap().of(carrier("CA")).unwrap().heading, "{category} {count}", "in the place of the product's");
    }

    #[test]
    fn a_file_that_is_written_down_wrong_is_refused_with_the_key_and_the_remedy() {
        for (from, to, words) in [
            ("\"otherwise\": \"counted\"", "\"otherwise\": \"count\"", "`otherwise` is \"count\""),
            ("{\"HU\": \"hu\"}", "{\"HU\": \"none\"}", "gives HU the form \"none\""),
            ("{\"HU\":", "{\"Hainan\":", "\"Hainan\", which is no airline"),
            ("\"{category} {count}\"", "\"{count}\"", "`heading` is to hold {category}"),
            ("\"{category} {count}\"", "\"{category}\\n\"", "`heading`"),
            ("\"GOSHO\"", "\"go show\"", "capital letters"),
            ("\"staff_standby\"", "\"crew\"", "crew"),
            ("\"numerics\"", "\"numeric\"", "numeric"),
        ] {
            let text = OWN.replacen(from, to, 1);
            assert_ne!(text, OWN, "{from}");
            let error = PfsForms::read(&text).unwrap_err().to_string();
            assert!(error.contains(words), "{to}: {error}");
        }
    }
}

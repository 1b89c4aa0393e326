//! What a route asks for where the authority cannot be asked, as data: carriers and authorities agree on it.

use serde::{Deserialize, Serialize};

use super::rules::NoRules;

/// What a route asks for where the authority cannot be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhenNotAsked {
    /// The guest goes on; the authority hears of it later.
    SendLater,
    /// A supervisor has to let the guest go on.
    Supervisor,
    /// Nobody goes on without the authority's word.
    Refuse,
}

/// The policy of an installation; the first row that fits decides.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DocumentRoutes(Vec<Row>);

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// Countries (two letters) or airports (three letters) where the guest goes; `*` for any.
    to: Vec<String>,
    rule: WhenNotAsked,
}

const ROWS_MAX: usize = 10_000;

impl DocumentRoutes {
    /// Reads the policy as JSON.
    ///
    /// # Errors
    /// With what is wrong, in one line.
    pub fn read(text: &str) -> Result<Self, NoRules> {
        let all: Self = serde_json::from_str(text).map_err(|error| NoRules::new(error.to_string()))?;
        if all.0.len() > ROWS_MAX {
            return Err(NoRules::new(format!("there are more than {ROWS_MAX} rows")));
        }
        let is_place = |place: &String| place == "*" || (matches!(place.len(), 2 | 3) && place.bytes().all(|byte| byte.is_ascii_uppercase()));
        match all.0.iter().flat_map(|row| &row.to).find(|place| !is_place(place)) {
            Some(place) => Err(NoRules::new(format!("{place:?} is no place; give a country such as \"US\", an airport such as \"JFK\", or \"*\""))),
            None => Ok(all),
        }
    }

    /// The rule for an airport and its country. A route that no row names needs a supervisor.
    pub(super) fn rule(&self, airport: &str, country: Option<&str>) -> WhenNotAsked {
        let fits = |row: &&Row| row.to.iter().any(|place| place == "*" || place == airport || Some(place.as_str()) == country);
        self.0.iter().find(fits).map_or(WhenNotAsked::Supervisor, |row| row.rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_with_the_product_ends_with_a_row_for_any_place_and_names_each_once() {
        let DocumentRoutes(rows) = DocumentRoutes::read(include_str!("document_routes.json")).unwrap();
        assert_eq!(rows.last(), Some(&Row { to: vec!["*".to_owned()], rule: WhenNotAsked::SendLater }));
        let places = || rows.iter().flat_map(|row| &row.to);
        let distinct: std::collections::BTreeSet<_> = places().collect();
        assert_eq!(distinct.len(), places().count(), "the first row that fits decides: a place stands in one");
    }

    #[test]
    fn the_first_row_that_names_airport_or_country_decides_and_a_route_without_one_needs_a_supervisor() {
        let policy = r#"[{ "to": ["JFK"], "rule": "send-later" }, { "to": ["US"], "rule": "refuse" }]"#;
        let policy = DocumentRoutes::read(policy).unwrap();
        assert_eq!(policy.rule("JFK", Some("US")), WhenNotAsked::SendLater);
        assert_eq!(policy.rule("LAX", Some("US")), WhenNotAsked::Refuse);
        assert_eq!(policy.rule("FRA", Some("DE")), WhenNotAsked::Supervisor);
    }

    #[test]
    fn a_policy_that_is_written_down_wrong_is_refused_with_the_reason() {
        for (text, words) in
            [(r#"[{ "to": ["usa!"], "rule": "refuse" }]"#, "usa!"), (r#"[{ "to": ["US"], "rule": "deny" }]"#, "deny"), ("{}", "sequence")]
        {
            assert!(DocumentRoutes::read(text).unwrap_err().to_string().contains(words), "{text}");
        }
    }
}

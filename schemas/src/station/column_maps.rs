//! The column maps of an installation: which column of an airline's tables and host lists means what, from files in front of what comes with the product.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use super::csv_list::{self, Columns};
use super::host_list::{self, Map};
use crate::command::Refusal;
use crate::said::said;
use crate::standards::airline::Carrier;

/// All maps, those of the installation before those of the product. What was read with one stands in the records as it was read, so no other desk needs it.
#[derive(Debug, Clone)]
pub struct ColumnMaps {
    tables: Vec<Columns>,
    lists: Vec<Map>,
    /// Whence each map came that did not come with the product.
    from: Vec<(MapKind, String, String)>,
}

/// What a map is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MapKind {
    /// Tables of all guests: `guest_tables`.
    GuestTable,
    /// Check-in lists of hosts: `host_lists`.
    HostList,
}

/// A map as a screen shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapShown {
    pub kind: MapKind,
    /// An airline, or `*` for every one without a map of its own.
    pub carrier: String,
    /// The file that it came from; nothing where it came with the product.
    pub from: Option<String>,
    /// Each column with the headings under which it is known.
    pub columns: Vec<(String, Vec<String>)>,
}

/// A text that holds no maps, with what is wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoMaps(pub(super) String);

/// A file of an installation.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    guest_tables: Vec<Columns>,
    host_lists: Vec<Map>,
}

/// More airlines than a station has, more headings than a table has columns, and a longer one than any.
const MAPS_MAX: usize = 500;
const WORDS_MAX: usize = 500;
const WORD_MAX: usize = 64;

static BUILT_IN: LazyLock<ColumnMaps> = LazyLock::new(|| ColumnMaps {
    tables: serde_json::from_str(csv_list::BUILT_IN).expect("the file that comes with the product is valid; a test reads it"),
    lists: serde_json::from_str(host_list::BUILT_IN).expect("the file that comes with the product is valid; a test reads it"),
    from: Vec::new(),
});

impl Default for ColumnMaps {
    fn default() -> Self {
        BUILT_IN.clone()
    }
}

impl ColumnMaps {
    /// What comes with the product: samples, and maps for everybody.
    pub fn built_in() -> Arc<Self> {
        Arc::new(BUILT_IN.clone())
    }

    /// The map of tables that counts where no other does.
    pub(super) fn for_everybody() -> &'static Columns {
        BUILT_IN.tables.iter().find(|map| map.carrier == "*").expect("the file that comes with the product has a row for everybody; a test reads it")
    }

    /// Adds the maps of one file; of each airline and kind they take the place of what comes with the product.
    ///
    /// # Errors
    /// With what is wrong and what to do, in one line. Nothing of the file counts then.
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), NoMaps> {
        let written: Written = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| NoMaps(error.to_string()))?;
        let named = written.guest_tables.iter().map(|map| (MapKind::GuestTable, &map.carrier));
        let named: Vec<(MapKind, &String)> = named.chain(written.host_lists.iter().map(|map| (MapKind::HostList, &map.carrier))).collect();
        if named.is_empty() {
            return Err(NoMaps("it has no maps; write them under `guest_tables` and `host_lists`".to_owned()));
        }
        if self.from.len() + named.len() > MAPS_MAX {
            return Err(NoMaps(format!("there are more than {MAPS_MAX} maps; take out those of airlines that are not handled here")));
        }
        let mut seen = BTreeSet::new();
        for (kind, carrier) in named {
            if carrier != "*" && carrier.parse::<Carrier>().is_err() {
                return Err(NoMaps(format!("`carrier` \"{carrier}\" in `{}` is no airline; write such as \"CA\", or \"*\"", kind.key())));
            }
            if !seen.insert((kind, carrier)) {
                return Err(NoMaps(format!("`{}` names the carrier \"{carrier}\" twice; take one out", kind.key())));
            }
            if let Some((_, _, other)) = self.from.iter().find(|(known, of, _)| (*known, of) == (kind, carrier)) {
                return Err(NoMaps(format!("`{}` for \"{carrier}\" stands in {other} too; take it out of one of them", kind.key())));
            }
        }
        written.guest_tables.iter().try_for_each(Columns::check)?;
        written.host_lists.iter().try_for_each(Map::check)?;
        for map in written.guest_tables {
            self.from.push((MapKind::GuestTable, map.carrier.clone(), file.to_owned()));
            self.tables.retain(|known| known.carrier != map.carrier);
            self.tables.push(map);
        }
        for map in written.host_lists {
            self.from.push((MapKind::HostList, map.carrier.clone(), file.to_owned()));
            self.lists.retain(|known| known.carrier != map.carrier);
            self.lists.push(map);
        }
        Ok(())
    }

    /// Every map, by kind and airline; those for everybody last.
    pub fn shown(&self) -> Vec<MapShown> {
        let shown = |kind: MapKind, carrier: &str, columns: Vec<(String, Vec<String>)>| MapShown {
            kind,
            carrier: carrier.to_owned(),
            from: self.from.iter().find(|(known, of, _)| *known == kind && of == carrier).map(|(_, _, file)| file.clone()),
            columns,
        };
        let tables = self.tables.iter().map(|map| {
            let columns = map.columns.iter().map(|(column, heads)| (column.key(), heads.clone())).collect();
            shown(MapKind::GuestTable, &map.carrier, columns)
        });
        let lists = self.lists.iter().map(|map| {
            let columns = map.columns.iter().map(|(column, heads)| (host_list::key_of(column), heads.clone())).collect();
            shown(MapKind::HostList, &map.carrier, columns)
        });
        let mut all: Vec<MapShown> = tables.chain(lists).collect();
        all.sort_by(|a, b| (a.kind, a.carrier == "*", &a.carrier).cmp(&(b.kind, b.carrier == "*", &b.carrier)));
        all
    }

    pub(super) fn tables(&self) -> &[Columns] {
        &self.tables
    }

    /// The map of tables that somebody chose.
    pub(super) fn table_map(&self, carrier: &str) -> Result<&Columns, Refusal> {
        self.tables.iter().find(|map| map.carrier == carrier).ok_or_else(|| not_known(carrier))
    }

    /// The map of an airline's host lists: the one that was chosen, the airline's own, or everybody's.
    pub(super) fn of_lists(&self, carrier: Carrier, chosen: Option<&str>) -> Result<&Map, Refusal> {
        let of = |carrier: &str| self.lists.iter().find(|map| map.carrier == carrier);
        match chosen {
            Some(chosen) => of(chosen).ok_or_else(|| not_known(chosen)),
            None => of(carrier.as_str()).or_else(|| of("*")).ok_or_else(|| not_known(carrier.as_str())),
        }
    }
}

impl MapKind {
    /// As files name it.
    pub fn key(self) -> &'static str {
        match self {
            Self::GuestTable => "guest_tables",
            Self::HostList => "host_lists",
        }
    }
}

/// Words of which each means one thing: none twice in any case, none empty or without end.
pub(super) fn plain_words<'a>(key: &str, words: impl Iterator<Item = (&'a String, String)>) -> Result<(), String> {
    let mut seen: Vec<(String, String)> = Vec::new();
    for (word, of) in words {
        let plain = word.trim().to_lowercase().replace(['_', '.'], " ");
        if plain.is_empty() || word.chars().count() > WORD_MAX || word.chars().any(char::is_control) {
            return Err(format!("`{key}` for `{of}` holds a text that is empty, or longer than {WORD_MAX} characters"));
        }
        if let Some((_, other)) = seen.iter().find(|(known, _)| *known == plain) {
            return Err(format!("`{key}` has \"{word}\" for `{other}` and for `{of}`; leave it in one"));
        }
        if seen.len() == WORDS_MAX {
            return Err(format!("`{key}` has more than {WORDS_MAX} texts; keep those that the airline uses"));
        }
        seen.push((plain, of));
    }
    Ok(())
}

fn not_known(carrier: &str) -> Refusal {
    let words = said!("", "There is no column map for {carrier} here.", carrier = carrier.chars().take(3).collect::<String>());
    Refusal::new("columns-not-known", words, "Choose another, or let the map be added to the files that `column_maps` names.", 422)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = r#"{
        "guest_tables": [{"carrier": "HU", "dates": ["%d/%m/%y"], "yes": ["J"],
            "columns": {"flight": ["FLUG"], "date": ["TAG"], "to": ["NACH"], "name": ["Gast"]}}],
        "host_lists": [{"carrier": "CA", "delimiter": "\t", "columns": {"name": ["WHO"], "status": ["HOW"]},
            "status": {"listed": [""], "checked-in": ["IN"]}, "yes": [], "ignore": ["END"]}]
    }"#;

    #[test]
    fn what_comes_with_the_product_is_held_to_the_same_rules_and_has_maps_for_everybody() {
        let maps = ColumnMaps::built_in();
        maps.tables.iter().try_for_each(Columns::check).unwrap();
        maps.lists.iter().try_for_each(Map::check).unwrap();
        assert!(maps.shown().iter().all(|map| map.from.is_none()));
        for kind in [MapKind::GuestTable, MapKind::HostList] {
            assert_eq!(maps.shown().iter().filter(|map| map.kind == kind && map.carrier == "*").count(), 1);
        }
        assert_eq!(ColumnMaps::for_everybody().carrier, "*");
    }

    #[test]
    fn a_file_adds_airlines_and_takes_the_place_of_what_came_with_the_product() {
        let mut maps = ColumnMaps::default();
        let before = maps.shown().len();
        maps.add("own.json", OWN).unwrap();
        assert_eq!(maps.shown().len(), before + 1, "one was added and one replaced");
        let own: Vec<(MapKind, String)> = maps.shown().into_iter().filter(|map| map.from.is_some()).map(|map| (map.kind, map.carrier)).collect();
        assert_eq!(own, [(MapKind::GuestTable, "HU".to_owned()), (MapKind::HostList, "CA".to_owned())]);
        let carrier = |text: &str| text.parse::<Carrier>().unwrap();
        let heads = |map: &Map| map.columns.values().flatten().cloned().collect::<Vec<_>>();
        assert_eq!(heads(maps.of_lists(carrier("CA"), None).unwrap()), ["WHO", "HOW"]);
        assert_eq!(maps.of_lists(carrier("LH"), None).unwrap().carrier, "*");
        assert_eq!(maps.of_lists(carrier("LH"), Some("CA")).unwrap().carrier, "CA");
        assert_eq!(maps.of_lists(carrier("LH"), Some("ZZ")).unwrap_err().code, "columns-not-known");
        let error = maps.add("more.json", OWN).unwrap_err().to_string();
        assert!(error.contains("own.json too"), "{error}");
    }

    #[test]
    fn a_file_that_is_written_down_wrong_is_refused_with_its_line_or_key_and_the_remedy() {
        for (from, to, words) in [
            ("\"dates\"", "\"datum\"", "unknown field `datum`"),
            ("\"yes\": [\"J\"]", "\"yes\": \"J\"", "line 2"),
            ("\"to\": [\"NACH\"]", "\"to\": []", "no heading for `to`"),
            ("\"name\": [\"Gast\"]", "\"title\": [\"Gast\"]", "nor for `surname`"),
            ("[\"Gast\"]", "[\"flug\"]", "\"flug\" for `flight` and for `name`"),
            ("%d/%m/%y", "%d/%Q", "no form of a day"),
            ("%d/%m/%y", "%H:%M", "no form of a day"),
            ("[\"%d/%m/%y\"]", "[]", "`dates` is empty"),
            ("\"HU\"", "\"Hainan\"", "`carrier` \"Hainan\" in `guest_tables`"),
            ("\\t", "x", "`delimiter`"),
            ("\"WHO\"", "\"how\"", "\"HOW\" for `name` and for `status`"),
            ("\"name\": [\"WHO\"]", "\"seat\": [\"WHO\"]", "`name` and for one other"),
            ("\"checked-in\": [\"IN\"]", "\"checked in\": [\"IN\"]", "checked in"),
            ("[\"END\"]", "[\"\"]", "`ignore` holds an empty text"),
            ("{", "", "line 2"),
        ] {
            let text = OWN.replacen(from, to, 1);
            assert_ne!(text, OWN, "{from}");
            let mut maps = ColumnMaps::default();
            let error = maps.add("own.json", &text).unwrap_err().to_string();
            assert!(error.to_lowercase().contains(&words.to_lowercase()), "{to}: {error}");
            assert!(maps.from.is_empty() && maps.shown() == ColumnMaps::default().shown(), "nothing of a wrong file counts");
        }
        assert!(ColumnMaps::default().add("own.json", "{}").unwrap_err().to_string().contains("no maps"));
    }

    #[test]
    fn a_file_of_one_airline_may_name_it_once() {
        let twice = r#"{"host_lists": [
            {"carrier": "CA", "delimiter": ";", "columns": {"name": ["A"], "seat": ["B"]}, "status": {}, "yes": [], "ignore": []},
            {"carrier": "CA", "delimiter": ";", "columns": {"name": ["A"], "seat": ["B"]}, "status": {}, "yes": [], "ignore": []}]}"#;
        assert!(ColumnMaps::default().add("own.json", twice).unwrap_err().to_string().contains("twice"));
    }
}

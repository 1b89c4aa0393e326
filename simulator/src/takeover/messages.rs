//! The messages that must have come, by what was done and not by what the product thinks of it; read here by hand, line by line.

use std::collections::{BTreeMap, BTreeSet};

use host::Host;
use schemas::record::host_page::HostState;
use schemas::standards::bag_tag::BagTag;
use serde_json::Value;

use super::work::Work;

/// What is due of a flight that was worked here and closed.
#[derive(Debug, Clone, Default)]
pub(super) struct Due {
    /// Every bag that was taken here, under whose name, and whether that guest flies.
    bags: BTreeMap<String, (String, bool)>,
    /// Bags of the host that were taken off.
    gone: BTreeSet<String>,
    /// Scans of bags: loaded, taken off.
    loaded: BTreeMap<String, usize>,
    unloaded: BTreeSet<String>,
    /// Names by what is said of them: category of the PFS, or kind of the message.
    names: BTreeMap<&'static str, BTreeSet<String>>,
}

/// What came, held against what was due.
#[derive(Debug, Clone, Default)]
pub(super) struct Counted {
    pub(super) missing: Vec<String>,
    /// Said under two keys, or one key with two texts.
    pub(super) twice: Vec<String>,
    pub(super) unasked: Vec<String>,
}

impl Due {
    pub(super) fn of(before: &Host, work: &Work) -> Self {
        let mut due = Self { unloaded: texts(&work.unloaded), ..Self::default() };
        due.gone = work.unloaded.difference(&work.taken).map(ToString::to_string).collect();
        for tag in &work.loaded {
            *due.loaded.entry(tag.to_string()).or_default() += 1;
        }
        let owners: BTreeMap<BagTag, &str> =
            work.done.values().flat_map(|keyed| keyed.bags.iter().map(move |tag| (*tag, keyed.name.as_str()))).collect();
        for tag in &work.taken {
            let owner = owners.get(tag).map(|name| (*name).to_owned());
            due.bags.insert(tag.to_string(), (owner.clone().unwrap_or_default(), owner.is_some()));
        }
        let mut note = |what: &'static str, name: &str| {
            due.names.entry(what).or_default().insert(name.to_owned());
        };
        for (at, keyed) in &work.done {
            let is_listed = Work::is_listed(*at);
            match (keyed.state, is_listed) {
                (HostState::Boarded, true) => note("PRL", &keyed.name),
                (HostState::Boarded, false) => {
                    note("PRL", &keyed.name);
                    note("GOSHO", &keyed.name);
                }
                (HostState::Listed, _) => note("NOSHO", &keyed.name),
                (HostState::CheckedIn | HostState::Offloaded, true) => note("OFFLK", &keyed.name),
                (HostState::CheckedIn | HostState::Offloaded, false) => note("GOSHN", &keyed.name),
            }
            let Some(guest) = before.guest(*at).filter(|_| is_listed && keyed.state == HostState::Boarded) else { continue };
            note("ETL", &keyed.name);
            if guest.booked.elements.iter().any(|element| element.starts_with("R/WCHR")) {
                note("PSM", &keyed.name);
            }
            if !guest.booked.onward.is_empty() {
                note("PTM", &keyed.name);
            }
        }
        due
    }

    /// Holds the messages that a receiver took, in their order, against what is due.
    pub(super) fn count(&self, summary: &Value) -> Counted {
        let mut counted = Counted::default();
        let taken: Vec<&Value> = summary["taken"].as_array().into_iter().flatten().collect();
        let mut texts: BTreeMap<String, usize> = BTreeMap::new();
        let mut keys: BTreeSet<&str> = BTreeSet::new();
        for message in &taken {
            let text = body_of(message["text"].as_str().unwrap_or_default());
            *texts.entry(text).or_default() += 1;
            if !keys.insert(message["key"].as_str().unwrap_or_default()) {
                counted.twice.push(format!("key {} stands twice", message["key"]));
            }
        }
        counted.twice.extend(texts.iter().filter(|(_, count)| **count > 1).map(|(text, count)| format!("{count} times: {text}")));
        let words = summary["same_key_other_words"].as_u64().unwrap_or(0);
        counted.twice.extend((0..words).map(|_| "one key came with other words".to_owned()));
        self.count_bags(&taken, &mut counted);
        self.count_scans(&taken, &mut counted);
        self.count_names(&taken, &mut counted);
        counted
    }

    /// Plays the source messages back as those who sort bags do.
    fn count_bags(&self, taken: &[&Value], counted: &mut Counted) {
        let mut held: BTreeMap<String, String> = BTreeMap::new();
        let mut added: BTreeMap<String, usize> = BTreeMap::new();
        for text in texts_of(taken, "BSM") {
            let change = text.lines().nth(1).filter(|line| !line.starts_with('.'));
            for tag in tags_in(&text) {
                if !self.bags.contains_key(&tag) && !self.gone.contains(&tag) {
                    counted.unasked.push(format!("a BSM about bag {tag}"));
                }
                match change {
                    None => {
                        *added.entry(tag.clone()).or_default() += 1;
                        held.insert(tag, text.clone());
                    }
                    Some("DEL") => drop(held.remove(&tag)),
                    Some(_) => drop(held.insert(tag, text.clone())),
                }
            }
        }
        for (tag, (name, flies)) in &self.bags {
            match added.get(tag) {
                Some(1) => {}
                Some(count) => counted.twice.push(format!("bag {tag} was announced {count} times")),
                None => counted.missing.push(format!("bag {tag} was never announced")),
            }
            let said = held.get(tag);
            let is_right = match said {
                Some(text) => *flies && names_in(text, ".P/").contains(name) && status_in(text) == Some("B"),
                None => !flies,
            };
            if !is_right {
                counted.missing.push(format!("the last word about bag {tag} of {name}: {said:?}"));
            }
        }
        counted.missing.extend(self.gone.iter().filter(|tag| held.contains_key(*tag)).map(|tag| format!("bag {tag} of the host is off")));
    }

    fn count_scans(&self, taken: &[&Value], counted: &mut Counted) {
        let (mut loaded, mut off): (BTreeMap<String, usize>, BTreeMap<String, usize>) = Default::default();
        for text in texts_of(taken, "BPM") {
            let is_off = text.lines().any(|line| line.starts_with(".B/OFF"));
            for tag in tags_in(&text) {
                *if is_off { &mut off } else { &mut loaded }.entry(tag).or_default() += 1;
            }
        }
        let unloaded: BTreeMap<String, usize> = self.unloaded.iter().map(|tag| (tag.clone(), 1)).collect();
        for (what, due, came) in [("loaded", &self.loaded, &loaded), ("off", &unloaded, &off)] {
            for tag in due.keys().chain(came.keys()).collect::<BTreeSet<_>>() {
                let (due, came) = (due.get(tag).copied().unwrap_or(0), came.get(tag).copied().unwrap_or(0));
                let said = || format!("bag {tag} {what}: {due} scans, {came} reports");
                counted.missing.extend((came..due).map(|_| said()));
                counted.twice.extend((due.max(1)..came).map(|_| said()));
                counted.unasked.extend((due == 0).then(said));
            }
        }
    }

    fn count_names(&self, taken: &[&Value], counted: &mut Counted) {
        let mut came: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for kind in ["PRL", "ETL", "PSM"] {
            let lines = texts_of(taken, kind).into_iter().flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
            came.entry(kind).or_default().extend(lines.filter_map(|line| name_in(line.split(' ').next()?)));
        }
        let lines = texts_of(taken, "PTM").into_iter().flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
        came.entry("PTM").or_default().extend(lines.filter_map(|line| line.rsplit(' ').next().filter(|word| is_name(word)).map(str::to_owned)));
        for text in texts_of(taken, "PFS") {
            let mut category = None;
            for line in text.lines() {
                let word = line.split(' ').next().unwrap_or_default();
                category = ["NOSHO", "OFFLK", "GOSHO", "GOSHN"].into_iter().find(|known| *known == word).or(category);
                if let (Some(category), Some(name)) = (category, name_in(line)) {
                    came.entry(category).or_default().push(name);
                }
            }
        }
        let none = BTreeSet::new();
        for what in ["PRL", "ETL", "PSM", "PTM", "NOSHO", "OFFLK", "GOSHO", "GOSHN"] {
            let due = self.names.get(what).unwrap_or(&none);
            let names = came.remove(what).unwrap_or_default();
            let distinct: BTreeSet<&String> = names.iter().collect();
            counted.missing.extend(due.iter().filter(|name| !distinct.contains(name)).map(|name| format!("{what} without {name}")));
            counted.unasked.extend(distinct.iter().filter(|name| !due.contains(**name)).map(|name| format!("{what} with {name}")));
            counted.twice.extend((distinct.len()..names.len()).map(|_| format!("a name twice in {what}")));
        }
    }
}

/// A message without its envelope: who sent it and when.
fn body_of(text: &str) -> String {
    let starts = |line: &&str| line.len() == 3 && line.bytes().all(|byte| byte.is_ascii_uppercase());
    text.lines().skip_while(|line| !starts(line)).collect::<Vec<_>>().join("\n")
}

fn texts_of(taken: &[&Value], kind: &str) -> Vec<String> {
    taken.iter().filter(|message| message["kind"] == kind).map(|message| body_of(message["text"].as_str().unwrap_or_default())).collect()
}

/// The tags of a message: ten digits, and how many follow one another.
fn tags_in(text: &str) -> Vec<String> {
    let runs = text.lines().filter_map(|line| line.strip_prefix(".N/"));
    let tags = runs.filter_map(|run| {
        let (first, count): (u64, u64) = (run.get(..10)?.parse().ok()?, run.get(10..13)?.parse().ok()?);
        Some((first..first + count).map(|tag| format!("{tag:010}")).collect::<Vec<_>>())
    });
    tags.flatten().collect()
}

/// Where the guest is by the element `.S/Y/14C/B/007`.
fn status_in(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix(".S/")).and_then(|fields| fields.split('/').nth(2))
}

fn names_in(text: &str, element: &str) -> Vec<String> {
    text.lines().filter_map(|line| name_in(line.strip_prefix(element)?)).collect()
}

/// `1LI/NAMS` without its number.
fn name_in(word: &str) -> Option<String> {
    word.strip_prefix('1').filter(|name| is_name(name)).map(str::to_owned)
}

fn is_name(word: &str) -> bool {
    word.split_once('/').is_some_and(|(surname, given)| [surname, given].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_uppercase())))
}

fn texts(tags: &BTreeSet<BagTag>) -> BTreeSet<String> {
    tags.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bsm(change: &str, status: &str) -> String {
        format!("BSM\n{change}.V/1LPVG\n.F/CA1501/22NOV/PEK/Y\n.N/0999000001001\n.S/Y/14C/{status}/1001\n.P/1LI/NAMS\nENDBSM\n")
    }

    fn count(due: &Due, messages: &[(&str, &str, String)]) -> [usize; 3] {
        let taken: Vec<Value> = messages.iter().map(|(key, kind, text)| json!({ "key": key, "kind": kind, "text": text })).collect();
        let counted = due.count(&json!({ "taken": taken, "same_key_other_words": 0 }));
        [counted.missing.len(), counted.twice.len(), counted.unasked.len()]
    }

    #[test]
    fn what_is_missing_twice_or_not_asked_for_is_counted() {
        let mut due = Due::default();
        due.bags.insert("0999000001".to_owned(), ("LI/NAMS".to_owned(), true));
        due.loaded.insert("0999000001".to_owned(), 1);
        let (add, aboard) = (("a", "BSM", bsm("", "C")), ("b", "BSM", bsm("CHG\n", "B")));
        let scan = ("c", "BPM", "BPM\n.V/1LPVG\n.J/R/4711/C1/22NOV/101500Z/PVGC1\n.F/CA1501/22NOV\n.N/0999000001001\nENDBPM\n".to_owned());
        assert_eq!(count(&due, &[add.clone(), aboard.clone(), scan.clone()]), [0, 0, 0]);
        assert_eq!(count(&due, &[add.clone(), scan.clone()]), [1, 0, 0]);
        assert_eq!(count(&due, &[aboard.clone(), scan.clone()]), [1, 0, 0]);
        assert_eq!(count(&due, &[add.clone(), aboard.clone()]), [1, 0, 0]);
        // Once more under another key: the text stands twice, and the bag is announced twice.
        assert_eq!(count(&due, &[add.clone(), ("d", "BSM", bsm("", "C")), aboard.clone(), scan.clone()]), [0, 2, 0]);
        let other = ("e", "BSM", bsm("", "C").replace("0999000001", "0999000009"));
        assert_eq!(count(&due, &[add, aboard, scan, other]), [0, 0, 1]);
    }
}

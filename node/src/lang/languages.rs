//! All languages of a node, and which of them a browser gets.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::language::Language;
use super::pseudo::accented;
use super::say::{Kind, Say, Tongue};
use super::texts::{FILE_MAX, Texts};

/// The languages that were read in, English first.
#[derive(Clone)]
pub struct Languages {
    all: Vec<Arc<Tongue>>,
    /// What a browser gets that has not chosen.
    default: Option<Language>,
}

/// A file or folder of a language that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub file: PathBuf,
    pub line: Option<usize>,
    pub words: String,
}

/// The files of a language that is in the binary, by name.
type Files = &'static [(&'static str, &'static str)];

macro_rules! files {
    ($language:literal: $($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../locales/", $language, "/", $name, ".ftl")))),*]
    };
}

const ENGLISH: Files = files!("en": "aircraft" "assistance" "baggage" "calls" "changes" "closing" "command" "conflicts" "connections" "control" "counter" "counter_work" "desk" "device" "documents" "everywhere" "gate" "gate_work" "handback" "hub" "import" "incident" "messages" "outbox" "paper" "papers" "people" "photos" "print" "setup" "start" "tracing" "trouble");

/// A language is one folder in `node/locales/` and one line here.
pub(super) const BUILT_IN: &[(&str, Files)] = &[
    ("en", ENGLISH),
    (
        "zh-CN",
        files!("zh-CN": "aircraft" "assistance" "baggage" "calls" "changes" "closing" "command" "conflicts" "connections" "control" "counter" "counter_work" "desk" "device" "documents" "everywhere" "gate" "gate_work" "handback" "hub" "import" "incident" "messages" "outbox" "paper" "papers" "people" "photos" "print" "rules" "setup" "start" "tracing" "trouble" "unread"),
    ),
];

/// The name under which the language of accents is asked for.
const PSEUDO: &str = "en-XA";

/// More languages than any airport speaks.
const LANGUAGES_MAX: usize = 64;

/// More files than there are pages.
const FILES_MAX: usize = 64;

/// As much of `Accept-Language` as is looked at: browsers send a few.
const WISHES_MAX: usize = 16;

impl Default for Languages {
    /// Those that are in the binary.
    fn default() -> Self {
        let read = |(id, files): &(&str, Files)| {
            let language: Language = id.parse().ok()?;
            let mut texts = Texts::new(&language, None);
            for (_, text) in *files {
                // A test reads every file that is in the binary: nothing is left out here.
                let _ = texts.add(text);
            }
            let kind = if language == Language::english() { Kind::English } else { Kind::Other };
            Some(Arc::new(Tongue::new(language, texts, kind)))
        };
        Self { all: BUILT_IN.iter().filter_map(read).collect(), default: None }
    }
}

impl Languages {
    /// With those of a folder: each folder in it is a language by its name, each file `.ftl` in that some of its words. What is there goes before what is
    /// in the binary. What is wrong is left out and named.
    pub fn with_folder(mut self, folder: &Path) -> (Self, Vec<Fault>) {
        let mut faults = Vec::new();
        for place in listed(folder, LANGUAGES_MAX, &mut faults).into_iter().filter(|place| place.is_dir()) {
            let name = place.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            match name.parse::<Language>() {
                Ok(language) => self.read(language, &place, &mut faults),
                Err(error) => faults.push(Fault { file: place.clone(), line: None, words: error.to_string() }),
            }
        }
        (self, faults)
    }

    /// With the language that a browser gets that has not chosen; nothing where it is not known here. Only when it is asked for here is there the language
    /// of accents.
    pub fn with_default(mut self, language: &Language) -> Option<Self> {
        if language.to_string() == PSEUDO && self.exactly(language).is_none() {
            let mut texts = Texts::new(language, Some(accented));
            for (_, text) in ENGLISH {
                let _ = texts.add(text);
            }
            self.all.push(Arc::new(Tongue::new(language.clone(), texts, Kind::Pseudo)));
        }
        let known = self.closest(language)?.language().clone();
        Some(Self { default: Some(known), ..self })
    }

    /// What a browser gets: what it chose, else what the desk is set to, else what the browser asks for, else English.
    pub fn choose(&self, chosen: Option<&str>, accept: Option<&str>) -> Say {
        let chosen = chosen.and_then(|name| self.exactly(&name.parse().ok()?));
        let set = || self.exactly(self.default.as_ref()?);
        chosen.or_else(set).or_else(|| wishes(accept?).iter().find_map(|wish| self.closest(wish))).unwrap_or_else(|| self.english())
    }

    pub fn english(&self) -> Say {
        let english = Arc::clone(self.all.first().expect("English is in the binary; a test reads it"));
        Say::new(Arc::clone(&english), english)
    }

    /// The language of exactly this name.
    pub fn exactly(&self, language: &Language) -> Option<Say> {
        let own = self.all.iter().find(|tongue| tongue.language == *language)?;
        Some(Say::new(Arc::clone(own), self.english_tongue()))
    }

    /// Each language by its name for programs and by its own name for itself.
    pub fn names(&self) -> Vec<(Language, String)> {
        let own = |tongue: &Arc<Tongue>| Say::new(Arc::clone(tongue), Arc::clone(tongue)).t("language-name").to_string();
        let named = |tongue: &Arc<Tongue>| match own(tongue) {
            name if name == "language-name" => tongue.language.to_string(),
            name => name,
        };
        self.all.iter().map(|tongue| (tongue.language.clone(), named(tongue))).collect()
    }

    fn english_tongue(&self) -> Arc<Tongue> {
        Arc::clone(self.all.first().expect("English is in the binary; a test reads it"))
    }

    /// The language of this name, else one of its kin: `zh` is answered with `zh-CN`.
    fn closest(&self, language: &Language) -> Option<Say> {
        self.exactly(language).or_else(|| {
            let kin = self.all.iter().find(|tongue| tongue.language.is_kin(language) && tongue.kind != Kind::Pseudo)?;
            Some(Say::new(Arc::clone(kin), self.english_tongue()))
        })
    }

    fn read(&mut self, language: Language, folder: &Path, faults: &mut Vec<Fault>) {
        let mut texts = Texts::new(&language, None);
        for (_, files) in BUILT_IN.iter().filter(|(id, _)| *id == language.to_string()) {
            for (_, text) in *files {
                let _ = texts.add(text);
            }
        }
        for file in listed(folder, FILES_MAX, faults).into_iter().filter(|file| file.extension().is_some_and(|kind| kind == "ftl")) {
            let read = contents(&file).and_then(|text| texts.replace(&text).map_err(|mistake| (Some(mistake.line), mistake.words)));
            if let Err((line, words)) = read {
                faults.push(Fault { file, line, words });
            }
        }
        let kind = if language == Language::english() { Kind::English } else { Kind::Other };
        let tongue = Arc::new(Tongue::new(language, texts, kind));
        match self.all.iter_mut().find(|known| known.language == tongue.language) {
            Some(known) => *known = tongue,
            None => self.all.push(tongue),
        }
    }
}

impl fmt::Debug for Languages {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.all.iter().map(|tongue| tongue.language.to_string())).finish()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "{}:{line}: {}", self.file.display(), self.words),
            None => write!(out, "{}: {}", self.file.display(), self.words),
        }
    }
}

/// What stands in a folder, by name.
fn listed(folder: &Path, limit: usize, faults: &mut Vec<Fault>) -> Vec<PathBuf> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            faults.push(Fault { file: folder.to_owned(), line: None, words: format!("this folder of languages cannot be read: {error}") });
            return Vec::new();
        }
    };
    let mut found: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).take(limit + 1).collect();
    if found.len() > limit {
        faults.push(Fault { file: folder.to_owned(), line: None, words: format!("only {limit} of the entries of this folder were read") });
        found.truncate(limit);
    }
    found.sort();
    found
}

fn contents(file: &Path) -> Result<String, (Option<usize>, String)> {
    let size = std::fs::metadata(file).map_err(|error| (None, format!("this file cannot be read: {error}")))?.len();
    if size > FILE_MAX as u64 {
        return Err((None, format!("this file is longer than {} KiB; divide it", FILE_MAX / 1024)));
    }
    std::fs::read_to_string(file).map_err(|error| (None, format!("this file cannot be read: {error}")))
}

/// The languages of an `Accept-Language` header, the dearest first.
fn wishes(header: &str) -> Vec<Language> {
    let mut wishes: Vec<(u16, Language)> = header
        .split(',')
        .take(WISHES_MAX)
        .filter_map(|wish| {
            let (name, more) = wish.split_once(';').unwrap_or((wish, ""));
            let weight = match more.trim().strip_prefix("q=") {
                Some(weight) => (weight.trim().parse::<f32>().ok().filter(|weight| (0.0..=1.0).contains(weight))? * 1000.0) as u16,
                None => 1000,
            };
            Some((weight, name.trim().parse().ok()?)).filter(|(weight, _)| *weight > 0)
        })
        .collect();
    wishes.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    wishes.into_iter().map(|(_, language)| language).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_what_it_chose_then_what_the_desk_is_set_to_then_what_it_asks_for() {
        let any = Languages::default();
        let set = any.clone().with_default(&"zh-CN".parse().unwrap()).unwrap();
        let check = |languages: &Languages, chosen: Option<&str>, accept: Option<&str>, expected: &str| {
            assert_eq!(languages.choose(chosen, accept).language().to_string(), expected, "{chosen:?} {accept:?}");
        };
        check(&any, None, None, "en");
        check(&any, None, Some("de-DE,de;q=0.9"), "en");
        check(&any, None, Some("de, en;q=0.4, zh;q=0.8"), "zh-CN");
        check(&any, None, Some("zh-TW;q=0, en"), "en");
        check(&any, None, Some(";q=;;,\u{0}q,zh-CN;q=NaN"), "en");
        check(&any, Some("zh-CN"), Some("en"), "zh-CN");
        check(&any, Some("xx; no"), Some("en"), "en");
        check(&any, Some("en-XA"), None, "en");
        check(&set, None, Some("en"), "zh-CN");
        check(&set, Some("en"), None, "en");
        assert!(any.with_default(&"fr".parse().unwrap()).is_none());
    }

    #[test]
    fn the_language_of_accents_is_there_when_it_is_asked_for() {
        let languages = Languages::default().with_default(&"en-XA".parse().unwrap()).unwrap();
        assert_ne!(languages.choose(None, None).t("nav-gate").to_string(), "Gate");
        assert_eq!(languages.choose(None, None).t("nav-gate").to_string().replace('·', ""), "Ğáťé");
    }

    #[test]
    fn a_folder_is_a_language_and_what_it_lacks_is_said_in_english() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("de/common.ftl", "language-name = Deutsch\nnav-gate = Flugsteig\n");
        write("de/bad.ftl", "nav-counter = Schalter\n\nnav-baggage { Gepäck\n");
        write("de/README", "no words");
        write("zh-CN/own.ftl", "nav-gate = 登机门\n");
        write("no language/common.ftl", "");
        let (languages, faults) = Languages::default().with_folder(dir.path());
        let said = |language: &str, key: &str| languages.exactly(&language.parse().unwrap()).unwrap().t(key).to_string();
        assert_eq!(said("de", "nav-gate"), "Flugsteig");
        assert_eq!(said("de", "nav-counter"), "Counter", "a file that is not whole is left out");
        assert_eq!(said("zh-CN", "nav-gate"), "登机门");
        assert_ne!(said("zh-CN", "nav-counter"), "Counter");
        let named: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert!(named.len() == 2 && named[0].contains("de/bad.ftl:3: ") && named[1].contains("no language"), "{named:?}");
        assert!(languages.names().iter().any(|(id, name)| id.to_string() == "de" && name == "Deutsch"));
        let (_, faults) = Languages::default().with_folder(&dir.path().join("none"));
        assert_eq!(faults.len(), 1);
    }
}

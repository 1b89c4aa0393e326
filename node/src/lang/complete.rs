//! Promises of the language files: every key that is used is there, every key that is there is used, in every language that is in the binary.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::languages::BUILT_IN;
use super::texts::{Texts, contents};

/// The files of the sources whose name ends so, with their texts.
fn sources(folders: &[&str], ending: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate stands in the workspace");
    let mut folders: Vec<PathBuf> = folders.iter().map(|folder| root.join(folder)).collect();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.to_string_lossy().ends_with(ending) => {
                    let text = std::fs::read_to_string(&path).unwrap();
                    found.push((path, text));
                }
                false => {}
            }
        }
    }
    found.sort();
    found
}

/// All that a language holds, with the values that each message names.
fn words(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let (_, files) = BUILT_IN.iter().find(|(id, _)| *id == language).unwrap();
    files.iter().flat_map(|(_, text)| contents(text)).collect()
}

#[test]
fn what_english_has_every_language_of_the_binary_has_with_the_same_values() {
    let english = words("en");
    for (language, _) in BUILT_IN {
        let own = words(language);
        let lacking: Vec<&String> = english.keys().filter(|key| !own.contains_key(*key)).collect();
        assert!(lacking.is_empty(), "{language} lacks {lacking:?}");
        for (key, values) in &english {
            // A language without plurals or articles may leave a value out, but it cannot name one that nobody gives.
            let unknown: Vec<&String> = own[key].difference(values).collect();
            assert!(unknown.is_empty(), "{language}: {key} names {unknown:?}");
        }
    }
}

#[test]
fn chinese_is_set_with_full_width_punctuation() {
    let is_han = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
    let mut wrong = Vec::new();
    for (path, text) in sources(&["node/locales/zh-CN"], ".ftl") {
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let letters: Vec<char> = line.chars().collect();
            let narrow = letters.windows(3).any(|three| {
                let [before, mark, after] = three else { return false };
                matches!(mark, ',' | ':' | ';' | '?' | '!') && (is_han(*before) || (*before == '}' && (*after == '{' || is_han(*after))))
            });
            if narrow {
                wrong.push(format!("{}:{} {line}", path.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_file_of_the_binary_is_whole_and_no_key_stands_in_two() {
    for (language, files) in BUILT_IN {
        let mut texts = Texts::new(&language.parse().unwrap(), None);
        for (name, text) in *files {
            texts.add(text).unwrap_or_else(|mistake| panic!("{language}/{name}.ftl:{}: {}", mistake.line, mistake.words));
        }
        let in_folder: BTreeSet<String> = sources(&[&format!("node/locales/{language}")], ".ftl")
            .iter()
            .map(|(path, _)| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        let in_binary: BTreeSet<String> = files.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(in_folder, in_binary, "name each file of {language} in node/src/lang/languages.rs");
    }
}

/// The texts in quotes behind each place where `opening` stands.
fn quoted<'a>(source: &'a str, opening: &'a str) -> impl Iterator<Item = &'a str> {
    source.split(opening).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
}

/// Sources without their tests and comments.
fn product(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn is_test(path: &Path) -> bool {
    ["fixtures.rs", "promises.rs", "device_promises.rs", "converted.rs", "complete.rs"].iter().any(|name| path.ends_with(name))
}

/// Sources and templates of the screens.
fn screens() -> Vec<(PathBuf, String)> {
    let mut all = sources(&["node/templates"], ".html");
    all.extend(sources(&["node/src"], ".rs").into_iter().filter(|(path, _)| !is_test(path)).map(|(path, text)| (path, product(&text))));
    all
}

#[test]
fn every_key_that_a_screen_names_is_in_english_and_every_key_of_english_is_named() {
    let english = words("en");
    let screens = screens();
    for (path, text) in &screens {
        for key in ["shell.t(", "say.t(", "shell.with(", "say.with("].into_iter().flat_map(|opening| quoted(text, opening)) {
            assert!(english.contains_key(key), "{} says {key:?}, which node/locales/en does not have", path.display());
        }
    }
    // A key that is put together ends in a value: `format!("role-{}", ..)`.
    let named = |key: &str| {
        let beginnings = key.match_indices('-').map(|(at, _)| format!("\"{}{{", &key[..=at]));
        let forms: Vec<String> = beginnings.chain([format!("\"{key}\"")]).collect();
        screens.iter().any(|(_, text)| forms.iter().any(|form| text.contains(form)))
    };
    let unused: Vec<&String> = english.keys().filter(|key| !key.contains('.') && !named(key)).collect();
    assert!(unused.is_empty(), "nobody says {unused:?}; take them out of node/locales");
}

#[test]
fn every_rule_has_its_words_in_every_language_of_the_binary() {
    let rules: Vec<(PathBuf, String)> = sources(&["schemas/src", "node/src"], ".rs")
        .into_iter()
        .filter(|(path, _)| !is_test(path) && !path.to_string_lossy().contains("src/lang/"))
        .map(|(path, text)| (path, product(&text)))
        .collect();
    for (language, _) in BUILT_IN.iter().filter(|(id, _)| *id != "en") {
        let own = words(language);
        let has = |prefix: &str| own.keys().any(|key| key == prefix || key.starts_with(&format!("{prefix}-")));
        let mut lacking = BTreeSet::new();
        for (_, text) in &rules {
            for code in ["Refusal::new(", "Refusal::waiting("].into_iter().flat_map(|opening| quoted(text, opening)) {
                lacking.extend((!has(&format!("refusal-{code}"))).then(|| format!("refusal-{code}")));
            }
            for key in ["said!(", "Said::new("].into_iter().flat_map(|opening| quoted(text, opening)).filter(|key| !key.is_empty()) {
                // A key without a family is another wording of a refusal's code.
                let is_variant =
                    !["conflict", "excess", "todo", "at-time", "gate-word", "settle", "unread"].iter().any(|family| key.starts_with(family));
                let found = match is_variant {
                    true => own.keys().any(|known| known.starts_with("refusal-") && known.ends_with(&format!("-{key}"))),
                    false => own.contains_key(key),
                };
                lacking.extend((!found).then(|| key.to_owned()));
            }
        }
        for kind in quoted_kinds(&rules) {
            lacking.extend((!has(&format!("done-{kind}")) && !kind.starts_with("import-")).then(|| format!("done-{kind}")));
        }
        assert!(lacking.is_empty(), "{language} lacks {lacking:?} (node/locales/{language}/rules.ftl)");
        let without: Vec<&String> =
            own.keys().filter(|key| key.starts_with("refusal-") && !key.contains('.') && !own.contains_key(&format!("{key}.remedy"))).collect();
        assert!(without.is_empty(), "{language} has no remedy for {without:?}");
    }
}

#[test]
fn every_text_that_may_be_too_long_or_missing_has_its_name_in_every_language_of_the_binary() {
    let rules = sources(&["schemas/src"], ".rs");
    let (_, commands) = rules.iter().find(|(path, _)| path.ends_with("schemas/src/command/check.rs")).unwrap();
    let commands = product(commands);
    let fields: BTreeSet<String> =
        ["within(", "filled("].into_iter().flat_map(|opening| quoted(&commands, opening)).map(|field| field.replace(' ', "-")).collect();
    assert!(fields.contains("bag-description"), "{fields:?}");
    for (language, _) in BUILT_IN.iter().filter(|(id, _)| *id != "en") {
        let texts = sources(&[&format!("node/locales/{language}")], ".ftl");
        for key in ["refusal-text-too-long", "refusal-text-missing"] {
            let words = texts.iter().find_map(|(_, text)| text.split(&format!("{key} = ")).nth(1)?.split(".remedy").next()).unwrap();
            let lacking: Vec<&String> = fields.iter().filter(|field| !words.contains(&format!("[{field}]"))).collect();
            assert!(lacking.is_empty(), "{language}: {key} has no name for {lacking:?}");
        }
    }
}

/// The kinds of commands, whose answers are said.
fn quoted_kinds(rules: &[(PathBuf, String)]) -> Vec<String> {
    let (_, commands) = rules.iter().find(|(path, _)| path.ends_with("schemas/src/command.rs")).unwrap();
    let kinds = commands.split("pub fn kind(&self)").nth(1).unwrap().split("}\n    }").next().unwrap();
    quoted(kinds, "=> ").map(str::to_owned).collect()
}

/// Errors that no screen repeats: they are met at the command line and in logs, which are English, or the page has words of its own.
const NOT_ON_SCREENS: [&str; 9] =
    ["CalendarError", "DecideKindError", "DecodeKindError", "EncodeError", "MrzError", "RegimeError", "ReportError", "RulesError", "TagRunError"];

#[test]
fn every_error_of_a_reader_that_people_meet_is_said_in_their_language() {
    let readers = sources(&["schemas/src"], ".rs");
    let (_, said) = readers.iter().find(|(path, _)| path.ends_with("unread.rs")).unwrap();
    let name = |rest: &str| rest.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_owned();
    let named = |text: &str, opening: &str| text.split(opening).skip(1).map(name).collect::<Vec<_>>();
    let errors = readers.iter().flat_map(|(_, text)| ["pub enum ", "pub struct "].map(|opening| named(text, opening)).concat());
    let errors: BTreeSet<String> = errors.filter(|name| name.ends_with("Error")).collect();
    let spoken: BTreeSet<String> = named(said, "impl Unread for ").into_iter().collect();
    let silent: BTreeSet<String> = NOT_ON_SCREENS.map(str::to_owned).into();
    assert_eq!(spoken.union(&silent).cloned().collect::<BTreeSet<_>>(), errors, "say each error in schemas/src/unread.rs");
    assert!(spoken.is_disjoint(&silent));
}

#[test]
fn no_language_names_a_value_that_no_rule_gives_and_no_key_that_nobody_says() {
    let all: String =
        sources(&["schemas/src", "node/src"], ".rs").into_iter().filter(|(path, _)| !is_test(path)).map(|(_, text)| product(&text)).collect();
    let english = words("en");
    for (language, _) in BUILT_IN.iter().filter(|(id, _)| *id != "en") {
        for (key, values) in words(language).iter().filter(|(key, _)| !english.contains_key(*key)) {
            for value in values {
                let given = all.contains(&format!("\"{value}\"")) || all.contains(&format!("{value} = ")) || all.contains(&format!("pub {value}:"));
                assert!(given, "{language}: {key} names {value}, which no rule gives");
            }
            let name = key.split('.').next().unwrap_or_default();
            let family = ["refusal-", "done-", "trouble-"].iter().find_map(|family| name.strip_prefix(family));
            let said = match family {
                // A code, or a code with a variant.
                Some(rest) => {
                    let ends = rest.match_indices('-').flat_map(|(at, _)| [&rest[..at], &rest[at..]]);
                    ends.chain([rest]).any(|code| all.contains(&format!("\"{code}\"")))
                }
                None => all.contains(&format!("\"{name}\"")),
            };
            assert!(said || all.contains(&format!("\"{name}\"")), "{language}: nobody says {name}");
        }
    }
}

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

//! Replays the committed fuzz corpus: every file of it once made a parser think, and none may make it fall.

use std::path::Path;

#[path = "../fuzz/targets.rs"]
mod targets;

use targets::TARGETS;

#[test]
fn nothing_in_the_corpus_brings_a_parser_down() {
    for (name, target) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
        let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert!(!files.is_empty(), "{} is empty", folder.display());
        for file in files {
            println!("{}", file.display());
            target(&std::fs::read(&file).unwrap());
        }
    }
}

//! The installation's own column maps, from the file or folder that the configuration names. A file that is wrong is said and left out: a desk works on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use schemas::station::ColumnMaps;

/// More than any installation writes, and a longer file than five hundred airlines make.
const FILES_MAX: usize = 200;
const BYTES_MAX: u64 = 1 << 20;

/// What was read.
#[derive(Debug, Clone, Default)]
pub struct OwnMaps {
    pub maps: Arc<ColumnMaps>,
    /// What was left out and why, one line each, for logs and for whoever imports.
    pub faults: Vec<String>,
}

impl OwnMaps {
    /// Reads a file, or every `.json` file of a folder by name. Nothing else counts than what comes with the product where nothing is named.
    pub fn read(path: Option<&Path>) -> Self {
        let (mut maps, mut faults) = (ColumnMaps::default(), Vec::new());
        let files = path.map(files_of).unwrap_or_else(|| Ok(Vec::new())).unwrap_or_else(|fault| {
            faults.push(fault);
            Vec::new()
        });
        for file in files {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let added = text_of(&file).and_then(|text| maps.add(&name, &text).map_err(|error| error.to_string()));
            if let Err(why) = added {
                faults
                    .push(format!("{}: {why}. Correct it there and start this node again; nothing of this file counts until then.", file.display()));
            }
        }
        Self { maps: Arc::new(maps), faults }
    }
}

fn files_of(path: &Path) -> Result<Vec<PathBuf>, String> {
    let cannot =
        |error: std::io::Error| format!("{}: `column_maps` cannot be read ({error}). Name a file or a folder that is there.", path.display());
    if !std::fs::metadata(path).map_err(cannot)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(cannot)? {
        let file = entry.map_err(cannot)?.path();
        let is_hidden = file.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if !is_hidden && file.extension().is_some_and(|kind| kind == "json") {
            files.push(file);
        }
    }
    if files.len() > FILES_MAX {
        return Err(format!("{}: there are {} files. Keep at most {FILES_MAX} there.", path.display(), files.len()));
    }
    files.sort();
    Ok(files)
}

fn text_of(file: &Path) -> Result<String, String> {
    let known = std::fs::metadata(file).map_err(|error| format!("it cannot be read ({error})"))?;
    if !known.is_file() || known.len() > BYTES_MAX {
        return Err("it is no file of at most 1 MiB".to_owned());
    }
    std::fs::read_to_string(file).map_err(|error| format!("it cannot be read ({error})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = r#"{"host_lists": [{"carrier": "HU", "delimiter": ";", "columns": {"name": ["WHO"], "seat": ["WHERE"]}, "status": {}, "yes": [],
        "ignore": []}]}"#;

    #[test]
    fn a_wrong_file_is_named_with_its_place_and_the_remedy_and_the_others_count() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        write("a-hu.json", OWN);
        write("b-wrong.json", "{\n  \"host_list\": []\n}");
        write("c-again.json", OWN);
        write("notes.txt", "no map");
        write(".hidden.json", "{");
        let own = OwnMaps::read(Some(dir.path()));
        assert_eq!(own.maps.shown().iter().filter(|map| map.from.as_deref() == Some("a-hu.json")).count(), 1);
        assert_eq!(own.faults.len(), 2, "{:?}", own.faults);
        for words in ["b-wrong.json", "host_list", "line 2", "Correct it there"] {
            assert!(own.faults[0].contains(words), "{words}: {}", own.faults[0]);
        }
        assert!(own.faults[1].contains("c-again.json") && own.faults[1].contains("a-hu.json too"), "{}", own.faults[1]);
        let one = OwnMaps::read(Some(&dir.path().join("a-hu.json")));
        assert!(one.faults.is_empty() && one.maps.shown() == own.maps.shown());
    }

    #[test]
    fn a_path_that_is_not_there_is_said_and_what_comes_with_the_product_counts() {
        let own = OwnMaps::read(Some(Path::new("not/there")));
        assert!(own.faults[0].contains("not/there") && own.faults[0].contains("`column_maps`"), "{:?}", own.faults);
        assert_eq!(own.maps.shown(), ColumnMaps::default().shown());
        assert!(OwnMaps::read(None).faults.is_empty());
    }
}

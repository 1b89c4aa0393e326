//! Paper packs on this device's disk: written ahead, so that they can be printed even if Apron does not start.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use askama::Template;
use schemas::record::FlightKey;

use super::Web;
use super::pack_prints::Due;
use super::packs::Pack;
use super::page::{Section, Shell};
use crate::clock;

/// Where packs are written, and when they are to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFiles {
    pub folder: PathBuf,
    /// A pack is printed by itself so many minutes before departure.
    pub print_before: i64,
}

/// A pack as a file that needs nothing else: no script, and its style sheet within.
#[derive(Template)]
#[template(path = "pack_file.html")]
struct PackFile {
    shell: Shell,
    pack: Pack,
    css: &'static str,
}

/// A pack on disk is never older than this while its flight is within three hours.
const FRESH: Duration = Duration::from_secs(5 * 60);

/// How often it is looked whether a pack is due.
const LOOK: Duration = Duration::from_secs(60);

/// As many packs as are kept, the newest: a station's evening.
const FILES_MAX: usize = 50;

/// Names of guests do not lie about for longer than this.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

impl PackFiles {
    fn file(&self, key: &FlightKey) -> PathBuf {
        self.folder.join(format!("{key}.html"))
    }

    /// Where it is written down what was printed: beside the folder, for what lies in it comes and goes.
    pub(super) fn printed(&self) -> PathBuf {
        self.folder.with_extension("json")
    }

    /// When the pack of a flight was written.
    pub(super) fn made(&self, key: &FlightKey) -> Option<SystemTime> {
        fs::metadata(self.file(key)).and_then(|data| data.modified()).ok()
    }

    fn is_stale(&self, key: &FlightKey) -> bool {
        self.made(key).is_none_or(|made| age(made) >= FRESH)
    }

    /// Puts a pack in the place of the one before; who opens it meanwhile reads one or the other, whole.
    fn write(&self, key: &FlightKey, page: &str) -> io::Result<PathBuf> {
        fs::create_dir_all(&self.folder)?;
        let (fresh, file) = (self.folder.join(format!("{key}.new")), self.file(key));
        let mut out = private(&fresh)?;
        out.write_all(page.as_bytes())?;
        out.sync_all()?;
        fs::rename(&fresh, &file)?;
        if let Err(error) = self.keep_newest() {
            tracing::warn!(%error, "old paper packs were not taken away");
        }
        Ok(file)
    }

    fn keep_newest(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            files.push((entry.metadata()?.modified()?, entry.path()));
        }
        files.sort();
        let surplus = files.len().saturating_sub(FILES_MAX);
        let is_old = |made: &SystemTime| age(*made) > KEPT;
        let gone = files.iter().enumerate().filter(|(place, (made, _))| *place < surplus || is_old(made));
        gone.map(|(_, (_, path))| path).try_for_each(fs::remove_file)
    }
}

impl Web {
    /// When the pack of a flight was written to this device's disk, in milliseconds since 1970 UTC.
    pub(super) fn pack_made(&self, key: &FlightKey) -> Option<i64> {
        let made = self.options.packs.as_ref()?.made(key)?.duration_since(UNIX_EPOCH).ok()?;
        i64::try_from(made.as_millis()).ok()
    }

    /// Keeps the packs on disk as long as the node runs.
    pub(super) async fn keep_packs(self, files: PackFiles) {
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            look.tick().await;
            let (web, to) = (self.clone(), files.clone());
            match tokio::task::spawn_blocking(move || web.write_packs(&to)).await {
                Ok(due) => {
                    for due in due {
                        self.print_due(due).await;
                    }
                }
                Err(error) => tracing::error!(%error, "paper packs were not written"),
            }
        }
    }

    /// Writes what is stale. Returns what is to be printed now.
    pub(super) fn write_packs(&self, files: &PackFiles) -> Vec<Due> {
        self.pack_prints.follow(&self.options.printers.jobs());
        let mut to_print = Vec::new();
        for (row, left) in self.soon().into_iter().take(FILES_MAX) {
            let key = row.flight;
            let due = self.pack_prints.due(&row, left, files.print_before);
            if (due.is_some() || files.is_stale(&key))
                && let Err(error) = self.write_pack(files, &key)
            {
                tracing::error!(%error, flight = %key, "a paper pack was not written");
            }
            to_print.extend(due);
        }
        to_print
    }

    fn write_pack(&self, files: &PackFiles, key: &FlightKey) -> io::Result<PathBuf> {
        let pack = self.pack(key).ok_or_else(|| io::Error::other("the flight is not known here any more"))?;
        let page = PackFile { shell: self.shell(Section::Elsewhere, None), pack, css: include_str!("../../assets/apron.css") };
        files.write(key, &page.render().map_err(io::Error::other)?)
    }
}

/// Nothing for what a clock that was wrong wrote in the future.
fn age(made: SystemTime) -> Duration {
    now().duration_since(made).unwrap_or_default()
}

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(clock::now_ms()).unwrap_or_default())
}

/// Guests' names are for this node's user alone.
fn private(path: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use schemas::station::{Blocks, Setting};
    use serde_json::json;

    use super::super::Options;
    use super::super::packs::minutes_left;
    use super::*;
    use crate::services::Services;

    #[test]
    fn the_newest_fifty_packs_are_kept_and_each_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let files = PackFiles { folder: dir.path().join("packs"), print_before: 45 };
        let key = |number: u32| format!("CA{}.2026-11-22.PVG", 100 + number).parse::<FlightKey>().unwrap();
        for number in 0..60 {
            let file = files.write(&key(number), "pack").unwrap();
            // The order in which files were written, whatever the clock of the disk tells apart.
            let written = now() - Duration::from_secs(7200 - u64::from(number));
            fs::File::options().write(true).open(file).unwrap().set_modified(written).unwrap();
        }
        assert_eq!(fs::read_dir(&files.folder).unwrap().count(), FILES_MAX);
        files.write(&key(59), "pack again").unwrap();
        assert_eq!(fs::read_to_string(files.file(&key(59))).unwrap(), "pack again");
        assert!(files.made(&key(0)).is_none() && files.made(&key(59)).is_some());
        assert!(files.is_stale(&key(30)) && !files.is_stale(&key(59)));
        let old = now() - KEPT - Duration::from_secs(60);
        fs::File::options().write(true).open(files.file(&key(40))).unwrap().set_modified(old).unwrap();
        files.write(&key(59), "pack").unwrap();
        assert!(files.made(&key(40)).is_none(), "a day later nobody needs it");
    }

    const LIST: &str = "PVGKKCA\n.PEKRMCA 221000\nPNL\nCA1501/22NOV PVG PART1\nCFG/180Y\nRBD Y/Y\n-PEK001Y\n1LI/NAMS\n.L/B4C5D6\nENDPNL";

    #[tokio::test]
    async fn a_pack_on_disk_needs_nothing_else_and_shows_who_is_on_the_list() {
        let setting = Setting {
            station: Some("PVG".parse().unwrap()),
            zone: None,
            desk: "G12".into(),
            secret: [7; 32],
            blocks: Blocks { tag_serials: 1000..2000, sequences: 501..600, files: 1..100 },
            practice: false,
        };
        let (services, dir) = Services::on_a_disk(setting, false).await;
        let today = chrono::DateTime::from_timestamp_millis(services.now_ms()).unwrap().date_naive();
        let key: FlightKey = format!("CA1501.{today}.PVG").parse().unwrap();
        let list = LIST.replace("22NOV", &today.format("%d%b").to_string().to_uppercase());
        let post = |number, command: serde_json::Value| {
            let services = services.clone();
            async move { services.command(uuid::Uuid::from_u128(number), "4711", &command.to_string()).await.unwrap() }
        };
        post(1, json!({ "kind": "import-list", "text": list })).await;
        let files = PackFiles { folder: dir.path().join("packs"), print_before: 45 };
        let options = Options { packs: Some(files.clone()), ..Options::default() };
        let web = Web::new(services.clone(), options);
        assert!(web.write_packs(&files).is_empty(), "nobody said when it departs");
        let page = fs::read_to_string(files.file(&key)).unwrap();
        assert!(page.contains("LI/NA") && page.contains("<style>") && !page.contains("<script") && !page.contains("/assets/"), "{page}");
        assert!(web.pack_made(&key).is_some());
        post(2, json!({ "kind": "set-flight", "flight": key, "std": "23:50", "etd": "00:20" })).await;
        let row = services.read(|station| station.flight_of(&key)).unwrap();
        let now = today.and_hms_opt(23, 30, 0).unwrap();
        assert_eq!(minutes_left(&row, now), Some(50), "past midnight");
    }
}

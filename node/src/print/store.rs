//! The jobs of a desk as small files, so that a restart loses none.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::job::{Fault, Job, State, What};
use crate::data::write_private;

/// Jobs of one printer that are not over.
pub(super) const OPEN_MAX: usize = 32;

/// Jobs that are over and still shown.
pub(super) const KEPT_MAX: usize = 50;

/// Files that are read at a start; more than ever lie there by themselves.
const FILES_MAX: usize = 4096;

/// As long as one job's file gets.
const FILE_MAX: u64 = 256 * 1024;

/// All jobs, by number.
#[derive(Debug)]
pub(super) struct Store {
    folder: PathBuf,
    jobs: BTreeMap<u64, Job>,
    next: u64,
}

impl Store {
    /// Reads what is there. What was being printed may be on paper: a person must look. A file that cannot be read is moved aside.
    pub(super) fn open(folder: &Path, now_ms: i64) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let mut store = Self { folder: folder.to_owned(), jobs: BTreeMap::new(), next: 1 };
        let listed = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for path in listed.filter_map(|entry| entry.ok().map(|entry| entry.path())).take(FILES_MAX) {
            let Some(id) = path.file_stem().and_then(|name| name.to_str()?.parse::<u64>().ok()) else { continue };
            store.next = store.next.max(id.saturating_add(1));
            if path.extension().is_none_or(|ending| ending != "json") {
                continue;
            }
            match read(&path) {
                Some(job) if job.id == id => {
                    store.jobs.insert(id, job);
                }
                _ => {
                    tracing::warn!(id, "a print job cannot be read and is moved aside");
                    let _ = fs::rename(&path, path.with_extension("unread"));
                }
            }
        }
        let printing: Vec<u64> = store.jobs.values().filter(|job| job.state == State::Printing).map(|job| job.id).collect();
        for id in printing {
            store.change(id, now_ms, |job| {
                job.state = State::Failed;
                job.fault = Some(Fault::MayBePrinted);
            })?;
        }
        Ok(store)
    }

    pub(super) fn jobs(&self) -> impl DoubleEndedIterator<Item = &Job> {
        self.jobs.values()
    }

    pub(super) fn get(&self, id: u64) -> Option<&Job> {
        self.jobs.get(&id)
    }

    /// The oldest job of a printer that waits.
    pub(super) fn waiting(&self, printer: &str) -> Option<&Job> {
        self.jobs.values().find(|job| job.order.printer == printer && job.state == State::Queued)
    }

    pub(super) fn open_of(&self, printer: &str) -> usize {
        self.jobs.values().filter(|job| job.order.printer == printer && !job.state.is_over()).count()
    }

    /// Takes a job under a number of its own, once it is on the disk. Older prints of the same are void then.
    pub(super) fn add(&mut self, mut job: Job) -> Result<u64> {
        let id = self.next;
        job.id = id;
        self.write(&job)?;
        self.next += 1;
        let (what, now_ms) = (job.order.what, job.made_ms);
        self.jobs.insert(id, job);
        if what != What::Test {
            let void = |job: &&Job| job.id != id && job.order.what == what && !matches!(job.state, State::Voided | State::Cancelled);
            for old in self.jobs.values().filter(void).map(|job| job.id).collect::<Vec<_>>() {
                self.change(old, now_ms, |job| job.state = State::Voided)?;
            }
        }
        self.trim();
        Ok(id)
    }

    /// Changes a job, here and on the disk. What is over needs its document no more.
    pub(super) fn change(&mut self, id: u64, now_ms: i64, change: impl FnOnce(&mut Job)) -> Result<()> {
        let Some(job) = self.jobs.get_mut(&id) else { return Ok(()) };
        change(job);
        job.changed_ms = now_ms;
        if job.state.is_over() {
            job.order.document = None;
        }
        let job = job.clone();
        self.write(&job)
    }

    fn write(&self, job: &Job) -> Result<()> {
        write_private(&self.path(job.id), &serde_json::to_vec(job).context("a print job cannot be written")?)
    }

    /// Forgets the oldest of those that are over.
    fn trim(&mut self) {
        let over: Vec<u64> = self.jobs.values().filter(|job| job.state.is_over()).map(|job| job.id).collect();
        for id in over.iter().take(over.len().saturating_sub(KEPT_MAX)) {
            self.jobs.remove(id);
            let _ = fs::remove_file(self.path(*id));
        }
    }

    fn path(&self, id: u64) -> PathBuf {
        self.folder.join(format!("{id:012}.json"))
    }
}

fn read(path: &Path) -> Option<Job> {
    if fs::metadata(path).ok()?.len() > FILE_MAX {
        return None;
    }
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

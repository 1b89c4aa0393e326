//! The printers of a desk and their queues: one thread for each printer, one job at a time, in the order in which they came.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;

use super::attempt::{Failure, Patience, attempt};
use super::document::Form;
use super::job::{Fault, Job, Order, State};
use super::printer::Printer;
use super::store::{OPEN_MAX, Store};
use crate::clock;

/// The printers of this desk, cheap to clone. The default has none.
#[derive(Clone, Default)]
pub struct Printers {
    running: Option<Arc<Running>>,
}

/// Why a job was not taken, or not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    #[error("there is no printer of this name at this desk")]
    NoPrinter,
    #[error("another paper lies in this printer")]
    OtherPaper(Form),
    #[error("too many jobs wait at this printer")]
    Full,
    #[error("the disk did not take it")]
    Disk,
    #[error("there is no such job")]
    NoJob,
    #[error("it is being printed or over")]
    TooLate,
}

/// Ends the threads when the last handle goes.
struct Running {
    shared: Arc<Shared>,
}

struct Shared {
    printers: Vec<Arc<Printer>>,
    patience: Patience,
    desk: Mutex<Desk>,
    changed: Condvar,
    /// Told after each change, so that screens look again.
    tell: Box<dyn Fn() + Send + Sync>,
}

struct Desk {
    store: Store,
    stopped: bool,
}

impl Printers {
    /// Reads the jobs that wait and starts to print.
    ///
    /// # Errors
    /// Where the folder cannot be read or made.
    pub fn start(printers: Vec<Printer>, folder: &Path, patience: Patience, tell: impl Fn() + Send + Sync + 'static) -> Result<Self> {
        if printers.is_empty() && !folder.exists() {
            return Ok(Self::default());
        }
        let mut store = Store::open(folder, clock::now_ms())?;
        let gone: Vec<u64> = store
            .jobs()
            .filter(|job| !job.state.is_over() && printers.iter().all(|printer| printer.name != job.order.printer))
            .map(|job| job.id)
            .collect();
        for id in gone {
            store.change(id, clock::now_ms(), |job| {
                job.state = State::Failed;
                job.fault = Some(Fault::NoPrinter);
            })?;
        }
        let printers: Vec<Arc<Printer>> = printers.into_iter().map(Arc::new).collect();
        let shared =
            Arc::new(Shared { printers, patience, desk: Mutex::new(Desk { store, stopped: false }), changed: Condvar::new(), tell: Box::new(tell) });
        for printer in &shared.printers {
            let (shared, printer) = (Arc::clone(&shared), Arc::clone(printer));
            std::thread::Builder::new().name("printer".to_owned()).spawn(move || shared.work(&printer))?;
        }
        Ok(Self { running: Some(Arc::new(Running { shared })) })
    }

    pub fn all(&self) -> &[Arc<Printer>] {
        self.running.as_ref().map_or(&[], |running| &running.shared.printers)
    }

    pub fn named(&self, name: &str) -> Option<&Arc<Printer>> {
        self.all().iter().find(|printer| printer.name == name)
    }

    /// All jobs that are known, the newest first.
    pub fn jobs(&self) -> Vec<Job> {
        self.running.as_ref().map(|running| running.shared.desk().store.jobs().rev().cloned().collect()).unwrap_or_default()
    }

    pub fn job(&self, id: u64) -> Option<Job> {
        self.running.as_ref()?.shared.desk().store.get(id).cloned()
    }

    /// What the printer waits for, and how many jobs wait.
    pub fn trouble(&self, printer: &str) -> (Option<Fault>, usize) {
        let Some(running) = &self.running else { return (None, 0) };
        let desk = running.shared.desk();
        let fault = desk.store.jobs().filter(|job| job.order.printer == printer && !job.state.is_over()).find_map(|job| job.fault);
        (fault, desk.store.open_of(printer))
    }

    /// Whether a printer would take this now.
    ///
    /// # Errors
    /// With the reason why not.
    pub fn may_add(&self, printer: &str, form: Form) -> Result<&Arc<Printer>, NotTaken> {
        let known = self.named(printer).ok_or(NotTaken::NoPrinter)?;
        if !known.takes(form) {
            return Err(NotTaken::OtherPaper(form));
        }
        match &self.running {
            Some(running) if running.shared.desk().store.open_of(printer) < OPEN_MAX => Ok(known),
            _ => Err(NotTaken::Full),
        }
    }

    /// Takes a job. Answers when it is on the disk; older prints of the same are void then.
    ///
    /// # Errors
    /// With the reason why it was not taken.
    pub fn add(&self, order: Order) -> Result<Job, NotTaken> {
        let Some(running) = &self.running else { return Err(NotTaken::NoPrinter) };
        if let Some(job) = running.shared.desk().store.jobs().find(|job| job.order.key == order.key) {
            return Ok(job.clone());
        }
        self.may_add(&order.printer, order.what.form())?;
        let shared = &running.shared;
        let now_ms = clock::now_ms();
        let job = Job { order, id: 0, state: State::Queued, fault: None, made_ms: now_ms, changed_ms: now_ms };
        let added = {
            let mut desk = shared.desk();
            // A second press may have come while the first was being looked at.
            if let Some(job) = desk.store.jobs().find(|known| known.order.key == job.order.key) {
                return Ok(job.clone());
            }
            let id = desk.store.add(job).map_err(not_kept)?;
            desk.store.get(id).cloned().ok_or(NotTaken::NoJob)?
        };
        shared.announce();
        Ok(added)
    }

    /// Takes a job back that was not sent.
    ///
    /// # Errors
    /// Where it was.
    pub fn cancel(&self, id: u64) -> Result<Job, NotTaken> {
        let Some(running) = &self.running else { return Err(NotTaken::NoJob) };
        let cancelled = {
            let mut desk = running.shared.desk();
            match desk.store.get(id).map(|job| job.state) {
                None => return Err(NotTaken::NoJob),
                Some(State::Queued) => desk.store.change(id, clock::now_ms(), |job| job.state = State::Cancelled).map_err(not_kept)?,
                Some(_) => return Err(NotTaken::TooLate),
            }
            desk.store.get(id).cloned().ok_or(NotTaken::NoJob)?
        };
        running.shared.announce();
        Ok(cancelled)
    }
}

impl fmt::Debug for Printers {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.all().iter().map(|printer| &printer.name)).finish()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shared.desk().stopped = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn announce(&self) {
        self.changed.notify_all();
        (self.tell)();
    }

    /// Prints the jobs of one printer until the node stops.
    fn work(&self, printer: &Printer) {
        let mut pause = Duration::ZERO;
        while let Some(job) = self.next(printer, pause) {
            let Some(document) = job.order.document else {
                self.set(job.id, State::Queued, |job| (job.state, job.fault) = (State::Failed, Some(Fault::Unprintable)));
                continue;
            };
            let sending = || self.set(job.id, State::Queued, |job| (job.state, job.fault) = (State::Printing, None));
            let trouble = |fault| {
                self.set(job.id, State::Printing, |job| job.fault = Some(fault));
            };
            match attempt(printer, &document, &self.patience, sending, trouble) {
                Ok(()) => {
                    self.set(job.id, State::Printing, |job| (job.state, job.fault) = (State::Done, None));
                    pause = Duration::ZERO;
                }
                Err(Failure { fault, sent: true }) => {
                    self.set(job.id, State::Printing, |job| (job.state, job.fault) = (State::Failed, Some(fault)));
                    pause = Duration::ZERO;
                }
                Err(Failure { fault, sent: false }) => {
                    pause = self.not_sent(&job.id, job.made_ms, fault, pause);
                }
            }
        }
    }

    /// A job that could not be sent waits, up to its bound. Gives the time until the next try.
    fn not_sent(&self, id: &u64, made_ms: i64, fault: Fault, pause: Duration) -> Duration {
        let waited = clock::now_ms().saturating_sub(made_ms);
        let given_up = fault == Fault::Unprintable || waited >= i64::try_from(self.patience.give_up.as_millis()).unwrap_or(i64::MAX);
        let state = if given_up { State::Failed } else { State::Queued };
        // Where sending began and was refused at the door, the job stands as printing.
        let was = self.desk().store.get(*id).map_or(State::Queued, |job| job.state);
        self.set(*id, was, |job| {
            if !job.state.is_over() {
                (job.state, job.fault) = (state, Some(fault));
            }
        });
        if given_up { Duration::ZERO } else { (pause * 2).clamp(self.patience.again, self.patience.again_max) }
    }

    /// The next job of a printer, after a pause; nothing when the node stops.
    fn next(&self, printer: &Printer, pause: Duration) -> Option<Job> {
        let start = clock::instant();
        let mut desk = self.desk();
        loop {
            if desk.stopped {
                return None;
            }
            let left = pause.saturating_sub(start.elapsed());
            desk = match desk.store.waiting(&printer.name).cloned() {
                Some(job) if left.is_zero() => return Some(job),
                Some(_) => self.changed.wait_timeout(desk, left).unwrap_or_else(PoisonError::into_inner).0,
                None => self.changed.wait(desk).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// Changes a job that is still in this state; false where it is not, or the disk did not take it.
    fn set(&self, id: u64, state: State, change: impl FnOnce(&mut Job)) -> bool {
        let done = {
            let mut desk = self.desk();
            let before = desk.store.get(id).map(|job| (job.state, job.fault));
            if desk.stopped || before.is_none_or(|(now, _)| now != state) {
                return false;
            }
            let done = desk.store.change(id, clock::now_ms(), change);
            // A printer that stays away is told once.
            if done.is_ok() && desk.store.get(id).map(|job| (job.state, job.fault)) == before {
                return true;
            }
            done
        };
        self.announce();
        done.map_err(not_kept).is_ok()
    }
}

fn not_kept(error: anyhow::Error) -> NotTaken {
    tracing::error!(%error, "a print job was not kept");
    NotTaken::Disk
}

#[cfg(test)]
mod tests;

//! What the day is played on: the desks, the links between them, and what the play itself must remember.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use chrono::NaiveDate;
use indicatif::ProgressBar;
use serde_json::Value;

use super::driver::{Desk, Ledger};
use super::fleet::{DESKS, Fleet, HUB, Route, ZONE};
use crate::clock;

/// As long as the desks may take to find each other at the start.
const LINKED: Duration = Duration::from_secs(30);

/// The stage of one day.
pub(crate) struct Stage {
    /// The local day of the flights.
    pub(crate) day: NaiveDate,
    desks: Vec<Desk>,
    fleet: tokio::sync::Mutex<Fleet>,
    routes: Vec<Route>,
    ledger: Ledger,
    sent: PathBuf,
    offline: Arc<Mutex<BTreeSet<&'static str>>>,
    passes: Mutex<BTreeMap<String, String>>,
    seats: AtomicU64,
    counter: AtomicU64,
    guests: AtomicU64,
    killed: Mutex<BTreeSet<&'static str>>,
    restored: Mutex<Option<Instant>>,
    pace: Option<Duration>,
    progress: ProgressBar,
}

impl Stage {
    pub(crate) fn new(root: &Path, fleet: Fleet, pace: Option<Duration>, progress: ProgressBar) -> Result<Self> {
        let ledger = Ledger::create(&root.join("ledger.jsonl"))?;
        let offline: Arc<Mutex<BTreeSet<&'static str>>> = Arc::default();
        let desks = std::iter::once(HUB).chain(DESKS).zip(1001..);
        let desks = desks
            .map(|(name, staff)| {
                Ok(Desk::new(name, fleet.url(name)?, &staff.to_string(), ledger.clone(), Arc::clone(&offline), pace.is_some(), &fleet.token(name)?))
            })
            .collect::<Result<_>>()?;
        let zone: chrono_tz::Tz = ZONE.parse().map_err(|_| anyhow::anyhow!("{ZONE} is no time zone"))?;
        let now = chrono::DateTime::from_timestamp_millis(clock::now_ms()).context("the clock is out of range")?;
        Ok(Self {
            day: now.with_timezone(&zone).date_naive(),
            desks,
            routes: fleet.routes(),
            sent: fleet.sent_folder(),
            fleet: tokio::sync::Mutex::new(fleet),
            ledger,
            offline,
            passes: Mutex::default(),
            seats: AtomicU64::new(0),
            counter: AtomicU64::new(0),
            guests: AtomicU64::new(0),
            killed: Mutex::default(),
            restored: Mutex::new(None),
            pace,
            progress,
        })
    }

    /// A desk or the hub by name; the names are fixed.
    pub(crate) fn desk(&self, name: &str) -> &Desk {
        self.desks.iter().find(|desk| desk.name == name).expect("the play names desks of the fleet only")
    }

    /// The hub and all desks.
    pub(crate) fn desks(&self) -> impl Iterator<Item = &Desk> {
        self.desks.iter()
    }

    /// Where the hub puts the messages that others would be sent.
    pub(crate) fn sent_folder(&self) -> PathBuf {
        self.sent.clone()
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub(crate) fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// Desks that were killed during the day.
    pub(crate) fn killed(&self) -> BTreeSet<&'static str> {
        self.killed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Bookings on the lists.
    pub(crate) fn guest_count(&self) -> u64 {
        self.guests.load(Ordering::Relaxed)
    }

    pub(crate) fn guests(&self, more: u64) {
        self.guests.fetch_add(more, Ordering::Relaxed);
    }

    /// The station's local time in so many minutes, but never past the day of the flights.
    pub(crate) fn local_time_in(&self, minutes: i64) -> String {
        let zone: chrono_tz::Tz = ZONE.parse().unwrap_or(chrono_tz::Tz::UTC);
        let then = chrono::DateTime::from_timestamp_millis(clock::now_ms() + minutes * 60_000).unwrap_or_default().with_timezone(&zone);
        if then.date_naive() == self.day { then.format("%H:%M").to_string() } else { "23:55".to_owned() }
    }

    /// Tells what happens now.
    pub(crate) fn say(&self, what: &'static str) {
        self.progress.println(what);
        self.progress.set_message(what);
    }

    /// Gives a watcher time to see it.
    pub(crate) async fn pause(&self) {
        if let Some(pace) = self.pace {
            tokio::time::sleep(pace).await;
        }
    }

    /// Whether people use the screens while it plays.
    pub(crate) fn is_shared(&self) -> bool {
        self.pace.is_some()
    }

    /// A number that goes up.
    pub(crate) fn count(&self) -> u64 {
        self.counter.fetch_add(1, Ordering::Relaxed)
    }

    /// The next free seat from row 11 on.
    pub(crate) fn next_seat(&self) -> String {
        let seat = self.seats.fetch_add(1, Ordering::Relaxed);
        let letter = char::from(b"ABCDEF"[usize::try_from(seat % 6).unwrap_or(0)]);
        format!("{}{letter}", 11 + seat / 6)
    }

    /// Another flight, another cabin.
    pub(crate) fn new_aircraft(&self) {
        self.seats.store(0, Ordering::Relaxed);
    }

    /// Keeps the passes that a check-in printed.
    pub(crate) fn keep_pass(&self, answer: &Value) {
        let mut passes = self.passes.lock().unwrap_or_else(PoisonError::into_inner);
        for guest in answer["guests"].as_array().into_iter().flatten() {
            if let (Some(booking), Some(pass)) = (guest["booking"].as_str(), guest["pass"].as_str()) {
                passes.insert(booking.to_owned(), pass.to_owned());
            }
        }
    }

    pub(crate) fn passes(&self) -> BTreeMap<String, String> {
        self.passes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Cuts or restores every desk's link to the hub.
    pub(crate) fn cut_hub(&self, cut: bool) {
        self.routes.iter().filter(|route| route.to == HUB).for_each(|route| route.relay.set_cut(cut));
        self.note_cuts(cut);
    }

    /// Cuts or restores every link of these desks to other desks.
    pub(crate) fn cut_from_station(&self, names: &[&str], cut: bool) {
        let concerned = |route: &&Route| route.to != HUB && (names.contains(&route.from) || names.contains(&route.to));
        self.routes.iter().filter(concerned).for_each(|route| route.relay.set_cut(cut));
        self.note_cuts(cut);
    }

    /// Cuts or restores one link; false if there is none of this name.
    pub(crate) fn set_link(&self, name: &str, cut: bool) -> bool {
        let route = self.routes.iter().find(|route| link_name(route) == name);
        if let Some(route) = route {
            route.relay.set_cut(cut);
            self.note_cuts(cut);
        }
        route.is_some()
    }

    /// When the last link was restored.
    pub(crate) fn restored(&self) -> Option<Instant> {
        *self.restored.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) async fn kill(&self, name: &'static str) -> Result<()> {
        self.killed.lock().unwrap_or_else(PoisonError::into_inner).insert(name);
        self.fleet.lock().await.kill(name).await
    }

    pub(crate) async fn restart(&self, name: &'static str) -> Result<()> {
        let mut fleet = self.fleet.lock().await;
        fleet.launch(name).await?;
        self.desk(name).moved(fleet.url(name)?);
        Ok(())
    }

    /// Waits until every desk sees every other and the hub.
    pub(crate) async fn wait_linked(&self) -> Result<()> {
        for desk in self.desks() {
            let all = |status: &Value| {
                let peers = status["peers"].as_array().map(Vec::as_slice).unwrap_or_default();
                peers.iter().filter(|peer| peer["connected"] == true).count() == DESKS.len()
            };
            desk.wait("a link to everybody", "status", LINKED, all).await?;
        }
        Ok(())
    }

    /// Ends all processes.
    pub(crate) async fn end(&self) {
        let mut fleet = self.fleet.lock().await;
        for name in DESKS.into_iter().chain([HUB]) {
            let _ = fleet.kill(name).await;
        }
    }

    fn note_cuts(&self, cut: bool) {
        let cut_off = self.routes.iter().filter(|route| route.to == HUB && route.relay.is_cut()).map(|route| route.from);
        *self.offline.lock().unwrap_or_else(PoisonError::into_inner) = cut_off.collect();
        if !cut {
            *self.restored.lock().unwrap_or_else(PoisonError::into_inner) = Some(clock::instant());
        }
    }
}

/// The name of a link as people type it.
pub(crate) fn link_name(route: &Route) -> String {
    format!("{}-{}", route.from, route.to)
}

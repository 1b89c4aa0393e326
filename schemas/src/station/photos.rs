//! Photos of bags and of baggage reports: which records name which, adding one, and hiding one.

use serde_json::json;

use super::Station;
use super::decide::{Context, Decision, Draft};
use crate::command::{Refusal, Tone};
use crate::flat::DocId;
use crate::record::fact::{History, What};
use crate::record::photo::{self, Hidden, PHOTOS_MAX, Photo, PhotoHash, PhotoRow};
use crate::record::{DocRef, FlightKey};
use crate::said::said;
use crate::scope::ScopeId;
use crate::standards::airline::Carrier;

/// A record that shows a photo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhotoRecord {
    pub record: DocRef,
    pub scope: ScopeId,
    /// The carrier whose staff may look; everybody of the station where it names none.
    pub carrier: Option<Carrier>,
    pub photo: Photo,
}

impl Station {
    /// The photos of a bag or report, the first first; nothing where there is no such record.
    pub fn photos_of(&self, record: DocId) -> Option<Vec<PhotoRow>> {
        self.pictured(record).map(|(_, _, history)| photo::shown(history))
    }

    /// Where a bag or report lives, and the carrier whose staff may look at its photos.
    pub fn pictured_record(&self, record: DocId) -> Option<(ScopeId, Option<Carrier>)> {
        self.pictured(record).map(|(scope, carrier, _)| (scope, carrier))
    }

    /// The records that show a photo.
    pub fn records_of_photo(&self, hash: PhotoHash) -> Vec<PhotoRecord> {
        let range = (hash, DocId([0; 16]))..=(hash, DocId([0xff; 16]));
        self.photos.range(range).filter_map(|(hash, id)| self.photo_record(*hash, *id)).collect()
    }

    /// Every photo that a record here shows, with that record: what a node is to hold.
    pub fn photos_named(&self) -> impl Iterator<Item = PhotoRecord> {
        self.photos.iter().filter_map(|(hash, id)| self.photo_record(*hash, *id))
    }

    fn photo_record(&self, hash: PhotoHash, id: DocId) -> Option<PhotoRecord> {
        let (scope, carrier, history) = self.pictured(id)?;
        let row = photo::shown(history).into_iter().find(|row| row.photo.sha256 == hash)?;
        Some(PhotoRecord { record: DocRef(id), scope, carrier, photo: row.photo })
    }

    fn pictured(&self, id: DocId) -> Option<(ScopeId, Option<Carrier>, &History)> {
        if let Some((scope, case)) = self.cases.get(&id) {
            return Some((scope.clone(), case.flight.map(|flight| flight.carrier()), &case.history));
        }
        self.bags.get(&id).map(|bag| (bag.flight.scope(), Some(bag.flight.carrier()), &bag.history))
    }

    /// Keeps in mind which photos a record shows.
    pub(super) fn note_photos(&mut self, id: DocId, rows: Vec<PhotoRow>) {
        self.photos.extend(rows.into_iter().map(|row| (row.photo.sha256, id)));
    }

    pub(super) fn forget_photos(&mut self, id: DocId, history: &History) {
        if photo::has_any(history) {
            for row in photo::shown(history) {
                self.photos.remove(&(row.photo.sha256, id));
            }
        }
    }

    /// A flight of the carrier whose record this is: who works for the carrier may change it.
    pub(super) fn flight_of_pictured(&self, id: DocId) -> Option<FlightKey> {
        if let Some(bag) = self.bags.get(&id) {
            return Some(bag.flight);
        }
        let (scope, case) = self.cases.get(&id)?;
        // A report names a flight without its day, and only the carrier is looked at.
        let day = chrono::NaiveDate::from_ymd_opt(2000, 1, 1)?;
        FlightKey::new(case.flight?, day, scope.station()?.parse().ok()?).ok()
    }

    pub(super) fn add_photo(&self, record: DocRef, photo: &Photo, taken_at: Option<i64>, context: &Context) -> Result<Decision, Refusal> {
        let (scope, _, history) = self.pictured(record.0).ok_or_else(nothing_to_picture)?;
        let shown = photo::shown(history);
        let mut draft = Draft::new(context);
        let count = match shown.iter().any(|row| row.photo.sha256 == photo.sha256) {
            // Pressed twice, or taken up at two desks.
            true => shown.len(),
            false if shown.len() >= PHOTOS_MAX => {
                let words = said!("", "There are {limit} photos already.", limit = PHOTOS_MAX);
                return Err(Refusal::new("photos-full", words, "Remove one that shows less, then add this one.", 409));
            }
            false => {
                let at = taken_at.filter(|at| *at <= context.now_ms).unwrap_or(context.now_ms);
                draft.edit(&scope, record.0).fact_of_person_at(at, What::PhotoAdded(Box::new(*photo)));
                shown.len() + 1
            }
        };
        let message = format!("The photo is added: {count} of {PHOTOS_MAX}.");
        let answer = json!({ "tone": Tone::Green, "message": message, "todo": [], "record": record, "photo": photo.sha256, "count": count, "limit": PHOTOS_MAX });
        Ok(draft.decision(answer, "added a photo".to_owned()))
    }

    pub(super) fn remove_photo(&self, record: DocRef, hash: PhotoHash, reason: &str, context: &Context) -> Result<Decision, Refusal> {
        let (scope, _, history) = self.pictured(record.0).ok_or_else(nothing_to_picture)?;
        let refs = photo::refs(history, hash);
        let mut draft = Draft::new(context);
        if !refs.is_empty() {
            draft.edit(&scope, record.0).fact(What::PhotoHidden(Box::new(Hidden { photo: hash, reason: reason.trim().to_owned() })), refs);
        }
        let answer = json!({ "tone": Tone::Green, "message": "The photo is removed.", "todo": [], "record": record, "photo": hash });
        Ok(draft.decision(answer, "removed a photo".to_owned()))
    }
}

fn nothing_to_picture() -> Refusal {
    Refusal::new(
        "record-not-known",
        "There is no such bag or report here.",
        "Open it from the list; another desk's comes when that desk is reached.",
        404,
    )
}

//! The station's records as the worker keeps them: the joint between `schemas` and `sync`.

use chrono::{DateTime, NaiveDate};
use schemas::command::{Command, Refusal};
use schemas::flat::{DocId, FlatDoc};
use schemas::record::fact::StaffNumber;
use schemas::scope::ScopeId;
use schemas::station::{Context, Station};
use sync::worker::{Decision, Domain, Moment};

/// What this node knows, kept up to date by the worker.
pub struct Desk(pub Station);

/// A command with who gives it and where.
#[derive(Debug)]
pub struct DeskCommand {
    pub command: Command,
    pub staff: StaffNumber,
    pub desk: String,
}

impl Domain for Desk {
    type Command = DeskCommand;
    type Refusal = Refusal;

    fn apply(&mut self, scope: &ScopeId, id: DocId, document: &FlatDoc) {
        self.0.apply(scope, id, document);
    }

    fn decide(&self, command: &DeskCommand, moment: Moment) -> Result<Decision, Refusal> {
        let today = local_date(moment.now_ms, self.0.setting().zone);
        let context = Context { now_ms: moment.now_ms, staff: command.staff.clone(), desk: command.desk.clone(), today, drawn: moment.drawn };
        let decision = self.0.decide(&command.command, &context)?;
        Ok(Decision { edits: decision.edits, answer: decision.answer })
    }
}

/// The date in a zone; in UTC without one.
fn local_date(ms: i64, zone: Option<chrono_tz::Tz>) -> NaiveDate {
    let time = DateTime::from_timestamp_millis(ms).unwrap_or_default();
    match zone {
        Some(zone) => time.with_timezone(&zone).date_naive(),
        None => time.date_naive(),
    }
}

//! Journals as a station has them after months: many records in many logs, made by the real core at once instead of by many lifetimes.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use schemas::flat::LogId;
use sync::admit::RULE_VERSION;
use sync::document::Document;
use sync::entry::Header;
use sync::identity::Identity;
use sync::journal::{Journal, JournalError, SEGMENT_BYTES};
use sync::payload::PayloadWriter;
use sync::replica::{Commit, Draft, DraftPart, Input, Replica};
use sync::segment::PAYLOAD_MAX;
use sync::worker::Stored;

use super::installation::{IDENTITY, JOURNAL};
use super::member::drawn;
use super::{stopwatch, workload};

/// What to lay down.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub(super) records: usize,
    /// Logs that they are spread over, one after the other.
    pub(super) logs: usize,
    /// Entries of one commit, and so of one signature.
    pub(super) per_commit: usize,
}

/// Creates the records in the journal of the member that lives in `home`, one entry each.
pub(super) fn lay(home: &Path, plan: Plan) -> Result<()> {
    let identity = Arc::new(Identity::load(&home.join(IDENTITY))?);
    let (mut journal, _) = Journal::open(&home.join(JOURNAL), drawn()?, SEGMENT_BYTES, |_, _| {})?;
    let mut replica = Replica::new(identity, env!("CARGO_PKG_VERSION"));
    let opener = replica.opener();
    let logs = plan.logs.clamp(1, plan.records.max(1));
    for log in 0..logs {
        // A log is one lifetime's: the drawn bytes make it another one.
        let (opening, id) = opener.open(&workload::scope(), RULE_VERSION, drawn()?).context("this member may not write here")?;
        let own: Vec<usize> = (log * plan.records / logs..(log + 1) * plan.records / logs).collect();
        for together in own.chunks(plan.per_commit.max(1)) {
            let drafts = together.iter().map(|record| draft(*record, &opening, id)).collect::<Result<Vec<Draft>>>()?;
            commit(&mut replica, &mut journal, drafts)?;
        }
    }
    Ok(())
}

fn commit(replica: &mut Replica, journal: &mut Journal, drafts: Vec<Draft>) -> Result<()> {
    let step = replica.advance(stopwatch::unix_ms(), vec![Input::Commit(Commit { ticket: 0, drafts })]);
    let released = step.commit(|frame| {
        let mut writer = PayloadWriter::default();
        let bytes = writer.write(frame).map_err(|_| JournalError::TooLarge { bytes: PAYLOAD_MAX })?;
        journal.append(bytes).map(|_| ())
    });
    released?;
    Ok(())
}

fn draft(record: usize, opening: &[u8], log: LogId) -> Result<Draft> {
    let edit = workload::edit(record, 0);
    let built = Document::new().edit(log, &edit)?.context("a creation changes something")?;
    let facts = serde_json::to_vec(&Stored { command: workload::body(&edit), answer: serde_json::Value::Null })?;
    let header = Header {
        command: drawn()?,
        time_ms: stopwatch::unix_ms(),
        offset: None,
        staff: "4711".to_owned(),
        desk: "G12".to_owned(),
        kind: "record".to_owned(),
        closing: None,
    };
    let part = DraftPart { doc: edit.doc, change: built.raw, hash: built.hash, facts };
    Ok(Draft { opening: opening.to_vec(), header, parts: vec![part], drawn: drawn()? })
}

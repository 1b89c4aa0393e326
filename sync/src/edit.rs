//! The document library beside our own reading and writing of documents: it proves them, a step behind. The only file that names automerge.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{ActorId, Automerge, AutomergeError, Change, ChangeHash, ROOT, ReadDoc, ScalarValue, Value};
use schemas::flat::{FlatDoc, LogId, Scalar};

use crate::admit::{self, Reason};
use crate::flat_change::NotFlat;
use crate::hash::Hash;

/// Why an edit gave no change. None of these is the fault of the person who made it, save for a name or a size.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    #[error("no field can be called {name:?}")]
    FieldName { name: String },
    #[error("an applied change could not be read back")]
    Load(#[source] Source),
    #[error("the applied changes did not give a document")]
    Apply(#[source] Source),
    #[error("the value of {key:?} could not be put")]
    Put {
        key: String,
        #[source]
        source: Source,
    },
    #[error("the document library gave no bytes for the change that it made")]
    Lost,
    #[error("the document library failed")]
    Panicked,
    #[error(
        "this record is in doubt: the document library reads it differently. It is shown and kept, and not changed here until that is looked into"
    )]
    Doubted,
    #[error("the document library {what}")]
    Disagrees { what: &'static str },
    #[error("the built change is not flat")]
    NotFlat(#[from] NotFlat),
    #[error("the built change would be refused: {0}")]
    NotAdmitted(Reason),
    #[error("the built change has dependencies that are not here")]
    Waits,
}

/// What the document library says.
type Source = Box<dyn std::error::Error + Send + Sync>;

/// Builds the document from its applied changes, which stand in causal order, and compares: its heads and values with ours, and with itself after it
/// was saved and loaded.
pub fn prove(applied: &[&[u8]], heads: &[Hash], values: &FlatDoc) -> Result<(), EditError> {
    catch_unwind(AssertUnwindSafe(|| prove_inside(applied, heads, values))).unwrap_or(Err(EditError::Panicked))
}

fn prove_inside(applied: &[&[u8]], heads: &[Hash], values: &FlatDoc) -> Result<(), EditError> {
    let disagrees = |what| Err(EditError::Disagrees { what });
    let document = load(applied)?;
    let heads_of = |document: &Automerge| {
        let mut heads: Vec<Hash> = document.get_heads().into_iter().map(own_hash).collect();
        heads.sort_unstable();
        heads
    };
    if heads_of(&document) != heads {
        return disagrees("has other heads");
    }
    if document.length(ROOT) != values.fields.len() + values.facts.len() {
        return disagrees("has other keys");
    }
    for (name, ours) in &values.fields {
        let theirs = document.get_all(ROOT, admit::field_key(name)).map_err(|e| EditError::Apply(e.into()))?;
        let held = |value: &Scalar| theirs.iter().any(|(their, _)| matches!(their, Value::Scalar(their) if **their == library_value(value)));
        let shown = document.get(ROOT, admit::field_key(name)).map_err(|e| EditError::Apply(e.into()))?;
        let same = |value: &Scalar| matches!(&shown, Some((Value::Scalar(shown), _)) if **shown == library_value(value));
        if !ours.iter().all(held) || theirs.len() < ours.len() || !ours.first().is_some_and(same) {
            return disagrees("reads other values");
        }
    }
    let loaded = Automerge::load(&document.save()).map_err(|e| EditError::Load(e.into()))?;
    if heads_of(&loaded) == heads { Ok(()) } else { disagrees("loads another document than it saved") }
}

fn load(applied: &[&[u8]]) -> Result<Automerge, EditError> {
    let changes = applied.iter().map(|raw| Change::try_from(*raw)).collect::<Result<Vec<_>, _>>().map_err(|e| EditError::Load(e.into()))?;
    let mut document = Automerge::new();
    document.apply_changes(changes).map_err(|e| EditError::Apply(e.into()))?;
    Ok(document)
}

/// Builds the change that makes `puts` on top of the applied changes, which stand in causal order. Gives the raw chunk and its hash, or `None` if
/// each key already has just the value to put: what our own writer is tested against. A panic inside the library becomes an error.
pub fn build(applied: &[&[u8]], actor: LogId, puts: &[(String, Scalar)]) -> Result<Option<(Vec<u8>, Hash)>, EditError> {
    // Nothing that the closure touches is used after a panic.
    catch_unwind(AssertUnwindSafe(|| build_inside(applied, actor, puts))).unwrap_or(Err(EditError::Panicked))
}

fn build_inside(applied: &[&[u8]], actor: LogId, puts: &[(String, Scalar)]) -> Result<Option<(Vec<u8>, Hash)>, EditError> {
    let mut document = load(applied)?;
    document.set_actor(ActorId::from(actor.0.as_slice()));
    let put_all = |transaction: &mut Transaction<'_>| -> Result<(), EditError> {
        for (key, value) in puts {
            put(transaction, key, value).map_err(|e| EditError::Put { key: key.clone(), source: e.into() })?;
        }
        Ok(())
    };
    let done = document.transact_with(|()| CommitOptions::default().with_time(0), put_all).map_err(|failure| failure.error)?;
    let Some(hash) = done.hash else { return Ok(None) };
    let change = document.get_last_local_change().filter(|change| change.hash() == hash).ok_or(EditError::Lost)?;
    Ok(Some((change.raw_bytes().to_vec(), own_hash(hash))))
}

/// A value that a key already has alone is not put again: it would only grow the history. To settle a conflict with the value shown, the library
/// would delete the others, and flat documents know no deletes; so another value replaces them all first, in the same change.
fn put(transaction: &mut Transaction<'_>, key: &str, value: &Scalar) -> Result<(), AutomergeError> {
    let value = library_value(value);
    let equals = |current: &Value<'_>| matches!(current, Value::Scalar(current) if **current == value);
    let all = transaction.get_all(ROOT, key)?;
    if !all.is_empty() && all.iter().all(|(current, _)| equals(current)) {
        return Ok(());
    }
    if transaction.get(ROOT, key)?.is_some_and(|(shown, _)| equals(&shown)) {
        let other = if value == ScalarValue::Null { ScalarValue::Boolean(false) } else { ScalarValue::Null };
        transaction.put(ROOT, key, other)?;
    }
    transaction.put(ROOT, key, value)
}

fn library_value(value: &Scalar) -> ScalarValue {
    match value {
        Scalar::Null => ScalarValue::Null,
        Scalar::Bool(is) => ScalarValue::Boolean(*is),
        Scalar::Int(number) => ScalarValue::Int(*number),
        Scalar::Str(text) => ScalarValue::Str(text.as_str().into()),
        Scalar::Bytes(bytes) => ScalarValue::Bytes(bytes.clone()),
    }
}

fn own_hash(hash: ChangeHash) -> Hash {
    Hash(hash.0)
}

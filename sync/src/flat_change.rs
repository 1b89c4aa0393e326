//! The strict reader and writer of flat changes: the one subset of the change format that we admit.
//!
//! The format is automerge's uncompressed change chunk (<https://automerge.org/automerge-binary-format-spec/>): magic, checksum, type, length, and a
//! body of dependencies, actor, numbers and columns. Of it a flat change uses only puts of scalars into the root map, without time, message or
//! extra bytes. Each such change has exactly one encoding here, and [`FlatChange::read`] accepts no other.

use schemas::flat::{LogId, Scalar};

use crate::hash::Hash;

/// A longer change does not fit the frame budget of one entry; honest ones are a few hundred bytes.
pub const CHANGE_BYTES_MAX: usize = 64 * 1024;
/// As many puts as one change may carry.
pub const OPS_MAX: usize = 512;
/// As many dependencies as one change may name.
pub const DEPS_MAX: usize = 64;
/// The longest key in bytes; `fact/<32>/<seq>/<k>` needs less.
pub const KEY_BYTES_MAX: usize = 96;
/// As many predecessors as all puts of one change may name. Runs make them nearly free on the wire, so they need their own bound.
pub const PREDS_MAX: usize = 4096;

/// One change of one flat document, decoded. What it may say beside this shape is judged by [`crate::admit`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlatChange {
    pub deps: Vec<Hash>,
    pub actor: LogId,
    /// How many changes of this document the log has written, with this one.
    pub seq: u64,
    /// The counter of the first put; each further put takes the next one.
    pub start_op: u64,
    pub ops: Vec<Put>,
}

/// One value put under one key of the root map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    pub key: String,
    pub value: Scalar,
    /// The puts of the same key that this one replaces.
    pub preds: Vec<OpId>,
}

/// The identity of a put. Its order decides which of several concurrent values is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpId {
    pub counter: u64,
    pub actor: LogId,
}

/// A change as it travels: without what the receiver can compute. The remaining bytes are spliced, never encoded again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stripped {
    /// Sorted and unique, without the log's own previous change of the document.
    pub other_deps: Vec<Hash>,
    pub own_prev_is_dep: bool,
    pub start_op: u64,
    /// The body behind `start_op`.
    pub rest: Vec<u8>,
}

/// What stands in front of a change's puts; read without looking at these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefix {
    pub deps: Vec<Hash>,
    pub actor: LogId,
    pub seq: u64,
    pub start_op: u64,
    pub hash: Hash,
}

/// Why bytes are not a flat change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotFlat {
    #[error("the change is {bytes} bytes long; at most {CHANGE_BYTES_MAX} are allowed")]
    TooLong { bytes: usize },
    #[error("the bytes are not one uncompressed change chunk")]
    NotAChunk,
    #[error("the checksum does not match the bytes")]
    Checksum,
    #[error("the change ends too early")]
    Cut,
    #[error("a number does not fit its place")]
    Number,
    #[error("too many {what} in one change")]
    TooMany { what: &'static str },
    #[error("the change uses {what}, which a flat change never does")]
    Foreign { what: &'static str },
    #[error("the dependencies are not sorted and unique")]
    DepsUnsorted,
    #[error("the log's previous change is needed and not known")]
    NoPrevious,
    #[error("the bytes are not the one encoding that the change has")]
    NotCanonical,
}

impl FlatChange {
    /// Reads a change chunk and its hash. Total: any bytes give a change or a reason, within memory proportional to the limits above.
    pub fn read(raw: &[u8]) -> Result<(Self, Hash), NotFlat> {
        let (body, hash) = frame(raw)?;
        Ok((Self::read_body(body)?, hash))
    }

    /// As [`FlatChange::read`], of bytes whose hash was computed already.
    pub(crate) fn read_hashed(raw: &[u8], hash: Hash) -> Result<(Self, Hash), NotFlat> {
        let (body, hash) = frame_hashed(raw, |_, _, _| hash)?;
        Ok((Self::read_body(body)?, hash))
    }

    /// The one encoding of this change: what automerge 0.12 writes for it.
    pub fn write(&self) -> Vec<u8> {
        chunk(&self.body()).0
    }

    /// The counter of the last put.
    pub fn max_op(&self) -> u64 {
        self.start_op.saturating_add(self.ops.len() as u64).saturating_sub(1)
    }

    pub(crate) fn read_body(body: &[u8]) -> Result<Self, NotFlat> {
        let (start, mut reader) = Start::read(body)?;
        if reader.signed()? != 0 {
            return Err(NotFlat::Foreign { what: "a time" });
        }
        if reader.unsigned()? != 0 {
            return Err(NotFlat::Foreign { what: "a message" });
        }
        let actors = reader.actors(start.actor)?;
        let ops = Columns::read(reader)?.puts(&actors)?;
        if ops.is_empty() {
            return Err(NotFlat::Foreign { what: "no put at all" });
        }
        let change = Self { deps: start.deps, actor: start.actor, seq: start.seq, start_op: start.start_op, ops };
        if change.body() == body { Ok(change) } else { Err(NotFlat::NotCanonical) }
    }

    fn body(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        Start::write(&mut out, &self.deps, self.actor, self.seq, self.start_op);
        out.extend([0, 0]); // no time, no message
        let preds: Vec<&OpId> = self.ops.iter().flat_map(|put| &put.preds).collect();
        let mut others: Vec<LogId> = preds.iter().map(|pred| pred.actor).filter(|actor| *actor != self.actor).collect();
        others.sort_unstable();
        others.dedup();
        unsigned(&mut out, others.len() as u64);
        others.iter().for_each(|actor| write_actor(&mut out, *actor));
        let place = |actor: LogId| others.binary_search(&actor).map_or(0, |at| at as u64 + 1);

        let counter = |at: usize| preds[at].counter;
        let step = |at: usize| counter(at).wrapping_sub(at.checked_sub(1).map_or(0, counter)) as i64;

        let ops = &self.ops;
        let mut columns = ColumnsOut { heads: Vec::with_capacity(8), data: Vec::with_capacity(256) };
        columns.push(KEY, |out| write_runs(out, ops.len(), |at| ops[at].key.as_str(), |out, key| write_bytes(out, key.as_bytes())));
        columns.push(INSERT, |out| {
            if !self.ops.is_empty() {
                unsigned(out, self.ops.len() as u64);
            }
        });
        columns.push(ACTION, |out| write_same(out, self.ops.len(), PUT));
        columns.push(VALUE_META, |out| write_runs(out, ops.len(), |at| value_meta(&ops[at].value), unsigned));
        columns.push(VALUE, |out| self.ops.iter().for_each(|put| write_value(out, &put.value)));
        columns.push(PRED_COUNT, |out| write_runs(out, ops.len(), |at| ops[at].preds.len() as u64, unsigned));
        columns.push(PRED_ACTOR, |out| write_runs(out, preds.len(), |at| place(preds[at].actor), unsigned));
        columns.push(PRED_COUNTER, |out| write_runs(out, preds.len(), step, signed));
        columns.write(&mut out);
        out
    }
}

/// Takes out of a change what the receiver can compute: header, actor, seq, and the dependency on the log's previous change of this document.
/// Works for every chunk that [`Stripped::join`] can give, flat behind its `start_op` or not, so that a relay can pass on what it refused. The hash was
/// proven when the change came into the journal, and the receiver proves it again.
pub fn split(raw: &[u8], own_prev: Option<Hash>) -> Result<Stripped, NotFlat> {
    let (body, _) = frame_hashed(raw, |checksum, _, _| checksum)?;
    let (start, reader) = Start::read_canonical(body)?;
    let own = own_prev.and_then(|prev| start.deps.binary_search(&prev).ok());
    let mut other_deps = start.deps;
    if let Some(at) = own {
        other_deps.remove(at);
    }
    Ok(Stripped { other_deps, own_prev_is_dep: own.is_some(), start_op: start.start_op, rest: reader.bytes.to_vec() })
}

impl Stripped {
    /// Puts back what [`split`] took out, for the log's change number `seq` of this document: the exact bytes and their hash.
    pub fn join(&self, log: LogId, seq: u64, own_prev: Option<Hash>) -> Result<(Vec<u8>, Hash), NotFlat> {
        let Self { other_deps, own_prev_is_dep, start_op, rest } = self;
        join(other_deps, *own_prev_is_dep, *start_op, rest, log, seq, own_prev)
    }
}

/// As [`Stripped::join`], of parts that stand somewhere.
pub(crate) fn join(
    other_deps: &[Hash],
    own_prev_is_dep: bool,
    start_op: u64,
    rest: &[u8],
    log: LogId,
    seq: u64,
    own_prev: Option<Hash>,
) -> Result<(Vec<u8>, Hash), NotFlat> {
    if own_prev.is_some_and(|prev| other_deps.contains(&prev)) {
        return Err(NotFlat::NotCanonical);
    }
    let own = match own_prev_is_dep {
        true => Some(own_prev.ok_or(NotFlat::NoPrevious)?),
        false => None,
    };
    let count = other_deps.len() + usize::from(own.is_some());
    if count > DEPS_MAX {
        return Err(NotFlat::TooMany { what: "dependencies" });
    }
    if !other_deps.is_sorted_by(|a, b| a < b) {
        return Err(NotFlat::DepsUnsorted);
    }
    // The start is short: once for its length, and then behind the header.
    let mut start = Vec::with_capacity(64 + count * 32);
    unsigned(&mut start, count as u64);
    let (before, behind) = other_deps.split_at(own.map_or(0, |own| other_deps.partition_point(|dep| *dep < own)));
    before.iter().chain(&own).chain(behind).for_each(|dep| start.extend_from_slice(&dep.0));
    write_actor(&mut start, log);
    unsigned(&mut start, seq);
    unsigned(&mut start, start_op);
    let mut raw = Vec::with_capacity(HEADER_MAX + start.len() + rest.len());
    raw.extend_from_slice(&MAGIC);
    raw.extend_from_slice(&[0; 4]);
    raw.push(CHUNK_TYPE);
    unsigned(&mut raw, (start.len() + rest.len()) as u64);
    raw.extend_from_slice(&start);
    raw.extend_from_slice(rest);
    let hash = Hash::of(&[&raw[BEHIND_CHECKSUM..]]);
    raw[MAGIC.len()..BEHIND_CHECKSUM].copy_from_slice(&hash.0[..4]);
    if raw.len() > CHANGE_BYTES_MAX { Err(NotFlat::TooLong { bytes: raw.len() }) } else { Ok((raw, hash)) }
}

impl Prefix {
    /// Reads what stands in front of the puts of any change chunk, flat or not.
    pub fn read(raw: &[u8]) -> Result<Self, NotFlat> {
        let (body, hash) = frame(raw)?;
        let (start, _) = Start::read(body)?;
        Ok(Self { deps: start.deps, actor: start.actor, seq: start.seq, start_op: start.start_op, hash })
    }
}

/// The body of an uncompressed change chunk and its hash; the header is checked byte for byte.
pub(crate) fn frame(raw: &[u8]) -> Result<(&[u8], Hash), NotFlat> {
    frame_hashed(raw, |_, length, body| Hash::of(&[&[CHUNK_TYPE], length, body]))
}

/// The hash of a raw change: SHA-256 over everything behind magic and checksum.
pub(crate) fn hash_of(raw: &[u8]) -> Hash {
    Hash::of(&[raw.get(BEHIND_CHECKSUM..).unwrap_or_default()])
}

/// `hash` is given a hash that begins with the checksum, the length's bytes and the body.
fn frame_hashed(raw: &[u8], hash: impl FnOnce(Hash, &[u8], &[u8]) -> Hash) -> Result<(&[u8], Hash), NotFlat> {
    if raw.len() > CHANGE_BYTES_MAX {
        return Err(NotFlat::TooLong { bytes: raw.len() });
    }
    let mut reader = Reader { bytes: raw };
    if reader.take(4)? != MAGIC {
        return Err(NotFlat::NotAChunk);
    }
    let checksum = reader.take(4)?;
    if reader.take(1)? != [CHUNK_TYPE] {
        return Err(NotFlat::NotAChunk);
    }
    let behind_type = reader.bytes;
    let length = reader.unsigned()?;
    let body = reader.bytes;
    let length_bytes = &behind_type[..behind_type.len() - body.len()];
    // In seven-bit groups, the shortest form: only the last may be what ends a number, and it is not empty.
    let minimal = length_bytes.len() == 1 || length_bytes.last() != Some(&0);
    if length != body.len() as u64 || !minimal {
        return Err(NotFlat::NotAChunk);
    }
    let mut claimed = Hash::default();
    claimed.0[..4].copy_from_slice(checksum);
    let hash = hash(claimed, length_bytes, body);
    if hash.0[..4] == *checksum { Ok((body, hash)) } else { Err(NotFlat::Checksum) }
}

fn chunk(body: &[u8]) -> (Vec<u8>, Hash) {
    let mut length = Vec::with_capacity(4);
    unsigned(&mut length, body.len() as u64);
    let hash = Hash::of(&[&[CHUNK_TYPE], &length, body]);
    let mut raw = Vec::with_capacity(9 + length.len() + body.len());
    raw.extend_from_slice(&MAGIC);
    raw.extend_from_slice(&hash.0[..4]);
    raw.push(CHUNK_TYPE);
    raw.extend_from_slice(&length);
    raw.extend_from_slice(body);
    (raw, hash)
}

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHUNK_TYPE: u8 = 1;
/// Where a chunk's hashed bytes begin.
const BEHIND_CHECKSUM: usize = 8;
/// As many bytes as a chunk's header has at most.
const HEADER_MAX: usize = 19;
/// The action "put" of the action column.
const PUT: u64 = 1;

// Column specifications: column id << 4 | column type. In the order in which they stand.
const KEY: u64 = 0x15;
const INSERT: u64 = 0x34;
const ACTION: u64 = 0x42;
const VALUE_META: u64 = 0x56;
const VALUE: u64 = 0x57;
const PRED_COUNT: u64 = 0x70;
const PRED_ACTOR: u64 = 0x71;
const PRED_COUNTER: u64 = 0x73;

// Value types: the low four bits of a value's meta number, whose other bits are the length in bytes.
const NULL: u64 = 0;
const FALSE: u64 = 1;
const TRUE: u64 = 2;
const INT: u64 = 4;
const STR: u64 = 6;
const BYTES: u64 = 7;

/// The fixed fields at the start of a body.
struct Start {
    deps: Vec<Hash>,
    actor: LogId,
    seq: u64,
    start_op: u64,
}

impl Start {
    fn read(body: &[u8]) -> Result<(Self, Reader<'_>), NotFlat> {
        let mut reader = Reader { bytes: body };
        let count = reader.unsigned()?;
        if count > DEPS_MAX as u64 {
            return Err(NotFlat::TooMany { what: "dependencies" });
        }
        let deps = (0..count).map(|_| reader.array().map(Hash)).collect::<Result<_, _>>()?;
        let actor = reader.actor()?;
        let (seq, start_op) = (reader.unsigned()?, reader.unsigned()?);
        Ok((Self { deps, actor, seq, start_op }, reader))
    }

    /// As `read`, but only what `write` gives, with sorted and unique dependencies.
    fn read_canonical(body: &[u8]) -> Result<(Self, Reader<'_>), NotFlat> {
        let (start, reader) = Self::read(body)?;
        if !start.deps.is_sorted_by(|a, b| a < b) {
            return Err(NotFlat::DepsUnsorted);
        }
        let mut again = Vec::with_capacity(body.len() - reader.bytes.len());
        Self::write(&mut again, &start.deps, start.actor, start.seq, start.start_op);
        if body.starts_with(&again) && body.len() - again.len() == reader.bytes.len() { Ok((start, reader)) } else { Err(NotFlat::NotCanonical) }
    }

    fn write(out: &mut Vec<u8>, deps: &[Hash], actor: LogId, seq: u64, start_op: u64) {
        unsigned(out, deps.len() as u64);
        deps.iter().for_each(|dep| out.extend_from_slice(&dep.0));
        write_actor(out, actor);
        unsigned(out, seq);
        unsigned(out, start_op);
    }
}

/// The columns of a body that a flat change can differ in; the others follow from these and are held by the comparison with `write`.
#[derive(Default)]
struct Columns<'a> {
    key: &'a [u8],
    value_meta: &'a [u8],
    value: &'a [u8],
    pred_count: &'a [u8],
    pred_actor: &'a [u8],
    pred_counter: &'a [u8],
}

impl<'a> Columns<'a> {
    fn read(mut reader: Reader<'a>) -> Result<Self, NotFlat> {
        let count = reader.unsigned()?;
        if count > 8 {
            return Err(NotFlat::TooMany { what: "columns" });
        }
        let heads = (0..count).map(|_| Ok((reader.unsigned()?, reader.unsigned()?))).collect::<Result<Vec<_>, NotFlat>>()?;
        let mut columns = Self::default();
        for (spec, length) in heads {
            let bytes = reader.take(usize::try_from(length).map_err(|_| NotFlat::Cut)?)?;
            match spec {
                KEY => columns.key = bytes,
                VALUE_META => columns.value_meta = bytes,
                VALUE => columns.value = bytes,
                PRED_COUNT => columns.pred_count = bytes,
                PRED_ACTOR => columns.pred_actor = bytes,
                PRED_COUNTER => columns.pred_counter = bytes,
                INSERT | ACTION => {}
                _ => return Err(NotFlat::Foreign { what: "a column" }),
            }
        }
        if reader.bytes.is_empty() { Ok(columns) } else { Err(NotFlat::Foreign { what: "extra bytes" }) }
    }

    fn puts(&self, actors: &[LogId]) -> Result<Vec<Put>, NotFlat> {
        let keys = read_runs(self.key, OPS_MAX, "puts", Reader::key)?;
        let metas = read_runs(self.value_meta, OPS_MAX, "puts", Reader::unsigned)?;
        let counts = read_runs(self.pred_count, OPS_MAX, "puts", Reader::unsigned)?;
        let pred_actors = read_runs(self.pred_actor, PREDS_MAX, "predecessors", Reader::unsigned)?;
        let steps = read_runs(self.pred_counter, PREDS_MAX, "predecessors", Reader::signed)?;
        if metas.len() != keys.len() || counts.len() != keys.len() || steps.len() != pred_actors.len() {
            return Err(NotFlat::Cut);
        }
        let mut preds = read_preds(actors, &pred_actors, &steps)?.into_iter();
        let mut values = Reader { bytes: self.value };
        let mut puts = Vec::with_capacity(keys.len());
        for ((key, meta), count) in keys.into_iter().zip(metas).zip(counts) {
            if count > preds.len() as u64 {
                return Err(NotFlat::Cut);
            }
            let value = values.value(meta)?;
            puts.push(Put { key: key.to_owned(), value, preds: preds.by_ref().take(count as usize).collect() });
        }
        if preds.len() == 0 && values.bytes.is_empty() { Ok(puts) } else { Err(NotFlat::NotCanonical) }
    }
}

fn read_preds(actors: &[LogId], places: &[u64], steps: &[i64]) -> Result<Vec<OpId>, NotFlat> {
    let mut counter = 0_i64;
    let pred = |(place, step): (&u64, &i64)| {
        counter = counter.checked_add(*step).ok_or(NotFlat::Number)?;
        let actor = *usize::try_from(*place).ok().and_then(|place| actors.get(place)).ok_or(NotFlat::Number)?;
        Ok(OpId { counter: u64::try_from(counter).map_err(|_| NotFlat::Number)?, actor })
    };
    places.iter().zip(steps).map(pred).collect()
}

/// Decodes a run-length column: n > 0 repeats one value, n < 0 stands before -n different ones; absent values do not occur in a flat change.
fn read_runs<'a, T: Copy>(
    column: &'a [u8],
    max: usize,
    what: &'static str,
    mut read: impl FnMut(&mut Reader<'a>) -> Result<T, NotFlat>,
) -> Result<Vec<T>, NotFlat> {
    let mut reader = Reader { bytes: column };
    let mut out = Vec::new();
    while !reader.bytes.is_empty() {
        let run = reader.signed()?;
        let count = usize::try_from(run.unsigned_abs()).unwrap_or(usize::MAX);
        if count > max - out.len() {
            return Err(NotFlat::TooMany { what });
        }
        match run {
            0 => return Err(NotFlat::Foreign { what: "an absent value" }),
            1.. => {
                let value = read(&mut reader)?;
                out.extend(std::iter::repeat_n(value, count));
            }
            ..0 => {
                for _ in 0..count {
                    out.push(read(&mut reader)?);
                }
            }
        }
    }
    Ok(out)
}

/// So many items, each given by its place.
fn write_runs<T: PartialEq>(out: &mut Vec<u8>, count: usize, item: impl Fn(usize) -> T, mut write: impl FnMut(&mut Vec<u8>, T)) {
    let mut from = 0;
    while from < count {
        let first = item(from);
        let run = (from..count).take_while(|at| item(*at) == first).count();
        if run > 1 {
            signed(out, run as i64);
            write(out, first);
            from += run;
            continue;
        }
        // Different values go together until two equal ones follow one another.
        let end = (from + 1..count).find(|at| item(at - 1) == item(*at)).map_or(count, |at| at - 1);
        signed(out, -((end - from) as i64));
        (from..end).for_each(|at| write(out, item(at)));
        from = end;
    }
}

/// As `write_runs` of so many equal numbers.
fn write_same(out: &mut Vec<u8>, count: usize, number: u64) {
    match count {
        0 => return,
        1 => signed(out, -1),
        many => signed(out, many as i64),
    }
    unsigned(out, number);
}

struct ColumnsOut {
    heads: Vec<(u64, usize)>,
    data: Vec<u8>,
}

impl ColumnsOut {
    /// An empty column is left out.
    fn push(&mut self, spec: u64, write: impl FnOnce(&mut Vec<u8>)) {
        let before = self.data.len();
        write(&mut self.data);
        if self.data.len() > before {
            self.heads.push((spec, self.data.len() - before));
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        unsigned(out, self.heads.len() as u64);
        for (spec, length) in &self.heads {
            unsigned(out, *spec);
            unsigned(out, *length as u64);
        }
        out.extend_from_slice(&self.data);
    }
}

fn value_meta(value: &Scalar) -> u64 {
    match value {
        Scalar::Null => NULL,
        Scalar::Bool(false) => FALSE,
        Scalar::Bool(true) => TRUE,
        Scalar::Int(number) => {
            // A byte holds seven bits, one of them the sign.
            let bits = 65 - u64::from((*number ^ (*number >> 63)).leading_zeros());
            bits.div_ceil(7) << 4 | INT
        }
        Scalar::Str(text) => (text.len() as u64) << 4 | STR,
        Scalar::Bytes(bytes) => (bytes.len() as u64) << 4 | BYTES,
    }
}

fn write_value(out: &mut Vec<u8>, value: &Scalar) {
    match value {
        Scalar::Null | Scalar::Bool(_) => {}
        Scalar::Int(number) => signed(out, *number),
        Scalar::Str(text) => out.extend_from_slice(text.as_bytes()),
        Scalar::Bytes(bytes) => out.extend_from_slice(bytes),
    }
}

fn write_actor(out: &mut Vec<u8>, actor: LogId) {
    write_bytes(out, &actor.0);
}

fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    unsigned(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Unsigned LEB128, shortest form.
fn unsigned(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Signed LEB128, shortest form.
fn signed(out: &mut Vec<u8>, mut number: i64) {
    loop {
        let byte = number as u8 & 0x7f;
        number >>= 7;
        if (number == 0 && byte & 0x40 == 0) || (number == -1 && byte & 0x40 != 0) {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], NotFlat> {
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or(NotFlat::Cut)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], NotFlat> {
        let (taken, rest) = self.bytes.split_first_chunk().ok_or(NotFlat::Cut)?;
        self.bytes = rest;
        Ok(*taken)
    }

    /// The seven-bit groups of a LEB128 number, and how many bits they fill. Longer forms than needed are found by comparing with `write`.
    fn groups(&mut self) -> Result<(u128, u32), NotFlat> {
        let (mut number, mut bits) = (0_u128, 0);
        while bits < 70 {
            let [byte] = self.array()?;
            number |= u128::from(byte & 0x7f) << bits;
            bits += 7;
            if byte & 0x80 == 0 {
                return Ok((number, bits));
            }
        }
        Err(NotFlat::Number)
    }

    fn unsigned(&mut self) -> Result<u64, NotFlat> {
        let (number, _) = self.groups()?;
        u64::try_from(number).map_err(|_| NotFlat::Number)
    }

    fn signed(&mut self) -> Result<i64, NotFlat> {
        let (number, bits) = self.groups()?;
        let shift = 128 - bits;
        i64::try_from((number << shift) as i128 >> shift).map_err(|_| NotFlat::Number)
    }

    fn actor(&mut self) -> Result<LogId, NotFlat> {
        match self.unsigned()? {
            16 => self.array().map(LogId),
            _ => Err(NotFlat::Foreign { what: "an actor that is no log" }),
        }
    }

    /// The table of actors: the author first, then the others.
    fn actors(&mut self, author: LogId) -> Result<Vec<LogId>, NotFlat> {
        let count = self.unsigned()?;
        if count > PREDS_MAX as u64 {
            return Err(NotFlat::TooMany { what: "actors" });
        }
        let mut actors = vec![author];
        for _ in 0..count {
            actors.push(self.actor()?);
        }
        Ok(actors)
    }

    fn key(&mut self) -> Result<&'a str, NotFlat> {
        let length = self.unsigned()?;
        if length > KEY_BYTES_MAX as u64 {
            return Err(NotFlat::Foreign { what: "a long key" });
        }
        std::str::from_utf8(self.take(length as usize)?).map_err(|_| NotFlat::Foreign { what: "a key that is not UTF-8" })
    }

    fn value(&mut self, meta: u64) -> Result<Scalar, NotFlat> {
        let bytes = self.take(usize::try_from(meta >> 4).map_err(|_| NotFlat::Cut)?)?;
        match meta & 0x0f {
            NULL => Ok(Scalar::Null),
            FALSE => Ok(Scalar::Bool(false)),
            TRUE => Ok(Scalar::Bool(true)),
            INT => Ok(Scalar::Int(Reader { bytes }.signed()?)),
            STR => {
                std::str::from_utf8(bytes).map(|text| Scalar::Str(text.to_owned())).map_err(|_| NotFlat::Foreign { what: "a text that is not UTF-8" })
            }
            BYTES => Ok(Scalar::Bytes(bytes.to_vec())),
            _ => Err(NotFlat::Foreign { what: "a value of another type" }),
        }
    }
}

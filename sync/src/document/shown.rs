//! A document's row in the index: what it says and how it counts, readable without judging a change; and behind that the saved document.
//!
//! Numbers are written in sevens of bits, the lowest first. Whether changes wait (u8), the digest (32 bytes, zero while nothing is in the document),
//! length of what it says; entries (log, number), fields (name, values), facts (place of the log among the entries, seq, place, text), each list with
//! its count in front; then the saved document, see `saved.rs`. There is no checksum over the first part: a row counts only if the index's
//! manifest agrees with it.

use std::collections::BTreeMap;

use schemas::flat::{FactId, FlatDoc, LogId, Scalar};

use super::saved::Reader;
use super::{BadDocument, Document};
use crate::hash::Hash;

/// A row, looked into as far as its parts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    /// Whether a change waits for others.
    pub(crate) waits: bool,
    /// What the document adds to its scope's digest; zero while nothing is in it.
    pub(crate) digest: Hash,
    says: &'a [u8],
    saved: &'a [u8],
}

impl<'a> Row<'a> {
    /// The row of a document that says this.
    pub(crate) fn write(document: &Document, digest: Option<Hash>, says: &FlatDoc) -> Vec<u8> {
        let (said, saved) = (say(says), document.save());
        let mut row = Vec::with_capacity(38 + said.len() + saved.len());
        row.push(u8::from(document.waiting_count() > 0));
        row.extend(digest.unwrap_or_default().0);
        number(&mut row, said.len() as u64);
        row.extend(said);
        row.extend(saved);
        row
    }

    pub(crate) fn read(row: &'a [u8]) -> Result<Self, BadDocument> {
        let mut reader = Reader(row);
        let waits = match reader.array()? {
            [0] => false,
            [1] => true,
            _ => return Err(BadDocument::Format),
        };
        let digest = Hash(reader.array()?);
        let length = reader.length()?;
        let says = reader.take(length)?;
        Ok(Self { waits, digest, says, saved: reader.0 })
    }

    /// Puts what the document says in the place of what another one said. Documents of a kind have the same fields: of the other one's memory
    /// everything is used again that can be. After an error `doc` is anything.
    pub(crate) fn says(&self, doc: &mut FlatDoc) -> Result<(), BadDocument> {
        let mut reader = Reader(self.says);
        let entries: Vec<(LogId, u64)> = (0..reader.length()?).map(|_| Ok((LogId(reader.array()?), reader.number()?))).collect::<Result<_, _>>()?;
        let log = |place: usize| entries.get(place).map(|(log, _)| *log).ok_or(BadDocument::Contradiction);
        let fact = |reader: &mut Reader<'a>| Ok(FactId { log: log(reader.length()?)?, seq: reader.small()?, place: reader.small()? });
        reader.map(&mut doc.fields, Reader::text, |known, name| known == name, str::to_owned, Reader::values)?;
        reader.map(&mut doc.facts, fact, |known, id| *known == id, |id| id, Reader::text_into)?;
        doc.entries = entries.into_iter().collect();
        if reader.0.is_empty() { Ok(()) } else { Err(BadDocument::Length) }
    }

    /// The document itself, with its changes judged again.
    pub(crate) fn document(&self) -> Result<Document, BadDocument> {
        Document::load(self.saved)
    }
}

fn say(doc: &FlatDoc) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    number(&mut out, doc.entries.len() as u64);
    for (log, entry) in &doc.entries {
        out.extend(log.0);
        number(&mut out, *entry);
    }
    number(&mut out, doc.fields.len() as u64);
    for (name, values) in &doc.fields {
        bytes(&mut out, name.as_bytes());
        number(&mut out, values.len() as u64);
        values.iter().for_each(|value| scalar(&mut out, value));
    }
    number(&mut out, doc.facts.len() as u64);
    for (fact, text) in &doc.facts {
        // Whoever adds a fact has an entry for it; a row in which that is not so cannot be read and is made again.
        let place = doc.entries.keys().position(|log| *log == fact.log).unwrap_or(usize::MAX >> 1);
        [place as u64, u64::from(fact.seq), u64::from(fact.place)].into_iter().for_each(|part| number(&mut out, part));
        bytes(&mut out, text.as_bytes());
    }
    out
}

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const INT: u8 = 3;
const STR: u8 = 4;
const BYTES: u8 = 5;

fn scalar(out: &mut Vec<u8>, value: &Scalar) {
    match value {
        Scalar::Null => out.push(NULL),
        Scalar::Bool(yes) => out.push(if *yes { TRUE } else { FALSE }),
        Scalar::Int(number) => {
            out.push(INT);
            out.extend(number.to_le_bytes());
        }
        Scalar::Str(text) => {
            out.push(STR);
            bytes(out, text.as_bytes());
        }
        Scalar::Bytes(value) => {
            out.push(BYTES);
            bytes(out, value);
        }
    }
}

fn bytes(out: &mut Vec<u8>, value: &[u8]) {
    number(out, value.len() as u64);
    out.extend_from_slice(value);
}

fn number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

impl<'a> Reader<'a> {
    fn number(&mut self) -> Result<u64, BadDocument> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let [byte] = self.array()?;
            let part = u64::from(byte & 0x7f);
            if part << shift >> shift != part {
                return Err(BadDocument::Format);
            }
            number |= part << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(BadDocument::Format)
    }

    fn small(&mut self) -> Result<u32, BadDocument> {
        u32::try_from(self.number()?).map_err(|_| BadDocument::Format)
    }

    /// A length in bytes, or a count of things of at least one byte each.
    fn length(&mut self) -> Result<usize, BadDocument> {
        let length = self.number()?;
        if length <= self.0.len() as u64 { Ok(length as usize) } else { Err(BadDocument::Length) }
    }

    fn text(&mut self) -> Result<&'a str, BadDocument> {
        let length = self.length()?;
        std::str::from_utf8(self.take(length)?).map_err(|_| BadDocument::Format)
    }

    fn text_into(&mut self, text: &mut String) -> Result<(), BadDocument> {
        text.clear();
        text.push_str(self.text()?);
        Ok(())
    }

    fn values(&mut self, values: &mut Vec<Scalar>) -> Result<(), BadDocument> {
        let count = self.length()?;
        values.resize(count, Scalar::Null);
        values.iter_mut().try_for_each(|value| self.scalar_into(value))
    }

    fn scalar_into(&mut self, value: &mut Scalar) -> Result<(), BadDocument> {
        let [kind] = self.array()?;
        match (kind, value) {
            (STR, Scalar::Str(text)) => return self.text_into(text),
            (STR, value) => *value = Scalar::Str(self.text()?.to_owned()),
            (NULL, value) => *value = Scalar::Null,
            (FALSE, value) => *value = Scalar::Bool(false),
            (TRUE, value) => *value = Scalar::Bool(true),
            (INT, value) => *value = Scalar::Int(self.array().map(i64::from_le_bytes)?),
            (BYTES, value) => {
                let length = self.length()?;
                *value = Scalar::Bytes(self.take(length)?.to_vec());
            }
            _ => return Err(BadDocument::Format),
        }
        Ok(())
    }

    /// Reads a map in the place of another: if it has the same keys, each value in the place of the other's.
    fn map<Q: Copy, K: Ord, V: Default>(
        &mut self,
        map: &mut BTreeMap<K, V>,
        key: impl Fn(&mut Self) -> Result<Q, BadDocument>,
        same: impl Fn(&K, Q) -> bool,
        own: impl Fn(Q) -> K,
        value: impl Fn(&mut Self, &mut V) -> Result<(), BadDocument>,
    ) -> Result<(), BadDocument> {
        let count = self.length()?;
        let begin = *self;
        let mut read = 0;
        if count == map.len() {
            for (known, old) in map.iter_mut() {
                let found = key(self)?;
                if !same(known, found) {
                    break;
                }
                value(self, old)?;
                read += 1;
            }
            if read == count {
                return Ok(());
            }
        }
        *self = begin;
        let pair = |_| {
            let (key, mut read) = (key(self)?, V::default());
            value(self, &mut read)?;
            Ok((own(key), read))
        };
        *map = (0..count).map(pair).collect::<Result<_, _>>()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use schemas::flat::DocId;

    use super::*;
    use crate::document::Incoming;
    use crate::flat_change::{FlatChange, Put};

    fn scalar() -> impl Strategy<Value = Scalar> {
        prop_oneof![
            Just(Scalar::Null),
            any::<bool>().prop_map(Scalar::Bool),
            any::<i64>().prop_map(Scalar::Int),
            ".{0,200}".prop_map(Scalar::Str),
            prop::collection::vec(any::<u8>(), 0..20).prop_map(Scalar::Bytes),
        ]
    }

    fn doc() -> impl Strategy<Value = FlatDoc> {
        let fields = prop::collection::btree_map("[a-c]{1,2}", prop::collection::vec(scalar(), 1..3), 0..4);
        let entries = prop::collection::btree_map((0..3_u8).prop_map(|log| LogId([log; 16])), any::<u64>(), 1..4);
        let facts = prop::collection::vec((any::<prop::sample::Index>(), any::<u32>(), any::<u32>(), ".{0,200}"), 0..4);
        (fields, entries, facts).prop_map(|(fields, entries, facts)| {
            let log = |at: prop::sample::Index| *entries.keys().nth(at.index(entries.len())).unwrap();
            let facts = facts.into_iter().map(|(at, seq, place, text)| (FactId { log: log(at), seq, place }, text)).collect();
            FlatDoc { fields, facts, entries }
        })
    }

    proptest! {
        #[test]
        fn a_row_says_what_its_document_says_whatever_was_read_before(docs in prop::collection::vec(doc(), 1..5), digest in any::<[u8; 32]>()) {
            let mut read = FlatDoc::default();
            for doc in docs {
                let row = Row::write(&Document::new(), Some(Hash(digest)), &doc);
                let row = Row::read(&row).unwrap();
                row.says(&mut read).unwrap();
                prop_assert_eq!((&read, row.digest, row.waits), (&doc, Hash(digest), false));
                prop_assert!(row.document().unwrap().is_empty());
            }
        }

        #[test]
        fn a_damaged_row_is_read_or_refused_and_never_more(doc in doc(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
            let mut bytes = Row::write(&Document::new(), None, &doc);
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if cut {
                bytes.truncate(at);
            }
            if let Ok(row) = Row::read(&bytes) {
                let _ = row.says(&mut FlatDoc::default());
                let _ = row.document();
            }
        }
    }

    #[test]
    fn a_row_tells_that_a_change_waits() {
        let log = LogId([1; 16]);
        let put = Put { key: "field/a".to_owned(), value: Scalar::Null, preds: Vec::new() };
        let change = FlatChange { actor: log, seq: 2, start_op: 9, deps: vec![Hash([3; 32])], ops: vec![put] };
        let (mut document, raw) = (Document::new(), change.write());
        let hash = FlatChange::read(&raw).unwrap().1;
        document.receive(Incoming { log, entry: 2, rule: 1, raw, hash });
        let digest = document.digest(DocId([7; 16]));
        let row = Row::write(&document, Some(digest), &document.values());
        let row = Row::read(&row).unwrap();
        assert_eq!((row.waits, row.digest, row.document().unwrap().waiting_count()), (true, digest, 1));
    }
}

//! The entries of a run on the wire: the same part of each entry beside that of the next, so that what repeats stands together and packs well.
//!
//! A column is its length and its bytes; numbers are LEB128, signed ones zigzag. A header is split behind its fixed start into command, time and the
//! rest, and rests that are equal are sent once. A command id that a node minted is told by its distance to the one minted before; one of UUID version 7
//! tells its time as the distance to the header's; any other is sent whole. Whatever was encoded comes back byte for byte.

use std::collections::BTreeMap;

use crate::command_id::{self, LIFETIME};
use crate::entry::{HEADER, HEADER_MAX};
use crate::hash::Hash;
use crate::message::{SentEntry, SentPart};

/// As many entries as one run may hold, and as many parts; a batch is bounded in bytes as well.
const COUNT_MAX: u64 = 1 << 16;
/// As many parts as room is made for before they are read.
const PARTS_AT_ONCE: u64 = 16;
/// As many bytes as the headers of one run may be: a rest that is sent once stands in each header that has it.
const HEADERS_MAX: usize = 4 << 20;
/// Bytes of a UUID's time, and behind it.
const UUID_TIME: usize = 6;
/// Where the page of a minted id ends.
const PAGE_END: usize = LIFETIME + 4;

/// The columns, in the order in which they stand.
#[derive(Debug, Clone, Copy)]
enum Of {
    /// Rests of headers, each with its length, where it is used first.
    HeaderRests,
    /// For each entry which of these it has.
    HeaderRest,
    /// For each entry its time, as the distance to the one before.
    Time,
    /// For each entry how its command is told: [`WHOLE`], [`MINTED`], [`MINTED_ELSE`], or [`TIMED`] + the zigzag distance of its time to the entry's.
    CommandForm,
    /// What is random in commands.
    Command,
    /// For each minted command its page, and then scan and turn, as the distance to those of the one before.
    CommandPage,
    CommandTurn,
    Parts,
    /// For each part its document, as the distance to the one before.
    Doc,
    /// For each part: dependencies that follow, a bit for a nonce, a bit for the own previous change.
    Deps,
    Dep,
    Nonce,
    StartOp,
    ChangeLength,
    FactsLength,
    /// For each part the rest of its change and behind it its facts, which say much the same.
    Bytes,
}

const COLUMNS: usize = 16;

/// A command's 16 bytes follow.
const WHOLE: u64 = 0;
/// It was minted in the same lifetime as the minted one before.
const MINTED: u64 = 1;
/// It was minted in a lifetime that follows.
const MINTED_ELSE: u64 = 2;
/// It is a UUID of version 7.
const TIMED: u64 = 3;

/// Why bytes are not the columns of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the columns of a run's entries cannot be read")]
pub struct BadColumns;

/// The entries of a run as bytes; `None` if a header is none of ours.
pub fn encode(entries: &[SentEntry]) -> Option<Vec<u8>> {
    let mut writer = Writer::default();
    for entry in entries {
        writer.entry(entry)?;
    }
    let mut out = Vec::with_capacity(writer.columns.iter().map(|column| column.len() + 4).sum::<usize>() + 4);
    unsigned(&mut out, entries.len() as u64);
    for column in &writer.columns {
        unsigned(&mut out, column.len() as u64);
        out.extend_from_slice(column);
    }
    Some(out)
}

/// The entries that [`encode`] wrote.
pub fn decode(bytes: &[u8]) -> Result<Vec<SentEntry>, BadColumns> {
    let mut all = bytes;
    let count = number(&mut all)?;
    if count > COUNT_MAX {
        return Err(BadColumns);
    }
    let mut reader =
        Reader { columns: [&[]; COLUMNS], header_rests: Vec::new(), minted: Minted::default(), last_ms: 0, last_doc: 0, parts: 0, headers: 0 };
    for column in &mut reader.columns {
        let length = number(&mut all)?;
        *column = take(&mut all, length)?;
    }
    // Each entry has a byte in most columns, so that a count that lies takes little memory.
    let mut entries = Vec::with_capacity(count.min(bytes.len() as u64) as usize);
    for _ in 0..count {
        entries.push(reader.entry()?);
    }
    let nothing_left = all.is_empty() && reader.columns.iter().all(|column| column.is_empty());
    if nothing_left { Ok(entries) } else { Err(BadColumns) }
}

#[derive(Default)]
struct Writer<'a> {
    columns: [Vec<u8>; COLUMNS],
    header_rests: BTreeMap<&'a [u8], u64>,
    minted: Minted,
    last_ms: i64,
    last_doc: i64,
}

impl<'a> Writer<'a> {
    fn entry(&mut self, entry: &'a SentEntry) -> Option<()> {
        let (command, rest) = entry.header.strip_prefix(HEADER)?.split_first_chunk::<16>()?;
        let (time, rest) = rest.split_first_chunk::<8>()?;
        let time_ms = i64::from_le_bytes(*time);
        self.signed(Of::Time, time_ms.wrapping_sub(self.last_ms));
        self.last_ms = time_ms;
        self.command(command, time_ms);
        let next = self.header_rests.len() as u64;
        let place = *self.header_rests.entry(rest).or_insert(next);
        self.number(Of::HeaderRest, place);
        if place == next {
            self.number(Of::HeaderRests, rest.len() as u64);
            self.bytes(Of::HeaderRests, rest);
        }
        self.number(Of::Parts, entry.parts.len() as u64);
        entry.parts.iter().for_each(|part| self.part(part));
        Some(())
    }

    fn command(&mut self, command: &[u8; 16], time_ms: i64) {
        let (time, rest) = command.split_at(UUID_TIME);
        let distance = uuid_ms(time).wrapping_sub(time_ms);
        if command_id::is_minted(command) {
            let (minted, before) = (Minted::of(command), self.minted);
            if minted.lifetime == before.lifetime {
                self.number(Of::CommandForm, MINTED);
            } else {
                self.number(Of::CommandForm, MINTED_ELSE);
                self.bytes(Of::Command, &minted.lifetime);
            }
            self.signed(Of::CommandPage, minted.page - before.page);
            self.signed(Of::CommandTurn, minted.turn - before.turn);
            self.minted = minted;
        } else if command[UUID_TIME] >> 4 == 7 && distance.unsigned_abs() < 1 << 62 {
            self.number(Of::CommandForm, zigzag(distance) + TIMED);
            self.bytes(Of::Command, rest);
        } else {
            self.number(Of::CommandForm, WHOLE);
            self.bytes(Of::Command, command);
        }
    }

    fn part(&mut self, part: &SentPart) {
        let doc = i64::from(part.doc);
        self.signed(Of::Doc, doc - self.last_doc);
        self.last_doc = doc;
        let flags = u64::from(part.nonce.is_some()) << 1 | u64::from(part.own_prev_is_dep);
        self.number(Of::Deps, (part.other_deps.len() as u64) << 2 | flags);
        part.other_deps.iter().for_each(|dep| self.bytes(Of::Dep, &dep.0));
        part.nonce.iter().for_each(|nonce| self.bytes(Of::Nonce, nonce));
        self.number(Of::StartOp, part.start_op);
        self.number(Of::ChangeLength, part.rest.len() as u64);
        self.number(Of::FactsLength, part.facts.len() as u64);
        self.bytes(Of::Bytes, &part.rest);
        self.bytes(Of::Bytes, &part.facts);
    }

    fn number(&mut self, column: Of, value: u64) {
        unsigned(&mut self.columns[column as usize], value);
    }

    fn signed(&mut self, column: Of, value: i64) {
        self.number(column, zigzag(value));
    }

    fn bytes(&mut self, column: Of, bytes: &[u8]) {
        self.columns[column as usize].extend_from_slice(bytes);
    }
}

struct Reader<'a> {
    columns: [&'a [u8]; COLUMNS],
    header_rests: Vec<&'a [u8]>,
    minted: Minted,
    last_ms: i64,
    last_doc: i64,
    parts: u64,
    /// Bytes of the headers so far.
    headers: usize,
}

impl<'a> Reader<'a> {
    fn entry(&mut self) -> Result<SentEntry, BadColumns> {
        let time_ms = self.last_ms.wrapping_add(self.signed(Of::Time)?);
        self.last_ms = time_ms;
        let command = self.command(time_ms)?;
        let place = self.number(Of::HeaderRest)?;
        if place == self.header_rests.len() as u64 {
            let length = self.number(Of::HeaderRests)?;
            let rest = self.bytes(Of::HeaderRests, length)?;
            self.header_rests.push(rest);
        }
        let rest = usize::try_from(place).ok().and_then(|place| self.header_rests.get(place)).ok_or(BadColumns)?;
        self.headers += HEADER.len() + 24 + rest.len();
        if rest.len() > HEADER_MAX || self.headers > HEADERS_MAX {
            return Err(BadColumns);
        }
        let header = [HEADER, &command, &time_ms.to_le_bytes(), rest].concat();
        let count = self.number(Of::Parts)?;
        self.parts = self.parts.saturating_add(count);
        if count == 0 || self.parts > COUNT_MAX {
            return Err(BadColumns);
        }
        // Most entries have one part; a count that lies takes no memory.
        let mut parts = Vec::with_capacity(count.min(PARTS_AT_ONCE) as usize);
        for _ in 0..count {
            parts.push(self.part()?);
        }
        Ok(SentEntry { header, parts })
    }

    fn command(&mut self, time_ms: i64) -> Result<[u8; 16], BadColumns> {
        match self.number(Of::CommandForm)? {
            WHOLE => self.array(Of::Command),
            MINTED => self.minted(),
            MINTED_ELSE => {
                self.minted.lifetime = self.array(Of::Command)?;
                self.minted()
            }
            timed => {
                let ms = time_ms.wrapping_add(unzigzag(timed - TIMED));
                let mut command = [0; 16];
                command[..UUID_TIME].copy_from_slice(&ms.to_be_bytes()[2..]);
                command[UUID_TIME..].copy_from_slice(&self.array::<{ 16 - UUID_TIME }>(Of::Command)?);
                Ok(command)
            }
        }
    }

    fn minted(&mut self) -> Result<[u8; 16], BadColumns> {
        let (page, turn) = (self.signed(Of::CommandPage)?, self.signed(Of::CommandTurn)?);
        self.minted.page = self.minted.page.checked_add(page).ok_or(BadColumns)?;
        self.minted.turn = self.minted.turn.checked_add(turn).ok_or(BadColumns)?;
        self.minted.id()
    }

    fn part(&mut self) -> Result<SentPart, BadColumns> {
        self.last_doc = self.last_doc.checked_add(self.signed(Of::Doc)?).ok_or(BadColumns)?;
        let doc = u32::try_from(self.last_doc).map_err(|_| BadColumns)?;
        let flags = self.number(Of::Deps)?;
        // Each takes its bytes, so a count that lies ends soon.
        let other_deps = (0..flags >> 2).map(|_| self.array(Of::Dep).map(Hash)).collect::<Result<_, _>>()?;
        let nonce = if flags & 2 != 0 { Some(self.array(Of::Nonce)?) } else { None };
        let start_op = self.number(Of::StartOp)?;
        let (rest_length, facts_length) = (self.number(Of::ChangeLength)?, self.number(Of::FactsLength)?);
        let rest = self.bytes(Of::Bytes, rest_length)?.to_vec();
        let facts = self.bytes(Of::Bytes, facts_length)?.to_vec();
        Ok(SentPart { doc, nonce, own_prev_is_dep: flags & 1 != 0, other_deps, start_op, rest, facts })
    }

    fn number(&mut self, column: Of) -> Result<u64, BadColumns> {
        number(&mut self.columns[column as usize])
    }

    fn signed(&mut self, column: Of) -> Result<i64, BadColumns> {
        self.number(column).map(unzigzag)
    }

    fn bytes(&mut self, column: Of, length: u64) -> Result<&'a [u8], BadColumns> {
        take(&mut self.columns[column as usize], length)
    }

    fn array<const N: usize>(&mut self, column: Of) -> Result<[u8; N], BadColumns> {
        let (head, tail) = self.columns[column as usize].split_first_chunk::<N>().ok_or(BadColumns)?;
        self.columns[column as usize] = tail;
        Ok(*head)
    }
}

/// A command id that a node minted, in its parts. No lifetime is all zero: a version stands in it.
#[derive(Debug, Clone, Copy, Default)]
struct Minted {
    lifetime: [u8; LIFETIME],
    /// 32 bits.
    page: i64,
    /// Scan and turn, 24 bits.
    turn: i64,
}

impl Minted {
    fn of(id: &[u8; 16]) -> Self {
        let mut lifetime = [0; LIFETIME];
        lifetime.copy_from_slice(&id[..LIFETIME]);
        let number = |bytes: &[u8]| bytes.iter().fold(0, |number, byte| number << 8 | i64::from(*byte));
        Self { lifetime, page: number(&id[LIFETIME..PAGE_END]), turn: number(&id[PAGE_END..]) }
    }

    fn id(&self) -> Result<[u8; 16], BadColumns> {
        let (page, turn) = (u32::try_from(self.page).map_err(|_| BadColumns)?, u32::try_from(self.turn).map_err(|_| BadColumns)?);
        let ([0, turn @ ..], mut id) = (turn.to_be_bytes(), [0; 16]) else { return Err(BadColumns) };
        id[..LIFETIME].copy_from_slice(&self.lifetime);
        id[LIFETIME..PAGE_END].copy_from_slice(&page.to_be_bytes());
        id[PAGE_END..].copy_from_slice(&turn);
        Ok(id)
    }
}

/// Milliseconds since 1970, as a UUID of version 7 begins with.
fn uuid_ms(time: &[u8]) -> i64 {
    time.iter().fold(0, |ms, byte| ms << 8 | i64::from(*byte))
}

fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

fn unsigned(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn number(bytes: &mut &[u8]) -> Result<u64, BadColumns> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first().ok_or(BadColumns)?;
        *bytes = rest;
        if shift == 63 && *byte > 1 {
            return Err(BadColumns);
        }
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(BadColumns)
}

fn take<'a>(bytes: &mut &'a [u8], length: u64) -> Result<&'a [u8], BadColumns> {
    let length = usize::try_from(length).map_err(|_| BadColumns)?;
    let (head, tail) = bytes.split_at_checked(length).ok_or(BadColumns)?;
    *bytes = tail;
    Ok(head)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn part() -> impl Strategy<Value = SentPart> {
        let deps = prop::collection::vec(any::<[u8; 32]>().prop_map(Hash), 0..3);
        let bytes = || prop::collection::vec(any::<u8>(), 0..40);
        (any::<u32>(), any::<Option<[u8; 16]>>(), any::<bool>(), deps, any::<u64>(), bytes(), bytes()).prop_map(
            |(doc, nonce, own_prev_is_dep, other_deps, start_op, rest, facts)| SentPart {
                doc,
                nonce,
                own_prev_is_dep,
                other_deps,
                start_op,
                rest,
                facts,
            },
        )
    }

    fn entry() -> impl Strategy<Value = SentEntry> {
        let time = prop_oneof![any::<i64>(), 1_795_000_000_000_i64..1_795_000_100_000];
        let rest = prop_oneof![prop::collection::vec(any::<u8>(), 0..20), Just(b"\x00\x041207\x03G12\x05board".to_vec())];
        let command = prop_oneof![
            any::<[u8; 16]>(),
            (1_795_000_000_000_u64..1_795_000_100_000, any::<[u8; 10]>()).prop_map(|(ms, random)| {
                let mut id = [0; 16];
                id[..6].copy_from_slice(&ms.to_be_bytes()[2..]);
                id[6..].copy_from_slice(&random);
                id[6] = 0x70 | id[6] & 0x0f;
                id
            }),
            (0..3u8, any::<u32>(), any::<[u8; 3]>()).prop_map(|(lifetime, page, turn)| {
                let mut id = [lifetime; 16];
                id[6] = 0x80 | lifetime;
                id[9..13].copy_from_slice(&page.to_be_bytes());
                id[13..].copy_from_slice(&turn);
                id
            }),
        ];
        (command, time, rest, prop::collection::vec(part(), 1..4))
            .prop_map(|(command, time, rest, parts)| SentEntry { header: [HEADER, &command, &i64::to_le_bytes(time), &rest].concat(), parts })
    }

    proptest! {
        #[test]
        fn entries_come_back_byte_for_byte(entries in prop::collection::vec(entry(), 0..20)) {
            prop_assert_eq!(decode(&encode(&entries).unwrap()).unwrap(), entries);
        }

        #[test]
        fn any_bytes_give_entries_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode(&bytes);
        }

        #[test]
        fn bytes_that_were_changed_give_entries_or_an_error(entries in prop::collection::vec(entry(), 1..8), at in any::<prop::sample::Index>(), bit in 0..8_u32, cut in any::<bool>()) {
            let mut bytes = encode(&entries).unwrap();
            let at = at.index(bytes.len());
            if cut { bytes.truncate(at); } else { bytes[at] ^= 1 << bit; }
            let _ = decode(&bytes);
        }
    }

    #[test]
    fn a_header_that_is_sent_once_and_used_by_all_unfolds_no_further_than_allowed() {
        let part = SentPart { doc: 0, nonce: None, own_prev_is_dep: false, other_deps: Vec::new(), start_op: 1, rest: Vec::new(), facts: Vec::new() };
        let entry = |rest: usize| SentEntry { header: [HEADER, &[1; 24], vec![7; rest].as_slice()].concat(), parts: vec![part.clone()] };
        assert_eq!(decode(&encode(&vec![entry(HEADER_MAX); 3]).unwrap()).map(|entries| entries.len()), Ok(3));
        assert_eq!(decode(&encode(&[entry(HEADER_MAX + 1)]).unwrap()), Err(BadColumns));
        assert_eq!(decode(&encode(&vec![entry(HEADER_MAX); 4000]).unwrap()), Err(BadColumns));
    }

    #[test]
    fn the_bytes_of_minted_commands_are_frozen() {
        let entry = |id: [u8; 16]| SentEntry {
            header: [HEADER, &id, &[0; 8], b"r".as_slice()].concat(),
            parts: vec![SentPart { doc: 0, nonce: None, own_prev_is_dep: true, other_deps: Vec::new(), start_op: 1, rest: vec![9], facts: vec![] }],
        };
        let lifetime = [1, 2, 3, 4, 5, 6, 0x87, 8, 0x89];
        let id = |page: u8, turn: u8| {
            std::array::from_fn(|at| {
                lifetime.get(at).copied().unwrap_or(if at == 12 {
                    page
                } else if at == 15 {
                    turn
                } else {
                    0
                })
            })
        };
        let bytes = encode(&[entry(id(3, 0)), entry(id(5, 1)), entry([0x40; 16])]).unwrap();
        #[rustfmt::skip]
        let golden = [
            3, 2, 1, b'r', 3, 0, 0, 0, 3, 0, 0, 0, 3, 2, 1, 0,
            25, 1, 2, 3, 4, 5, 6, 0x87, 8, 0x89, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
            2, 6, 4, 2, 0, 2, 3, 1, 1, 1, 3, 0, 0, 0, 3, 1, 1, 1, 0, 0, 3, 1, 1, 1, 3, 1, 1, 1, 3, 0, 0, 0, 3, 9, 9, 9,
        ];
        assert_eq!(bytes, golden);
    }

    #[test]
    fn a_minted_command_steps_within_its_numbers_or_is_refused() {
        let part = SentPart { doc: 0, nonce: None, own_prev_is_dep: false, other_deps: Vec::new(), start_op: 1, rest: Vec::new(), facts: Vec::new() };
        let mut last = [0x8f; 16];
        last[9..].fill(0xff);
        let entry = SentEntry { header: [HEADER, &last, &[1; 8], b"".as_slice()].concat(), parts: vec![part] };
        assert_eq!(decode(&encode(std::slice::from_ref(&entry)).unwrap()), Ok(vec![entry]));
        let over =
            [Minted { page: 1 << 32, ..Minted::default() }, Minted { turn: 1 << 24, ..Minted::default() }, Minted { page: -1, ..Minted::default() }];
        assert!(over.iter().all(|minted| minted.id() == Err(BadColumns)));
    }

    #[test]
    fn commands_of_one_desk_cost_little_more_than_what_is_random_in_them() {
        let timed = |i: u64| {
            let mut id = [7; 16];
            id[..6].copy_from_slice(&(1_795_000_000_000 + i * 900).to_be_bytes()[2..]);
            id[6] = 0x7a;
            id
        };
        let mint = crate::command_id::Mint::new([7; 32]);
        let minted: Vec<[u8; 16]> = (0..=101).map(|_| mint.page()).collect();
        assert!(cost_of_one_more(timed) <= 22);
        assert!(cost_of_one_more(|i| minted[i as usize]) <= 14, "{}", cost_of_one_more(|i| minted[i as usize]));
    }

    fn cost_of_one_more(id: impl Fn(u64) -> [u8; 16]) -> usize {
        let entry = |i: u64| {
            let id = id(i);
            let header = [HEADER, &id, &(1_795_000_000_003 + i as i64 * 900).to_le_bytes(), b"\x00\x041207\x03G12\x05board"].concat();
            let part =
                SentPart { doc: 0, nonce: None, own_prev_is_dep: true, other_deps: Vec::new(), start_op: i, rest: Vec::new(), facts: Vec::new() };
            SentEntry { header, parts: vec![part] }
        };
        let one = encode(&[entry(1)]).unwrap().len();
        let many = encode(&(1..=101).map(entry).collect::<Vec<_>>()).unwrap().len();
        (many - one) / 100
    }
}

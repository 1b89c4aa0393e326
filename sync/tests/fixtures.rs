//! Bytes of earlier versions: a store directory that must open, and a wire capture that must be understood.
//!
//! The fixtures are made by this version's own code with `APRON_MAKE_FIXTURES=1 cargo test -p apron-sync --test fixtures`, and committed. When the format
//! changes on purpose, the old ones stay and new ones are put beside them.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use schemas::flat::{DocId, Edit, FlatDoc, Scalar};
use schemas::scope::ScopeId;
use serde_json::json;
use sync::engine::{Engine, Settings};
use sync::frame::{self, HEADER_LEN, Header};
use sync::identity::{Authority, Grant, Identity, NodeKey};
use sync::journal;
use sync::message::Message;
use sync::payload;
use sync::replica::{Input, Replica};
use sync::step::{FrameBody, Outgoing, SessionId};
use sync::worker::{Decision, Domain, Moment, Request, Worker};

const NOW_MS: i64 = 1_795_000_000_000;

/// Keeps documents as they are; a command names a document and a field.
#[derive(Default)]
struct Plain {
    documents: BTreeMap<DocId, FlatDoc>,
}

impl Domain for Plain {
    type Command = (u8, &'static str, i64);
    type Refusal = String;
    type Record = FlatDoc;

    fn read(_: &ScopeId, _: DocId, document: &FlatDoc) -> FlatDoc {
        document.clone()
    }

    fn apply(&mut self, _: &ScopeId, id: DocId, document: FlatDoc) {
        self.documents.insert(id, document);
    }

    fn decide(&self, (doc, field, value): &Self::Command, _: Moment) -> Result<Decision, String> {
        let edit = Edit {
            doc: DocId([*doc; 16]),
            fields: vec![((*field).to_owned(), Scalar::Int(*value))],
            facts: vec![json!({"t": field, "at": NOW_MS}).to_string()],
        };
        Ok(Decision { edits: vec![(scope(), vec![edit])], answer: json!({"tone": "green"}), closes: None })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_store_directory_opens_with_its_records() {
    store_opens_with_its_records(&fixtures().join("store-1"), 0).await;
}

/// Its segments are of the second version, and half of its commits are packed.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_directory_with_packed_commits_opens_with_its_records() {
    let fixture = fixtures().join("store-2");
    if std::env::var_os("APRON_MAKE_FIXTURES").is_some() {
        make_store(&fixture).await;
    }
    store_opens_with_its_records(&fixture, 4).await;
}

#[test]
fn a_journal_of_a_later_version_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    copy(&fixtures().join("store-2/journal"), dir.path());
    let path = dir.path().join("0000000000000001.seg");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[8] = 3;
    let crc = crc32c::crc32c(&bytes[..72]);
    bytes[72..76].copy_from_slice(&crc.to_le_bytes());
    std::fs::write(&path, &bytes).unwrap();
    let refused = journal::Journal::open(dir.path(), [1; 16], 1 << 14, |_, _| ()).unwrap_err();
    assert!(matches!(refused, journal::JournalError::OtherVersion { .. }));
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

async fn store_opens_with_its_records(fixture: &Path, packed: usize) {
    let mut found = 0;
    journal::inspect(&fixture.join("journal"), |_, bytes| found += usize::from(bytes.starts_with(b"APRNPACK"))).unwrap();
    assert_eq!(found, packed);
    let dir = tempfile::tempdir().unwrap();
    copy(fixture, dir.path());
    let identity = Arc::new(Identity::load(&dir.path().join("identity")).unwrap());
    let (engine, worker) = open(dir.path(), identity, [9; 16]).await;
    assert_eq!(engine.damage(), Default::default());
    let expected: serde_json::Value = serde_json::from_slice(&std::fs::read(fixture.join("expected.json")).unwrap()).unwrap();
    assert_eq!(worker.read(|plain| summary(&plain.documents)), expected);
    let known = worker.command(request(3, (1, "seat", 14))).await.unwrap();
    assert_eq!(known.entries.len(), 1, "a command of the old store is still the same command");
}

#[test]
fn a_wire_capture_of_this_protocol_is_understood_to_the_byte() {
    let fixture = fixtures().join("wire-3.bin");
    if std::env::var_os("APRON_MAKE_FIXTURES").is_some() {
        std::fs::write(&fixture, make_capture(&fixtures().join("store-1"))).unwrap();
    }
    let bytes = std::fs::read(&fixture).unwrap();
    let mut rest = bytes.as_slice();
    let mut kinds = Vec::new();
    while !rest.is_empty() {
        let (head, behind) = rest.split_first_chunk::<HEADER_LEN>().unwrap();
        let header = Header::read(head).unwrap();
        let (body, behind) = behind.split_at(header.length());
        let frame = header.body(body.to_vec()).unwrap();
        let message = Message::from_frame(&frame).unwrap();
        assert_eq!(message.to_frame().unwrap(), frame);
        assert_eq!(frame::encode(&frame, false).unwrap(), [head.as_slice(), body].concat());
        kinds.push(frame.kind);
        rest = behind;
    }
    assert_eq!(kinds, [1, 1, 17, 3, 4, 5], "greetings, the batch, the question and answer about vectors, the acknowledgement");
}

#[test]
fn a_peer_that_speaks_an_older_protocol_is_told_so() {
    for theirs in 1..=2 {
        let bytes = std::fs::read(fixtures().join(format!("wire-{theirs}.bin"))).unwrap();
        let refused = Header::read(bytes.first_chunk::<HEADER_LEN>().unwrap()).unwrap_err();
        assert_eq!(refused, sync::frame::FrameError::Protocol { theirs, ours: 3 });
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn scope() -> ScopeId {
    "PVG/2026-11-22/CA".parse().unwrap()
}

fn request(id: u8, command: (u8, &'static str, i64)) -> Request<(u8, &'static str, i64)> {
    let body = json!({"kind": command.1, "value": command.2}).to_string();
    Request { id: [id; 16], kind: command.1.to_owned(), staff: "1207".to_owned(), desk: "G12".to_owned(), body, command }
}

/// The same with a body that is long enough to be packed.
fn long_request(id: u8, command: (u8, &'static str, i64)) -> Request<(u8, &'static str, i64)> {
    let short = request(id, command);
    Request { body: json!({"command": short.body, "text": "to the gate, please. ".repeat(4000)}).to_string(), ..short }
}

fn summary(documents: &BTreeMap<DocId, FlatDoc>) -> serde_json::Value {
    let of = |document: &FlatDoc| json!({"fields": format!("{:?}", document.fields), "facts": document.facts.values().collect::<Vec<_>>()});
    documents.iter().map(|(id, document)| (id.to_string(), of(document))).collect::<serde_json::Map<_, _>>().into()
}

async fn open(dir: &Path, identity: Arc<Identity>, lifetime: [u8; 16]) -> (Engine, Worker<Plain>) {
    let on_fatal = Arc::new(|reason: &str| panic!("{reason}"));
    let settings = Settings { identity, version: "0".to_owned(), clock: Arc::new(|| NOW_MS), lifetime, segment_bytes: 1 << 14, on_fatal };
    let engine = Engine::start(&dir.join("journal"), settings).unwrap();
    let (started, index) = (engine.clone(), dir.join("index"));
    let worker = tokio::task::spawn_blocking(move || Worker::start(started, &index, Plain::default).unwrap().0).await.unwrap();
    (engine, worker)
}

/// Two lifetimes of one node, a command in each of many states.
async fn make_store(fixture: &Path) {
    let _ = std::fs::remove_dir_all(fixture);
    let dir = tempfile::tempdir().unwrap();
    let authority = Authority::create("fixture", NOW_MS / 1000).unwrap();
    let (key, csr) = NodeKey::create().unwrap();
    let certificate = authority.sign(&csr, &Grant::node("G12", "PVG", &["CA"]).unwrap(), NOW_MS / 1000).unwrap();
    let identity = Identity::new(key, certificate, authority.ca_der().to_vec()).unwrap();
    identity.save(&dir.path().join("identity")).unwrap();
    let identity = Arc::new(identity);
    for lifetime in 1..=2u8 {
        let (_, worker) = open(dir.path(), Arc::clone(&identity), [lifetime; 16]).await;
        for (id, command) in [(1, "seat", 12), (1, "sequence", 1001), (1, "seat", 14), (2, "seat", 15)]
            .into_iter()
            .zip(1u8..)
            .map(|(command, id)| (id + 10 * (lifetime - 1), command))
        {
            let request = if id % 2 == 0 { long_request(id, command) } else { request(id, command) };
            worker.command(request).await.unwrap();
        }
        std::fs::write(dir.path().join("expected.json"), worker.read(|plain| summary(&plain.documents)).to_string()).unwrap();
    }
    // Once more, so that the last segment is cut to what it holds.
    let sealed = tempfile::tempdir().unwrap();
    copy(dir.path(), sealed.path());
    let (engine, _) = open(sealed.path(), identity, [3; 16]).await;
    drop(engine);
    std::fs::create_dir_all(fixture.join("journal")).unwrap();
    for item in std::fs::read_dir(sealed.path().join("journal")).unwrap().flatten().filter(|item| item.metadata().unwrap().len() < 1 << 16) {
        std::fs::copy(item.path(), fixture.join("journal").join(item.file_name())).unwrap();
    }
    copy(&sealed.path().join("identity"), &fixture.join("identity"));
    std::fs::copy(sealed.path().join("expected.json"), fixture.join("expected.json")).unwrap();
}

/// What two nodes say when the second has nothing: greetings, vectors, one batch and its answer.
fn make_capture(store: &Path) -> Vec<u8> {
    let identity = Arc::new(Identity::load(&store.join("identity")).unwrap());
    let mut full = Replica::new(Arc::clone(&identity), "0");
    let mut frames: Vec<FrameBody> = Vec::new();
    journal::inspect(&store.join("journal"), |_, bytes| frames.push(payload::read(bytes).unwrap())).unwrap();
    for frame in &frames {
        full.load(frame);
    }
    let mut empty = Replica::new(identity.clone(), "0");
    let member = |key: u8| sync::identity::Member { key: [key; 32], ..identity.member().clone() };
    let session = SessionId(1);
    let mut bytes = Vec::new();
    let mut to_full = vec![Input::Connected { session, member: member(2), dialed: true }];
    let mut to_empty = vec![Input::Connected { session, member: member(1), dialed: false }];
    for _ in 0..4 {
        let said = |replica: &mut Replica, inputs: Vec<Input>| replica.advance(NOW_MS, inputs).commit(|_| Ok::<(), ()>(())).unwrap().sends;
        let mut outgoing = Vec::new();
        for (to_other, sends) in [(true, said(&mut full, std::mem::take(&mut to_full))), (false, said(&mut empty, std::mem::take(&mut to_empty)))] {
            outgoing.extend(sends.into_iter().map(|send| (to_other, send.what)));
        }
        for (to_other, what) in outgoing {
            let message = match what {
                Outgoing::Message(message) => message,
                Outgoing::Batch(plan) => {
                    let read = |place: sync::replica::EntryRef| Ok::<_, ()>(frames[place.frame as usize].entries[place.index as usize].clone());
                    let replica = if to_other { &full } else { &empty };
                    Message::Batch(sync::assemble::assemble(&plan, read, |log, docs| replica.places(log, docs)).unwrap())
                }
            };
            bytes.extend(frame::encode(&message.to_frame().unwrap(), false).unwrap());
            let input = Input::Message { session, message };
            if to_other { to_empty.push(input) } else { to_full.push(input) }
        }
    }
    bytes
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap().flatten() {
        match item.file_type().unwrap().is_dir() {
            true if item.file_name() == "index" => {}
            true => copy(&item.path(), &to.join(item.file_name())),
            false => drop(std::fs::copy(item.path(), to.join(item.file_name())).unwrap()),
        }
    }
}

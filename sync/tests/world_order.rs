//! What two replicas owe each other, message by message: each test is an order of events that once went wrong.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use schemas::flat::{DocId, Edit, LogId};
use schemas::scope::ScopeId;
use sync::admit::RULE_VERSION;
use sync::assemble::assemble;
use sync::document::{Document, Incoming};
use sync::entry::{FIRST, Header};
use sync::hash::Hash;
use sync::identity::{Authority, Grant, Identity, NodeKey};
use sync::message::{Batch, Busy, Hello, Message, ScopeState, Summary};
use sync::replica::{Commit, Draft, DraftPart, Input, Loaded, Opener, PeerView, Replica};
use sync::step::{FrameBody, Outgoing, Release, SessionId};

const LINK: SessionId = SessionId(1);

fn identities() -> &'static [Arc<Identity>] {
    static MADE: OnceLock<Vec<Arc<Identity>>> = OnceLock::new();
    MADE.get_or_init(|| {
        let authority = Authority::create("Test", 1_790_000_000).unwrap();
        let member = |grant: &str| {
            let (key, csr) = NodeKey::create().unwrap();
            let certificate = authority.sign(&csr, &grant.parse::<Grant>().unwrap(), 1_790_000_000).unwrap();
            Arc::new(Identity::new(key, certificate, authority.ca_der().to_vec()).unwrap())
        };
        ["apron:hub/HUB", "apron:node/PVG/G12?carriers=CA", "apron:node/PVG/G14?carriers=CA"].map(member).to_vec()
    })
}

fn day() -> ScopeId {
    "PVG/2026-11-22/CA".parse().unwrap()
}

/// A replica with a journal in memory, and its documents.
struct Desk {
    replica: Replica,
    journal: Vec<FrameBody>,
    opener: Opener,
    opened: u32,
    own: Option<(Vec<u8>, LogId, u64)>,
    document: Document,
    now_ms: i64,
}

impl Desk {
    fn new(place: usize) -> Self {
        let replica = Replica::new(identities()[place].clone(), "test");
        let opener = replica.opener();
        Self { replica, journal: Vec::new(), opener, opened: 0, own: None, document: Document::new(), now_ms: 1_795_000_000_000 }
    }

    /// The same node, started again from its journal.
    fn reloaded(journal: &[FrameBody]) -> Self {
        Self::reloaded_as(1, journal)
    }

    fn reloaded_as(place: usize, journal: &[FrameBody]) -> Self {
        let mut desk = Self { journal: journal.to_vec(), ..Self::new(place) };
        desk.journal.iter().for_each(|frame| assert_eq!(desk.replica.load(frame).broken, 0));
        desk
    }

    fn step(&mut self, inputs: Vec<Input>) -> Release {
        let journal = &mut self.journal;
        let written = self.replica.advance(self.now_ms, inputs).commit(|frame| {
            journal.push(frame.clone());
            Ok::<(), Infallible>(())
        });
        written.unwrap()
    }

    /// A commit of one fact of this length.
    fn draft(&mut self, length: usize) -> Input {
        if self.own.is_none() {
            let drawn = self.drawn();
            let (opening, id) = self.opener.open(&day(), RULE_VERSION, drawn).unwrap();
            self.own = Some((opening, id, FIRST));
        }
        let (opening, id, next) = self.own.as_mut().unwrap();
        let edit = Edit { doc: DocId([*next as u8; 16]), fields: Vec::new(), facts: vec!["x".repeat(length)] };
        let built = Document::new().edit(*id, &edit).unwrap().unwrap();
        let incoming = Incoming { log: *id, entry: *next, rule: RULE_VERSION, raw: built.raw.clone(), hash: built.hash };
        self.document.receive(incoming);
        let mut command = [0; 16];
        command[..8].copy_from_slice(&next.to_be_bytes());
        *next += 1;
        let header = Header { command, time_ms: 0, offset: None, staff: "1".into(), desk: "G".into(), kind: "t".into(), closing: None };
        let part = DraftPart { doc: edit.doc, change: built.raw, hash: built.hash, facts: Vec::new() };
        Input::Commit(Commit { ticket: 0, drafts: vec![Draft { opening: opening.clone(), header, parts: vec![part], drawn: [9; 32] }] })
    }

    fn write(&mut self) -> Release {
        let commit = self.draft(10);
        self.step(vec![commit])
    }

    fn drawn(&mut self) -> [u8; 32] {
        self.opened += 1;
        Hash::of(&[&self.opened.to_be_bytes()]).0
    }

    /// Begins a new log, as a new lifetime does.
    fn new_log(&mut self) {
        self.own = None;
    }

    fn own_log(&self) -> LogId {
        self.own.as_ref().unwrap().1
    }

    fn connect(&mut self, peer: usize, dialed: bool) -> Release {
        self.connect_as(LINK, peer, dialed)
    }

    fn connect_as(&mut self, session: SessionId, peer: usize, dialed: bool) -> Release {
        self.step(vec![Input::Connected { session, member: identities()[peer].member().clone(), dialed }])
    }

    fn disconnect(&mut self) {
        self.step(vec![Input::Disconnected { session: LINK }]);
    }

    fn hear(&mut self, message: Message) -> Release {
        self.step(vec![said(message)])
    }

    fn tick(&mut self, after_ms: i64) -> Release {
        self.now_ms += after_ms;
        self.step(vec![Input::Tick])
    }

    fn says(&self, release: Release) -> Vec<Message> {
        let message = |what| match what {
            Outgoing::Message(message) => message,
            Outgoing::Batch(plan) => Message::Batch(
                assemble(
                    &plan,
                    |place| Ok::<_, Infallible>(self.journal[place.frame as usize].entries[place.index as usize].clone()),
                    |log, docs| self.replica.places(log, docs),
                )
                .unwrap(),
            ),
        };
        release.sends.into_iter().map(|send| message(send.what)).collect()
    }

    /// What is said on the first link; the others lead nowhere.
    fn says_on_link(&self, mut release: Release) -> Vec<Message> {
        release.sends.retain(|send| send.session == LINK);
        self.says(release)
    }

    /// A batch of everything here, as a peer gets it that has nothing.
    fn offered_anew(&self) -> Batch {
        let mut again = Replica::new(identities()[1].clone(), "test");
        self.journal.iter().for_each(|frame| assert_eq!(again.load(frame), Loaded::default()));
        let mut again = Self { replica: again, journal: self.journal.clone(), ..Self::new(1) };
        again.connect(2, true);
        let hello = Hello { version: String::new(), now_ms: 0, scopes: Vec::new(), more: Vec::new() };
        let release = again.hear(Message::Hello(hello));
        batches(again.says(release)).remove(0)
    }

    /// Links with a desk that has nothing; everything that is said between them must fit a frame.
    fn catches_up(&mut self, other: &mut Self) {
        let (hello, answer) = (self.connect(2, true), other.connect(1, false));
        let (mut to_other, mut to_self) = (self.says(hello), other.says(answer));
        for _ in 0..40 {
            to_other.iter().chain(&to_self).for_each(|message| drop(message.to_frame().unwrap()));
            for message in std::mem::take(&mut to_other) {
                let release = other.hear(message);
                to_self.extend(other.says(release));
            }
            for message in std::mem::take(&mut to_self) {
                let release = self.hear(message);
                to_other.extend(self.says(release));
            }
        }
    }

    fn vector(&self) -> BTreeMap<LogId, u64> {
        self.replica.vector(&day())
    }

    fn state(&self) -> ScopeState {
        ScopeState { scope: day(), vector: sync::replica::vector::hash(&day(), &self.vector()), digest: None }
    }

    fn view_of(&self, peer: usize) -> PeerView {
        let key = identities()[peer].member().key;
        self.replica.peers().into_iter().find(|view| view.member.key == key).unwrap()
    }
}

fn said(message: Message) -> Input {
    Input::Message { session: LINK, message }
}

/// Two linked desks that know each other's vectors.
fn linked(a: usize, b: usize) -> (Desk, Desk) {
    let (mut first, mut second) = (Desk::new(a), Desk::new(b));
    greet(&mut first, a, &mut second, b);
    (first, second)
}

fn greet(first: &mut Desk, a: usize, second: &mut Desk, b: usize) {
    let (hello, answer) = (first.connect(b, true), second.connect(a, false));
    let (to_second, to_first) = (first.says(hello), second.says(answer));
    talk(first, to_first, second, to_second);
}

/// Carries messages to and fro until nobody has anything to say.
fn talk(first: &mut Desk, mut to_first: Vec<Message>, second: &mut Desk, mut to_second: Vec<Message>) {
    for _ in 0..100 {
        for message in std::mem::take(&mut to_second) {
            let release = second.hear(message);
            to_first.extend(second.says(release));
        }
        for message in std::mem::take(&mut to_first) {
            let release = first.hear(message);
            to_second.extend(first.says(release));
        }
        if to_first.is_empty() && to_second.is_empty() {
            return;
        }
    }
    panic!("they never stop talking");
}

fn batches(messages: Vec<Message>) -> Vec<Batch> {
    messages.into_iter().filter_map(|message| if let Message::Batch(batch) = message { Some(batch) } else { None }).collect()
}

#[test]
fn a_batch_that_overtakes_the_greeting_is_taken_and_the_link_stays() {
    let (mut first, mut second) = (Desk::new(1), Desk::new(2));
    let (hello, answer) = (first.connect(2, true), second.connect(1, false));
    let (hello, answer) = (first.says(hello), second.says(answer));
    for message in answer {
        first.hear(message);
    }
    let written = first.write();
    for batch in batches(first.says(written)) {
        let release = second.hear(Message::Batch(batch));
        assert!(release.closes.is_empty());
    }
    assert_eq!(second.vector(), first.vector());
    assert_eq!(hello.len(), 1);
}

#[test]
fn an_answer_to_an_older_question_claims_nothing_newer() {
    let (mut first, mut second) = linked(1, 2);
    let written = first.write();
    let to_second = first.says(written);
    talk(&mut first, Vec::new(), &mut second, to_second);
    assert_eq!(first.vector(), second.vector());
    first.disconnect();
    second.disconnect();
    second.write();
    let (hello, answer) = (first.connect(2, true), second.connect(1, false));
    second.hear(first.says(hello).remove(0));
    let asked = first.hear(second.says(answer).remove(0));
    let question = first.says(asked).into_iter().find(|message| matches!(message, Message::Buckets(_))).unwrap();
    let written = second.hear(question);
    let late = second.says(written).into_iter().find(|message| matches!(message, Message::Vector(_))).unwrap();

    // Asked again, about more, before the first answer is here.
    first.write();
    let other = ScopeState { vector: Hash::default(), ..second.state() };
    first.hear(Message::Summary(Summary { now_ms: 0, echo: None, scopes: vec![other], more: Vec::new() }));
    first.tick(200);
    first.hear(late);
    assert_eq!(second.vector()[&first.own_log()], 2);
    assert_eq!(first.view_of(2).scopes[&day()].vector.get(&first.own_log()), Some(&2));
}

#[test]
fn a_digest_is_not_of_entries_that_came_in_the_same_step() {
    let (mut first, _) = linked(1, 2);
    first.write();
    let judged = |frames| Input::Judged { frames, digests: vec![(day(), Hash::of(&[b"of one entry"]))] };
    let commit = first.draft(10);
    let frames = first.replica.frames();
    first.step(vec![commit, judged(frames)]);
    let release = first.tick(3_000);
    let digests: Vec<_> =
        first.says(release).into_iter().filter_map(|message| if let Message::Summary(it) = message { Some(it) } else { None }).collect();
    assert_eq!(digests.iter().map(|summary| summary.scopes[0].digest).collect::<Vec<_>>(), [None]);
}

#[test]
fn a_clock_that_is_set_back_stops_neither_summaries_nor_repeats() {
    let (mut first, _) = linked(1, 2);
    let written = first.write();
    assert_eq!(batches(first.says(written)).len(), 1);
    first.tick(200);
    first.now_ms -= 3_600_000;
    let mut heard = Vec::new();
    for _ in 0..60 {
        let release = first.tick(200);
        heard.extend(first.says(release));
    }
    assert!(heard.iter().filter(|message| matches!(message, Message::Summary(_))).count() >= 3);
    // The batch was lost: they are asked what they have.
    assert!(heard.iter().any(|message| matches!(message, Message::Buckets(_))));
}

#[test]
fn entries_that_were_here_are_answered_though_others_came_with_them() {
    let (mut first, mut second) = linked(1, 2);
    first.write();
    let old = first.own_log();
    let known = first.offered_anew();
    second.hear(Message::Batch(known));
    first.new_log();
    first.write();
    let both = first.offered_anew();
    assert_eq!(both.runs.len(), 2);
    let release = second.hear(Message::Batch(both));
    let answered = second.says(release).into_iter().any(|message| matches!(message, Message::Held(held) if held.logs.contains(&(old, 2))));
    assert!(answered);
}

#[test]
fn a_link_dialed_again_replaces_the_one_before() {
    for dialed in [true, false] {
        let mut desk = Desk::new(1);
        desk.connect_as(SessionId(1), 2, dialed);
        // The other side lost the first link and has nothing but the second.
        let release = desk.connect_as(SessionId(2), 2, dialed);
        assert_eq!(release.closes.iter().map(|close| close.session).collect::<Vec<_>>(), [SessionId(1)]);
    }
}

#[test]
fn a_busy_peer_is_left_alone_for_as_long_as_it_asks() {
    let (mut first, _) = linked(1, 2);
    first.write();
    first.hear(Message::Busy(Busy { again_in_s: 5 }));
    let mut offered = Vec::new();
    for _ in 0..50 {
        let release = first.tick(90);
        offered.extend(batches(first.says(release)));
    }
    assert_eq!(offered.len(), 0);
    let release = first.tick(1_200);
    assert_eq!(batches(first.says(release)).len(), 1);
}

#[test]
fn a_desk_that_was_passed_a_new_scope_gets_the_hubs_signature_on_it() {
    let (mut hub, mut desk) = linked(0, 2);
    let (mut writer, _) = linked(1, 2);
    let written = writer.write();
    for batch in batches(writer.says(written)) {
        // The hub has it from the writer, and says so to a desk that never heard of the scope.
        let from_writer = SessionId(7);
        hub.connect_as(from_writer, 1, false);
        let release = hub.step(vec![Input::Message { session: from_writer, message: Message::Batch(batch) }]);
        let to_desk = hub.says(release);
        talk(&mut hub, Vec::new(), &mut desk, to_desk);
    }
    for _ in 0..40 {
        let (from_hub, from_desk) = (hub.tick(200), desk.tick(200));
        let (to_desk, to_hub) = (hub.says_on_link(from_hub), desk.says(from_desk));
        talk(&mut hub, to_hub, &mut desk, to_desk);
    }
    assert_eq!(desk.vector(), hub.vector());
    let since = &desk.view_of(0).scopes[&day()].signed_since;
    assert_eq!(since.get(&writer.own_log()).and_then(|points| points.last()).map(|(number, _)| *number), Some(2));
}

#[test]
fn however_much_one_step_took_every_batch_fits_its_frame() {
    let mut first = Desk::new(1);
    let commits = (0..40).map(|_| first.draft(50 << 10)).collect();
    first.step(commits);
    let mut second = Desk::new(2);
    first.catches_up(&mut second);
    assert_eq!(first.vector(), second.vector());
}

#[test]
fn however_many_logs_there_are_every_batch_fits_its_frame() {
    let mut first = Desk::new(1);
    for _ in 0..1_500u32 {
        first.new_log();
        first.write();
    }
    let mut second = Desk::new(2);
    first.catches_up(&mut second);
    assert_eq!(first.vector(), second.vector());
}

#[test]
fn a_relay_that_changes_anything_loses_its_link_and_leaves_nothing() {
    let (mut first, _) = linked(1, 2);
    let written = first.write();
    let earlier = batches(first.says(written)).remove(0).runs.remove(0).end;
    first.write();
    first.write();
    let whole = first.offered_anew();
    assert_eq!(whole.runs[0].entries.len(), 3);
    let changes: [fn(&mut Batch, &[u8]); 7] = [
        |batch, earlier| batch.runs[0].end = earlier.to_vec(),
        |batch, _| drop(batch.runs[0].entries.pop()),
        |batch, _| drop(batch.runs[0].entries.remove(1)),
        |batch, _| batch.runs[0].entries[1].header[20] ^= 1,
        |batch, _| batch.runs[0].entries[1].parts[0].facts.push(b' '),
        |batch, _| batch.runs[0].entries[1].parts[0].nonce = Some([1; 16]),
        |batch, _| batch.runs[0].docs[1] = DocId([99; 16]),
    ];
    for (place, change) in changes.into_iter().enumerate() {
        let (_, mut second) = linked(1, 2);
        let mut changed = whole.clone();
        change(&mut changed, &earlier);
        let release = second.hear(Message::Batch(changed));
        assert_eq!(release.closes.len(), 1, "change {place}");
        assert_eq!((second.vector(), second.journal.len()), (BTreeMap::new(), 0), "change {place}");
    }
}

#[test]
fn a_clock_that_is_set_forward_closes_no_link() {
    let (mut first, _) = linked(1, 2);
    first.tick(200);
    first.now_ms += 3_600_000;
    assert!(first.tick(200).closes.is_empty());
    // From then on nothing comes: that is silence.
    assert_eq!((0..60).map(|_| first.tick(200).closes.len()).sum::<usize>(), 1);
}

#[test]
fn what_stands_behind_rot_counts_again_once_the_gap_is_filled() {
    let (mut first, mut second) = linked(1, 2);
    // Both have two entries, the writer alone has the third.
    for _ in 0..2 {
        let written = first.write();
        let to_second = first.says(written);
        talk(&mut first, Vec::new(), &mut second, to_second);
    }
    first.write();
    let log = first.own_log();
    for lost in [0, 1] {
        let mut damaged = first.journal.clone();
        damaged.remove(lost);
        let mut again = Desk::reloaded(&damaged);
        assert_eq!(again.vector().get(&log).copied(), [None, Some(2)][lost]);
        let frames = again.replica.frames();
        again.step(vec![Input::Judged { frames, digests: vec![(day(), Hash::default())] }]);
        assert_eq!(again.replica.digest(&day()), None, "documents know more than the vector says");

        let mut second = Desk::reloaded_as(2, &second.journal);
        greet(&mut again, 1, &mut second, 2);
        assert_eq!(again.vector()[&log], 4);
        let loaded = Desk::reloaded(&again.journal);
        assert_eq!(loaded.vector(), again.vector());
        assert_eq!(second.vector()[&log], 4);
    }
}

#[test]
fn a_scope_that_began_while_a_peer_was_busy_still_reaches_it() {
    let (mut hub, mut desk) = linked(0, 2);
    hub.hear(Message::Busy(Busy { again_in_s: 1 }));
    let (mut writer, _) = linked(1, 2);
    let written = writer.write();
    let from_writer = SessionId(7);
    hub.connect_as(from_writer, 1, false);
    for batch in batches(writer.says(written)) {
        hub.step(vec![Input::Message { session: from_writer, message: Message::Batch(batch) }]);
    }
    for _ in 0..40 {
        let (from_hub, from_desk) = (hub.tick(200), desk.tick(200));
        let (to_desk, to_hub) = (hub.says_on_link(from_hub), desk.says(from_desk));
        talk(&mut hub, to_hub, &mut desk, to_desk);
    }
    assert_eq!(desk.vector(), hub.vector());
}

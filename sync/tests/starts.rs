//! What a start promises: from the index or from the journal alone, a node knows the same.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use proptest::prelude::*;
use schemas::flat::{DocId, Edit, FlatDoc, Scalar};
use schemas::scope::ScopeId;
use serde_json::json;
use sync::engine::{Engine, Settings};
use sync::hash::Hash;
use sync::identity::{Authority, Grant, Identity, NodeKey};
use sync::worker::{Decision, Domain, Moment, Request, Started, Worker};

const NOW_MS: i64 = 1_795_000_000_000;

/// Keeps documents as they are; a command is an edit in one of two scopes.
#[derive(Default)]
struct Plain {
    documents: BTreeMap<(ScopeId, DocId), FlatDoc>,
}

impl Domain for Plain {
    type Command = (usize, Edit);
    type Refusal = ();
    type Record = FlatDoc;

    fn read(_: &ScopeId, _: DocId, document: &FlatDoc) -> FlatDoc {
        document.clone()
    }

    fn apply(&mut self, scope: &ScopeId, id: DocId, document: FlatDoc) {
        self.documents.insert((scope.clone(), id), document);
    }

    fn decide(&self, (scope, edit): &Self::Command, _: Moment) -> Result<Decision, ()> {
        let scope = ["PVG/2026-11-22/CA", "PVG/2026-11-23/CA"][*scope].parse().unwrap();
        Ok(Decision { edits: vec![(scope, vec![edit.clone()])], answer: json!({}), closes: None })
    }
}

/// A command, and whether the node ends after it and begins again.
fn commands() -> impl Strategy<Value = Vec<((usize, Edit), bool)>> {
    let value = prop_oneof![
        Just(Scalar::Null),
        any::<bool>().prop_map(Scalar::Bool),
        any::<i64>().prop_map(Scalar::Int),
        ".{0,150}".prop_map(Scalar::Str),
        prop::collection::vec(any::<u8>(), 0..9).prop_map(Scalar::Bytes),
    ];
    let fields = prop::collection::vec(("[ab]", value), 0..4);
    let edit =
        (0..5_u8, fields, prop::collection::vec(".{0,150}", 0..3)).prop_map(|(doc, fields, facts)| Edit { doc: DocId([doc; 16]), fields, facts });
    prop::collection::vec(((0..2_usize, edit), prop::bool::weighted(0.2)), 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_start_from_the_index_knows_what_a_start_from_the_journal_knows(commands in commands()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let dir = tempfile::tempdir().unwrap();
            let identity = identity();
            let mut lifetime = 0;
            let mut worker = None;
            for (at, (command, ends)) in commands.into_iter().enumerate() {
                if worker.is_none() {
                    lifetime += 1;
                    worker = Some(open(dir.path(), &identity, lifetime).await);
                }
                let Some(Node { worker: running, .. }) = &worker else { continue };
                let id = [at as u8 + 1; 16];
                let text = |text: &str| text.to_owned();
                let request = Request { id, kind: text("edit"), staff: text("1207"), desk: text("G12"), body: at.to_string(), command };
                running.command(request).await.unwrap();
                if ends {
                    close(worker.take()).await;
                }
            }
            close(worker).await;
            let from_index = open(dir.path(), &identity, 100).await;
            assert_eq!(from_index.started, Started { set_aside: None, behind: 0 });
            let known = knows(&from_index).await;
            close(Some(from_index)).await;
            std::fs::remove_dir_all(dir.path().join("index")).unwrap();
            let from_journal = open(dir.path(), &identity, 101).await;
            assert!(from_journal.started.behind > 0 || known.0.is_empty());
            assert_eq!(known, knows(&from_journal).await);
            close(Some(from_journal)).await;
        });
    }
}

struct Node {
    engine: Engine,
    worker: Worker<Plain>,
    started: Started,
    ends: JoinHandle<()>,
}

async fn open(dir: &Path, identity: &Arc<Identity>, lifetime: u8) -> Node {
    let on_fatal = Arc::new(|reason: &str| panic!("{reason}"));
    let clock = Arc::new(|| NOW_MS);
    let settings =
        Settings { identity: Arc::clone(identity), version: "0".to_owned(), clock, lifetime: [lifetime; 16], segment_bytes: 1 << 14, on_fatal };
    let engine = Engine::start(&dir.join("journal"), settings).unwrap();
    let (begun, index) = (engine.clone(), dir.join("index"));
    let (worker, started, ends) = tokio::task::spawn_blocking(move || Worker::start(begun, &index, Plain::default).unwrap()).await.unwrap();
    Node { engine, worker, started, ends }
}

/// Ends a node in order: its index is written.
async fn close(node: Option<Node>) {
    let Some(Node { worker, ends, .. }) = node else { return };
    drop(worker);
    tokio::task::spawn_blocking(move || ends.join().unwrap()).await.unwrap();
}

/// Every document that says something, and the digest of each scope that has one.
async fn knows(node: &Node) -> (BTreeMap<(ScopeId, DocId), FlatDoc>, Vec<Hash>) {
    let documents = node.worker.read(|plain| plain.documents.clone());
    let scopes: BTreeSet<ScopeId> = documents.keys().map(|(scope, _)| scope.clone()).collect();
    let mut digests = Vec::new();
    for scope in scopes {
        let digest = loop {
            // The owner takes note of it a moment later.
            let digest = node.engine.replica().digest(&scope);
            match digest {
                Some(digest) => break digest,
                None => tokio::task::yield_now().await,
            }
        };
        digests.push(digest);
    }
    (documents, digests)
}

fn identity() -> Arc<Identity> {
    let authority = Authority::create("starts", NOW_MS / 1000).unwrap();
    let (key, csr) = NodeKey::create().unwrap();
    let certificate = authority.sign(&csr, &Grant::node("G12", "PVG", &["CA"]).unwrap(), NOW_MS / 1000).unwrap();
    Arc::new(Identity::new(key, certificate, authority.ca_der().to_vec()).unwrap())
}

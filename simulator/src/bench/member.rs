//! A node or a hub in a process of its own: the real engine, worker and links, told in lines what to do.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use schemas::flat::{DocId, Edit, FlatDoc};
use schemas::scope::ScopeId;
use serde_json::json;
use sync::command_id::Mint;
use sync::engine::{Engine, FrameReader, Settings};
use sync::hash::Hash;
use sync::identity::{Identity, Role};
use sync::journal::SEGMENT_BYTES;
use sync::links::Links;
use sync::transport::{Endpoint, TimeSource};
use sync::worker::{Decision, Domain, Moment, Request, Worker};
use tokio::task::JoinSet;

use super::herd::WAITING_THREADS;
use super::installation::{IDENTITY, INDEX, JOURNAL};
use super::part::{own_cost, say};
use super::{stopwatch, workload};

/// Where a member lives and what it runs.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Its folder: identity, journal and index.
    #[arg(long)]
    home: PathBuf,
    /// Only journal and links, without documents and views.
    #[arg(long)]
    no_views: bool,
}

/// A plain view of every record: what its fields say now.
#[derive(Default)]
pub(super) struct Records {
    rows: BTreeMap<DocId, FlatDoc>,
}

/// A command of the workload.
pub(super) struct Change {
    pub(super) scope: ScopeId,
    pub(super) edit: Edit,
}

impl Domain for Records {
    type Command = Change;
    type Refusal = ();
    type Record = FlatDoc;

    fn read(_scope: &ScopeId, _id: DocId, document: &FlatDoc) -> FlatDoc {
        document.clone()
    }

    fn apply(&mut self, _scope: &ScopeId, id: DocId, record: FlatDoc) {
        self.rows.insert(id, record);
    }

    fn decide(&self, change: &Change, _moment: Moment) -> Result<Decision, ()> {
        Ok(Decision { edits: vec![(change.scope.clone(), vec![change.edit.clone()])], answer: serde_json::Value::Null, closes: None })
    }
}

/// A running member.
pub(super) struct Member {
    engine: Engine,
    worker: Option<Worker<Records>>,
    endpoint: Endpoint,
    links: Option<Links>,
}

/// What a member knows of its links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// Somebody is linked.
    pub(super) linked: bool,
    /// Everything here is at every peer, by the hub's signature.
    pub(super) acked: bool,
    /// Entries here.
    pub(super) entries: u64,
}

/// Runs a member until it is told to end.
pub(super) fn play(options: &Options) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().max_blocking_threads(WAITING_THREADS).enable_all().build()?;
    runtime.block_on(async {
        let mut member = Member::start(&options.home, !options.no_views, SEGMENT_BYTES).await?;
        let damage = member.engine.damage();
        say("ready", json!({ "listen": member.endpoint.local_addr().to_string(), "damage": format!("{damage:?}") }))?;
        let mut lines = tokio::io::AsyncBufReadExt::lines(tokio::io::BufReader::new(tokio::io::stdin()));
        while let Some(line) = lines.next_line().await? {
            let words: Vec<&str> = line.split_whitespace().collect();
            if words == ["quit"] {
                member.endpoint.close().await;
                return say("bye", json!({}));
            }
            member.obey(&words).await.with_context(|| format!("told {line:?}"))?;
        }
        Ok(())
    })
}

impl Member {
    pub(super) async fn start(home: &Path, views: bool, segment_bytes: u64) -> Result<Self> {
        let identity = Arc::new(Identity::load(&home.join(IDENTITY))?);
        let settings = Settings {
            identity: Arc::clone(&identity),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            clock: Arc::new(stopwatch::unix_ms),
            lifetime: drawn()?,
            segment_bytes,
            on_fatal: Arc::new(|reason| {
                eprintln!("a member stops: {reason}");
                std::process::exit(70);
            }),
        };
        let engine = Engine::start(&home.join(JOURNAL), settings)?;
        let worker = match views {
            true => {
                let (engine, index) = (engine.clone(), home.join(INDEX));
                Some(tokio::task::spawn_blocking(move || Worker::start(engine, &index, Records::default)).await??.0)
            }
            false => None,
        };
        let time = TimeSource::new(|| stopwatch::unix_ms() / 1000);
        let hub = identity.member().role == Role::Hub;
        let endpoint = Endpoint::bind("127.0.0.1:0".parse()?, identity, time, None)?;
        let links = hub.then(|| Links::start(engine.clone(), endpoint.clone(), Vec::new()));
        Ok(Self { engine, worker, endpoint, links })
    }

    pub(super) fn worker(&self) -> Result<&Worker<Records>> {
        self.worker.as_ref().context("this member keeps no views")
    }

    pub(super) fn frame_reader(&self) -> FrameReader {
        self.engine.frame_reader()
    }

    async fn obey(&mut self, words: &[&str]) -> Result<()> {
        match words {
            ["dial", address] => {
                self.dial(address);
                Ok(())
            }
            ["work", records, order, writers] => {
                let order = if *order == "records" { workload::Order::Records } else { workload::Order::Rounds };
                self.work(records.parse()?, order, writers.parse()?).await
            }
            ["change", count, records, turn] => self.change(count.parse()?, records.parse()?, turn.parse()?).await,
            ["watch", entries] => self.watch(entries.parse()?).await,
            ["acked"] => self.acked().await,
            ["cost"] => self.cost(),
            ["refusals"] => self.refusals(),
            ["digest"] => say("digest", json!({ "digest": self.digest()?.to_string() })),
            _ => bail!("there is no such order"),
        }
    }

    /// Keeps dialing an address from now on.
    pub(super) fn dial(&mut self, address: &str) {
        self.links = Some(Links::start(self.engine.clone(), self.endpoint.clone(), vec![address.to_owned()]));
    }

    /// How far this member has come with what is in `scope`.
    pub(super) fn standing(&self, scope: &ScopeId) -> Standing {
        let linked = self.engine.replica().peers().iter().any(|peer| peer.connected);
        Standing { linked, acked: self.is_acked(scope), entries: self.engine.replica().entries() }
    }

    /// Ends its links and its endpoint.
    pub(super) async fn close(&self) {
        self.endpoint.close().await;
    }

    /// Does the whole workload as so many people at once.
    async fn work(&self, records: usize, order: workload::Order, writers: usize) -> Result<()> {
        let worker = self.worker()?;
        let begun = stopwatch::now();
        let mut people = JoinSet::new();
        for writer in 0..writers {
            let worker = worker.clone();
            people.spawn(async move {
                for (record, change) in workload::work(records, order, writer, writers) {
                    command(&worker, workload::edit(record, change)).await?;
                }
                Ok::<(), anyhow::Error>(())
            });
        }
        while let Some(done) = people.join_next().await {
            done??;
        }
        say("worked", json!({ "seconds": stopwatch::since(begun), "frames": self.engine.replica().frames() }))
    }

    /// Changes so many records, spread evenly, one after the other.
    async fn change(&self, count: usize, records: usize, turn: usize) -> Result<()> {
        for place in 0..count {
            command(self.worker()?, workload::edit(place * records / count.max(1), workload::CHANGES + turn)).await?;
        }
        say("changed", json!({}))
    }

    /// Says when so many entries are durable here, and when all of them are in the views.
    async fn watch(&self, entries: u64) -> Result<()> {
        say("watching", json!({}))?;
        let mut growth = self.engine.growth();
        while self.engine.replica().entries() < entries {
            growth.changed().await.map_err(|_| anyhow!("the engine ended"))?;
        }
        say("durable", own_cost())?;
        let Some(worker) = &self.worker else { return Ok(()) };
        let mut changes = worker.changes();
        let frames = self.engine.replica().frames();
        changes.wait_for(|folded| *folded >= frames).await.map_err(|_| anyhow!("the worker ended"))?;
        say("visible", own_cost())
    }

    /// Says when every peer is known to hold all that is here, by the hub's signature; and how long after the link stood that was.
    async fn acked(&self) -> Result<()> {
        let moment = std::time::Duration::from_millis(1);
        while !self.engine.replica().peers().iter().any(|peer| peer.connected) {
            tokio::time::sleep(moment).await;
        }
        let linked = stopwatch::now();
        while !self.is_acked(&workload::scope()) {
            tokio::time::sleep(moment).await;
        }
        say("acked", json!({ "after_link_s": stopwatch::since(linked) }))
    }

    fn is_acked(&self, scope: &ScopeId) -> bool {
        let replica = self.engine.replica();
        let peers = replica.peers();
        !peers.is_empty()
            && peers.iter().all(|peer| {
                let signed = peer.scopes.get(scope).map(|view| &view.signed_since);
                signed.is_some_and(|since| {
                    replica
                        .vector(scope)
                        .iter()
                        .all(|(log, number)| since.get(log).and_then(|points| points.last()).is_some_and(|(held, _)| held >= number))
                })
            })
    }

    fn cost(&self) -> Result<()> {
        let traffic = self.endpoint.traffic();
        let mut cost = own_cost();
        cost["datagrams"] = json!(traffic.datagrams_sent);
        cost["datagram_bytes"] = json!(traffic.datagram_bytes_sent);
        cost["frames_sent"] = json!(traffic.frames_sent);
        cost["frame_bytes"] = json!(traffic.frame_bytes_sent);
        cost["documents_loaded"] = json!(self.worker.as_ref().map_or(0, Worker::documents_loaded));
        cost["frames"] = json!(self.engine.replica().frames());
        say("cost", cost)
    }

    /// Who was turned away so far, by what they did, and the links that stand.
    fn refusals(&self) -> Result<()> {
        let counts = self.links.as_ref().map(Links::refusals).unwrap_or_default();
        let counts: BTreeMap<&str, u64> = counts.into_iter().map(|(code, refused)| (code, refused.count)).collect();
        let linked = self.engine.replica().peers().iter().filter(|peer| peer.connected).count();
        say("refusals", json!({ "counts": counts, "linked": linked }))
    }

    /// Equal for equal views.
    fn digest(&self) -> Result<Hash> {
        let worker = self.worker()?;
        Ok(worker.read(|records| {
            let rows: Vec<String> = records.rows.iter().map(|(id, row)| format!("{id} {:?}", row.fields)).collect();
            Hash::of(&[rows.join("\n").as_bytes()])
        }))
    }
}

/// Posts one command of the workload and waits for its receipt.
pub(super) async fn command(worker: &Worker<Records>, edit: Edit) -> Result<()> {
    command_in(worker, workload::scope(), edit).await
}

/// The same in another scope.
pub(super) async fn command_in(worker: &Worker<Records>, scope: ScopeId, edit: Edit) -> Result<()> {
    let request = Request {
        id: command_id()?,
        kind: "record".to_owned(),
        staff: "4711".to_owned(),
        desk: "G12".to_owned(),
        body: workload::body(&edit),
        command: Change { scope, edit },
    };
    let done = worker.command(request).await.map_err(|error| anyhow!("a command failed: {error:?}"))?;
    if done.entries.len() != 1 {
        bail!("a command made {} entries", done.entries.len());
    }
    Ok(())
}

/// The id of a command, as the product's screens ask for one: that of the page. Screens show other pages between, on which nobody asks for anything.
fn command_id() -> Result<[u8; 16]> {
    static MINT: OnceLock<Mint> = OnceLock::new();
    let mint = match MINT.get() {
        Some(mint) => mint,
        None => {
            let drawn = drawn()?;
            MINT.get_or_init(|| Mint::new(drawn))
        }
    };
    let [chance] = drawn()?;
    for _ in 0..chance % 4 {
        mint.page();
    }
    Ok(mint.page())
}

/// Chance from the system, as the product has it.
pub(super) fn drawn<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes).map_err(|_| anyhow!("the system gives no random numbers"))?;
    Ok(bytes)
}

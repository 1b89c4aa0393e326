//! Puts a node together from its parts, runs it, and ends it in order.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use axum::Router;
use schemas::station::{Rules, Setting, Station};
use sync::discovery::Discovery;
use sync::engine::{self, Engine};
use sync::identity::Identity;
use sync::journal::SEGMENT_BYTES;
use sync::links::Links;
use sync::store::StoreError;
use sync::transport::{Endpoint, TimeSource};
use sync::worker::{Index, Worker};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;

use crate::clock;
use crate::column_maps::OwnMaps;
use crate::config::Config;
use crate::data::{DataDir, Membership, Role, Running};
use crate::devices::Devices;
use crate::domain::Desk;
use crate::inbox::Inbox;
use crate::lan::{Keeper, Lan, Signer};
use crate::lang::{Language, Languages};
use crate::outbox::Outbox;
use crate::print::{Patience, Printers};
use crate::rejects::Rejects;
use crate::screen_names::ScreenNames;
use crate::services::Services;
use crate::setup::{LANGUAGE_FILE, write_first_person};
use crate::staff::{Door, token_file};
use crate::web::pack_files::PackFiles;
use crate::{days, installation, photos, rules, web};

/// No certificate of ours was made before this; a clock that says less has lost its battery.
const EARLIEST_UNIX: i64 = 1_793_491_200;

/// As long as open requests may take after SIGTERM.
const DRAIN: Duration = Duration::from_secs(4);

/// Runs a hub or a desk until it is told to stop.
pub async fn run(role: Role, mut config: Config, options: web::Options) -> Result<()> {
    let options = web::Options { languages: languages(&config)?, ..options };
    let data = DataDir::take(&config.data)?;
    let token = token_file(&data.api_token(), &drawn()?)?;
    let options = web::Options { door: Door::new(config.lock_after, token, Some(&data.drafts())), ..options };
    let membership = data.membership(role)?;
    let packs = (role == Role::Node).then(|| PackFiles { folder: data.packs(), print_before: config.print_packs_before });
    let options = web::Options { packs, ..options };
    let options = web::Options { devices: Devices::open(&data.devices()), folder: Some(data.path().to_owned()), ..options };
    let identity =
        Arc::new(Identity::load(&data.identity()).context("this node's key and certificate cannot be read; join again into a new directory")?);
    let connecting = rules::connecting_times(&config)?;
    let own_maps = OwnMaps::read(config.column_maps.as_deref());
    for fault in &own_maps.faults {
        tracing::error!("left out of the column maps: {fault}");
    }
    let blank = blank(&membership, rules::of_station(&config, &own_maps)?)?;
    let index = read_index(&data, blank.clone());
    let engine = start_engine(&data, Arc::clone(&identity))?;
    let worker = start_worker(&engine, &data, index, blank).await?;
    let time = {
        let engine = engine.clone();
        TimeSource::new(move || (engine.now_ms() / 1000).max(EARLIEST_UNIX))
    };
    let screen_names = (role == Role::Hub).then(|| ScreenNames::open(&data.authority(), config.screen_domains)).transpose()?.map(Arc::new);
    let joiner = screen_names.as_ref().map(|names| installation::join_service(&data, Arc::clone(names))).transpose()?;
    let endpoint = Endpoint::bind(config.listen, Arc::clone(&identity), time.clone(), joiner)?;
    let lan = Lan::default();
    let signer = match (screen_names, config.hub.clone().or_else(|| membership.hub.clone())) {
        (Some(names), _) => {
            lan.know(names.authority_der());
            Signer::Here(names)
        }
        (None, Some(address)) => Signer::Hub { address, time },
        (None, None) => Signer::Nobody,
    };
    let mut peers = config.peers;
    peers.extend(config.hub.or_else(|| membership.hub.clone()));
    let zone = membership.zone.as_deref().and_then(|zone| zone.parse().ok());
    if role == Role::Node
        && let Some(wants) = days::first_wants(clock::now_ms(), zone)
    {
        engine.want(wants).await?;
    }
    let blobs = photos::open(&data.photos(), &engine, role == Role::Hub)?;
    let links = Links::start_with(engine.clone(), endpoint.clone(), peers, Some(blobs.clone()));
    if role == Role::Node && config.discover {
        discover(&links, &identity, &endpoint);
    }
    let rejects = Arc::new(Rejects::open(&data.rejects()).context("the messages that were not taken cannot be read")?);
    let services = Services::new(engine, worker, identity.member().clone(), zone, rejects, drawn()?);
    services.attach(links);
    services.attach_photos(blobs);
    if role == Role::Hub {
        write_first_person(&services, data.path()).await?;
        let folder = config.data.clone();
        services.copy_connecting_guests(move || installation::stations(&folder));
    }
    if membership.practice {
        tracing::info!("this installation is for practice: it prints on no printer, sends nothing to others and reads nothing of theirs");
        (config.printers, config.ways, config.ways_in) = (Vec::new(), Vec::new(), Vec::new());
    }
    let printers = {
        let services = services.clone();
        Printers::start(config.printers, &data.print_jobs(), Patience::default(), move || services.tell("printers"))
            .context("the print jobs of this desk cannot be read")?
    };
    let outbox = Outbox::start(&services, config.ways, &data.outbox())?;
    let inbox = Inbox::start(&services, config.ways_in);
    let column_faults = own_maps.faults.into();
    let options = web::Options { column_faults, ..options };
    let options = web::Options { printers, outbox, inbox, connecting, host_every_minutes: config.host_every_minutes, lan: lan.clone(), ..options };
    let listener = TcpListener::bind(config.http).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => anyhow!("TCP port {} is already in use; stop the other program, or set another `http`", config.http.port()),
        _ => anyhow::Error::new(error).context(format!("screens cannot be served on {}", config.http)),
    })?;
    // Whoever reads that this node is ready may tell it to stop at once. Before, a signal just ends the process: nobody was promised anything.
    let stop = StopSignals::hear()?;
    let running =
        Running { pid: std::process::id(), listen: endpoint.local_addr(), http: listener.local_addr().context("the screens have no address")? };
    data.write_running(&running)?;
    tracing::info!(desk = %membership.desk, role = role.word(), http = %running.http, listen = %running.listen, "ready");
    let pages = web::screens(services.clone(), options, config.lan.as_ref().map_or(&[], |lan| &lan.names));
    let router = pages.network;
    let keeper = config.lan.map(|screens| Keeper { screens, folder: data.screens(), signer, identity, services, router, lan });
    let served = serve(listener, pages.here, keeper, stop).await;
    endpoint.close().await;
    data.remove_running();
    // The owner may live a moment longer than this: the directory stays ours until the process ends.
    std::mem::forget(data);
    tracing::info!("stopped in order");
    served
}

/// A file of a language that is wrong is named and left out: a desk works without it. A language that is not there at all is a typing mistake.
pub(crate) fn languages(config: &Config) -> Result<Languages> {
    let mut languages = Languages::default();
    if let Some(folder) = &config.languages {
        let (found, faults) = languages.with_folder(folder);
        for fault in &faults {
            tracing::error!("left out of the languages of the screens: {fault}");
        }
        languages = found;
    }
    match &config.language {
        Some(language) => languages.with_default(language).ok_or_else(|| {
            anyhow!(
                "the screens do not speak {language}, which `language` names; add its folder to the folder that `languages` names, or name another"
            )
        }),
        None => Ok(chosen_at_first(&config.data).and_then(|language| languages.clone().with_default(&language)).unwrap_or(languages)),
    }
}

/// The language that was chosen on the first page, if this node was set up there.
fn chosen_at_first(data: &Path) -> Option<Language> {
    std::fs::read_to_string(data.join(LANGUAGE_FILE)).ok()?.trim().parse().ok()
}

/// Finding neighbours is a help; a desk works without it.
fn discover(links: &Links, identity: &Identity, endpoint: &Endpoint) {
    match Discovery::start(identity, endpoint.local_addr()) {
        Ok(discovery) => links.find(discovery),
        Err(error) => tracing::warn!(%error, "neighbours are not looked for"),
    }
}

async fn serve(listener: TcpListener, router: Router, keeper: Option<Keeper>, mut told_to_stop: StopSignals) -> Result<()> {
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let network = keeper.map(|keeper| tokio::spawn(keeper.keep(stopping.clone())));
    let mut server = tokio::spawn(async move {
        let mut stopping = stopping;
        let graceful = axum::serve(listener, router).with_graceful_shutdown(async move {
            let _ = stopping.changed().await;
        });
        graceful.await
    });
    tokio::select! {
        ended = &mut server => ended.context("the screens stopped")?.context("the screens stopped")?,
        () = told_to_stop.come() => {
            tracing::info!("told to stop");
            stop.send_replace(true);
            // Live screens never end by themselves; whoever is still connected after this sees the desk go.
            let network = async {
                if let Some(network) = network {
                    let _ = network.await;
                }
            };
            let _ = tokio::time::timeout(DRAIN, async { tokio::join!(server, network) }).await;
        }
    }
    Ok(())
}

fn start_engine(data: &DataDir, identity: Arc<Identity>) -> Result<Engine> {
    let settings = engine::Settings {
        identity,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        clock: Arc::new(clock::now_ms),
        lifetime: drawn()?,
        segment_bytes: SEGMENT_BYTES,
        on_fatal: Arc::new(|reason| {
            tracing::error!(reason, "this node stops: its memory is ahead of its disk. It starts again from what is on disk");
            std::process::exit(70);
        }),
    };
    let engine = Engine::start(&data.journal(), settings).context("the journal cannot be opened")?;
    let damage = engine.damage();
    if damage != engine::Damage::default() {
        tracing::warn!(?damage, "the journal is not whole: a torn end was never acknowledged, damaged places are fetched again from other nodes");
    }
    Ok(engine)
}

/// Chance from the system.
fn drawn<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes).map_err(|_| anyhow!("the system gives no random numbers"))?;
    Ok(bytes)
}

/// How to make a desk that knows nothing.
#[derive(Clone)]
struct Blank {
    setting: Setting,
    rules: Arc<Rules>,
}

impl Blank {
    fn desk(&self) -> Desk {
        Desk::new(Station::new(self.setting.clone()).under(Arc::clone(&self.rules)))
    }
}

fn blank(membership: &Membership, rules: Arc<Rules>) -> Result<Blank> {
    let station = match &membership.station {
        Some(code) => Some(code.parse().context("the station in membership.json is none")?),
        None => None,
    };
    let zone = match &membership.zone {
        Some(name) => Some(name.parse().map_err(|_| anyhow!("the time zone {name:?} in membership.json is not known"))?),
        None => None,
    };
    if station.is_none() && membership.role == Role::Node {
        bail!("membership.json names no station; join again into a new directory");
    }
    let setting = Setting {
        station,
        zone,
        desk: membership.desk.clone(),
        secret: membership.secret()?,
        blocks: membership.blocks.clone(),
        practice: membership.practice,
    };
    Ok(Blank { setting, rules })
}

/// The index as it is being read.
type Reading = JoinHandle<Result<Index<Desk>, StoreError>>;

/// Begins to read the index; the journal is read meanwhile.
fn read_index(data: &DataDir, blank: Blank) -> Reading {
    let dir = data.index();
    tokio::task::spawn_blocking(move || Index::read(&dir, || blank.desk()))
}

async fn start_worker(engine: &Engine, data: &DataDir, index: Reading, blank: Blank) -> Result<Worker<Desk>> {
    let index = index.await.context("the reader of the index ended")??;
    let (engine, dir) = (engine.clone(), data.index());
    let started = tokio::task::spawn_blocking(move || Worker::start_from(engine, &dir, index, || blank.desk())).await.context("the worker ended")?;
    let (worker, started, _) = started?;
    match started.set_aside {
        Some(reason) => tracing::warn!(reason, frames = started.behind, "the index was not whole and is built again from the journal"),
        None if started.behind > 0 => tracing::info!(frames = started.behind, "the index caught up with the journal"),
        None => {}
    }
    Ok(worker)
}

/// The two signals that end a node in order: Ctrl-C and SIGTERM.
pub(crate) struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    /// Takes the signals from now on.
    pub(crate) fn hear() -> Result<Self> {
        let hear = |kind| signal(kind).context("the signals that end this node cannot be heard");
        Ok(Self { interrupt: hear(SignalKind::interrupt())?, terminate: hear(SignalKind::terminate())? })
    }

    pub(crate) async fn come(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

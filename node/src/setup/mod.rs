//! The first run: a page on this machine alone that sets a hub or a desk up, and then becomes it.

mod code;
mod person;
mod stage;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use sync::transport::JoinCode;
use tokio::net::TcpListener;
use tokio::sync::watch;

pub use code::SetupCode;
pub use person::FirstPerson;
pub(crate) use person::write_first_person;
pub use stage::Failure;
pub(crate) use stage::LANGUAGE_FILE;

use crate::app::{self, StopSignals};
use crate::cli::{self, HubInvite, Start};
use crate::config::{Config, Neighbours, Ports};
use crate::data::{DataDir, Role, read_membership};
use crate::lang::Language;
use crate::{demo, web};
use stage::{Done, Stage};

/// What a person asks for on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// A new installation, with this machine as its hub, who looks after it, and an invitation for its first desk if one is named.
    Hub { installation: String, person: FirstPerson, first: Option<FirstDesk> },
    /// A desk of an installation that is there.
    Desk { code: Box<JoinCode> },
    /// To look at invented flights first. Nothing is set up.
    Demonstration,
}

/// The first desk of a new installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstDesk {
    pub station: String,
    pub desk: String,
    /// Where the desk reaches this hub, as host:port.
    pub address: String,
}

/// What a try came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetUp {
    /// `None` where nothing is set up but the demonstration begins.
    pub role: Option<Role>,
    /// `HUB`, or the desk's name.
    pub desk: String,
    pub station: String,
    /// SHA-256 of the authority's key, in groups of four.
    pub fingerprint: String,
    /// The join code of the first desk.
    pub invitation: Option<String>,
    /// The staff number of the first person; empty at a desk.
    pub person: String,
}

/// The data directory that is being set up, as the page sees it. Copies are the same.
#[derive(Clone)]
pub struct Setup {
    inner: Arc<Inner>,
}

struct Inner {
    stage: Stage,
    code: SetupCode,
    /// One try at a time; set when one went well.
    done: tokio::sync::Mutex<Option<SetUp>>,
    ended: watch::Sender<bool>,
}

impl Setup {
    /// For a data directory that this process has taken. `tell` gets each code that is to be read by whoever sits here.
    pub fn new(data: &Path, tell: impl Fn(&str) + Send + Sync + 'static) -> Result<Self> {
        let inner =
            Inner { stage: Stage::new(data), code: SetupCode::new(tell)?, done: tokio::sync::Mutex::default(), ended: watch::Sender::new(false) };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Whether this is the code on the console. Slow to answer when it is not, and after a few wrong ones another code counts.
    pub async fn is_code(&self, typed: &str) -> bool {
        self.inner.code.is(typed).await
    }

    /// Sets up what was asked for, once: afterwards it says what was set up then.
    ///
    /// # Errors
    /// In words that name the remedy; nothing half-made stays behind.
    pub async fn carry_out(&self, wish: &Wish, language: &Language) -> Result<SetUp, Failure> {
        let mut done = self.inner.done.lock().await;
        if let Some(done) = done.clone() {
            return Ok(done);
        }
        let made = match wish {
            Wish::Hub { installation, person, first } => self.inner.stage.hub(installation, person, first.as_ref(), language).await?,
            Wish::Desk { code } => self.inner.stage.desk(code, language).await?,
            Wish::Demonstration => Done::default(),
        };
        let set_up = SetUp {
            role: made.role,
            desk: made.desk,
            station: made.station,
            fingerprint: made.ca_key_hash.map(|hash| grouped(&hash)).unwrap_or_default(),
            invitation: made.invitation,
            person: made.person,
        };
        *done = Some(set_up.clone());
        self.inner.ended.send_replace(true);
        Ok(set_up)
    }

    async fn result(&self) -> Option<SetUp> {
        self.inner.done.lock().await.clone()
    }
}

/// The invitation of a first desk, as the command line takes it.
pub(crate) fn invitation(hub: &Path, first: &FirstDesk) -> HubInvite {
    HubInvite {
        data: hub.to_owned(),
        address: first.address.clone(),
        station: first.station.clone(),
        desk: first.desk.clone(),
        carriers: vec!["*".to_owned()],
        no_sensitive: false,
        zone: None,
    }
}

/// The hash of an authority's key, for people who compare: 64 digits in groups of four.
pub fn grouped(hash: &[u8; 32]) -> String {
    let pairs: Vec<String> = hash.chunks(2).map(|pair| pair.iter().map(|byte| format!("{byte:02X}")).collect()).collect();
    pairs.join(" ")
}

/// What `apron` does without more words: runs what is set up here, or sets it up first.
pub async fn start(mut options: Start, hub: Ports, desk: Ports) -> Result<()> {
    if options.run.config.is_none() && options.run.data.is_none() {
        options.run.data = Some(home()?);
    }
    let config = Config::gather(copied(&options.run), Neighbours::default(), desk)?;
    Stage::new(&config.data).resume()?;
    if !is_set_up(&config.data) {
        untouched(&config.data)?;
        let Some(http) = set_up(&config).await? else { return Ok(()) };
        options.run.http = Some(http);
    }
    run(options, hub, desk).await
}

/// Shows the page until something is set up; where it was shown. Nothing when there is nothing to run afterwards.
async fn set_up(config: &Config) -> Result<Option<SocketAddr>> {
    let taken = DataDir::take(&config.data)?;
    let listener = TcpListener::bind(config.http).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => anyhow!("TCP port {} is already in use; stop the other program, or set another `http`", config.http.port()),
        _ => anyhow::Error::new(error).context(format!("the first page cannot be shown on {}", config.http)),
    })?;
    let http = listener.local_addr().context("the first page has no address")?;
    println!("Nothing is set up in {} yet. Open this page on this machine:\n\n  http://{http}/setup\n", config.data.display());
    let setup = Setup::new(&config.data, |code| println!("and enter the code {code} there. It counts once, and only while this program runs."))?;
    let mut stop = StopSignals::hear()?;
    let ended = setup.inner.ended.subscribe();
    let languages = app::languages(config)?;
    tokio::select! {
        served = web::setup::serve(listener, setup.clone(), languages, ended) => served?,
        () = stop.come() => return Ok(None),
    }
    drop(taken);
    let Some(done) = setup.result().await else { return Ok(None) };
    match done.role {
        Some(_) => {
            println!("{} is set up and starts now: http://{http}/", done.desk);
            Ok(Some(http))
        }
        None => {
            println!("The demonstration starts. Nothing was set up; start `apron` again for that.");
            demo::run(&cli::Demo { exit: false, sign_in: false, json: false, data: None }).await?;
            Ok(None)
        }
    }
}

async fn run(options: Start, hub: Ports, desk: Ports) -> Result<()> {
    let data =
        options.run.data.clone().map_or_else(|| Config::gather(copied(&options.run), Neighbours::default(), desk).map(|config| config.data), Ok)?;
    let role = read_membership(&data)?.role;
    let ports = match role {
        Role::Hub => hub,
        Role::Node => desk,
    };
    app::run(role, Config::gather(options.run, Neighbours::default(), ports)?, web::Options::default()).await
}

/// Setting up makes these anew: what is there already belongs to an installation, though it does not say to which.
fn untouched(data: &Path) -> Result<()> {
    match ["authority", "identity", "journal"].iter().find(|name| data.join(name).exists()) {
        Some(name) => bail!(
            "{} holds {name} of an installation, and membership.json is missing: bring it back from the backup, or start with another data directory",
            data.display()
        ),
        None => Ok(()),
    }
}

fn is_set_up(data: &Path) -> bool {
    data.join("membership.json").exists()
}

fn copied(run: &cli::Run) -> cli::Run {
    cli::Run { config: run.config.clone(), data: run.data.clone(), listen: run.listen, http: run.http }
}

/// Where data lies if nobody says so: the person's own place for it (XDG base directories).
fn home() -> Result<PathBuf> {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let own = named("XDG_DATA_HOME").or_else(|| named("HOME").map(|home| home.join(".local").join("share")));
    match own {
        Some(folder) => Ok(folder.join("apron")),
        None => bail!("no data directory is named and there is no home directory; give --data DIR"),
    }
}

//! The command line: what can be typed, and where each value may come from.
//!
//! Flags stand above environment variables, and these above the configuration file.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Apron keeps a station working through any outage.
#[derive(Debug, Parser)]
#[command(name = "apron", version, about)]
pub struct Cli {
    /// What to do; without a word, the same as `start`.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Log as one JSON object a line.
    #[arg(long, global = true, env = "APRON_LOG_JSON")]
    pub log_json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run what is set up on this machine; set it up first, on a page of this machine, if nothing is.
    Start(Start),
    /// Play one operating day of a small station on this machine, with an outage in the middle.
    Demo(Demo),
    /// Set up or run the hub.
    #[command(subcommand)]
    Hub(Hub),
    /// Join or run a desk of a station.
    #[command(subcommand)]
    Node(Node),
    /// Give a Type B message (PNL, ADL, BSM, BPM, MVT) to a running node.
    Import(Import),
    /// Look after the messages that a running node could not apply.
    #[command(subcommand)]
    Rejects(Rejects),
    /// Print the certificate authority of the screens (PEM), which devices on the network are to trust, with its fingerprint and the steps.
    Authority(Authority),
    /// Say how a running node does.
    Status(Status),
    /// Look at a journal.
    #[command(subcommand)]
    Journal(Journal),
    /// Read standards texts, one JSON string a line on standard input, and say what they mean, one JSON object a line.
    Decode(Decode),
    /// Answer questions of the trade's rules, one JSON object a line on standard input, one JSON object a line back.
    Decide(Decide),
}

#[derive(Debug, Args)]
pub struct Start {
    #[command(flatten)]
    pub run: Run,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// Play as fast as it can, then end; the exit status is 0 only if everything came together and nothing was lost.
    #[arg(long)]
    pub exit: bool,
    /// Write staff down first, so that the screens ask who works here.
    #[arg(long)]
    pub sign_in: bool,
    /// Print one JSON object at the end.
    #[arg(long)]
    pub json: bool,
    /// Keep the data directories here instead of a temporary folder.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Hub {
    /// Make a new installation: its authority, its secret, and the hub's own certificate.
    Init(HubInit),
    /// Make a one-time code with which a desk joins, valid for 24 hours.
    Invite(HubInvite),
    /// Run the hub.
    Run(HubRun),
    /// List the days and months that the running hub holds: open or closed, who may hold more of them, what came late.
    Scopes(HubScopes),
    /// Close the records of a day or month for good, once every desk that wrote there has confirmed or is named as lost.
    Close(HubClose),
    /// Take the name of a node's screens away from it, so that another may have it.
    FreeName(HubFreeName),
    /// Write a member of staff down at the running hub, or change what is known of one. The first must be an administrator.
    Staff(StaffSet),
}

#[derive(Debug, Args)]
pub struct StaffSet {
    /// The staff number.
    pub number: String,
    /// The name as on the badge.
    #[arg(long)]
    pub name: Option<String>,
    /// What the person does: gate, counter, baggage, loader, supervisor, duty-manager, hub-ops, admin; separated by commas.
    #[arg(long = "role", value_delimiter = ',', value_name = "ROLES")]
    pub roles: Vec<String>,
    /// The stations where they work, separated by commas; * for all, as is a new person's if left out.
    #[arg(long = "station", value_name = "CODES")]
    pub stations: Option<String>,
    /// The carriers for which they work, separated by commas; * for all, as is a new person's if left out.
    #[arg(long = "carrier", value_name = "CODES")]
    pub carriers: Option<String>,
    /// What the badge's bar code says, such as B:0042; empty takes the badge away.
    #[arg(long)]
    pub badge: Option<String>,
    /// Read a password or PIN from standard input.
    #[arg(long)]
    pub password_stdin: bool,
    /// Whether they may sign in.
    #[arg(long, value_name = "true|false")]
    pub active: Option<bool>,
    /// The staff number of who writes it down; the person's own if left out, as for the first administrator.
    #[arg(long, env = "APRON_STAFF")]
    pub staff: Option<String>,
    #[command(flatten)]
    pub target: Target,
}

#[derive(Debug, Args)]
pub struct HubFreeName {
    /// The name or address, such as g12.pvg.internal.
    pub name: String,
    /// The hub's data directory.
    #[arg(long, env = "APRON_DATA", value_name = "DIR")]
    pub data: PathBuf,
}

#[derive(Debug, Args)]
pub struct Authority {
    /// The data directory of the hub, or of a node whose screens have a certificate.
    #[arg(long, env = "APRON_DATA", value_name = "DIR")]
    pub data: PathBuf,
}

#[derive(Debug, Args)]
pub struct HubScopes {
    /// Print them as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub target: Target,
}

#[derive(Debug, Args)]
pub struct HubClose {
    /// The scope, such as PVG/2026-11-22/CA.
    pub scope: String,
    /// Why.
    #[arg(long)]
    pub reason: String,
    /// A desk that will not come back, such as "PVG C2"; may be given several times.
    #[arg(long, value_name = "DESK")]
    pub lost: Vec<String>,
    /// The staff number of who closes it.
    #[arg(long, env = "APRON_STAFF")]
    pub staff: String,
    #[command(flatten)]
    pub target: Target,
}

#[derive(Debug, Args)]
pub struct HubInit {
    /// The hub's data directory.
    #[arg(long, env = "APRON_DATA", value_name = "DIR")]
    pub data: PathBuf,
    /// A name for the installation, shown in certificates.
    #[arg(long, default_value = "apron")]
    pub installation: String,
    /// For practice: nothing in it is real, nothing is sent or printed, and every page says so. It stays so; real work needs an installation of its own.
    #[arg(long)]
    pub practice: bool,
}

#[derive(Debug, Args)]
pub struct HubInvite {
    /// The hub's data directory.
    #[arg(long, env = "APRON_DATA", value_name = "DIR")]
    pub data: PathBuf,
    /// Where desks reach the hub, as host:port.
    #[arg(long, value_name = "HOST:PORT")]
    pub address: String,
    /// The station, three letters.
    #[arg(long)]
    pub station: String,
    /// The desk's name, such as G12.
    #[arg(long)]
    pub desk: String,
    /// The carriers that the desk works for, separated by commas; * for all.
    #[arg(long, value_delimiter = ',', default_value = "*")]
    pub carriers: Vec<String>,
    /// For a device that stands where guests do: it never holds document numbers, medical notes and minors.
    #[arg(long)]
    pub no_sensitive: bool,
    /// The station's time zone, such as Asia/Shanghai; from the airport table if left out.
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
}

#[derive(Debug, Args)]
pub struct HubRun {
    #[command(flatten)]
    pub run: Run,
    /// Show a panel that cuts and restores the links of a demonstration controlled at this address.
    #[arg(long, value_name = "ADDR")]
    pub demo_control: Option<SocketAddr>,
}

#[derive(Debug, Subcommand)]
pub enum Node {
    /// Join an installation with a code from its hub: the key is made here and never leaves this device.
    Join(NodeJoin),
    /// Run the desk.
    Run(NodeRun),
}

#[derive(Debug, Args)]
pub struct NodeJoin {
    /// The one-time code from `apron hub invite`.
    pub code: String,
    /// The desk's data directory, new or empty.
    #[arg(long, env = "APRON_DATA", value_name = "DIR")]
    pub data: PathBuf,
}

#[derive(Debug, Args)]
pub struct NodeRun {
    #[command(flatten)]
    pub run: Run,
    /// Where the hub listens, if not where it was when the desk joined.
    #[arg(long, env = "APRON_HUB", value_name = "HOST:PORT")]
    pub hub: Option<String>,
    /// Other desks of the station, each as host:port; may be given several times.
    #[arg(long = "peer", env = "APRON_PEERS", value_delimiter = ',', value_name = "HOST:PORT")]
    pub peers: Option<Vec<String>>,
    /// Look for the station's other desks on the local network (multicast DNS); on unless the desk listens on 127.0.0.1.
    #[arg(long, env = "APRON_DISCOVER", value_name = "true|false", num_args = 0..=1, default_missing_value = "true")]
    pub discover: Option<bool>,
}

/// What hub and node have in common.
#[derive(Debug, Args)]
pub struct Run {
    /// A configuration file (TOML); flags and environment variables stand above it.
    #[arg(long, env = "APRON_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The data directory.
    #[arg(long, env = "APRON_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// UDP and TCP address for links to other nodes.
    #[arg(long, env = "APRON_LISTEN", value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Address of the screens and the API on this machine, 127.0.0.1. Other devices are served over TLS: see [screens] in the configuration file.
    #[arg(long, env = "APRON_HTTP", value_name = "ADDR")]
    pub http: Option<SocketAddr>,
}

/// Which running node is meant.
#[derive(Debug, Args)]
pub struct Target {
    /// The node's address, such as http://127.0.0.1:8440.
    #[arg(long, env = "APRON_API", value_name = "URL", conflicts_with = "data")]
    pub api: Option<String>,
    /// The node's data directory on this machine.
    #[arg(long, env = "APRON_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// What the node's API asks for once staff is written down; from the data directory if left out.
    #[arg(long, env = "APRON_API_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub token: Option<String>,
}

#[derive(Debug, Args)]
pub struct Import {
    /// The message file.
    pub file: PathBuf,
    /// The staff number that stands in the entry.
    #[arg(long, env = "APRON_STAFF")]
    pub staff: String,
    #[command(flatten)]
    pub target: Target,
}

#[derive(Debug, Subcommand)]
pub enum Rejects {
    /// List them: what is the matter with each, in which line, and what to do.
    List(RejectsList),
    /// Show one with its text.
    Show(RejectsShow),
    /// Try one again after the cause is mended, or with a corrected text.
    Replay(RejectsReplay),
    /// Discard one for a reason.
    Discard(RejectsDiscard),
}

#[derive(Debug, Args)]
pub struct RejectsList {
    /// Also those that were applied or discarded.
    #[arg(long)]
    pub all: bool,
    /// Print them as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub target: Target,
}

#[derive(Debug, Args)]
pub struct RejectsShow {
    /// The message's name in the list.
    pub id: String,
    /// Print its text alone, to correct it in a file.
    #[arg(long)]
    pub text: bool,
    #[command(flatten)]
    pub target: Target,
}

#[derive(Debug, Args)]
pub struct RejectsReplay {
    /// The message's name in the list.
    pub id: String,
    /// A file with the corrected text.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The staff number that stands in the entry.
    #[arg(long, env = "APRON_STAFF")]
    pub staff: String,
    #[command(flatten)]
    pub target: Target,
}

#[derive(Debug, Args)]
pub struct RejectsDiscard {
    /// The message's name in the list.
    pub id: String,
    /// Why.
    #[arg(long)]
    pub reason: String,
    /// The staff number of who discards it.
    #[arg(long, env = "APRON_STAFF")]
    pub staff: String,
    #[command(flatten)]
    pub target: Target,
}

#[derive(Debug, Args)]
pub struct Status {
    /// Print the whole status as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub target: Target,
}

#[derive(Debug, Subcommand)]
pub enum Journal {
    /// Prove every commit, chain and signature of a stopped node's journal; changes nothing.
    Verify(JournalVerify),
}

#[derive(Debug, Args)]
pub struct JournalVerify {
    /// The node's data directory.
    #[arg(long, env = "APRON_DATA", value_name = "DIR")]
    pub data: PathBuf,
    /// Print the result as JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Decode {
    pub what: DecodeWhat,
}

/// What `decode` reads.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum DecodeWhat {
    /// IATA boarding pass bar codes.
    Bcbp,
    /// Bag tags.
    BagTag,
    /// Type B messages.
    TypeB,
    /// Bag tracing references.
    PirReference,
}

#[derive(Debug, Args)]
pub struct Decide {
    pub what: DecideWhat,
}

/// What `decide` answers.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum DecideWhat {
    /// What a guest is entitled to.
    Entitlement,
    /// When something is due.
    Deadline,
    /// Whether a connection is missed.
    Misconnection,
    /// Whether a found bag is a missing one.
    Match,
    /// The date of a flight from the day in a boarding pass.
    FlightDate,
}

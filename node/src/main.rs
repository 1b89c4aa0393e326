//! The `apron` binary: reads the command line and does what it says.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use node::cli::{Cli, Command, DecideWhat, DecodeWhat, Hub, Journal, Node, Rejects, Run, Start};
use node::config::{Config, Neighbours, Ports};
use node::data::Role;
use node::terminal::{answer_lines, without_numbers};
use node::{app, client, demo, installation, logging, screen_names, setup, verify, web};
use schemas::standards::{decide, decode};

const HUB_PORTS: Ports = Ports { listen: 4450, http: 8450 };
const NODE_PORTS: Ports = Ports { listen: 4440, http: 8440 };

/// Folding what the network brings makes and drops millions of small pieces; the system's allocator took most of that time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Threads that wait for disks and names. Each keeps memory of its own: five hundred, as is usual, cost a hub a gigabyte when two hundred desks came back at
/// once.
const WAITING_THREADS: usize = 16;

/// mimalloc gives memory back a second after it was freed, and only when more is freed then: a desk that was just started is idle, and kept the memory of
/// its start. It takes other settings only from the environment, and only before `main`; so does this program, once. In milliseconds.
const GIVES_BACK_AFTER: (&str, &str) = ("MIMALLOC_PURGE_DELAY", "10");

fn main() -> ExitCode {
    let cli = Cli::parse();
    let command = cli.command.unwrap_or_else(nothing_said);
    if matches!(command, Command::Start(_) | Command::Hub(Hub::Run(_)) | Command::Node(Node::Run(_))) {
        give_back_early();
    }
    logging::start(cli.log_json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().max_blocking_threads(WAITING_THREADS).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&anyhow::Error::new(error).context("this process cannot start")),
    };
    let ended = runtime.block_on(carry_out(command));
    // Threads that still wait for the network or the disk have nothing left that anybody was promised.
    runtime.shutdown_timeout(Duration::from_secs(1));
    ended.unwrap_or_else(|error| failed(&error))
}

/// `apron` alone is `apron start`, with what the environment says.
fn nothing_said() -> Command {
    let started = Cli::try_parse_from(["apron", "start"]).ok().and_then(|cli| cli.command);
    started.unwrap_or(Command::Start(Start { run: Run { config: None, data: None, listen: None, http: None } }))
}

/// Becomes this program again, with its allocator told when to give memory back, unless somebody has told it already. Where that fails memory is given
/// back later, and nothing else differs.
fn give_back_early() {
    let (name, value) = GIVES_BACK_AFTER;
    if std::env::var_os(name).is_none()
        && let Ok(program) = std::env::current_exe()
    {
        let mut words = std::env::args_os();
        let own = words.next().unwrap_or_else(|| program.clone().into());
        let _ = std::process::Command::new(program).arg0(own).args(words).env(name, value).exec();
    }
}

async fn carry_out(command: Command) -> Result<ExitCode> {
    match command {
        Command::Demo(options) => {
            let good = demo::run(&options).await?;
            return Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Command::Start(options) => setup::start(options, HUB_PORTS, NODE_PORTS).await?,
        Command::Hub(Hub::Init(options)) => {
            installation::init(&options)?;
            println!("The installation is made. Start the hub with `apron hub run --data {}`.", options.data.display());
        }
        Command::Hub(Hub::Invite(options)) => println!("{}", installation::invite(&options)?),
        Command::Hub(Hub::Run(options)) => {
            let config = Config::gather(options.run, Neighbours::default(), HUB_PORTS)?;
            let screens = web::Options { demo_control: options.demo_control.map(|address| format!("http://{address}")), ..web::Options::default() };
            app::run(Role::Hub, config, screens).await?;
        }
        Command::Node(Node::Join(options)) => {
            let membership = installation::join(&options).await?;
            println!("This device is now desk {}. Start it with `apron node run --data {}`.", membership.desk, options.data.display());
        }
        Command::Node(Node::Run(options)) => {
            let neighbours = Neighbours { hub: options.hub, peers: options.peers, discover: options.discover };
            let config = Config::gather(options.run, neighbours, NODE_PORTS)?;
            app::run(Role::Node, config, web::Options::default()).await?;
        }
        Command::Hub(Hub::FreeName(options)) => {
            let name = options.name.parse().context("this is no name of screens")?;
            let holder = screen_names::free(&options.data, &name)?;
            println!("{name} belonged to {holder} and is free. Take it out of that node's configuration, or it asks for it again.");
        }
        Command::Authority(options) => {
            let authority = installation::screen_authority(&options.data)?;
            eprintln!("{}", authority.steps());
            print!("{}", authority.pem());
        }
        Command::Hub(Hub::Scopes(options)) => println!("{}", client::scopes(&options).await?),
        Command::Hub(Hub::Staff(options)) => println!("{}", client::staff_set(&options).await?),
        Command::Hub(Hub::Close(options)) => println!("{}", client::close(&options).await?),
        Command::Import(options) => println!("{}", client::import(&options).await?),
        Command::Rejects(Rejects::List(options)) => println!("{}", client::rejects_list(&options).await?),
        Command::Rejects(Rejects::Show(options)) => println!("{}", client::rejects_show(&options).await?),
        Command::Rejects(Rejects::Replay(options)) => println!("{}", client::rejects_replay(&options).await?),
        Command::Rejects(Rejects::Discard(options)) => println!("{}", client::rejects_discard(&options).await?),
        Command::Status(options) => {
            let status = client::status(&options).await?;
            if options.json { println!("{status}") } else { println!("{}", client::in_words(&status)) }
        }
        Command::Journal(Journal::Verify(options)) => {
            let proof = verify::verify(&options)?;
            if options.json {
                println!("{}", proof.json())
            } else {
                println!("{}", proof.words())
            }
            return Ok(if proof.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Command::Decode(options) => {
            let kind = match options.what {
                DecodeWhat::Bcbp => decode::DecodeKind::Bcbp,
                DecodeWhat::BagTag => decode::DecodeKind::BagTag,
                DecodeWhat::TypeB => decode::DecodeKind::TypeB,
                DecodeWhat::PirReference => decode::DecodeKind::PirReference,
            };
            answer_lines(|line| decode::line(kind, line))?;
        }
        Command::Decide(options) => {
            let kind = match options.what {
                DecideWhat::Entitlement => decide::DecideKind::Entitlement,
                DecideWhat::Deadline => decide::DecideKind::Deadline,
                DecideWhat::Misconnection => decide::DecideKind::Misconnection,
                DecideWhat::Match => decide::DecideKind::Match,
                DecideWhat::FlightDate => decide::DecideKind::FlightDate,
            };
            answer_lines(|line| decide::line(kind, line))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn failed(error: &anyhow::Error) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "apron: {}", without_numbers(&format!("{error:#}")));
    ExitCode::FAILURE
}

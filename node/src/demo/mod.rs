//! One operating day of a small station on this machine: real processes, real links, and an outage in the middle.

mod airline;
mod control;
mod day;
mod driver;
mod fleet;
mod hand_back;
mod list;
mod outcome;
mod relay;
mod staff;
mod stage;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::app::StopSignals;
use crate::cli::Demo;
use crate::clock;
use fleet::{DESKS, Fleet, HUB};
use outcome::Outcome;
use stage::Stage;

/// Between two presses when a person watches.
const PACE: Duration = Duration::from_millis(250);

/// Plays the day. True if everything came together and nothing was lost.
pub async fn run(options: &Demo) -> Result<bool> {
    let root = match &options.data {
        Some(dir) => Root::Kept(dir.clone()),
        None => Root::temporary()?,
    };
    std::fs::create_dir_all(root.path()).with_context(|| format!("the folder {} cannot be made", root.path().display()))?;
    let progress = progress(options);
    progress.set_message("starting a hub and five desks");
    let control = control::listen().await?;
    let fleet = Fleet::start(root.path(), control.address()).await?;
    let secret = fleet.secret()?;
    let stage = Arc::new(Stage::new(root.path(), fleet, (!options.exit).then_some(PACE), progress.clone())?);
    if options.sign_in {
        stage.wait_linked().await?;
        staff::write_down(&stage, &secret).await?;
    }
    control.serve(Arc::clone(&stage));
    if !options.json {
        print_addresses(&stage, options.sign_in)?;
    }
    if !options.exit {
        control::read_terminal(Arc::clone(&stage));
    }
    let mut stop = StopSignals::hear()?;
    let played = tokio::select! {
        played = play(&stage) => Some(played),
        () = stop.come() => None,
    };
    progress.finish_and_clear();
    let Some(played) = played else {
        stage.end().await;
        return Ok(false);
    };
    let outcome = match played {
        Ok(outcome) => outcome,
        // Whoever plays along can take the story elsewhere; the screens stay theirs.
        Err(error) if !options.exit => {
            println!("The play ends here ({error:#}); the screens stay open until Ctrl-C.");
            stop.come().await;
            stage.end().await;
            return Ok(false);
        }
        Err(error) => {
            stage.end().await;
            return Err(error);
        }
    };
    if options.json {
        println!("{}", outcome.json());
    } else {
        println!("{}", outcome.table());
    }
    if !options.exit {
        println!("The screens stay open until Ctrl-C. Type `cut C1-HUB` or `restore C1-HUB`, or `links` to see them all.");
        stop.come().await;
    }
    stage.end().await;
    Ok(outcome.is_good())
}

async fn play(stage: &Stage) -> Result<Outcome> {
    stage.wait_linked().await?;
    let (flight, mut airline) = day::play(stage).await?;
    let converged_ms = outcome::come_together(stage).await?;
    let hand_back = hand_back::play(stage, &mut airline, &flight).await?;
    outcome::settle(stage, converged_ms, hand_back).await
}

fn print_addresses(stage: &Stage, sign_in: bool) -> Result<()> {
    let who = if sign_in { staff::hint() } else { "any staff number will do; `apron demo --sign-in` shows signing in".to_owned() };
    println!("Screens of the demonstration ({who}):");
    for name in std::iter::once(HUB).chain(DESKS) {
        let path = match name {
            HUB => "/hub",
            "G12" | "G13" => "/gate",
            "B1" => "/baggage",
            _ => "/counter",
        };
        println!("  {name:4} {}{path}", stage.desk(name).url());
    }
    println!("Cut and restore links while it plays: type `links`, `cut NAME`, `restore NAME`.");
    Ok(())
}

fn progress(options: &Demo) -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if options.json {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    let style = ProgressStyle::with_template("{spinner} {elapsed} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
    bar.set_style(style);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// The folder of the demonstration's data directories.
enum Root {
    Kept(std::path::PathBuf),
    /// Removed at the end.
    Temporary(std::path::PathBuf),
}

impl Root {
    fn temporary() -> Result<Self> {
        let name = format!("apron-demo-{}-{}", std::process::id(), clock::now_ms());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).with_context(|| format!("the folder {} cannot be made", path.display()))?;
        Ok(Self::Temporary(path))
    }

    fn path(&self) -> &std::path::Path {
        match self {
            Self::Kept(path) | Self::Temporary(path) => path,
        }
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        if let Self::Temporary(path) = self {
            let _ = std::fs::remove_dir_all(path);
        }
    }
}

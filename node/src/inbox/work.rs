//! Keeps looking at a watched folder: takes what is whole, oldest first, and puts it away once it is on this node's disk.

use std::ffi::OsStr;
use std::path::Path;
use std::time::Duration;

use chrono::DateTime;
use schemas::command::Refusal;

use super::folder::{DONE, REJECTED, Unread, keep_newest, list, make, put_away, read, write_reason};
use super::look::{Place, Stamp, Watched, Whole};
use super::way::Via;
use super::{Became, InTrouble, Inbox, Way, file_name};
use crate::clock;
use crate::messages::{REJECTS_FULL, Taken, key_of};
use crate::rejects::{Door, id_of};
use crate::services::{CommandError, Services};

/// As much as one message may be, as at the API.
const FILE_MAX: u64 = 520 * 1024;

/// What does not say where it ends may be half of a list: it has to lie still for so long.
const QUIET: Duration = Duration::from_secs(10);

/// Files that are taken in one look; the next one follows soon.
const FILES_MAX: usize = 64;

/// Files in `rejected/` with their reasons; and those that lie nowhere else, which nobody takes away but a person.
const REJECTED_KEPT: usize = 1000;
const NOT_KEPT_MAX: usize = 200;

/// A list that says nothing of when it was made is as old as its file; after this long a time of day is no longer one moment.
const LIST_AGE_MAX: Duration = Duration::from_hours(20);

/// What is in front of the name of a file that is kept nowhere else.
const NOT_KEPT: &str = "not-kept";

/// What became of a file.
enum End {
    /// On this node's disk: applied, known, or waiting.
    Done(String),
    /// Kept for a person to look at, or not even that; with what is said beside the file.
    Rejected { mark: String, words: String },
    /// It stays where it is and is tried again.
    Stays(InTrouble),
    /// It cannot be kept as waiting, for too much is. What it waits for may lie behind it.
    NoRoom(InTrouble),
    /// It does not say where it ends, and has not lain still for long enough.
    Early,
    /// It changed while it was read: the next looks see.
    Changed,
    /// This node ends.
    Stopped,
}

/// Looks until the node ends.
pub(super) async fn keep_looking(services: Services, inbox: Inbox, place: usize) {
    let Some(way) = inbox.ways.get(place) else { return };
    let Via::Folder { folder, every, keep } = &way.way.via else { return };
    let (mut watched, began) = (Watched::default(), clock::instant());
    // Whoever brings files finds the folder; if it cannot be made, looking at it says so.
    if let Err(error) = make(folder) {
        tracing::warn!(way = way.way.name, %error, "the folder of a way in cannot be made; make it and let Apron write there");
    }
    loop {
        let looked = {
            let folder = folder.clone();
            tokio::task::spawn_blocking(move || list(&folder)).await
        };
        let trouble = match looked {
            Ok(Ok(found)) => {
                let whole = watched.look(found, began.elapsed());
                let left = move_left(folder, &mut watched).await;
                match take_all(&services, way, folder, whole, &mut watched).await {
                    Ok(trouble) => trouble.or(left),
                    Err(Stopped) => return,
                }
            }
            Ok(Err(_)) => Some(InTrouble::FolderNotRead),
            Err(_) => return,
        };
        let trouble = trouble.or(keep_some(folder.clone(), *keep).await);
        say(&services, way, trouble);
        tokio::time::sleep(*every).await;
    }
}

/// This node ends.
struct Stopped;

/// Tries to move what was taken before and still lies there.
async fn move_left(folder: &Path, watched: &mut Watched) -> Option<InTrouble> {
    let mut trouble = None;
    for (name, stamp, place) in watched.left() {
        match move_to(folder, &name, stamp, place).await {
            Ok(()) => watched.moved(&name),
            Err(_) => trouble = trouble.or(Some(InTrouble::NotMoved(shown(&name)))),
        }
    }
    trouble
}

/// Takes files in their order. What cannot be taken now is in the way of those behind it: a change must not come before its list.
async fn take_all(services: &Services, way: &Way, folder: &Path, whole: Vec<Whole>, watched: &mut Watched) -> Result<Option<InTrouble>, Stopped> {
    let (mut trouble, mut no_room, mut taken) = (None, false, 0);
    for file in whole {
        let end = take(services, way, folder, &file).await;
        let place = match end {
            End::Done(mark) => Place { into: DONE, mark, words: None },
            End::Rejected { mark, words } => Place { into: REJECTED, mark, words: Some(words) },
            End::Changed => continue,
            // Others need not wait for a file that only a person can mend.
            End::Stays(why @ InTrouble::FileNotRead(_)) => {
                trouble = Some(why);
                continue;
            }
            End::NoRoom(why) => {
                (trouble, no_room) = (trouble.or(Some(why)), true);
                continue;
            }
            End::Stays(why) => return Ok(Some(why)),
            End::Early => return Ok(trouble),
            End::Stopped => return Err(Stopped),
        };
        let was_done = place.into == DONE;
        if move_to(folder, &file.name, file.stamp, place.clone()).await.is_err() {
            // It is on this node's disk, and tried again it would be the same.
            trouble = Some(InTrouble::NotMoved(shown(&file.name)));
            watched.leave(file.name, file.stamp, place);
        }
        taken += 1;
        // What was passed over is older: it has its turn again before anything else is applied.
        if taken == FILES_MAX || (no_room && was_done) {
            break;
        }
    }
    Ok(trouble)
}

async fn move_to(folder: &Path, name: &OsStr, stamp: Stamp, place: Place) -> std::io::Result<()> {
    let (folder, name) = (folder.to_owned(), name.to_owned());
    let moving = tokio::task::spawn_blocking(move || match (put_away(&folder, &name, stamp, place.into, &place.mark)?, place.words) {
        (Some(to), Some(words)) => write_reason(&to, &words),
        _ => Ok(()),
    });
    moving.await.unwrap_or_else(|stopped| Err(std::io::Error::other(stopped)))
}

/// Takes one file.
async fn take(services: &Services, way: &Way, folder: &Path, file: &Whole) -> End {
    let (now_ms, shown, stamp) = (services.now_ms(), shown(&file.name), file.stamp);
    let reading = {
        let (folder, name) = (folder.to_owned(), file.name.clone());
        tokio::task::spawn_blocking(move || read(&folder, &name, stamp, FILE_MAX)).await
    };
    let bytes = match reading {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(Unread::Changed)) => return End::Changed,
        Ok(Err(Unread::Disk(_))) => return End::Stays(InTrouble::FileNotRead(shown)),
        Err(_) => return End::Stopped,
    };
    if file.quiet < QUIET && !is_ended(&bytes) {
        return End::Early;
    }
    if bytes.is_empty() || bytes.len() as u64 > FILE_MAX {
        let words = if bytes.is_empty() { "The file is empty." } else { "The file is longer than 512 KiB." };
        return not_kept(way, now_ms, &shown, words, "Ask the sender to write each message into a file of its own.");
    }
    let (message, added) = match as_message(services, &shown, stamp, bytes) {
        Ok(message) => message,
        Err((words, remedy)) => return not_kept(way, now_ms, &shown, words, remedy),
    };
    let mark = format!("{}-{}", mark(now_ms), id_of(&message));
    // A file is one command however often this node ends before it is put away.
    let key = key_of(&["in", &way.way.name, &shown, &stamp.modified_ns.to_string(), &id_of(&message)]);
    match services.take_by_rule(key, &message, Door::Folder, &way.way.carriers).await {
        Ok(Taken::Applied(receipt)) => {
            tracing::info!(way = way.way.name, file = shown, saved = receipt.saved, "a file was taken");
            way.count(now_ms, Became::Applied);
            End::Done(mark)
        }
        Ok(Taken::Waiting(item)) => {
            tracing::info!(way = way.way.name, file = shown, id = item.id, "a file was taken and waits");
            way.count(now_ms, Became::Waiting);
            End::Done(mark)
        }
        Err(CommandError::Kept(refusal, id)) => {
            tracing::warn!(way = way.way.name, file = shown, id, code = refusal.code, "a file was not applied and is kept");
            way.count(now_ms, Became::Rejected);
            End::Rejected { mark, words: reason(&shown, &refusal, added, &id) }
        }
        Err(CommandError::Stopped) => End::Stopped,
        Err(CommandError::Refused(refusal)) if is_for_good(&refusal) => not_kept(way, now_ms, &shown, &said_at(&refusal, added), &refusal.remedy),
        Err(CommandError::KeyUsed) => {
            let words = "Another message came under the same name at the same moment.";
            not_kept(way, now_ms, &shown, words, "Bring it again under another name.")
        }
        Err(error) => {
            // In the log it stands once, when it begins.
            tracing::debug!(way = way.way.name, file = shown, code = code_of(&error), "a file cannot be taken now and stays");
            let is_full = matches!(&error, CommandError::Refused(refusal) if refusal.code == REJECTS_FULL);
            let why = InTrouble::NotTaken(shown);
            if is_full { End::NoRoom(why) } else { End::Stays(why) }
        }
    }
}

/// Whether a message that was neither applied nor kept stays refused however often it is tried: only what says "not now" may come again.
fn is_for_good(refusal: &Refusal) -> bool {
    !matches!(refusal.status, 503 | 507)
}

/// Whether a text says that it ends here, as Type B messages do (`ENDPNL`, `ENDPART1`). What does not may be half of what is meant.
fn is_ended(bytes: &[u8]) -> bool {
    let last = bytes.trim_ascii_end().rsplit(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let Some(of) = last.trim_ascii().strip_prefix(b"END") else { return false };
    let is_part = of.strip_prefix(b"PART").is_some_and(|part| (1..=3).contains(&part.len()) && part.iter().all(u8::is_ascii_digit));
    // `ENDPAR` is the beginning of the end of a part.
    is_part || (of.len() == 3 && of != b"PAR" && of.iter().all(u8::is_ascii_uppercase))
}

/// A file as a message, and how many lines stand before its own. A host's list that does not say of itself what it is gets a first line that does.
fn as_message(services: &Services, name: &str, stamp: Stamp, bytes: Vec<u8>) -> Result<(Vec<u8>, u32), (&'static str, &'static str)> {
    let is_csv = name.to_ascii_lowercase().ends_with(".csv");
    let is_table = |text: &str| services.read(|station| station.is_guest_table(text));
    let Some(text) = std::str::from_utf8(&bytes).ok().filter(|text| is_csv && !is_headed(text) && !is_table(text)) else {
        return Ok((bytes, 0));
    };
    let station = services.read(|station| station.setting().station);
    let Some(named) = file_name::read(name, station) else {
        let words = "Neither the list nor the name of the file says which flight and day it is about.";
        return Err((words, "Write it as CA1501.2026-11-22.PVG.1031.csv, or begin the list with HOSTLIST CA1501.2026-11-22.PVG 10:31."));
    };
    let at = match named.at {
        Some(at) => at.to_string(),
        None => {
            let written = i64::try_from(stamp.modified_ns / 1_000_000).unwrap_or(i64::MAX);
            let is_old = services.now_ms().saturating_sub(written) > i64::try_from(LIST_AGE_MAX.as_millis()).unwrap_or(i64::MAX);
            if is_old {
                return Err((
                    "The list does not say when it was made, and its file is older than 20 hours.",
                    "Write the time into the name of the file.",
                ));
            }
            services.local_time(written).trim_end_matches('Z').to_owned()
        }
    };
    let text = text.trim_start_matches('\u{feff}');
    Ok((format!("HOSTLIST {} {at}\n{text}", named.flight).into_bytes(), 1))
}

/// Whether a text says of itself which flight's host list it is.
fn is_headed(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').starts_with("HOSTLIST ")
}

/// Nothing of it could be kept but the file itself.
fn not_kept(way: &Way, now_ms: i64, shown: &str, words: &str, remedy: &str) -> End {
    tracing::warn!(way = way.way.name, file = shown, "a file was not applied; why stands beside it in {REJECTED}/");
    way.count(now_ms, Became::Rejected);
    let words = format!("{shown}\n{words}\n{remedy}\nThis file is kept nowhere else.\n");
    End::Rejected { mark: format!("{}-{NOT_KEPT}", mark(now_ms)), words }
}

/// What stands beside a file that was not applied. Lines are those of the file.
fn reason(shown: &str, refusal: &Refusal, added: u32, id: &str) -> String {
    format!("{shown}\n{}\n{}\nKept as {id}: replay or discard it under Messages.\n", said_at(refusal, added), refusal.remedy)
}

fn said_at(refusal: &Refusal, added: u32) -> String {
    match refusal.line {
        Some(line) => format!("Line {}: {}", line.saturating_sub(added).max(1), refusal.message),
        None => refusal.message.clone(),
    }
}

fn code_of(error: &CommandError) -> &'static str {
    match error {
        CommandError::Refused(refusal) => refusal.code,
        CommandError::KeyUsed => "key-used",
        CommandError::Kept(..) | CommandError::Waits(_) | CommandError::Stopped => "stopped",
    }
}

/// Sorts by time.
fn mark(now_ms: i64) -> String {
    DateTime::from_timestamp_millis(now_ms).unwrap_or_default().format("%Y%m%dT%H%M%S%3fZ").to_string()
}

/// The name of a file as logs and screens show it.
fn shown(name: &OsStr) -> String {
    name.to_string_lossy().chars().filter(|c| !c.is_control()).take(120).collect()
}

/// Keeps the newest of what was put away.
async fn keep_some(folder: std::path::PathBuf, keep: usize) -> Option<InTrouble> {
    let kept = tokio::task::spawn_blocking(move || {
        let of = |path: &Path, most, may: &dyn Fn(&str) -> bool| if path.is_dir() { keep_newest(path, most, may).unwrap_or(0) } else { 0 };
        of(&folder.join(DONE), keep, &|_| true);
        of(&folder.join(REJECTED), 2 * REJECTED_KEPT, &is_kept_elsewhere)
    });
    kept.await.ok().filter(|over| *over > 2 * NOT_KEPT_MAX).map(|_| InTrouble::RejectedFull)
}

/// Whether a file in `rejected/` is also among the messages that were not applied.
fn is_kept_elsewhere(name: &str) -> bool {
    name.split_once('-').is_none_or(|(_, rest)| !rest.starts_with(NOT_KEPT))
}

/// Notes what is in the way, and logs it when it begins.
fn say(services: &Services, way: &Way, trouble: Option<InTrouble>) {
    let mut seen = way.seen();
    if seen.trouble == trouble {
        return;
    }
    match &trouble {
        Some(trouble) => tracing::warn!(way = way.way.name, ?trouble, "something is in the way of a way in; its remedy stands under Messages"),
        None => tracing::info!(way = way.way.name, "nothing is in the way any more"),
    }
    seen.trouble = trouble;
    drop(seen);
    services.tell("messages");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_nowhere_else_is_not_taken_away() {
        let now = 1_793_000_000_000;
        assert!(is_kept_elsewhere(&format!("{}-{}-CA1501.csv", mark(now), id_of(b"x"))));
        assert!(!is_kept_elsewhere(&format!("{}-{NOT_KEPT}-CA1501.csv", mark(now))));
        assert!(!is_kept_elsewhere(&format!("{}-{NOT_KEPT}-CA1501.csv.reason.txt", mark(now))));
        assert!(mark(now) < mark(now + 1));
    }

    #[test]
    fn only_what_says_not_now_stays_in_the_way_of_the_files_behind_it() {
        let refused = |status: u16| is_for_good(&Refusal::new("x", "No.", "Mend it.", status));
        assert!([403, 409, 413, 422, 429, 500].into_iter().all(refused));
        assert!(!refused(503) && !refused(507));
    }

    #[test]
    fn a_list_that_may_be_half_of_one_does_not_say_where_it_ends() {
        assert!(["PNL\nENDPNL", "BSM\r\nENDBSM\r\n\n", "PNL\nENDPART12\n"].into_iter().all(|text| is_ended(text.as_bytes())));
        for text in ["", "PNL\n1LI/NA", "PNL\nENDPAR", "PNL\nENDPART", "PNL\nENDPN", "PAX NAME;SEAT\nLI/NA;1A\n", "END", "name\nENDERS/JO;1A"] {
            assert!(!is_ended(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_reason_names_the_line_of_the_file_itself() {
        let refusal = Refusal::new("x", "Bad.", "Mend it.", 422).at_line(Some(3));
        assert_eq!(reason("a.csv", &refusal, 1, "0a"), "a.csv\nLine 2: Bad.\nMend it.\nKept as 0a: replay or discard it under Messages.\n");
        assert!(reason("a.csv", &refusal, 0, "0a").contains("Line 3"));
    }
}

//! Which paper packs were printed: each once by itself, over restarts, and what could not be printed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use schemas::record::FlightKey;
use schemas::station::FlightRow;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::errors::Trouble;
use super::forms::Failed;
use super::packs::departs;
use super::printing::{self, Ask};
use super::who::Viewer;
use super::{Web, assets};
use crate::data::write_private;
use crate::print::{Fault, Form, Job, Printer, Sheet, State, What, field};

/// What is known of the packs of this desk on paper, cheap to clone.
#[derive(Clone, Default)]
pub(super) struct PackPrints {
    known: Arc<Mutex<Known>>,
}

#[derive(Default)]
struct Known {
    /// Beside the folder of packs; nothing where none are written.
    file: Option<std::path::PathBuf>,
    /// By the flight's key.
    printed: BTreeMap<String, Printed>,
    /// Why a pack that was due was not taken by any printer; asked again each minute.
    refused: BTreeMap<FlightKey, Trouble>,
}

/// The newest print of a flight's pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Printed {
    /// Counts up from 1.
    version: u32,
    /// The local departure for which it was printed, in minutes since 1970.
    departs: i64,
    job: u64,
    printer: String,
    at_ms: i64,
    /// How far the job had come when it was last looked at: the list of jobs is short.
    state: State,
    fault: Option<Fault>,
}

/// How a pack stands on paper, for a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OnPaper {
    pub words: String,
    /// The class of its line.
    pub class: &'static str,
    /// Set where a person must do something.
    pub wrong: bool,
}

/// A pack whose time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) flight: FlightKey,
    version: u32,
}

/// Somebody must have printed it; a rule is nobody.
const RULE: &str = "RULE";

/// A flight that is late by so much gets another pack: what is on paper is too old by then.
const AGAIN_MINUTES: i64 = 60;

/// As many flights as are remembered: two days of a large station.
const REMEMBERED: usize = 500;

impl PackPrints {
    /// Reads what was printed before. What cannot be read is moved aside: then a pack may be printed twice, and none is missing.
    pub(super) fn open(file: &Path) -> Self {
        let kept = std::fs::read(file).ok();
        let printed: Option<BTreeMap<String, Printed>> = kept.as_ref().and_then(|text| serde_json::from_slice(text).ok());
        if kept.is_some() && printed.is_none() {
            tracing::warn!("what was printed of paper packs cannot be read and is moved aside");
            let _ = std::fs::rename(file, file.with_extension("unread"));
        }
        let known = Known { file: Some(file.to_owned()), printed: printed.unwrap_or_default(), refused: BTreeMap::new() };
        Self { known: Arc::new(Mutex::new(known)) }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The version that is due now, if one is.
    pub(super) fn due(&self, row: &FlightRow, left: Option<i64>, print_before: i64) -> Option<Due> {
        let departs = minutes(row)?;
        if row.closed || !left.is_some_and(|left| (0..=print_before).contains(&left)) {
            return None;
        }
        match self.known().printed.get(&row.flight.to_string()) {
            None => Some(Due { flight: row.flight, version: 1 }),
            Some(printed) => (departs - printed.departs >= AGAIN_MINUTES).then_some(Due { flight: row.flight, version: printed.version + 1 }),
        }
    }

    pub(super) fn next_version(&self, flight: &FlightKey) -> u32 {
        self.known().printed.get(&flight.to_string()).map_or(1, |printed| printed.version.saturating_add(1))
    }

    /// Remembers a job, and for which departure it is.
    pub(super) fn note(&self, flight: &FlightKey, job: &Job, departs: i64) {
        let mut known = self.known();
        known.refused.remove(flight);
        if known.printed.get(&flight.to_string()).is_some_and(|printed| printed.job == job.id) {
            return;
        }
        let printed = Printed {
            version: job.order.issue,
            departs,
            job: job.id,
            printer: job.order.printer.clone(),
            at_ms: job.made_ms,
            state: job.state,
            fault: job.fault,
        };
        known.printed.insert(flight.to_string(), printed);
        while known.printed.len() > REMEMBERED {
            let oldest = known.printed.iter().min_by_key(|(_, printed)| printed.at_ms).map(|(key, _)| key.clone());
            let Some(oldest) = oldest else { break };
            known.printed.remove(&oldest);
        }
        known.keep();
    }

    /// Takes over how far the jobs have come.
    pub(super) fn follow(&self, jobs: &[Job]) {
        let mut known = self.known();
        let mut changed = false;
        for job in jobs {
            let What::Pack(flight) = job.order.what else { continue };
            if let Some(printed) = known.printed.get_mut(&flight.to_string()).filter(|printed| printed.job == job.id) {
                changed |= (printed.state, printed.fault) != (job.state, job.fault);
                (printed.state, printed.fault) = (job.state, job.fault);
            }
        }
        if changed {
            known.keep();
        }
    }
}

impl Known {
    fn keep(&self) {
        let Some(file) = &self.file else { return };
        let kept = serde_json::to_vec(&self.printed).map_err(anyhow::Error::new).and_then(|text| write_private(file, &text));
        if let Err(error) = kept {
            // The job itself is on the disk: while it is in the list of jobs, its key keeps it from being printed twice.
            tracing::error!(%error, "what was printed of paper packs was not kept");
        }
    }
}

impl Web {
    /// Prints a pack that is due, at the first printer for packs with which nothing is known to be wrong. The same version is the same job.
    pub(super) async fn print_due(&self, due: Due) {
        let printers = self.options.printers.all();
        let fit = || printers.iter().filter(|printer| printer.forms.contains(&Form::Pack));
        let well = fit().find(|printer| self.options.printers.trouble(&printer.name).0.is_none());
        let Some(printer) = well.or_else(|| fit().next()) else {
            self.pack_prints.known().refused.insert(due.flight, no_printer());
            return;
        };
        if let Err(trouble) = self.print_at(due, printer).await {
            tracing::warn!(flight = %due.flight, code = trouble.code, "a paper pack was not printed");
            self.pack_prints.known().refused.insert(due.flight, trouble);
        }
    }

    async fn print_at(&self, due: Due, printer: &Printer) -> Result<(), Trouble> {
        let Ok(rule) = RULE.parse() else { return Err(no_printer()) };
        let key = key(&due);
        let ask = Ask { key, what: What::Pack(due.flight), flight: Some(due.flight), printer: &printer.name, language: "", why: "" };
        match printing::print(self, &Viewer::Everything, &rule, &ask).await {
            Ok(job) => {
                // One that was taken before a restart is known by its key.
                self.note_pack(&due.flight, &job);
                Ok(())
            }
            Err(Failed::Trouble(trouble)) => Err(trouble),
            Err(Failed::Refused(refusal)) => Err(refusal.into()),
            Err(Failed::NoStaff) => Err(no_printer()),
        }
    }

    /// Remembers the print of a pack.
    pub(super) fn note_pack(&self, flight: &FlightKey, job: &Job) {
        let departs = self.services.read(|station| station.flight_of(flight)).and_then(|row| minutes(&row));
        self.pack_prints.note(flight, job, departs.unwrap_or_default());
    }

    /// How the pack of a flight stands on paper.
    pub(super) fn pack_on_paper(&self, row: &FlightRow, left: Option<i64>) -> OnPaper {
        let Some(files) = &self.options.packs else { return OnPaper::default() };
        self.pack_prints.follow(&self.options.printers.jobs());
        let known = self.pack_prints.known();
        if let Some(trouble) = known.refused.get(&row.flight).filter(|_| left.is_some_and(|left| left >= 0)) {
            let words = self.say.t("pack-not-printed").arg("why", trouble.happened_in(&self.say)).arg("remedy", trouble.remedy_in(&self.say));
            return OnPaper { words: words.to_string(), class: "notice stop", wrong: true };
        }
        if let Some(printed) = known.printed.get(&row.flight.to_string()) {
            return self.printed_words(printed);
        }
        let at = departs(row).map(|departs| departs - chrono::Duration::minutes(files.print_before));
        match at.filter(|_| !row.closed && left.is_some_and(|left| left >= 0)) {
            Some(at) => OnPaper { words: self.say.t("pack-prints-at").arg("time", at.format("%H:%M").to_string()).to_string(), ..OnPaper::default() },
            None => OnPaper::default(),
        }
    }

    fn printed_words(&self, printed: &Printed) -> OnPaper {
        let state = self.say.t(&format!("print-state-{}", printed.state.as_str())).to_string();
        let said = self.say.t("pack-printed").arg("state", state).arg("version", i64::from(printed.version));
        let said = said.arg("printer", &printed.printer).arg("time", self.services.local_time(printed.at_ms)).to_string();
        let fault = printed.fault.filter(|_| printed.state != State::Done).map(|fault| printing::fault_words(&self.say, fault));
        let wrong = printed.state == State::Failed || fault.is_some();
        let words = match fault {
            Some((fault, remedy)) => self.say.sentences(&[said, fault, remedy]),
            None => said,
        };
        let class = match printed.state {
            State::Failed => "notice stop",
            State::Done => "done",
            _ if wrong => "notice care",
            _ => "soft",
        };
        OnPaper { words, class, wrong }
    }

    /// The packs of flights that depart soon and are not on paper though they should be: the flight, and why.
    pub(super) fn packs_not_printed(&self, viewer: &Viewer) -> Vec<(String, String, String)> {
        let soon = self.soon().into_iter().filter(|(row, _)| viewer.sees(&row.flight));
        let papers = soon.map(|(row, left)| (self.pack_on_paper(&row, left), row));
        let wrong = papers.filter(|(paper, _)| paper.wrong).take(SHOWN_MAX);
        wrong.map(|(paper, row)| (row.flight.to_string(), row.number, paper.words)).collect()
    }

    /// A pack as lines for a roll: what the page holds, without its bar codes.
    pub(super) fn pack_sheet(&self, flight: &FlightKey) -> Sheet {
        let Some(pack) = self.pack(flight) else { return Sheet::default() };
        let say = &self.say;
        let mut rows = vec![String::new(), say.t("paper-by-seat").to_string()];
        for row in &pack.by_seat {
            let flags: Vec<&str> = row.flags.iter().map(|flag| flag.code.as_str()).collect();
            let aboard = if row.boarded.is_empty() { "[  ]".to_owned() } else { format!("[X] {}", row.boarded) };
            let bags = if row.bags == 0 { String::new() } else { format!("+{}", row.bags) };
            let seat = if row.seat.is_empty() { "---" } else { row.seat.as_str() };
            let parts = [aboard.as_str(), seat, &row.sequence, &row.name, &flags.join(" "), &bags, &row.waiting];
            rows.push(parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" "));
        }
        rows.push(say.t("paper-tags").arg("flight", &pack.flight.number).to_string());
        match pack.tags.is_empty() {
            true => rows.push(say.t("paper-tags-none").to_string()),
            false => rows.extend(pack.tags.iter().map(|tag| format!("{} ____________________", tag.tag))),
        }
        rows.push(say.t("paper-closing").arg("flight", &pack.flight.number).to_string());
        let heads = [say.t("col-adults"), say.t("col-children"), say.t("col-infants")].map(|head| format!("{head} ____")).join(" ");
        rows.extend(pack.sheet.cabins.iter().map(|row| format!("{}: {} + {} + {}; {heads}", row.cabin, row.adults, row.children, row.infants)));
        let load = [say.t("col-pieces"), say.t("col-weight")].map(|head| format!("{head} ____")).join(" ");
        rows.extend(pack.sheet.bags.iter().map(|row| format!("{}: {} / {}; {load}", row.destination, row.pieces, row.weight)));
        rows.push(if pack.unload.is_empty() { say.t("paper-unload-none").to_string() } else { say.t("paper-unload").to_string() });
        rows.extend(pack.unload.iter().map(|tag| format!("[  ] {tag}")));
        rows.push(say.t("paper-signed").to_string());
        let counts = say.t("paper-counts").arg("booked", pack.booked).arg("checked", pack.checked_in).arg("boarded", pack.boarded);
        let fields = vec![
            field("date", say.t("col-date"), &pack.flight.date),
            field("from", say.t("col-flight"), &pack.flight.route),
            field("gate", say.t("col-gate"), &pack.flight.gate),
            field("departs", say.t("pass-departs"), &pack.flight.std),
        ];
        let title = say.t("paper-pack-of").arg("flight", &pack.flight.number).to_string();
        let notes = [vec![pack.made], pack.lacking, vec![counts.to_string()]].concat();
        Sheet { title, fields, notes, rows }
    }
}

/// As many as are read at a glance.
const SHOWN_MAX: usize = 12;

/// The local departure in minutes since 1970.
fn minutes(row: &FlightRow) -> Option<i64> {
    Some(departs(row)?.and_utc().timestamp().div_euclid(60))
}

/// The key of the job of a version.
fn key(due: &Due) -> Uuid {
    let mixed = assets::fingerprint(format!("pack {} {}", due.flight, due.version).as_bytes());
    uuid::Builder::from_random_bytes(mixed.to_be_bytes()).into_uuid()
}

fn no_printer() -> Trouble {
    Trouble::new(
        axum::http::StatusCode::CONFLICT,
        "pack-no-printer",
        "No printer of this desk takes packs.",
        "Open the pack and print it with F9, or name a receipt printer for \"pack\" in the configuration file.",
    )
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::TcpListener;
    use std::sync::mpsc;
    use std::time::Duration;

    use schemas::station::{Blocks, Setting};
    use serde_json::json;

    use super::super::Options;
    use super::super::pack_files::PackFiles;
    use super::*;
    use crate::print::{Entry, Patience, Printers};
    use crate::services::Services;

    const LIST: &str = "PVGKKCA\n.PEKRMCA 221000\nPNL\nCA1501/22NOV PVG PART1\nCFG/180Y\nRBD Y/Y\n-PEK001Y\n1LI/NAMS\n.L/B4C5D6\nENDPNL";

    /// A printer that takes everything; each connection's bytes come out of the channel.
    fn sink() -> (String, mpsc::Receiver<Vec<u8>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (out, papers) = mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut paper = Vec::new();
                let Ok(mut stream) = stream else { return };
                if stream.read_to_end(&mut paper).is_err() || out.send(paper).is_err() {
                    return;
                }
            }
        });
        (address, papers)
    }

    /// A desk whose one flight departs in half an hour.
    async fn desk() -> (Services, FlightKey, tempfile::TempDir) {
        let setting = Setting {
            station: Some("PVG".parse().unwrap()),
            zone: None,
            desk: "G12".into(),
            secret: [7; 32],
            blocks: Blocks { tag_serials: 1000..2000, sequences: 501..600, files: 1..100 },
            practice: false,
        };
        let (services, dir) = Services::on_a_disk(setting, false).await;
        let now = chrono::DateTime::from_timestamp_millis(services.now_ms()).unwrap();
        let flight = format!("CA1501.{}.PVG", now.date_naive()).parse().unwrap();
        let list = LIST.replace("22NOV", &now.format("%d%b").to_string().to_uppercase());
        services.command(Uuid::from_u128(1), "4711", &json!({ "kind": "import-list", "text": list }).to_string()).await.unwrap();
        depart(&services, &flight, 30).await;
        (services, flight, dir)
    }

    async fn depart(services: &Services, flight: &FlightKey, minutes: i64) {
        let now = chrono::DateTime::from_timestamp_millis(services.now_ms()).unwrap();
        let etd = (now + chrono::Duration::minutes(minutes)).naive_utc();
        // Shortly before midnight it is late, and departs on the next day.
        let std = if etd.date() == now.date_naive() { "00:00".to_owned() } else { "23:59".to_owned() };
        let command = json!({ "kind": "set-flight", "flight": flight, "std": std, "etd": etd.format("%H:%M").to_string() });
        services.command(Uuid::new_v4(), "4711", &command.to_string()).await.unwrap();
    }

    fn web(services: &Services, dir: &Path, printer: Option<&str>) -> Web {
        let entry = |place: &str| -> Entry {
            serde_json::from_value(json!({
                "name": "ROLL", "kind": ["receipt", "pack"], "language": "escpos", "address": format!("tcp:{place}"), "answers": false
            }))
            .unwrap()
        };
        let printers = Printer::read_all(printer.map(entry).into_iter().collect()).unwrap();
        let printers = Printers::start(printers, &dir.join("print-jobs"), Patience::default(), || {}).unwrap();
        let packs = Some(PackFiles { folder: dir.join("packs"), print_before: 45 });
        Web::new(services.clone(), Options { packs, printers, ..Options::default() })
    }

    fn due(web: &Web) -> Vec<Due> {
        web.write_packs(web.options.packs.as_ref().unwrap())
    }

    fn on_paper(web: &Web, flight: &FlightKey) -> OnPaper {
        web.pack_on_paper(&web.services.read(|station| station.flight_of(flight)).unwrap(), Some(29))
    }

    #[tokio::test]
    async fn a_pack_that_is_due_is_printed_once_over_restarts_and_again_only_when_the_flight_is_an_hour_later() {
        let (services, flight, dir) = desk().await;
        let (place, papers) = sink();
        let first = web(&services, dir.path(), Some(&place));
        let now_due = due(&first);
        assert_eq!(now_due, [Due { flight, version: 1 }]);
        // Twice at once is once.
        first.print_due(now_due[0]).await;
        first.print_due(now_due[0]).await;
        let paper = String::from_utf8_lossy(&papers.recv_timeout(Duration::from_secs(10)).unwrap()).into_owned();
        assert!(paper.contains("CA1501") && paper.contains("LI/NA") && paper.contains("[  ]"), "{paper}");
        while first.options.printers.jobs()[0].state != State::Done {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(due(&first).is_empty());
        let said = on_paper(&first, &flight);
        assert!(said.words.starts_with("Printed: version 1, ROLL") && !said.wrong, "{said:?}");
        drop(first);
        // Also when the list of jobs has moved on.
        std::fs::remove_dir_all(dir.path().join("print-jobs")).unwrap();
        let again = web(&services, dir.path(), Some(&place));
        assert!(due(&again).is_empty() && on_paper(&again, &flight).words.starts_with("Printed"));
        depart(&services, &flight, 50).await;
        let row = services.read(|station| station.flight_of(&flight)).unwrap();
        assert_eq!(again.pack_prints.due(&row, Some(40), 45), None, "a little later, and the paper still does");
        depart(&services, &flight, 100).await;
        let row = services.read(|station| station.flight_of(&flight)).unwrap();
        assert_eq!(again.pack_prints.due(&row, Some(40), 45), Some(Due { flight, version: 2 }));
        assert!(papers.try_recv().is_err(), "nothing else came");
    }

    #[tokio::test]
    async fn a_pack_that_cannot_be_printed_is_said_and_is_printed_when_a_printer_is_there() {
        let (services, flight, dir) = desk().await;
        let none = web(&services, dir.path(), None);
        none.print_due(due(&none)[0]).await;
        let said = on_paper(&none, &flight);
        assert!(said.wrong && said.words.starts_with("Not printed. No printer of this desk takes packs."), "{said:?}");
        assert_eq!(none.packs_not_printed(&Viewer::Everything)[0].0, flight.to_string());
        assert!(none.packs_not_printed(&Viewer::Nothing).is_empty());
        assert_eq!(due(&none).len(), 1, "it stays due");
        // A printer that is away: the job waits, and the page says so.
        let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let away = web(&services, dir.path(), Some(&gone));
        away.print_due(due(&away)[0]).await;
        while away.options.printers.jobs()[0].fault.is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let said = on_paper(&away, &flight);
        assert!(said.wrong && said.words.contains("It is not reached."), "{said:?}");
        drop(away);
        let (place, papers) = sink();
        let back = web(&services, dir.path(), Some(&place));
        assert!(due(&back).is_empty(), "the job that waits is the print");
        assert!(String::from_utf8_lossy(&papers.recv_timeout(Duration::from_secs(10)).unwrap()).contains("LI/NA"));
    }
}

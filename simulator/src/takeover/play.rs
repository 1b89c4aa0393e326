//! The story of one seed, from the host's last list to the flight's return, and what is counted on the way.

use std::collections::BTreeSet;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Duration};
use host::{Chance, Columns, Host};
use schemas::record::FlightKey;
use schemas::record::fact::HostColumn;
use serde_json::{Value, json};

use super::differences::{Compared, Expected, List, compare, learn, rows_of};
use super::messages::Due;
use super::plan::{DIFFERENCES, GUESTS, Plan, Trouble, What, flight_on, seat_of, spare_seat};
use super::report::Report;
use super::station::{DESKS, HUB, SOON_S, Station, until};
use super::work::Work;
use crate::bench::program::Program;
use crate::bench::stopwatch;

/// The station is so many hours before UTC.
const ZONE_HOURS: i64 = 8;

const ONE: &str = DESKS[0];
const TWO: &str = DESKS[1];
const ALONE: &str = DESKS[2];
const COUNTERS: [&str; 2] = [ONE, TWO];

/// Why each desk takes the flight over.
const REASONS: [&str; 3] = ["the host has been silent since 10:33", "the line is down", "alone, and guests are waiting"];

/// As long as a trouble waits for messages, which may be fewer than it wants.
const MOMENT_S: f64 = 4.0;

/// Of a hundred bags of guests on board those that are scanned on their way.
const SCANNED: u64 = 60;

/// Plays one seed.
pub(super) fn play(program: &Program, seed: u64, aloud: bool) -> Result<Report> {
    let mut play = Play::open(program, seed, aloud)?;
    let base = play.before()?;
    play.apart()?;
    play.together()?;
    play.under_trouble()?;
    let left = play.hand_back()?;
    play.taken_over_again()?;
    play.close()?;
    play.hand_back_for_good(&left)?;
    play.messages(&base)?;
    play.report.seconds = (stopwatch::since(play.begun) * 10.0).round() / 10.0;
    Ok(play.report)
}

struct Play {
    station: Station,
    host: Host,
    plan: Plan,
    work: Work,
    chance: Chance,
    report: Report,
    begun: Instant,
    aloud: bool,
}

impl Play {
    fn open(program: &Program, seed: u64, aloud: bool) -> Result<Self> {
        let begun = stopwatch::now();
        let now = DateTime::from_timestamp_millis(stopwatch::unix_ms()).context("the clock of this machine is out of range")?;
        let flight = flight_on(&(now + Duration::hours(ZONE_HOURS)).date_naive().to_string())?;
        let mut host = Host::invent(flight, "PEK".parse()?, GUESTS, seed);
        let plan = Plan::draw(seed, &host);
        let station = Station::start(program.clone())?;
        let list = host.pnl(&sent(flight, "0005")).context("the host does not answer")?;
        station.must(ONE, &json!({ "kind": "import-list", "text": list }))?;
        let rows = station.read(ONE, &format!("flights/{flight}/guests"))?;
        let work = Work::begin(&host, &rows)?;
        let (chance, report) = (Chance::new(seed).fork(0x706c_6179), Report { seed, ..Report::default() });
        Ok(Self { station, host, plan, work, chance, report, begun, aloud })
    }

    /// The host works the flight: its lists come again and again, with its bags, and each holds here. Then it falls silent.
    fn before(&mut self) -> Result<Host> {
        self.say("the host works the flight");
        let (first, later) = self.plan.by_host.split_at(GUESTS / 3);
        let (first, later) = (first.to_vec(), later.to_vec());
        self.check_in_there(&first);
        self.read_list(&Columns::all())?;
        // What the host changes before it falls silent is known here by its next list: a guest moved, one checked in again, a ticket, more guests.
        let untouched = self.untouched();
        let mut free = untouched.iter().copied().filter(|at| first.contains(at) && !self.plan.host_bags.contains(at));
        let (moved, again) = (free.next().context("no guest is left to move")?, free.next().context("no guest is left to check in again")?);
        self.host.change_seat(moved, spare_seat(120).context("a spare seat")?);
        self.host.cancel_check_in(again);
        self.host.check_in(again, spare_seat(121));
        let no_show = untouched.iter().find(|at| self.plan.nobody.contains(at)).copied().context("something is planted at everybody")?;
        self.reissue(no_show, "0010")?;
        self.check_in_there(&later);
        for message in self.host.bag_messages().iter().step_by(2) {
            self.station.must(ONE, &json!({ "kind": "import-message", "text": message }))?;
        }
        self.read_list(&Columns::all())?;
        let path = format!("flights/{}", self.work.flight);
        let all = |row: &Value| row["counts"]["checked_in"] == json!(GUESTS / 2);
        for node in [HUB, ONE, TWO, ALONE] {
            self.station.sees(node, "the host's list", &path, all)?;
        }
        self.work = Work::begin(&self.host, &self.station.read(ONE, &format!("{path}/guests"))?)?;
        let early = self.plan.at_counters[0].first().copied().context("nobody is to be checked in")?;
        self.station.refuses(ONE, &self.work.wish(early)?, "worked-in-host")?;
        self.host.fall_silent();
        Ok(self.host.clone())
    }

    /// The hub is gone, so the counters do not see each other: both take the flight over and go on.
    fn apart(&mut self) -> Result<()> {
        self.say("the host is silent, and the hub is gone: both counters take the flight over");
        self.station.kill(ALONE)?;
        self.station.kill(HUB)?;
        for (desk, reason) in COUNTERS.into_iter().zip(REASONS) {
            self.station.must(desk, &self.work.of_flight("take-over", reason))?;
        }
        for (place, desk) in COUNTERS.into_iter().enumerate() {
            for at in self.plan.at_counters[place].clone() {
                self.work.check_in(&self.station, desk, at)?;
                if self.plan.documents.contains(&at) {
                    self.work.see_documents(&self.station, desk, at)?;
                }
                // One bag comes at the very end.
                if self.plan.bags.contains(&at) && self.plan.plant_at(at).is_none_or(|plant| plant.what != What::BagHere) {
                    self.work.add_bag(&self.station, desk, at)?;
                }
            }
        }
        for plant in self.plan.plants.clone() {
            let desk = COUNTERS[plant.at % 2];
            match plant.what {
                What::GoShow => self.work.add_guest(&self.station, ONE, &self.host, plant.seats[0])?,
                What::SeatHere | What::TwoSeats => self.work.change_seat(&self.station, desk, plant.at, plant.seats[0])?,
                What::OffloadedHere => self.work.offload(&self.station, desk, plant.at)?,
                _ => {}
            }
        }
        let coming = self.plan.coming();
        for at in coming.iter().step_by(3) {
            self.board(*at)?;
        }
        Ok(())
    }

    /// The hub is back: every node knows both reasons, and that the flight is worked here.
    fn together(&mut self) -> Result<()> {
        self.say("the hub is back");
        self.station.launch(HUB)?;
        self.report.take_overs += 1;
        let wanted: BTreeSet<&str> = REASONS[..2].iter().copied().collect();
        let both = |row: &Value| {
            let reasons: BTreeSet<&str> = row["take_overs"].as_array().into_iter().flatten().filter_map(|taken| taken["reason"].as_str()).collect();
            row["controller"] == "apron" && reasons == wanted
        };
        for node in [HUB, ONE, TWO] {
            self.station.sees(node, "both take-overs", &format!("flights/{}", self.work.flight), both)?;
        }
        self.report.take_overs_kept += 1;
        Ok(())
    }

    /// Boarding and loading go on while what has to go out goes out, and each thing goes wrong once that can.
    fn under_trouble(&mut self) -> Result<()> {
        let troubles = self.plan.troubles.clone();
        let known: BTreeSet<usize> = self.work.aboard().map(|(at, _)| at).collect();
        let left: Vec<usize> = self.plan.coming().into_iter().filter(|at| !known.contains(at)).collect();
        let added: Vec<usize> = self.work.added().map(|(at, _)| at).collect();
        let left = [left, added].concat();
        let share = left.len().div_ceil(troubles.len());
        for (trouble, guests) in troubles.into_iter().zip(left.chunks(share)) {
            self.say(&format!("{trouble:?}"));
            let times = 1 + self.chance.below(2) as u32;
            match trouble {
                Trouble::Busy => self.station.receiver.tell("busy", times)?,
                Trouble::Hang => self.station.receiver.tell("hang", 1)?,
                Trouble::Lose => self.station.receiver.tell("lose", 1)?,
                Trouble::Die => self.station.receiver.tell("die", 1)?,
                Trouble::HubKilled | Trouble::CounterKilled | Trouble::ReceiverKilled => {}
            }
            let came = if trouble == Trouble::Die { 0 } else { self.came()? };
            for at in guests {
                self.board(*at)?;
            }
            // Something goes out in any case.
            self.scan_one_more()?;
            let more = 1 + self.chance.below(3);
            match trouble {
                Trouble::HubKilled => {
                    self.wait_for_more(came + more)?;
                    self.station.kill(HUB)?;
                    self.station.launch(HUB)?;
                }
                Trouble::CounterKilled => {
                    let counter = *self.chance.pick(&COUNTERS);
                    self.station.kill(counter)?;
                    self.station.launch(counter)?;
                }
                Trouble::ReceiverKilled => {
                    self.wait_for_more(came + more)?;
                    self.station.receiver.kill()?;
                    self.scan_one_more()?;
                    self.station.receiver.launch()?;
                }
                Trouble::Die => {
                    self.station.receiver.ends()?;
                    self.station.receiver.launch()?;
                }
                // It happened before the next thing goes wrong.
                Trouble::Busy => self.wait_for(came + u64::from(times))?,
                Trouble::Hang | Trouble::Lose => self.wait_for(came + 1)?,
            }
            self.report.troubles += 1;
        }
        Ok(())
    }

    /// The host returns with its list. Every planted difference is there and no other; each is settled by its rule or has ended as sent, and only then the
    /// flight may go back. What is there still after that.
    fn hand_back(&mut self) -> Result<Vec<Expected>> {
        self.say("the host is back, and the receiver is gone");
        self.station.receiver.kill()?;
        let late = self.plan.plants.iter().find(|plant| plant.what == What::BagHere).context("no bag is planted")?.at;
        self.work.add_bag(&self.station, self.counter_of(late), late)?;
        self.host.come_back();
        let no_show = self.untouched().into_iter().filter(|at| self.plan.nobody.contains(at)).nth(1);
        self.reissue(no_show.context("something is planted at everybody")?, "0015")?;
        self.station.agree(&[HUB, ONE, TWO])?;
        let expected = learn(&self.plan, &mut self.host, &self.work)?;
        ensure!(expected.len() == DIFFERENCES, "{} differences were planted", expected.len());
        self.report.planted = expected.len();
        self.station.must(ONE, &self.work.of_flight("begin-hand-back", "the host answers"))?;
        self.station.refuses(ONE, &self.work.of_flight("hand-back", "done"), "host-list-needed")?;
        self.read_list(&Columns::all().without(&[HostColumn::Bags]))?;
        let by_pieces = compare(&expected, List::Pieces, &rows_of(&self.settlement(ONE)?)?);
        self.read_list(&Columns::all())?;
        let settlement = self.settlement(ONE)?;
        let rows = rows_of(&settlement)?;
        self.count(&expected, by_pieces, compare(&expected, List::Tags, &rows));
        let left = self.sent(&rows)?;
        self.settle(&left)?;
        self.report.open = usize::try_from(self.settlement(ONE)?["open"].as_u64().context("no count of open rows")?)?;
        Ok(expected.into_iter().filter(|row| row.stays && row.is_on(List::Tags)).collect())
    }

    /// The receiver is back and takes the message of the late bag: that difference alone has ended as sent, on every desk. The rows that are left.
    fn sent(&mut self, rows: &[Value]) -> Result<Vec<Value>> {
        let ended = rows.iter().filter(|row| row["carried"]["ends"] == true).count();
        ensure!(ended == 0, "{ended} differences ended as sent while the receiver was gone");
        self.station.receiver.launch()?;
        let path = format!("flights/{}/settlement", self.work.flight);
        let has_ended = |row: &Value| row["carried"]["ends"] == true && row["carried"]["kind"] == "BSM" && row["carried"]["state"] == "sent";
        let one = |seen: &Value| seen["rows"].as_array().is_some_and(|rows| rows.iter().filter(|row| has_ended(row)).count() == 1);
        let mut left = Vec::new();
        for desk in COUNTERS {
            let seen =
                self.station.sees(desk, "a difference that ended as sent", &path, |seen| one(seen) && seen["open"] == json!(rows.len() - 1))?;
            left = rows_of(&seen)?.into_iter().filter(|row| !has_ended(row)).collect();
        }
        self.report.ended_as_sent += 1;
        Ok(left)
    }

    /// Two counters settle the rows in turns, each by the rule's proposal; before the last one the flight may not go back.
    fn settle(&mut self, rows: &[Value]) -> Result<()> {
        let path = format!("flights/{}/settlement", self.work.flight);
        let mut open = rows.len();
        let halves = rows.split_at(rows.len() / 2);
        for (desk, rows) in COUNTERS.into_iter().zip([halves.0, halves.1]) {
            self.station.sees(desk, "what is open", &path, |seen| seen["compared"] == true && seen["open"] == json!(open))?;
            for row in rows {
                self.station.refuses(desk, &self.work.of_flight("hand-back", "done"), "differences-open")?;
                let (how, reason) = match row["right"].as_str() {
                    Some("apron") => ("keyed-in", ""),
                    Some("host") => ("host-accepted", ""),
                    _ => ("no-action", "the guest sits where the pass says"),
                };
                let settle =
                    json!({ "kind": "settle-difference", "flight": self.work.flight, "difference": row["id"], "how": how, "reason": reason });
                self.station.must(desk, &settle)?;
                open -= 1;
            }
        }
        self.station.sees(ONE, "that all is settled", &path, |seen| seen["open"] == 0)?;
        Ok(())
    }

    /// The flight goes back while the hub is gone, and a desk that was alone all along takes it over: that stands, and everybody knows both.
    fn taken_over_again(&mut self) -> Result<()> {
        self.say("the flight goes back, and a desk that was alone takes it over");
        self.station.kill(HUB)?;
        self.report.troubles += 1;
        self.station.launch(ALONE)?;
        self.station.must(ALONE, &self.work.of_flight("take-over", REASONS[2]))?;
        self.station.must(ONE, &self.work.of_flight("hand-back", "everything is settled"))?;
        self.work.accept(&self.plan, &self.host)?;
        let path = format!("flights/{}", self.work.flight);
        self.station.sees(ONE, "the host at work", &path, |row| row["controller"] == "host")?;
        self.station.launch(HUB)?;
        self.report.take_overs += 1;
        let stands = |steps: &Value| {
            let steps = steps.as_array().map(Vec::as_slice).unwrap_or_default();
            let held = |step: &&Value| step["step"] == "took-over" && step["holds"] == true;
            let reasons: Vec<&Value> = steps.iter().filter(held).map(|step| &step["reason"]).collect();
            let all: BTreeSet<&str> = steps.iter().filter_map(|step| step["reason"].as_str()).collect();
            reasons == [REASONS[2]] && steps.iter().any(|step| step["step"] == "handed-back") && REASONS.iter().all(|reason| all.contains(reason))
        };
        for node in [HUB, ONE, TWO, ALONE] {
            self.station.sees(node, "the hand-back and what undid it", &format!("{path}/control"), stands)?;
            self.station.sees(node, "the flight worked here again", &path, |row| row["controller"] == "apron")?;
        }
        self.report.take_overs_kept += 1;
        Ok(())
    }

    /// Who did not come is taken off, with the bags, and the flight closes.
    fn close(&mut self) -> Result<()> {
        self.say("the flight closes");
        self.station.agree(&[HUB, ONE, TWO, ALONE])?;
        let off: BTreeSet<usize> = self.plan.plants.iter().filter(|plant| plant.what == What::OffloadedHere).map(|plant| plant.at).collect();
        for at in self.plan.staying.clone() {
            if !off.contains(&at) {
                self.work.offload(&self.station, TWO, at)?;
                self.work.unload(&self.station, TWO, at)?;
            }
        }
        self.station.must(TWO, &self.work.of_flight("close-flight", ""))?;
        self.station.agree(&[HUB, ONE, TWO, ALONE])
    }

    /// The host was told; what it keeps of its own is settled already, so nothing is in the way.
    fn hand_back_for_good(&mut self, left: &[Expected]) -> Result<()> {
        self.say("the flight goes back for good");
        let kept = [What::Cancelled, What::CheckedInThere, What::SeatThere, What::BagThere, What::TwoSeats];
        for (at, keyed) in &self.work.done {
            if self.plan.plant_at(*at).is_none_or(|plant| !kept.contains(&plant.what)) {
                self.host.key_in(keyed).context("the host does not answer")?;
            }
        }
        self.station.must(ONE, &self.work.of_flight("begin-hand-back", "the flight is gone"))?;
        self.read_list(&Columns::all())?;
        let settlement = self.settlement(ONE)?;
        let compared = compare(left, List::Tags, &rows_of(&settlement)?);
        self.broken("after everything was keyed in", &compared.missed);
        self.broken("after everything was keyed in, not expected", &compared.invented);
        self.report.invented += compared.invented.len();
        self.report.open += usize::try_from(settlement["open"].as_u64().context("no count of open rows")?)?;
        self.station.must(ONE, &self.work.of_flight("hand-back", "everything is settled"))?;
        for node in [HUB, ONE, TWO, ALONE] {
            self.station.sees(node, "the host at work", &format!("flights/{}", self.work.flight), |row| row["controller"] == "host")?;
        }
        Ok(())
    }

    /// Waits until nothing is left to send, and counts what the receiver took.
    fn messages(&mut self, base: &Host) -> Result<()> {
        self.say("what is left goes out");
        let due = Due::of(base, &self.work);
        let path = format!("outbox/{}", self.work.flight);
        let begun = stopwatch::now();
        let summary = until("messages", || {
            let all_sent = self.station.read(HUB, &path)?.as_array().is_some_and(|rows| rows.iter().all(|row| row["state"] == "sent"));
            let summary = self.station.receiver.summary()?;
            let is_done = all_sent && due.count(&summary).missing.is_empty();
            Ok((is_done || stopwatch::since(begun) > SOON_S * 0.8).then_some(summary))
        })?;
        let counted = due.count(&summary);
        let number = |name: &str| usize::try_from(summary[name].as_u64().unwrap_or(0)).unwrap_or(usize::MAX);
        self.report.messages = summary["taken"].as_array().map_or(0, Vec::len);
        self.report.duplicate_keys = counted.twice.len();
        self.report.missing_messages = counted.missing.len();
        self.report.unasked_messages = counted.unasked.len();
        self.report.out_of_order = summary["out_of_order"].as_array().map_or(0, Vec::len);
        self.broken("missing message", &counted.missing);
        self.broken("message twice", &counted.twice);
        self.broken("message that nobody asked for", &counted.unasked);
        if number("bad_signatures") > 0 {
            self.report.broken.push("a message was signed wrongly".to_owned());
        }
        let open = self.station.read(HUB, &path)?;
        let open: Vec<String> =
            open.as_array().into_iter().flatten().filter(|row| row["state"] != "sent").map(|row| row["key"].to_string()).collect();
        self.broken("not sent", &open);
        Ok(())
    }

    fn count(&mut self, expected: &[Expected], by_pieces: Compared, by_tags: Compared) {
        let missed: BTreeSet<&String> = by_pieces.missed.iter().chain(&by_tags.missed).collect();
        let invented: BTreeSet<&String> = by_pieces.invented.iter().chain(&by_tags.invented).collect();
        let misjudged: BTreeSet<&String> = by_pieces.misjudged.iter().chain(&by_tags.misjudged).collect();
        self.report.found = expected.len().saturating_sub(missed.len());
        self.report.invented = invented.len();
        self.report.misjudged = misjudged.len();
        for (what, lines) in [("not found", missed), ("invented", invented), ("misjudged", misjudged)] {
            self.report.broken.extend(lines.into_iter().map(|line| format!("{what}: {line}")));
        }
    }

    fn broken(&mut self, what: &str, lines: &[String]) {
        self.report.broken.extend(lines.iter().map(|line| format!("{what}: {line}")));
    }

    /// Lets the host check guests in, look at their documents and take the bags that the plan gives it.
    fn check_in_there(&mut self, guests: &[usize]) {
        for at in guests {
            self.host.check_in(*at, seat_of(*at));
            self.host.note_documents(*at, true);
            if self.plan.host_bags.contains(at) {
                self.host.take_bag(*at);
            }
        }
    }

    /// A new ticket, of which the host tells in a change message that is read here: no difference comes of it.
    fn reissue(&mut self, at: usize, time: &str) -> Result<()> {
        let ticket = format!("99924{:08}", 88_000_000 + at);
        self.host.rebook(at, |booked| booked.ticket = Some(ticket));
        let change = self.host.adl(&sent(self.host.flight(), time)).context("nothing changed")?;
        self.station.must(ONE, &json!({ "kind": "import-list", "text": change }))?;
        Ok(())
    }

    fn read_list(&self, columns: &Columns) -> Result<()> {
        let text = self.host.check_in_list(columns).context("the host does not answer")?;
        let answer = self.station.must(ONE, &json!({ "kind": "import-host-list", "flight": self.work.flight, "text": text }))?;
        ensure!(answer["unread"] == json!([]), "rows of the host's list were not read: {answer}");
        Ok(())
    }

    /// Lets a guest on board where the guest was checked in, and has some of the bags scanned.
    fn board(&mut self, at: usize) -> Result<()> {
        let desk = self.counter_of(at);
        self.work.board(&self.station, desk, at)?;
        for tag in self.work.guest(at)?.bags.clone() {
            if self.chance.percent(SCANNED) {
                self.work.load(&self.station, desk, tag)?;
            }
        }
        Ok(())
    }

    /// Scans a bag whose guest is on board and that nobody has scanned yet.
    fn scan_one_more(&mut self) -> Result<()> {
        let bags = self.work.aboard().flat_map(|(at, keyed)| keyed.bags.iter().map(move |tag| (at, *tag)));
        let found = bags.into_iter().find(|(_, tag)| !self.work.loaded.contains(tag));
        let (at, tag) = found.context("every bag is scanned")?;
        self.work.load(&self.station, self.counter_of(at), tag)
    }

    fn wait_for(&self, wanted: u64) -> Result<()> {
        until("a message that goes wrong", || Ok((self.came()? >= wanted).then_some(())))
    }

    /// Waits until so many messages came, or for a moment: there may be fewer.
    fn wait_for_more(&self, wanted: u64) -> Result<()> {
        let begun = stopwatch::now();
        until("a moment", || Ok((self.came()? >= wanted || stopwatch::since(begun) > MOMENT_S).then_some(())))
    }

    /// The counter that looks after a guest while the two do not see each other.
    fn counter_of(&self, at: usize) -> &'static str {
        let place = self.plan.at_counters.iter().position(|guests| guests.contains(&at));
        COUNTERS[place.unwrap_or(if Work::is_listed(at) { at % 2 } else { 0 })]
    }

    /// Guests at whom nothing is planted, in the order of the list.
    fn untouched(&self) -> Vec<usize> {
        let taken: BTreeSet<usize> = self.plan.plants.iter().flat_map(|plant| [plant.at, plant.to]).collect();
        (0..GUESTS).filter(|at| !taken.contains(at)).collect()
    }

    fn settlement(&self, desk: &str) -> Result<Value> {
        self.station.read(desk, &format!("flights/{}/settlement", self.work.flight))
    }

    /// How many messages came to the receiver.
    fn came(&self) -> Result<u64> {
        Ok(self.station.receiver.summary()?["messages"].as_u64().unwrap_or(0))
    }

    fn say(&self, what: &str) {
        if self.aloud {
            eprintln!("  seed {}, {:.1} s: {what}", self.plan.seed, stopwatch::since(self.begun));
        }
    }
}

/// A time of the flight's day, as a message says when it was sent.
fn sent(flight: FlightKey, time: &str) -> String {
    format!("{}{time}", flight.date().format("%d"))
}

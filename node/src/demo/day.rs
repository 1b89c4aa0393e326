//! The operating day: what happens, at which desk, in which order.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Stage;
use super::airline::Airline;
use super::driver::{Desk, Outcome};
use super::fleet::HUB;
use super::list;

/// As long as neighbours may take to see each other's work.
const SEEN: Duration = Duration::from_secs(40);

/// Guests whom the host checks in before it falls silent, and of them those who come to the gate.
const AT_HOST: usize = 18;
const AT_HOST_COME: usize = 15;

/// Plays the whole day of the station; gives the flight that was closed, and its host. Leaves two conflicts open: one seat given twice, one guest boarded
/// twice.
pub(crate) async fn play(stage: &Stage) -> Result<(String, Airline)> {
    stage.say("The lists arrive; the airline's host checks guests in.");
    let [(first, text), (second, _)] = lists_in(stage).await?;
    let guests = Guests::read(stage, &first).await?;
    let mut airline = Airline::of_list(&first, &text)?;
    airline.check_in(&guests.at_host);
    host_list_in(stage, &first, &airline, guests.at_host.len()).await?;

    stage.say("The host falls silent. The duty manager takes the flights over.");
    airline.fall_silent();
    airline.change_itself(&guests.at_host);
    take_over(stage, &[&first, &second]).await?;

    stage.say("Check-in at two counters; everything reaches the hub.");
    check_in(stage, &guests.plain[..36]).await?;
    check_in_specials(stage, &guests).await?;

    stage.say("The link to the hub is cut. The station goes on.");
    stage.cut_hub(true);
    check_in(stage, &guests.plain[36..66]).await?;
    incident(stage, "delayed", "TANAKA/YUKI", "black trolley, blue ribbon").await?;
    seen_by_neighbours(stage, &first, guests.checked_in_so_far(66)).await?;

    stage.say("A switch dies: counter C2 and gate G13 are alone.");
    stage.cut_from_station(&["C2", "G13"], true);
    check_in_apart(stage, &guests).await?;

    stage.say("The power at counter C1 goes, in the middle of the work.");
    power_cut(stage, &guests.plain[78..90]).await?;

    stage.say("Boarding at G12 and, alone, at G13.");
    board(stage, &first, &guests).await?;
    incident(stage, "damaged", "ROSSI/MARCO", "red hard-shell case").await?;

    stage.say("The switch is back: the desks see each other.");
    stage.cut_from_station(&["C2", "G13"], false);
    seen_by_neighbours(stage, &first, guests.checked_in_so_far(90) + 2).await?;
    check_in_second(stage, &second).await?;

    stage.say("The flight closes.");
    close(stage, &first).await?;
    Ok((first, airline))
}

/// The guests of the first flight, as the counters see them.
struct Guests {
    /// One guest, no party, nothing special.
    plain: Vec<String>,
    /// Economy guests whom nobody checks in until two cut-off counters give both the same seat.
    rivals: [String; 2],
    party: Vec<String>,
    infant: String,
    wheelchair: String,
    minor: String,
    extra_seat: String,
    onward: String,
    standby: String,
    /// Rows of guests who were checked in by the host before it fell silent.
    at_host: Vec<Value>,
}

impl Guests {
    async fn read(stage: &Stage, flight: &str) -> Result<Self> {
        let rows = stage.desk("C1").get(&format!("flights/{flight}/guests")).await?;
        let rows = rows.as_array().context("the guests are no list")?;
        let id = |row: &Value| row["booking"].as_str().unwrap_or_default().to_owned();
        let has = |row: &Value, flag: &str| row["flags"].as_array().is_some_and(|flags| flags.iter().any(|known| known == flag));
        let find = |what: &str, wanted: &dyn Fn(&Value) -> bool| {
            rows.iter().find(|row| wanted(row)).map(id).with_context(|| format!("the list holds no {what}"))
        };
        let is_plain = |row: &&Value| {
            let nothing =
                row["flags"].as_array().is_none_or(Vec::is_empty) && row["onward"].as_array().is_none_or(Vec::is_empty) && row["infant"].is_null();
            nothing && row["party"].is_null() && row["standby"] == false && row["seats"] == 1 && row["class"] == "Y" && row["name"] != "ZHANG/WEIMR"
        };
        let mut plain: Vec<&Value> = rows.iter().filter(is_plain).collect();
        let at_host = plain.split_off(plain.len().checked_sub(AT_HOST).context("too few guests")?).into_iter().cloned().collect();
        let mut plain: Vec<String> = plain.into_iter().map(id).collect();
        let rivals = [plain.pop().context("too few guests")?, plain.pop().context("too few guests")?];
        Ok(Self {
            rivals,
            party: rows.iter().filter(|row| !row["party"].is_null()).map(id).collect(),
            infant: find("infant", &|row| !row["infant"].is_null())?,
            wheelchair: find("wheelchair", &|row| has(row, "WCHR"))?,
            minor: find("unaccompanied minor", &|row| has(row, "UMNR"))?,
            extra_seat: find("extra seat", &|row| row["seats"] == 2)?,
            onward: find("onward leg", &|row| row["onward"].as_array().is_some_and(|legs| !legs.is_empty()))?,
            standby: find("standby", &|row| row["standby"] == true)?,
            at_host,
            plain,
        })
    }

    /// Plain guests and those with something special, all checked in.
    fn checked_in_so_far(&self, plain: usize) -> u64 {
        (plain + self.party.len() + 5 + self.at_host.len()) as u64
    }
}

/// Reads the lists in; gives each flight with its list.
async fn lists_in(stage: &Stage) -> Result<[(String, String); 2]> {
    let counter = stage.desk("C1");
    let mut flights = Vec::new();
    for (list, (gate, std)) in list::lists(stage.day).into_iter().zip([("G12", stage.local_time_in(55)), ("G13", stage.local_time_in(150))]) {
        let answer = counter.must(json!({"kind": "import-list", "text": list.text})).await?;
        let flight = answer["flight"].as_str().with_context(|| format!("the list of {} was not taken", list.flight))?.to_owned();
        counter.must(json!({"kind": "set-flight", "flight": flight, "gate": gate, "std": std})).await?;
        stage.guests(answer["guests"].as_u64().unwrap_or(0));
        flights.push((flight, list.text));
    }
    for desk in stage.desks() {
        for (flight, _) in &flights {
            desk.wait("the list", &format!("flights/{flight}"), SEEN, |row| row["counts"]["booked"].as_u64() > Some(60)).await?;
        }
    }
    flights.try_into().map_err(|_| anyhow::anyhow!("there are two lists"))
}

/// The host's check-in list, twice: what it says again changes nothing.
async fn host_list_in(stage: &Stage, flight: &str, airline: &Airline, checked_in: usize) -> Result<()> {
    for _ in 0..2 {
        stage.desk("C1").must(json!({"kind": "import-host-list", "flight": flight, "text": airline.list()?})).await?;
    }
    for desk in stage.desks() {
        let known = |row: &Value| row["counts"]["checked_in"].as_u64() == u64::try_from(checked_in).ok();
        desk.wait("the host's list", &format!("flights/{flight}"), SEEN, known).await?;
    }
    Ok(())
}

async fn take_over(stage: &Stage, flights: &[&String]) -> Result<()> {
    let early = stage.desk("C1").post(Uuid::now_v7(), &json!({"kind": "close-flight", "flight": flights[0]}).to_string()).await?;
    if !stage.is_shared() && !matches!(early, Outcome::Refused { .. }) {
        bail!("a flight under the host could be closed here");
    }
    for flight in flights {
        stage.desk("C1").must(json!({"kind": "take-over", "flight": flight, "reason": "#host-silent since 10:33"})).await?;
    }
    for desk in stage.desks() {
        for flight in flights {
            desk.wait("the take-over", &format!("flights/{flight}"), SEEN, |row| row["controller"] == "apron").await?;
        }
    }
    Ok(())
}

/// Two counters work side by side; every second guest has a bag.
async fn check_in(stage: &Stage, guests: &[String]) -> Result<()> {
    let (one, two): (Vec<_>, Vec<_>) = guests.iter().enumerate().partition(|(place, _)| place % 2 == 0);
    let at = |name: &'static str, guests: Vec<(usize, &String)>| {
        let guests: Vec<(usize, String)> = guests.into_iter().map(|(place, guest)| (place, guest.clone())).collect();
        async move {
            for (place, guest) in guests {
                check_in_one(stage, stage.desk(name), &guest, None, place % 4 < 2).await?;
            }
            Ok::<(), anyhow::Error>(())
        }
    };
    let (first, second) = tokio::join!(at("C1", one), at("C2", two));
    first.and(second)
}

async fn check_in_one(stage: &Stage, counter: &Desk, guest: &str, seat: Option<&str>, bag: bool) -> Result<()> {
    let seat = seat.map_or_else(|| stage.next_seat(), str::to_owned);
    let answer = counter.must(json!({"kind": "check-in", "guests": [{"booking": guest, "seat": seat}]})).await?;
    stage.keep_pass(&answer);
    if bag {
        bag_for(stage, counter, guest).await?;
    }
    stage.pause().await;
    Ok(())
}

async fn bag_for(stage: &Stage, counter: &Desk, guest: &str) -> Result<()> {
    let answer = counter.must(json!({"kind": "add-bag", "booking": guest, "weight_kg": 12 + stage.count() % 9})).await?;
    let Some(tag) = answer["tag"].as_str() else { return Ok(()) };
    if stage.count().is_multiple_of(3) {
        counter.must(json!({"kind": "scan-bag", "tag": tag, "point": "sorted", "flight": answer["flight"]})).await?;
    }
    Ok(())
}

async fn check_in_specials(stage: &Stage, guests: &Guests) -> Result<()> {
    let counter = stage.desk("C1");
    let family: Vec<Value> = guests.party.iter().map(|guest| json!({"booking": guest, "seat": stage.next_seat()})).collect();
    let answer = counter.must(json!({"kind": "check-in", "guests": family})).await?;
    stage.keep_pass(&answer);
    for guest in [&guests.infant, &guests.wheelchair, &guests.minor, &guests.extra_seat, &guests.onward] {
        check_in_one(stage, stage.desk("C2"), guest, None, false).await?;
    }
    let standby = json!({"kind": "check-in", "guests": [{"booking": guests.standby, "seat": stage.next_seat()}]});
    match counter.post(Uuid::now_v7(), &standby.to_string()).await? {
        Outcome::Refused { .. } => Ok(()),
        // Somebody cleared the guest.
        Outcome::Saved(_) if stage.is_shared() => Ok(()),
        Outcome::Saved(_) | Outcome::Unknown => bail!("a standby guest was checked in before being cleared"),
    }
}

/// The counters cannot see each other, and give one seat twice.
async fn check_in_apart(stage: &Stage, guests: &Guests) -> Result<()> {
    let both = guests.plain[66..78].iter().enumerate();
    for (place, guest) in both {
        let counter = stage.desk(if place % 2 == 0 { "C1" } else { "C2" });
        check_in_one(stage, counter, guest, None, place % 3 == 0).await?;
    }
    let [one, two] = &guests.rivals;
    check_in_one(stage, stage.desk("C1"), one, Some("38A"), true).await?;
    check_in_one(stage, stage.desk("C2"), two, Some("38A"), true).await
}

/// The counter is killed between two presses; whoever got no answer presses again, under the same key.
async fn power_cut(stage: &Stage, guests: &[String]) -> Result<()> {
    let counter = stage.desk("C1").clone();
    let presses: Vec<(Uuid, String)> = guests
        .iter()
        .map(|guest| (Uuid::now_v7(), json!({"kind": "check-in", "guests": [{"booking": guest, "seat": stage.next_seat()}]}).to_string()))
        .collect();
    let (before, after) = presses.split_at(presses.len() / 2);
    for (key, body) in before {
        counter.post(*key, body).await?;
        stage.pause().await;
    }
    // The rest is on its way when the power goes.
    let on_the_way: Vec<_> = after
        .iter()
        .cloned()
        .map(|(key, body)| {
            let counter = counter.clone();
            tokio::spawn(async move { counter.post(key, &body).await })
        })
        .collect();
    stage.kill("C1").await?;
    for press in on_the_way {
        let _ = press.await;
    }
    stage.restart("C1").await?;
    for (key, body) in presses {
        match counter.post(key, &body).await? {
            Outcome::Saved(answer) => stage.keep_pass(&answer),
            Outcome::Refused { .. } if stage.is_shared() => {}
            Outcome::Refused { code, words } => bail!("the press before the power cut was refused afterwards ({code}): {words}"),
            Outcome::Unknown => bail!("C1 does not answer after its restart"),
        }
    }
    Ok(())
}

/// Two readers; the one that is alone knows some guests only from their passes. One guest goes to both.
async fn board(stage: &Stage, flight: &str, guests: &Guests) -> Result<()> {
    let passes = stage.passes();
    // Where people play along, one of theirs may have been the first guest's check-in.
    let twice = guests.plain.iter().find_map(|guest| passes.get(guest.as_str())).context("nobody has a pass")?;
    let (main, other) = (stage.desk("G12"), stage.desk("G13"));
    // The last two checked in do not come to the gate.
    let coming: Vec<&String> = guests.plain[..88].iter().filter(|guest| passes.contains_key(guest.as_str())).collect();
    for (place, guest) in coming.iter().enumerate() {
        let gate = if place % 3 == 2 { other } else { main };
        let scan = passes.get(guest.as_str()).context("a guest has no pass")?;
        gate.must(json!({"kind": "board", "flight": flight, "scan": scan})).await?;
        stage.pause().await;
    }
    other.must(json!({"kind": "board", "flight": flight, "scan": twice})).await?;
    for (gate, rival) in [main, other].into_iter().zip(&guests.rivals) {
        let Some(scan) = passes.get(rival.as_str()) else { continue };
        gate.must(json!({"kind": "board", "flight": flight, "scan": scan})).await?;
    }
    let again = main.post(Uuid::now_v7(), &json!({"kind": "board", "flight": flight, "scan": twice}).to_string()).await?;
    match again {
        Outcome::Refused { .. } => {}
        Outcome::Saved(_) if stage.is_shared() => {}
        Outcome::Saved(_) | Outcome::Unknown => bail!("a guest who is on board was let on board again at the same gate"),
    }
    for row in &guests.at_host[..AT_HOST_COME] {
        main.must(json!({"kind": "board", "flight": flight, "booking": row["booking"]})).await?;
        stage.pause().await;
    }
    for guest in guests.party.iter().chain([&guests.infant, &guests.wheelchair, &guests.minor, &guests.extra_seat, &guests.onward]) {
        let Some(scan) = passes.get(guest.as_str()) else { continue };
        main.must(json!({"kind": "board", "flight": flight, "scan": scan})).await?;
        stage.pause().await;
    }
    Ok(())
}

async fn incident(stage: &Stage, kind: &str, name: &str, looks: &str) -> Result<()> {
    let report = json!({
        "kind": "open-incident", "incident": kind, "name": name, "flight": "CA0921", "contact": "+86 555 0100",
        "bag": {"description": looks, "colour": "BK", "type": "22"}, "note": "did not come with the flight",
    });
    stage.desk("B1").must(report).await?;
    stage.pause().await;
    Ok(())
}

async fn seen_by_neighbours(stage: &Stage, flight: &str, checked_in: u64) -> Result<()> {
    for desk in stage.desks().filter(|desk| desk.name != HUB) {
        let path = format!("flights/{flight}");
        desk.wait("what the neighbours did", &path, SEEN, |row| row["counts"]["checked_in"].as_u64() >= Some(checked_in)).await?;
    }
    Ok(())
}

async fn check_in_second(stage: &Stage, flight: &str) -> Result<()> {
    let rows = stage.desk("C2").get(&format!("flights/{flight}/guests")).await?;
    let guests: Vec<String> = rows.as_array().into_iter().flatten().filter_map(|row| row["booking"].as_str().map(str::to_owned)).take(20).collect();
    stage.new_aircraft();
    check_in(stage, &guests).await
}

/// Whoever did not come is offloaded, their bags are taken off one by one, and the flight closes; a late scan is refused.
async fn close(stage: &Stage, flight: &str) -> Result<()> {
    let gate = stage.desk("G12");
    let closing = gate.get(&format!("flights/{flight}/closing")).await?;
    for missing in closing["missing"].as_array().into_iter().flatten() {
        gate.must(json!({"kind": "offload", "booking": missing["booking"], "reason": "#no-show"})).await?;
    }
    let closing = gate.get(&format!("flights/{flight}/closing")).await?;
    for bag in closing["bags_to_unload"].as_array().into_iter().flatten() {
        gate.must(json!({"kind": "tick-unloaded", "flight": flight, "tag": bag["tag"]})).await?;
        stage.pause().await;
    }
    gate.must(json!({"kind": "close-flight", "flight": flight})).await?;
    let passes = stage.passes();
    let late = passes.values().next().context("nobody has a pass")?;
    match gate.post(Uuid::now_v7(), &json!({"kind": "board", "flight": flight, "scan": late}).to_string()).await? {
        Outcome::Refused { .. } => Ok(()),
        // Somebody opened the flight again.
        Outcome::Saved(_) if stage.is_shared() => Ok(()),
        Outcome::Saved(_) | Outcome::Unknown => bail!("a guest was let on board after the flight was closed"),
    }
}

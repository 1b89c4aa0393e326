//! What queues promise, held against printers that listen on this machine.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};

use uuid::Uuid;

use super::super::job::What;
use super::super::printer::tests::printer as plain_printer;
use super::super::printer::{Address, Language};
use super::super::samples;
use super::super::store::KEPT_MAX;
use super::*;

const QUICK: Patience = Patience {
    connect: Duration::from_millis(500),
    answer: Duration::from_millis(500),
    settle: Duration::from_millis(300),
    between: Duration::from_millis(5),
    again: Duration::from_millis(10),
    again_max: Duration::from_millis(40),
    give_up: Duration::from_secs(600),
};

/// A receipt printer that takes bytes and answers each question with these three bytes.
struct Fake {
    address: SocketAddr,
    says: Arc<Mutex<[u8; 3]>>,
    /// What it says from the second question on, if it is something else.
    then: Arc<Mutex<Option<[u8; 3]>>>,
    paper: Arc<Mutex<Vec<u8>>>,
    asked: Arc<AtomicUsize>,
}

const READY: [u8; 3] = [0x12, 0x12, 0x12];
const PAPER_OUT: [u8; 3] = [0x1a, 0x32, 0x72];

impl Fake {
    fn at(address: &str, says: [u8; 3]) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let fake = Self {
            address: listener.local_addr().unwrap(),
            says: Arc::new(Mutex::new(says)),
            then: Arc::default(),
            paper: Arc::default(),
            asked: Arc::default(),
        };
        let (says, then) = (Arc::clone(&fake.says), Arc::clone(&fake.then));
        let (paper, asked) = (Arc::clone(&fake.paper), Arc::clone(&fake.asked));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut bytes = [0; 4096];
                let mut question = Vec::new();
                while let Ok(count @ 1..) = stream.read(&mut bytes) {
                    for byte in &bytes[..count] {
                        question.push(*byte);
                        if question.ends_with(super::super::escpos::ASK) {
                            question.truncate(question.len() - super::super::escpos::ASK.len());
                            paper.lock().unwrap().append(&mut question);
                            let first = asked.fetch_add(1, Ordering::SeqCst) == 0;
                            let answer = then.lock().unwrap().filter(|_| !first).unwrap_or(*says.lock().unwrap());
                            if stream.write_all(&answer).is_err() {
                                break;
                            }
                        }
                    }
                }
                paper.lock().unwrap().append(&mut question);
            }
        });
        fake
    }

    fn new(says: [u8; 3]) -> Self {
        Self::at("127.0.0.1:0", says)
    }

    fn on_paper(&self) -> Vec<u8> {
        self.paper.lock().unwrap().clone()
    }
}

fn printer_at(address: SocketAddr) -> Printer {
    Printer { address: Address::Tcp(address.to_string()), ..plain_printer(Language::Escpos) }
}

fn start(address: SocketAddr, folder: &Path) -> Printers {
    Printers::start(vec![printer_at(address)], folder, QUICK, || {}).unwrap()
}

fn order(key: u128, name: &str) -> Order {
    Order {
        key: Uuid::from_u128(key),
        printer: "P1".into(),
        what: What::Tag(format!("0999{key:06}").parse().unwrap()),
        issue: 1,
        title: "t".into(),
        flight: None,
        language: "en".into(),
        document: Some(samples::pass_with(name)),
        by: "4711".parse().unwrap(),
    }
}

/// Waits for what other threads bring about.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let start = clock::instant();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(20), "{what} did not come");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn state(printers: &Printers, id: u64) -> (State, Option<Fault>) {
    printers.job(id).map(|job| (job.state, job.fault)).unwrap()
}

#[test]
fn a_job_reaches_its_printer_exactly_once() {
    let (fake, dir) = (Fake::new(READY), tempfile::tempdir().unwrap());
    let printers = start(fake.address, dir.path());
    let one = printers.add(order(1, "ONE")).unwrap();
    assert_eq!(printers.add(order(1, "ONE")).unwrap().id, one.id, "the same form sent twice");
    let two = printers.add(order(2, "TWO")).unwrap();
    until("both done", || [one.id, two.id].iter().all(|id| state(&printers, *id) == (State::Done, None)));
    let bytes = |name| printer_at(fake.address).bytes(&samples::pass_with(name)).unwrap();
    assert_eq!(fake.on_paper(), [bytes("ONE"), bytes("TWO")].concat());
    assert!(printers.jobs().iter().all(|job| job.order.document.is_none()), "what was printed is not kept");
}

#[test]
fn a_job_waits_for_a_printer_that_is_away_says_so_and_prints_when_it_is_back() {
    let dir = tempfile::tempdir().unwrap();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let printers = start(address, dir.path());
    let job = printers.add(order(1, "ONE")).unwrap();
    until("the word", || state(&printers, job.id) == (State::Queued, Some(Fault::Offline)));
    assert_eq!(printers.trouble("P1"), (Some(Fault::Offline), 1));
    let fake = Fake::at(&address.to_string(), READY);
    until("the print", || state(&printers, job.id) == (State::Done, None));
    assert_eq!(fake.on_paper(), printer_at(address).bytes(&samples::pass_with("ONE")).unwrap());
}

#[test]
fn no_paper_is_said_and_nothing_is_sent_until_there_is_some() {
    let (fake, dir) = (Fake::new(PAPER_OUT), tempfile::tempdir().unwrap());
    let printers = start(fake.address, dir.path());
    let job = printers.add(order(1, "ONE")).unwrap();
    until("the word", || state(&printers, job.id) == (State::Queued, Some(Fault::PaperOut)));
    assert!(fake.on_paper().is_empty());
    *fake.says.lock().unwrap() = READY;
    until("the print", || state(&printers, job.id) == (State::Done, None));
}

#[test]
fn paper_that_ends_in_the_middle_is_said_and_the_job_is_not_sent_again_by_itself() {
    let (fake, dir) = (Fake::new(READY), tempfile::tempdir().unwrap());
    *fake.then.lock().unwrap() = Some(PAPER_OUT);
    let printers = start(fake.address, dir.path());
    let job = printers.add(order(1, "ONE")).unwrap();
    until("the end", || state(&printers, job.id).0.is_over());
    assert_eq!(state(&printers, job.id), (State::Failed, Some(Fault::PaperOut)));
    assert_eq!(fake.on_paper(), printer_at(fake.address).bytes(&samples::pass_with("ONE")).unwrap());
}

#[test]
fn a_restart_loses_no_job_and_what_was_being_printed_is_for_a_person() {
    let dir = tempfile::tempdir().unwrap();
    let nowhere = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let printers = start(nowhere, dir.path());
    let ids: Vec<u64> = (1..=3).map(|key| printers.add(order(key, &format!("G{key}"))).unwrap().id).collect();
    drop(printers);
    // The machine stopped while the first was on its way.
    let file = dir.path().join(format!("{:012}.json", ids[0]));
    let text = std::fs::read_to_string(&file).unwrap().replace("\"state\":\"queued\"", "\"state\":\"printing\"");
    std::fs::write(&file, text).unwrap();
    std::fs::write(dir.path().join("000000000009.json"), "{").unwrap();
    let fake = Fake::new(READY);
    let printers = start(fake.address, dir.path());
    until("the others", || ids[1..].iter().all(|id| state(&printers, *id) == (State::Done, None)));
    assert_eq!(state(&printers, ids[0]), (State::Failed, Some(Fault::MayBePrinted)));
    let bytes = |name| printer_at(fake.address).bytes(&samples::pass_with(name)).unwrap();
    assert_eq!(fake.on_paper(), [bytes("G2"), bytes("G3")].concat());
    assert!(printers.add(order(8, "X")).unwrap().id > 9, "a number is not used twice, even where its file cannot be read");
}

#[test]
fn queues_and_what_is_kept_are_bounded() {
    let dir = tempfile::tempdir().unwrap();
    let nowhere = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let printers = start(nowhere, dir.path());
    for key in 1..=OPEN_MAX as u128 {
        printers.add(order(key, "X")).unwrap();
    }
    assert_eq!(printers.add(order(999, "X")).unwrap_err(), NotTaken::Full);
    let cancel = |printers: &Printers| {
        for job in printers.jobs().iter().filter(|job| job.state == State::Queued) {
            printers.cancel(job.id).unwrap();
        }
    };
    cancel(&printers);
    for key in 1000..1030 {
        printers.add(order(key, "X")).unwrap();
    }
    cancel(&printers);
    for key in 2000..2002 {
        printers.add(order(key, "X")).unwrap();
    }
    assert!(printers.jobs().len() <= KEPT_MAX + 2);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), printers.jobs().len());
}

#[test]
fn a_reprint_voids_what_was_before_and_the_old_one_is_never_sent() {
    let dir = tempfile::tempdir().unwrap();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let printers = start(address, dir.path());
    let old = printers.add(order(1, "OLD")).unwrap();
    let new = Order { key: Uuid::from_u128(77), issue: 2, document: Some(samples::pass_with("NEW")), ..order(1, "NEW") };
    let new = printers.add(new).unwrap();
    assert_eq!(state(&printers, old.id).0, State::Voided);
    let fake = Fake::at(&address.to_string(), READY);
    until("the new one", || state(&printers, new.id) == (State::Done, None));
    assert_eq!(fake.on_paper(), printer_at(address).bytes(&samples::pass_with("NEW")).unwrap());
    assert_eq!(printers.cancel(new.id).unwrap_err(), NotTaken::TooLate);
}

#[test]
fn what_cannot_be_sent_for_long_fails_and_other_paper_is_refused_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let nowhere = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let tags = Printer { forms: [Form::Tag].into(), ..printer_at(nowhere) };
    let hasty = Patience { give_up: Duration::from_millis(30), ..QUICK };
    let told = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&told);
    let printers = Printers::start(vec![tags], dir.path(), hasty, move || {
        count.fetch_add(1, Ordering::SeqCst);
    })
    .unwrap();
    let pass = Order { what: What::Pass(schemas::record::DocRef(schemas::flat::DocId([1; 16]))), ..order(1, "X") };
    assert_eq!(printers.add(pass).unwrap_err(), NotTaken::OtherPaper(Form::Pass));
    assert_eq!(printers.add(Order { printer: "P2".into(), ..order(1, "X") }).unwrap_err(), NotTaken::NoPrinter);
    let job = printers.add(order(1, "X")).unwrap();
    until("the end", || state(&printers, job.id) == (State::Failed, Some(Fault::Offline)));
    assert!(told.load(Ordering::SeqCst) >= 2);
}

#[test]
fn a_printer_that_is_silent_is_not_trusted_and_one_that_never_answers_is_taken_at_its_word() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let paper: Arc<Mutex<Vec<u8>>> = Arc::default();
    let taken = Arc::clone(&paper);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut bytes = Vec::new();
            let _ = stream.read_to_end(&mut bytes);
            taken.lock().unwrap().extend(bytes);
        }
    });
    let dir = tempfile::tempdir().unwrap();
    let impatient = Patience { answer: Duration::from_millis(60), ..QUICK };
    let printers = Printers::start(vec![printer_at(address)], &dir.path().join("one"), impatient, || {}).unwrap();
    let job = printers.add(order(1, "X")).unwrap();
    until("the word", || state(&printers, job.id) == (State::Queued, Some(Fault::NoAnswer)));
    drop(printers);
    let mute = Printer { answers: false, ..printer_at(address) };
    let printers = Printers::start(vec![mute], &dir.path().join("two"), impatient, || {}).unwrap();
    let job = printers.add(order(1, "X")).unwrap();
    until("the print", || state(&printers, job.id) == (State::Done, None));
    let sent = printer_at(address).bytes(&samples::pass_with("X")).unwrap();
    until("the paper", || paper.lock().unwrap().ends_with(&sent));
}

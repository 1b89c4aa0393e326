//! Printing at the printers of this desk: the form on papers, the printers and jobs on the page of the desk.

use axum::Form;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::Command;
use schemas::flat::DocId;
use schemas::record::FlightKey;
use schemas::record::fact::StaffNumber;
use schemas::standards::bag_tag::BagTag;
use schemas::station::{Issue, Station};
use serde::Deserialize;
use uuid::Uuid;

use super::errors::Trouble;
use super::forms::Failed;
use super::language::Screen;
use super::who::Viewer;
use super::{Web, baggage, command_key, forms, staff};
use crate::lang::{Language, Say};
use crate::print::{self, Composed, Fault, Job, NotTaken, Order, Printer, State, Voice, What};

/// Where a paper can be printed; without printers nothing is shown.
#[derive(Debug, Default)]
pub struct PrintForm {
    /// Where the form is sent.
    pub address: String,
    pub printers: Vec<PrinterRow>,
    pub languages: Vec<LanguageRow>,
    /// Set where it was printed before: when, where, and what a new print means.
    pub again: String,
    /// Its last jobs at this desk.
    pub jobs: Vec<JobRow>,
}

/// The printers of this desk and what they do.
#[derive(Debug, Default)]
pub struct PrintersPart {
    pub rows: Vec<PrinterRow>,
    pub jobs: Vec<JobRow>,
    /// Packs that should be on paper and are not: the flight's key, its number, why.
    pub packs: Vec<(String, String, String)>,
}

/// One printer.
#[derive(Debug, Clone, Default)]
pub struct PrinterRow {
    pub name: String,
    /// `passes, bag tags`.
    pub forms: String,
    /// `zpl, tcp:10.0.0.7:9100`.
    pub place: String,
    /// Empty where nothing is known to be wrong.
    pub fault: String,
    pub remedy: String,
    pub waiting: String,
}

/// One job.
#[derive(Debug, Clone, Default)]
pub struct JobRow {
    pub id: u64,
    pub title: String,
    pub issue: String,
    pub printer: String,
    pub state: String,
    /// The class of its line.
    pub class: &'static str,
    pub fault: String,
    pub remedy: String,
    pub made: String,
    pub may_reprint: bool,
    pub may_cancel: bool,
}

/// A language that a paper may be in.
#[derive(Debug, Clone)]
pub struct LanguageRow {
    pub id: String,
    pub name: String,
    pub chosen: bool,
}

/// What the forms send.
#[derive(Deserialize)]
pub(super) struct PrintPost {
    form: Uuid,
    #[serde(default)]
    printer: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    why: String,
}

/// A job that somebody asks for.
pub(super) struct Ask<'a> {
    /// The same key is the same job.
    pub(super) key: Uuid,
    pub(super) what: What,
    /// Of a tag that is known on several flights.
    pub(super) flight: Option<FlightKey>,
    pub(super) printer: &'a str,
    /// The guest's language; empty for the screen's.
    pub(super) language: &'a str,
    pub(super) why: &'a str,
}

/// Jobs that the page of a paper, and that of the desk show.
const JOBS_OF_PAPER: usize = 3;
const JOBS_OF_DESK: usize = 20;

pub(super) async fn pass(
    Screen(web): Screen,
    Path(booking): Path<String>,
    headers: HeaderMap,
    Form(form): Form<PrintPost>,
) -> Result<Response, Trouble> {
    let booking = forms::guest(&booking)?;
    press(&web, &headers, What::Pass(booking), None, &form, &format!("/pass/{booking}")).await
}

pub(super) async fn tag(Screen(web): Screen, Path(tag): Path<String>, headers: HeaderMap, Form(form): Form<PrintPost>) -> Result<Response, Trouble> {
    let tag: BagTag = tag.parse().map_err(|_| Trouble::not_here("bag tag"))?;
    let flight = web.services.read(|station| baggage::known_bag(station, tag).map(|(bag, _)| bag.flight));
    press(&web, &headers, What::Tag(tag), flight, &form, &format!("/tag/{tag}")).await
}

pub(super) async fn receipt(
    Screen(web): Screen,
    Path(case): Path<String>,
    headers: HeaderMap,
    Form(form): Form<PrintPost>,
) -> Result<Response, Trouble> {
    let case = case.parse().map_err(|_| Trouble::not_here("report"))?;
    press(&web, &headers, What::Receipt(case), None, &form, &format!("/receipt/{case}")).await
}

pub(super) async fn pack(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<PrintPost>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    press(&web, &headers, What::Pack(key), Some(key), &form, &format!("/paper/{key}")).await
}

pub(super) async fn test(Screen(web): Screen, headers: HeaderMap, Form(form): Form<PrintPost>) -> Result<Response, Trouble> {
    press(&web, &headers, What::Test, None, &form, "/desk#printers").await
}

/// Prints again what a job printed, with what the records say now.
pub(super) async fn reprint(Screen(web): Screen, Path(id): Path<u64>, headers: HeaderMap, Form(form): Form<PrintPost>) -> Result<Response, Trouble> {
    let job = seen(&web, &web.viewer(&headers), id)?;
    let printer = if form.printer.is_empty() { job.order.printer } else { form.printer };
    let form = PrintPost { printer, language: job.order.language, why: "reprint".to_owned(), form: form.form };
    press(&web, &headers, job.order.what, job.order.flight, &form, "/desk#printers").await
}

pub(super) async fn cancel(Screen(web): Screen, Path(id): Path<u64>, headers: HeaderMap) -> Result<Response, Trouble> {
    if staff::current(&headers).is_none() {
        return Ok(staff::ask());
    }
    seen(&web, &web.viewer(&headers), id)?;
    web.options.printers.cancel(id).map_err(not_taken)?;
    Ok(Redirect::to("/desk#printers").into_response())
}

/// Carries out a press of a form.
async fn press(web: &Web, headers: &HeaderMap, what: What, flight: Option<FlightKey>, form: &PrintPost, to: &str) -> Result<Response, Trouble> {
    let Some(number) = staff::current(headers) else { return Ok(staff::ask()) };
    let body = format!("{what:?} {} {} {}", form.printer, form.language, form.why);
    let ask = Ask { key: command_key(form.form, &body), what, flight, printer: &form.printer, language: &form.language, why: &form.why };
    match print(web, &web.viewer(headers), &number, &ask).await {
        Ok(_) => Ok(Redirect::to(to).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Refused(refusal)) => Err(refusal.into()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
    }
}

/// Takes a job: checks the printer, counts the print of a pass or tag durably, and queues it.
pub(super) async fn print(web: &Web, viewer: &Viewer, staff: &StaffNumber, ask: &Ask<'_>) -> Result<Job, Failed> {
    let trouble = |trouble| Failed::Trouble(trouble);
    let printers = &web.options.printers;
    if let Some(job) = printers.jobs().into_iter().find(|job| job.order.key == ask.key) {
        return Ok(job);
    }
    let printer = printers.may_add(ask.printer, ask.what.form()).map_err(|error| trouble(not_taken(error)))?;
    let flight = match ask.what {
        What::Tag(tag) => ask.flight.or_else(|| web.services.read(|station| baggage::known_bag(station, tag).map(|(bag, _)| bag.flight))),
        What::Pack(key) => Some(key),
        _ => ask.flight,
    };
    if matches!(ask.what, What::Pack(key) if !viewer.sees(&key)) {
        return Err(trouble(Trouble::not_here("flight")));
    }
    if let What::Receipt(case) = ask.what {
        let row = web.services.read(|station| station.case_of(case.0)).ok_or_else(|| trouble(Trouble::not_here("report")))?;
        if !viewer.sees_case(&row) {
            return Err(trouble(Trouble::not_here("report")));
        }
    }
    // What cannot be printed is not counted.
    let next = match ask.what {
        What::Pack(key) => web.pack_prints.next_version(&key),
        what => web.services.read(|station| issue_of(station, what, flight)).map_or(1, |issue| issue.issue + 1),
    };
    let mut composed = compose(web, printer, ask, flight, next).ok_or_else(|| trouble(Trouble::not_here(thing(ask.what))))?;
    printer.bytes(&composed.document).map_err(|_| trouble(unprintable()))?;
    let command = match ask.what {
        What::Pass(booking) => Some(Command::Print { booking: Some(booking), tag: None, flight: None, reason: ask.why.to_owned() }),
        What::Tag(tag) => Some(Command::Print { booking: None, tag: Some(tag), flight, reason: ask.why.to_owned() }),
        What::Receipt(_) | What::Pack(_) | What::Test => None,
    };
    let mut issue = if matches!(ask.what, What::Pack(_)) { next } else { 0 };
    if let Some(command) = command {
        let receipt = web.carry_out_as(staff, ask.key, &command).await?;
        issue = receipt.answer["issue"].as_u64().and_then(|issue| u32::try_from(issue).ok()).unwrap_or(next);
        if issue != next {
            composed = compose(web, printer, ask, flight, issue).ok_or_else(|| trouble(Trouble::not_here(thing(ask.what))))?;
        }
    }
    let order = Order {
        key: ask.key,
        printer: ask.printer.to_owned(),
        what: ask.what,
        issue,
        title: composed.title,
        flight: composed.flight.or(flight),
        language: ask.language.to_owned(),
        document: Some(composed.document),
        by: staff.clone(),
    };
    let job = printers.add(order).map_err(|error| trouble(not_taken(error)))?;
    if let What::Pack(key) = job.order.what {
        web.note_pack(&key, &job);
    }
    Ok(job)
}

/// The document as the records are now: in the guest's language, a receipt in the screen's too.
fn compose(web: &Web, printer: &Printer, ask: &Ask<'_>, flight: Option<FlightKey>, issue: u32) -> Option<Composed> {
    let languages = &web.options.languages;
    let guest: Option<Say> = ask.language.parse::<Language>().ok().and_then(|language| languages.exactly(&language));
    let wanted: Vec<Say> = guest.into_iter().chain([web.say.clone()]).collect();
    let english = languages.english();
    let clock = |ms| web.services.local_time(ms);
    let voice = Voice { wanted: &wanted, english: &english, printer, clock: &clock };
    if let What::Pack(key) = ask.what {
        web.services.read(|station| station.flight_of(&key))?;
        return Some(print::pack(&key, &voice, |say| Web { say: say.clone(), ..web.clone() }.pack_sheet(&key)));
    }
    web.services.read(|station| match ask.what {
        What::Pass(booking) => print::pass(station, booking, issue, &voice),
        What::Tag(tag) => print::tag(station, &flight?, tag, issue, &voice),
        What::Receipt(case) => print::receipt(station, case.0, &voice),
        // A pack is made from more than the station's records, above.
        What::Pack(_) | What::Test => Some(print::test(&station.setting().desk, web.services.now_ms(), &voice)),
    })
}

/// The newest print that is known here.
fn issue_of(station: &Station, what: What, flight: Option<FlightKey>) -> Option<Issue> {
    match what {
        What::Pass(booking) => station.pass_issue(booking.0),
        What::Tag(tag) => station.tag_issue(station.ids().bag(&flight?, tag)),
        What::Receipt(_) | What::Pack(_) | What::Test => None,
    }
}

impl Web {
    /// The form of a paper.
    pub(super) fn print_form(&self, what: What, flight: Option<FlightKey>, address: &str) -> PrintForm {
        let printers = &self.options.printers;
        let say = &self.say;
        let rows: Vec<PrinterRow> =
            printers.all().iter().filter(|printer| printer.takes(what.form())).map(|printer| self.printer_row(printer)).collect();
        if rows.is_empty() {
            return PrintForm::default();
        }
        let named = self.options.languages.names().into_iter();
        let again = self.services.read(|station| issue_of(station, what, flight)).map(|known| {
            let said = say.t("print-again").arg("issue", i64::from(known.issue)).arg("time", self.services.local_time(known.at));
            said.arg("desk", known.desk).to_string()
        });
        PrintForm {
            address: address.to_owned(),
            printers: rows,
            languages: named.map(|(id, name)| LanguageRow { chosen: id == *say.language(), id: id.to_string(), name }).collect(),
            again: again.unwrap_or_default(),
            jobs: printers.jobs().iter().filter(|job| job.order.what == what).take(JOBS_OF_PAPER).map(|job| self.job_row(job)).collect(),
        }
    }

    /// The printers and jobs of this desk, as far as they concern who looks.
    pub(super) fn printers_part(&self, viewer: &Viewer) -> PrintersPart {
        let printers = &self.options.printers;
        let jobs = printers.jobs();
        PrintersPart {
            rows: printers.all().iter().map(|printer| self.printer_row(printer)).collect(),
            jobs: jobs.iter().filter(|job| self.may_see_job(viewer, job)).take(JOBS_OF_DESK).map(|job| self.job_row(job)).collect(),
            packs: self.packs_not_printed(viewer),
        }
    }

    /// A job is its flight's carrier's; that of a receipt, its report's.
    pub(super) fn may_see_job(&self, viewer: &Viewer, job: &Job) -> bool {
        let case = |case: DocId| self.services.read(|station| station.case_of(case)).is_none_or(|row| viewer.sees_case(&row));
        match job.order.what {
            What::Receipt(doc) => case(doc.0),
            _ => job.order.flight.is_none_or(|flight| viewer.sees(&flight)),
        }
    }

    fn printer_row(&self, printer: &Printer) -> PrinterRow {
        let say = &self.say;
        let (fault, waiting) = self.options.printers.trouble(&printer.name);
        let forms: Vec<String> = printer.forms.iter().map(|form| say.t(&format!("print-form-{}", form.as_str())).to_string()).collect();
        let (fault, remedy) = fault.map(|fault| fault_words(say, fault)).unwrap_or_default();
        PrinterRow {
            name: printer.name.clone(),
            forms: say.list(&forms),
            place: format!("{}, {}", printer.language.as_str(), printer.address),
            fault,
            remedy,
            waiting: match waiting {
                0 => say.t("print-ready").to_string(),
                count => say.t("print-waiting").arg("count", count).to_string(),
            },
        }
    }

    fn job_row(&self, job: &Job) -> JobRow {
        let say = &self.say;
        let (fault, remedy) = job.fault.filter(|_| job.state != State::Voided).map(|fault| fault_words(say, fault)).unwrap_or_default();
        let title = say.t(&format!("print-job-{}", job.order.what.form().as_str())).arg("title", &job.order.title).to_string();
        JobRow {
            id: job.id,
            title,
            issue: if job.order.issue > 1 { say.t("print-issue").arg("issue", i64::from(job.order.issue)).to_string() } else { String::new() },
            printer: job.order.printer.clone(),
            state: say.t(&format!("print-state-{}", job.state.as_str())).to_string(),
            class: match job.state {
                State::Failed => "notice stop",
                State::Queued | State::Printing if job.fault.is_some() => "notice care",
                State::Done => "notice go",
                _ => "soft",
            },
            fault,
            remedy,
            made: say.t("print-made").arg("time", self.services.local_time(job.made_ms)).arg("staff", job.order.by.to_string()).to_string(),
            may_reprint: job.state.is_over() && !matches!(job.state, State::Voided) && job.order.what != What::Test,
            may_cancel: job.state == State::Queued,
        }
    }
}

/// What is the matter and what to do.
pub(super) fn fault_words(say: &Say, fault: Fault) -> (String, String) {
    let key = format!("print-fault-{}", fault.as_str());
    (say.t(&key).to_string(), say.t(&key).of("remedy").to_string())
}

/// A job that whoever asks may see.
pub(super) fn seen(web: &Web, viewer: &Viewer, id: u64) -> Result<Job, Trouble> {
    web.options.printers.job(id).filter(|job| web.may_see_job(viewer, job)).ok_or_else(|| not_taken(NotTaken::NoJob))
}

pub(super) fn not_taken(error: NotTaken) -> Trouble {
    let new = Trouble::new;
    match error {
        NotTaken::NoPrinter => {
            new(StatusCode::NOT_FOUND, "no-printer", "There is no such printer at this desk.", "Choose one of those on the page of this desk.")
        }
        NotTaken::OtherPaper(_) => new(
            StatusCode::CONFLICT,
            "other-paper",
            "Another paper lies in this printer.",
            "Choose a printer for this paper; the page of this desk says what lies in each.",
        ),
        NotTaken::Full => new(
            StatusCode::CONFLICT,
            "print-queue-full",
            "Too many jobs wait at this printer.",
            "Look what is the matter with it, or use another printer.",
        ),
        NotTaken::Disk => new(
            StatusCode::INSUFFICIENT_STORAGE,
            "print-not-kept",
            "The disk of this desk did not take the job.",
            "Print at another desk, and call support.",
        ),
        NotTaken::NoJob => {
            new(StatusCode::NOT_FOUND, "no-print-job", "There is no such job here.", "Look at the last jobs on the page of this desk.")
        }
        NotTaken::TooLate => {
            new(StatusCode::CONFLICT, "print-too-late", "This is being printed, or it is over.", "Take the paper from the printer and tear it up.")
        }
    }
}

fn unprintable() -> Trouble {
    Trouble::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "print-unprintable",
        "This cannot be written in the printer's language.",
        "Use another printer, or write it by hand.",
    )
}

fn thing(what: What) -> &'static str {
    match what {
        What::Pass(_) | What::Test => "guest",
        What::Tag(_) => "bag",
        What::Receipt(_) => "report",
        What::Pack(_) => "flight",
    }
}

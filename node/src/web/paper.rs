//! What leaves on paper: boarding passes, bag tags and receipts, each a page of its own that prints.

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use schemas::flat::DocId;
use schemas::record::fact::What;
use schemas::standards::bag_tag::BagTag;
use schemas::station::GuestRow;

use super::errors::{Trouble, html};
use super::language::Screen;
use super::page::{FlightHead, Section, Shell, State};
use super::printing::PrintForm;
use super::{baggage, barcode, forms, staff, words};
use crate::print;

/// A boarding pass.
#[derive(Debug, Template)]
#[template(path = "pass.html")]
pub struct PassPage {
    pub shell: Shell,
    pub flight: FlightHead,
    pub booking: String,
    pub name: String,
    pub locator: String,
    pub seat: String,
    pub cabin: String,
    pub sequence: String,
    pub bags: Vec<String>,
    pub flags: Vec<String>,
    /// The bar-coded boarding pass in PDF417 and in Aztec, as SVG made here.
    pub pdf417: String,
    pub aztec: String,
    /// The text in the code, for a reader that died.
    pub text: String,
    pub state: State,
    pub print: PrintForm,
}

/// A bag tag.
#[derive(Debug, Template)]
#[template(path = "tag.html")]
pub struct TagPage {
    pub shell: Shell,
    pub tag: String,
    /// Legs in order; the last is where the bag goes.
    pub legs: Vec<TagLeg>,
    pub to: String,
    pub owner: String,
    pub locator: String,
    pub sequence: String,
    pub weight: String,
    pub made: String,
    pub state: State,
    /// Interleaved 2 of 5, as SVG made here.
    pub barcode: String,
    pub print: PrintForm,
}

/// One flight of a bag.
#[derive(Debug, Clone)]
pub struct TagLeg {
    pub to: String,
    pub flight: String,
    pub date: String,
}

/// The guest's copy of a baggage report.
#[derive(Debug, Template)]
#[template(path = "receipt.html")]
pub struct ReceiptPage {
    pub shell: Shell,
    pub case: super::baggage::CaseRow,
    /// Valid here at once.
    pub reference: String,
    /// Its world-wide one, when it has come.
    pub world_reference: Option<String>,
    pub contact: String,
    pub flight: String,
    pub description: String,
    pub made: String,
    /// Dates until which a claim must be written.
    pub deadlines: Vec<(String, String)>,
    pub print: PrintForm,
}

pub(super) async fn pass(Screen(web): Screen, Path(booking): Path<String>, headers: HeaderMap) -> Result<Response, Trouble> {
    let booking = forms::guest(&booking)?;
    let known = web.services.read(|station| {
        let guest = station.guest(booking.0)?;
        Some((station.flight_of(&guest.flight)?, station.pass_of(booking.0), guest))
    });
    let (row, text, guest) = known.ok_or_else(|| Trouble::not_here("guest"))?;
    let text = text.ok_or_else(|| {
        let happened = format!("{} has no boarding pass: not checked in, or a name that cannot be printed.", guest.name);
        Trouble::new(StatusCode::CONFLICT, "no-pass", &happened, "Check the guest in at the counter, or write the pass by hand.")
            .arg("name", &guest.name)
    })?;
    let label = web.say.t("barcode").html();
    let unprintable = |_| {
        Trouble::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "no-barcode",
            "This pass cannot be drawn as a bar code.",
            "Write the pass by hand; the guest boards by sequence.",
        )
    };
    Ok(html(&PassPage {
        shell: web.shell(Section::Counter, staff::current(&headers).as_ref()),
        flight: web.head(&row),
        booking: booking.to_string(),
        locator: locator(&guest),
        seat: guest.seat.map_or_else(|| web.say.t("none").to_string(), |seat| seat.to_string()),
        cabin: guest.cabin.map(String::from).unwrap_or_default(),
        sequence: guest.sequence.map(|number| number.to_string()).unwrap_or_default(),
        bags: guest.bags.iter().map(ToString::to_string).collect(),
        // What is for staff only is not printed for the guest.
        flags: words::flags(&web.say, &guest).into_iter().map(|flag| flag.code).collect(),
        pdf417: barcode::pdf417(&text, &label).map_err(unprintable)?,
        aztec: barcode::aztec(&text, &label).map_err(unprintable)?,
        text,
        state: web.state(&guest.flight.scope(), booking.0),
        print: web.print_form(print::What::Pass(booking), None, &format!("/pass/{booking}/print")),
        name: guest.name,
    }))
}

pub(super) async fn tag(Screen(web): Screen, Path(tag): Path<String>, headers: HeaderMap) -> Result<Response, Trouble> {
    let tag: BagTag = tag.parse().map_err(|_| Trouble::not_here("bag tag"))?;
    let page = web.services.read(|station| {
        let (bag, guest) = baggage::known_bag(station, tag)?;
        let accepted = bag.history.live(|what| matches!(what, What::Accepted { .. })).next().map(|held| held.fact.clone());
        Some((bag.id, bag.flight, bag.destination, bag.kg, accepted, guest))
    });
    let (bag, key, destination, kg, accepted, guest) = page.ok_or_else(|| Trouble::not_here("bag"))?;
    let to = destination.map_or_else(|| "---".to_owned(), |code| code.to_string());
    let made = accepted.map(|fact| {
        let said = web.say.t("tag-made").arg("desk", fact.desk.to_string()).arg("day", web.say.day(key.date()));
        said.arg("time", web.services.local_time(fact.at)).arg("staff", fact.by.to_string()).to_string()
    });
    let mut legs = vec![TagLeg { to: to.clone(), flight: key.flight().to_string(), date: web.say.day(key.date()) }];
    legs.extend(guest.iter().flat_map(|guest| &guest.onward).map(|onward| TagLeg { to: String::new(), flight: onward.clone(), date: String::new() }));
    Ok(html(&TagPage {
        shell: web.shell(Section::Counter, staff::current(&headers).as_ref()),
        tag: tag.to_string(),
        legs,
        to,
        owner: guest.as_ref().map(|guest| guest.name.clone()).unwrap_or_else(|| web.say.t("owner-not-known").to_string()),
        locator: guest.as_ref().map(locator).unwrap_or_default(),
        sequence: guest.as_ref().and_then(|guest| guest.sequence).map(|number| number.to_string()).unwrap_or_default(),
        weight: kg.map_or_else(|| "-".to_owned(), |kg| web.say.t("kilograms").arg("kg", kg).to_string()),
        made: made.unwrap_or_default(),
        state: web.state(&key.scope(), bag),
        print: web.print_form(print::What::Tag(tag), Some(key), &format!("/tag/{tag}/print")),
        barcode: barcode::interleaved(tag.as_str(), &web.say.t("barcode").html()).map_err(|_| Trouble::not_here("bag tag"))?,
    }))
}

pub(super) async fn receipt(Screen(web): Screen, Path(case): Path<String>, headers: HeaderMap) -> Result<Response, Trouble> {
    let id: DocId = case.parse().map_err(|_| Trouble::not_here("report"))?;
    let case = web.services.read(|station| station.case_of(id)).ok_or_else(|| Trouble::not_here("report"))?;
    let desk = case.desk.clone().unwrap_or_else(|| web.say.t("receipt-this-station").to_string());
    let made = case.at.map(|at| web.say.t("receipt-taken").arg("time", web.services.local_time(at)).arg("desk", desk));
    Ok(html(&ReceiptPage {
        shell: web.shell(Section::Baggage, staff::current(&headers).as_ref()),
        case: baggage::case_row(&web, &case),
        reference: case.reference.clone(),
        world_reference: None,
        contact: case.contact.clone(),
        flight: case.flight.map_or_else(|| "-".to_owned(), |flight| flight.to_string()),
        description: case.bag.clone(),
        made: match (made, &case.by) {
            (Some(made), Some(by)) => made.arg("staff", by).to_string(),
            _ => String::new(),
        },
        deadlines: print::limits(&web.say, &case),
        print: web.print_form(print::What::Receipt(case.case), None, &format!("/receipt/{}/print", case.case)),
    }))
}

fn locator(guest: &GuestRow) -> String {
    guest.locator.map(|locator| locator.to_string()).unwrap_or_default()
}

//! A boarding pass that was read: one text, and where each field of it lies.

use crate::standards::airline::Carrier;
use crate::standards::airport::AirportCode;
use crate::standards::bag_tag::{CountRule, TagRun};
use crate::standards::flight::FlightNumber;
use crate::standards::locator::Locator;
use crate::standards::seat::Seat;

use super::deviation::{Deviation, Verdict};
use super::undo::Undoing;

/// A usable boarding pass. Made by [`super::parse`] or [`super::read`] alone.
///
/// Fields come as printed, right-trimmed; the methods that return a type return `None` where the field is blank or deviates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    pub(super) text: Columns,
    pub(super) leg_count: usize,
    pub(super) legs: [LegLayout; LEGS_MAX],
    /// Column of the version digit, where the first leg has a version block.
    pub(super) version: Option<Span>,
    pub(super) unique: Option<Block>,
    pub(super) security: Option<SecurityLayout>,
    pub(super) trailing: Option<Span>,
    pub(super) deviations: Vec<Deviation>,
    pub(super) undone: Vec<Undoing>,
}

/// The most legs a pass can carry.
pub(super) const LEGS_MAX: usize = 4;

/// Fields of the unique block (items 15 to 32) and their widths.
pub(super) const UNIQUE: [(&str, usize); 9] = [
    ("pax_description", 1),
    ("source_checkin", 1),
    ("source_issuance", 1),
    ("issue_date", 4),
    ("doc_type", 1),
    ("issuer", 3),
    ("bag_tag_1", 13),
    ("bag_tag_2", 13),
    ("bag_tag_3", 13),
];

/// Fields of the repeated block (items 142 to 254) and their widths.
pub(super) const REPEATED: [(&str, usize); 10] = [
    ("airline_numeric", 3),
    ("doc_serial", 10),
    ("selectee", 1),
    ("intl_doc_verification", 1),
    ("marketing_carrier", 3),
    ("ff_airline", 3),
    ("ff_number", 16),
    ("id_ad", 1),
    ("free_baggage", 3),
    ("fast_track", 1),
];

/// Mandatory fields of a leg: column from the leg's start, and width.
pub(super) mod mandatory {
    pub(in super::super) const PNR: (usize, usize) = (0, 7);
    pub(in super::super) const FROM: (usize, usize) = (7, 3);
    pub(in super::super) const TO: (usize, usize) = (10, 3);
    pub(in super::super) const CARRIER: (usize, usize) = (13, 3);
    pub(in super::super) const FLIGHT: (usize, usize) = (16, 5);
    pub(in super::super) const JULIAN: (usize, usize) = (21, 3);
    pub(in super::super) const CABIN: (usize, usize) = (24, 1);
    pub(in super::super) const SEAT: (usize, usize) = (25, 4);
    pub(in super::super) const SEQUENCE: (usize, usize) = (29, 5);
    pub(in super::super) const STATUS: (usize, usize) = (34, 1);
    pub(in super::super) const VARIABLE_SIZE: (usize, usize) = (35, 2);
    /// Columns of one leg.
    pub(in super::super) const WIDTH: usize = 37;
    /// Columns before the first leg: format, leg count, name, e-ticket indicator.
    pub(in super::super) const HEAD: usize = 23;
    pub(in super::super) const NAME: (usize, usize) = (2, 20);
    pub(in super::super) const ETICKET: (usize, usize) = (22, 1);
}

/// A run of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Span {
    pub(super) at: usize,
    pub(super) len: usize,
}

/// A sized block: where its two-digit size stands, and its content as far as it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) size: Span,
    pub(super) body: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct LegLayout {
    /// The leg's first column.
    pub(super) at: usize,
    pub(super) repeated: Option<Block>,
    pub(super) private: Option<Span>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SecurityLayout {
    pub(super) kind: Span,
    pub(super) length: Span,
    pub(super) data: Span,
}

/// A text addressed by column, one character each: the standard counts characters, and damaged texts are not always ASCII.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) text: String,
    pub(super) ascii: bool,
}

impl Columns {
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), ascii: text.is_ascii() }
    }

    pub(super) fn len(&self) -> usize {
        if self.ascii { self.text.len() } else { self.text.chars().count() }
    }

    /// What stands in those columns, as far as they exist.
    pub(super) fn slice(&self, span: Span) -> &str {
        if self.ascii {
            let start = span.at.min(self.text.len());
            let end = span.at.saturating_add(span.len).min(self.text.len());
            return &self.text[start..end];
        }
        let rest = after(&self.text, span.at);
        let tail = after(rest, span.len);
        &rest[..rest.len() - tail.len()]
    }
}

/// The text behind its first `columns` characters.
fn after(text: &str, columns: usize) -> &str {
    text.char_indices().nth(columns).map_or("", |(at, _)| &text[at..])
}

impl Pass {
    pub fn verdict(&self) -> Verdict {
        if self.deviations.is_empty() { Verdict::Valid } else { Verdict::Deviant }
    }

    /// In the order of the text, each once.
    pub fn deviations(&self) -> &[Deviation] {
        &self.deviations
    }

    /// What was undone to read it: nothing for a clean scan.
    pub fn undone(&self) -> &[Undoing] {
        &self.undone
    }

    /// The pass as text, without what a scanner added.
    pub fn text(&self) -> &str {
        &self.text.text
    }

    /// `SURNAME/GIVEN`, cut at 20 characters by the issuer.
    pub fn name(&self) -> &str {
        self.field(0, mandatory::NAME)
    }

    pub fn surname(&self) -> Option<&str> {
        self.name().split_once('/').map(|(surname, _)| surname)
    }

    /// Given names and, run on without a blank, a title.
    pub fn given(&self) -> Option<&str> {
        self.name().split_once('/').map(|(_, given)| given)
    }

    pub fn eticket(&self) -> &str {
        self.field(0, mandatory::ETICKET)
    }

    pub fn leg_count(&self) -> usize {
        self.leg_count
    }

    pub fn legs(&self) -> impl Iterator<Item = Leg<'_>> {
        self.legs.iter().take(self.leg_count).enumerate().map(|(number, layout)| Leg { pass: self, number, layout })
    }

    /// The leg that leaves from this airport, or the first.
    pub fn leg_from(&self, airport: AirportCode) -> Option<Leg<'_>> {
        self.legs().find(|leg| leg.from_airport() == Some(airport))
    }

    /// The version digit (item 9).
    pub fn version(&self) -> Option<u8> {
        let digit = self.text.slice(self.version?).chars().next()?;
        digit.to_digit(10).and_then(|digit| u8::try_from(digit).ok())
    }

    pub(crate) fn version_text(&self) -> Option<&str> {
        self.version.map(|span| self.text.slice(span))
    }

    pub fn unique(&self) -> Option<Unique<'_>> {
        self.unique.as_ref().map(|block| Unique(Fields { pass: self, block, widths: &UNIQUE }))
    }

    /// The bag tags of items 23, 31 and 32, each a run of consecutive plates. What cannot be expanded is left out.
    pub fn bag_tags(&self) -> Vec<TagRun> {
        let rule = CountRule::of_pass_version(self.version().unwrap_or(0));
        let Some(unique) = self.unique() else { return Vec::new() };
        ["bag_tag_1", "bag_tag_2", "bag_tag_3"]
            .into_iter()
            .filter_map(|field| unique.0.raw(field))
            .filter_map(|field| TagRun::read(field, rule).ok().flatten())
            .collect()
    }

    pub fn security(&self) -> Option<Security<'_>> {
        self.security.as_ref().map(|layout| Security {
            kind: self.text.slice(layout.kind),
            length: self.text.slice(layout.length),
            data: self.text.slice(layout.data),
        })
    }

    /// What stands behind everything that was declared.
    pub fn trailing(&self) -> Option<&str> {
        self.trailing.map(|span| self.text.slice(span))
    }

    /// Whether this is an itinerary receipt (item 16 `I`), which is never a boarding token.
    pub fn is_receipt(&self) -> bool {
        self.unique().and_then(|unique| unique.doc_type()) == Some("I")
    }

    fn field(&self, at: usize, (offset, len): (usize, usize)) -> &str {
        self.raw(at, (offset, len)).trim_end_matches(' ')
    }

    fn raw(&self, at: usize, (offset, len): (usize, usize)) -> &str {
        self.text.slice(Span { at: at + offset, len })
    }
}

/// One leg of a pass.
#[derive(Debug, Clone, Copy)]
pub struct Leg<'a> {
    pass: &'a Pass,
    number: usize,
    layout: &'a LegLayout,
}

impl<'a> Leg<'a> {
    /// Place among the legs, from 0.
    pub fn number(&self) -> usize {
        self.number
    }

    pub fn pnr(&self) -> &'a str {
        self.field(mandatory::PNR)
    }

    pub fn locator(&self) -> Option<Locator> {
        self.pnr().parse().ok()
    }

    pub fn from(&self) -> &'a str {
        self.field(mandatory::FROM)
    }

    pub fn from_airport(&self) -> Option<AirportCode> {
        self.from().parse().ok()
    }

    pub fn to(&self) -> &'a str {
        self.field(mandatory::TO)
    }

    pub fn to_airport(&self) -> Option<AirportCode> {
        self.to().parse().ok()
    }

    /// The operating carrier as printed.
    pub fn carrier(&self) -> &'a str {
        self.field(mandatory::CARRIER)
    }

    /// The flight number as printed, without the carrier.
    pub fn flight(&self) -> &'a str {
        self.field(mandatory::FLIGHT)
    }

    pub fn flight_number(&self) -> Option<FlightNumber> {
        let carrier: Carrier = self.carrier().parse().ok()?;
        let (digits, suffix) = match self.flight().char_indices().find(|(_, c)| !c.is_ascii_digit()) {
            Some((at, _)) => self.flight().split_at(at),
            None => (self.flight(), ""),
        };
        let mut suffix = suffix.chars();
        let letter = suffix.next();
        if suffix.next().is_some() {
            return None;
        }
        FlightNumber::new(carrier, digits.parse().ok()?, letter).ok()
    }

    /// The day of the year as printed, three digits where it does not deviate.
    pub fn julian(&self) -> &'a str {
        self.field(mandatory::JULIAN)
    }

    /// Cabin or booking letter (Resolution 728).
    pub fn cabin(&self) -> &'a str {
        self.field(mandatory::CABIN)
    }

    /// The seat as printed: `012A`, `INF`, or blank.
    pub fn seat_text(&self) -> &'a str {
        self.field(mandatory::SEAT)
    }

    pub fn seat(&self) -> Option<Seat> {
        self.seat_text().parse().ok()
    }

    /// Whether the guest is an infant on a lap (`INF` for a seat, or description 4).
    pub fn is_lap_infant(&self) -> bool {
        self.seat_text() == "INF"
    }

    /// The check-in sequence as printed.
    pub fn sequence_text(&self) -> &'a str {
        self.field(mandatory::SEQUENCE)
    }

    /// The digits of the check-in sequence, without leading zeros.
    pub fn sequence(&self) -> Option<u16> {
        let text = self.sequence_text().trim_start();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        text[..digits].parse().ok()
    }

    pub fn status(&self) -> &'a str {
        self.field(mandatory::STATUS)
    }

    pub(crate) fn variable_size(&self) -> &'a str {
        self.field(mandatory::VARIABLE_SIZE)
    }

    pub fn repeated(&self) -> Option<Repeated<'a>> {
        let block = self.layout.repeated.as_ref()?;
        Some(Repeated(Fields { pass: self.pass, block, widths: &REPEATED }))
    }

    /// The airline's individual use (item 4), as printed.
    pub fn airline_private(&self) -> Option<&'a str> {
        self.layout.private.map(|span| self.pass.text.slice(span))
    }

    /// The mandatory field with its padding.
    pub(super) fn raw(&self, place: (usize, usize)) -> &'a str {
        self.pass.raw(self.layout.at, place)
    }

    fn field(&self, place: (usize, usize)) -> &'a str {
        self.pass.field(self.layout.at, place)
    }
}

/// The fields of a sized block, cut where its size ends: absent is not the same as blank.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a> {
    pass: &'a Pass,
    block: &'a Block,
    widths: &'static [(&'static str, usize)],
}

impl<'a> Fields<'a> {
    pub(crate) fn size(&self) -> &'a str {
        self.pass.text.slice(self.block.size)
    }

    /// Names and contents of the fields that are there at all, with their padding; the last may be cut, and more than the standard knows is `extra`.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static str, &'a str)> {
        let Span { mut at, len } = self.block.body;
        let end = at + len;
        let pass = self.pass;
        let extra = [("extra", usize::MAX)];
        self.widths.iter().copied().chain(extra).map_while(move |(name, width)| {
            let width = width.min(end - at);
            let span = Span { at, len: width };
            at += width;
            (width > 0).then(|| (name, pass.text.slice(span)))
        })
    }

    pub(crate) fn raw(&self, field: &str) -> Option<&'a str> {
        self.all().find(|(name, _)| *name == field).map(|(_, text)| text)
    }

    /// Right-trimmed; `None` when absent or blank.
    fn said(&self, field: &str) -> Option<&'a str> {
        self.raw(field).map(|text| text.trim_end_matches(' ')).filter(|text| !text.is_empty())
    }
}

/// The block that a pass has once (items 15 to 32). Each is `None` when absent or blank.
#[derive(Debug, Clone, Copy)]
pub struct Unique<'a>(pub(crate) Fields<'a>);

impl<'a> Unique<'a> {
    /// 0 adult, 1 male, 2 female, 3 child, 4 infant, 5 no guest (cabin bag), 6 adult with infant, 7 unaccompanied minor.
    pub fn description(&self) -> Option<&'a str> {
        self.0.said("pax_description")
    }

    pub fn source_checkin(&self) -> Option<&'a str> {
        self.0.said("source_checkin")
    }

    pub fn source_issuance(&self) -> Option<&'a str> {
        self.0.said("source_issuance")
    }

    /// Last digit of the year and day of the year; see [`super::issue_date`].
    pub fn issue_date(&self) -> Option<&'a str> {
        self.0.said("issue_date")
    }

    /// `B` boarding pass, `I` itinerary receipt.
    pub fn doc_type(&self) -> Option<&'a str> {
        self.0.said("doc_type")
    }

    pub fn issuer(&self) -> Option<&'a str> {
        self.0.said("issuer")
    }
}

/// The block that each leg has (items 142 to 254). Each is `None` when absent or blank.
#[derive(Debug, Clone, Copy)]
pub struct Repeated<'a>(pub(crate) Fields<'a>);

impl<'a> Repeated<'a> {
    pub fn airline_numeric(&self) -> Option<&'a str> {
        self.0.said("airline_numeric")
    }

    pub fn doc_serial(&self) -> Option<&'a str> {
        self.0.said("doc_serial")
    }

    /// The 13-digit ticket number, where both of its parts are printed.
    pub fn ticket(&self) -> Option<String> {
        let (airline, serial) = (self.airline_numeric()?, self.doc_serial()?);
        let ticket = format!("{airline}{serial}");
        (ticket.len() == 13 && ticket.bytes().all(|byte| byte.is_ascii_digit())).then_some(ticket)
    }

    pub fn selectee(&self) -> Option<&'a str> {
        self.0.said("selectee")
    }

    pub fn intl_doc_verification(&self) -> Option<&'a str> {
        self.0.said("intl_doc_verification")
    }

    pub fn marketing_carrier(&self) -> Option<&'a str> {
        self.0.said("marketing_carrier")
    }

    pub fn ff_airline(&self) -> Option<&'a str> {
        self.0.said("ff_airline")
    }

    pub fn ff_number(&self) -> Option<&'a str> {
        self.0.said("ff_number")
    }

    pub fn id_ad(&self) -> Option<&'a str> {
        self.0.said("id_ad")
    }

    pub fn free_baggage(&self) -> Option<&'a str> {
        self.0.said("free_baggage")
    }

    pub fn fast_track(&self) -> Option<&'a str> {
        self.0.said("fast_track")
    }
}

/// The closing security block (items 25 to 30). Present is not verified: that takes the issuer's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Security<'a> {
    /// Type of the security data.
    pub kind: &'a str,
    /// The declared length, two hex digits.
    pub length: &'a str,
    pub data: &'a str,
}

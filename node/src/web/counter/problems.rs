//! What stands in the way of a party, shown one after the other until nothing is left.

use axum::http::HeaderMap;
use schemas::record::DocRef;
use schemas::station::{Problem, Trouble, WhenNotAsked};

use super::CounterQuery;
use super::excess::{self, ExcessPart};
use crate::web::Web;

/// One problem, and the way to the next.
#[derive(Debug, Clone, Default)]
pub struct ProblemPart {
    pub no: usize,
    pub of: usize,
    /// The guest who has it.
    pub booking: String,
    pub name: String,
    pub words: String,
    pub remedy: String,
    /// Where it is put right, with the words of the button; empty where the form stands below, or where somebody else has to act.
    pub link: String,
    pub button: String,
    /// The next one; empty where this is the only one.
    pub next: String,
    /// Whether the form of the documents, or of handing over, belongs below.
    pub asks_documents: bool,
    pub asks_escort: bool,
    /// The form of excess baggage.
    pub excess: Option<ExcessPart>,
}

/// The problem that an address asks for, the first if it asks for none.
pub(super) fn part(web: &Web, headers: &HeaderMap, booking: DocRef, query: &CounterQuery) -> Option<ProblemPart> {
    let problems = web.services.read(|station| station.problems_of(booking.0));
    let of = problems.len();
    let at = query.problem.unwrap_or(1).saturating_sub(1).checked_rem(of)?;
    let problem = problems.get(at)?;
    let key = format!("problem-{}", problem.trouble.name());
    let (words, remedy) = said(web, problem, &key);
    let address = query.address();
    let (link, button) = way(web, problem, &address);
    // Whoever opened something below has chosen what to do now.
    let is_free = query.seat.is_none() && query.offload.is_none() && query.documents.is_none() && query.care.is_none() && query.tag.is_none();
    let is_theirs = |open: &Option<String>| open.as_deref() == Some(problem.booking.to_string().as_str());
    Some(ProblemPart {
        no: at + 1,
        of,
        booking: problem.booking.to_string(),
        name: problem.name.clone(),
        words,
        remedy,
        link,
        button,
        next: if of > 1 { format!("{address}&problem={}#problem", (at + 1) % of + 1) } else { String::new() },
        asks_documents: (is_free || is_theirs(&query.documents))
            && matches!(problem.trouble, Trouble::DocumentsMissing { .. } | Trouble::DocumentsRefused),
        asks_escort: (is_free || is_theirs(&query.care)) && problem.trouble == Trouble::EscortMissing,
        excess: Some(problem).filter(|_| is_free).and_then(|problem| excess::part(web, headers, problem)),
    })
}

fn said(web: &Web, problem: &Problem, key: &str) -> (String, String) {
    let fill = |attribute: bool| {
        let said = web.say.t(key);
        let said = if attribute { said.of("remedy") } else { said };
        let said = match problem.trouble {
            Trouble::SeatGone { seat } => said.arg("seat", seat.to_string()),
            Trouble::BagHeavy { tag, kg } => said.arg("tag", tag.to_string()).arg("kg", i64::from(kg)),
            Trouble::BagWithoutDestination { tag } => said.arg("tag", tag.to_string()),
            Trouble::BagWithoutRouting { tag, to } => said.arg("tag", tag.to_string()).arg("to", to.to_string()),
            Trouble::Excess(over) => said.arg("excess", web.say.said(&over.words())),
            Trouble::DocumentsRefused
            | Trouble::Conflict { .. }
            | Trouble::OffList
            | Trouble::Waits
            | Trouble::DocumentsMissing { .. }
            | Trouble::EscortMissing
            | Trouble::SeatMissing
            | Trouble::PassDue => said,
        };
        said.to_string()
    };
    let remedy = match problem.trouble {
        Trouble::DocumentsMissing { rule } => web.say.t(rule_key(rule)).to_string(),
        _ => fill(true),
    };
    (fill(false), remedy)
}

/// What a route asks for where the authority cannot be asked: the key of its words.
pub(super) fn rule_key(rule: WhenNotAsked) -> &'static str {
    match rule {
        WhenNotAsked::SendLater => "documents-rule-send-later",
        WhenNotAsked::Supervisor => "documents-rule-supervisor",
        WhenNotAsked::Refuse => "documents-rule-refuse",
    }
}

/// Where the problem is put right, and the words of the button that leads there.
fn way(web: &Web, problem: &Problem, address: &str) -> (String, String) {
    let booking = problem.booking;
    let way = |link: String, key: &str| (link, web.say.t(key).to_string());
    match problem.trouble {
        Trouble::DocumentsRefused | Trouble::DocumentsMissing { .. } => way(format!("{address}&documents={booking}#documents"), "documents-look"),
        Trouble::EscortMissing => way(format!("{address}&care={booking}#care"), "care-open"),
        Trouble::SeatGone { .. } | Trouble::SeatMissing => way(format!("{address}&seat={booking}#ask"), "counter-change-seat"),
        Trouble::PassDue => way(format!("/pass/{booking}"), "counter-pass"),
        Trouble::Conflict { conflict } => way(format!("/conflicts#{conflict}"), "problem-settle"),
        Trouble::BagHeavy { tag, .. } | Trouble::BagWithoutDestination { tag } | Trouble::BagWithoutRouting { tag, .. } => {
            way(format!("{address}&tag={tag}#bag-form"), "bag-correct")
        }
        Trouble::Excess(_) => way(format!("{address}#excess"), "excess-open"),
        Trouble::OffList => way(format!("{address}&offload={booking}#ask"), "counter-offload"),
        Trouble::Waits => (String::new(), String::new()),
    }
}

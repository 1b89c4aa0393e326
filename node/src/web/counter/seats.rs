//! The seats of a guest's cabin: a plan to press on, a list to read, a field to type in.

use schemas::station::{GuestRow, PlanCabin, PlanRow, SeatPlan, SeatUse};

use crate::lang::Say;
use crate::services::Role;
use crate::web::Web;

/// The plan of seats for one guest.
#[derive(Debug, Clone, Default)]
pub struct SeatsPart {
    pub booking: String,
    pub name: String,
    /// `Now in 14C.`
    pub now: String,
    /// The seat that this desk offers.
    pub offer: String,
    /// Said while other desks are not seen: from which rows this one offers.
    pub alone: String,
    /// Whether a person named the aircraft.
    pub is_whole: bool,
    pub cabins: Vec<SeatCabin>,
    /// `Row 14: A, C`: the free seats of each row that has some.
    pub free: Vec<String>,
}

/// The rows of a cabin.
#[derive(Debug, Clone, Default)]
pub struct SeatCabin {
    /// Empty where the list names none.
    pub cabin: String,
    pub letters: Vec<char>,
    pub rows: Vec<SeatRow>,
}

/// One row: a cell for each letter of the cabin.
#[derive(Debug, Clone, Default)]
pub struct SeatRow {
    pub row: u16,
    pub own: bool,
    pub cells: Vec<SeatCell>,
}

/// One place in a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeatCell {
    /// Empty where the row has no such seat.
    pub seat: String,
    /// `free`, `theirs`, `taken`, `promised`; empty where there is no seat.
    pub kind: &'static str,
    /// Whether it can be pressed.
    pub can_give: bool,
    pub words: String,
}

pub(super) fn part(web: &Web, guest: &GuestRow) -> Option<SeatsPart> {
    let plan = web.services.read(|station| station.seat_plan(guest.booking.0))?;
    let say = &web.say;
    let alone = web.services.status().peers.iter().any(|peer| peer.role == Role::Edge && !peer.connected);
    Some(SeatsPart {
        booking: guest.booking.to_string(),
        name: guest.name.clone(),
        now: match guest.seat {
            Some(seat) => say.t("counter-seat-now").arg("seat", seat.to_string()).to_string(),
            None => say.t("counter-seat-none").to_string(),
        },
        offer: plan.offer.map(|seat| seat.to_string()).unwrap_or_default(),
        alone: if alone { own_rows(say, &plan) } else { String::new() },
        is_whole: plan.is_whole,
        free: plan.cabins.iter().flat_map(|cabin| &cabin.rows).filter_map(|row| free_of(say, row)).collect(),
        cabins: plan.cabins.iter().map(|cabin| seat_cabin(say, cabin)).collect(),
    })
}

/// `This desk offers seats from rows 12, 20 and 28 while it does not see the others.`
fn own_rows(say: &Say, plan: &SeatPlan) -> String {
    let rows: Vec<String> = plan.own_rows.iter().map(ToString::to_string).collect();
    match rows.as_slice() {
        [] => say.t("seats-alone-none").to_string(),
        rows => say.t("seats-alone").arg("rows", say.list(rows)).to_string(),
    }
}

fn free_of(say: &Say, row: &PlanRow) -> Option<String> {
    let letters: Vec<String> = row.seats.iter().filter(|seat| seat.taken == SeatUse::Free).map(|seat| seat.seat.letter().to_string()).collect();
    (!letters.is_empty()).then(|| say.t("seats-row-free").arg("row", i64::from(row.row)).arg("letters", say.list(&letters)).to_string())
}

fn seat_cabin(say: &Say, cabin: &PlanCabin) -> SeatCabin {
    let row =
        |row: &PlanRow| SeatRow { row: row.row, own: row.own, cells: cabin.letters.iter().map(|letter| seat_cell(say, row, *letter)).collect() };
    SeatCabin {
        cabin: cabin.cabin.map(|cabin| cabin.to_string()).unwrap_or_default(),
        letters: cabin.letters.clone(),
        rows: cabin.rows.iter().map(row).collect(),
    }
}

fn seat_cell(say: &Say, row: &PlanRow, letter: char) -> SeatCell {
    let Some(found) = row.seats.iter().find(|seat| seat.seat.letter() == letter) else { return SeatCell::default() };
    let (kind, key, can_give) = match found.taken {
        SeatUse::Free => ("free", "seats-free", true),
        SeatUse::Theirs => ("theirs", "seats-theirs", false),
        SeatUse::Taken => ("taken", "seats-taken", false),
        SeatUse::Promised => ("promised", "seats-promised", true),
    };
    let seat = found.seat.to_string();
    SeatCell { words: say.t(key).arg("seat", &seat).to_string(), seat, kind, can_give }
}

//! The table of permissions: what can be done, how it is reached, and who may.

use super::Role;
use crate::command::Command;
use crate::record::excess::ExcessEnd;
use crate::record::fact::{Documents, EscortStep, Security};
use crate::standards::bag_tag::TagKind;

/// Something that a person may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// See flights and guests of the carriers that the person works for.
    SeeGuests,
    Board,
    UnBoard,
    Offload,
    CheckIn,
    ChangeSeat,
    TakeBags,
    /// Tag a bag that flies after its guest.
    RushBags,
    ScanBags,
    TickUnloaded,
    /// Give guests who wait a seat.
    ClearStandby,
    /// Order help for a guest, and say how far it has come.
    Assist,
    /// Let a guest go on whose documents the authority could not be asked about.
    AcceptDocuments,
    /// Take excess baggage free of charge.
    WaiveExcess,
    /// See whose documents an authority is to hear of, and who is selected for a further check.
    ListDocuments,
    /// Say whom security is to check, and that it has.
    NoteSecurity,
    /// Say that another aircraft flies, and seat its guests anew.
    ChangeEquipment,
    /// Say that a flight is diverted, came back, or goes on.
    SteerFlight,
    /// Move guests to another flight or day: a split, a merge, or single guests.
    MoveGuests,
    CloseFlight,
    ReopenFlight,
    /// Take a flight over from the host.
    TakeOver,
    /// Give a flight back to the host.
    HandBack,
    /// Say how differences from the host's list end.
    SettleDifferences,
    SetFlight,
    ImportLists,
    OpenCases,
    /// Say whose bag a found bag is, and how far it has come.
    TraceBags,
    /// Make paper packs with blank tags, and type in what was written on paper.
    EnterPaper,
    SettleConflicts,
    /// Send a message again, cancel it, or say that it arrived.
    SettleMessages,
    /// Give somebody without a badge a place for this shift, here or at another desk.
    GrantAccess,
    /// Look through what was done without a supervisor.
    ReviewAccess,
    ManageStaff,
    /// Close days and months for good.
    CloseDays,
    /// Cut a desk's links for a while, so that people learn to work without them.
    PractiseOffline,
    /// See all stations.
    SeeHub,
}

/// A row of the table: one thing to do, the page it is done on, how it is reached without a mouse, and the roles that may do it.
#[derive(Debug, Clone, Copy)]
pub struct Action {
    pub permission: Permission,
    /// For programs, and for the words in each language: kebab-case, never changes its meaning.
    pub name: &'static str,
    /// A key of the page where it is done.
    pub key: Option<&'static str>,
    /// What is typed at the command line (Ctrl+K), on any page.
    pub typed: Option<&'static str>,
    pub roles: &'static [Role],
}

use Role::{Admin, Baggage, Counter, DutyManager, Gate, HubOps, Lent, Loader, Supervisor};

/// Everybody who stands at a desk.
const DESKS: &[Role] = &[Gate, Counter, Baggage, Supervisor, DutyManager, Lent];
const CHIEFS: &[Role] = &[Supervisor, DutyManager];
const ALL: &[Role] = &Role::ALL;

/// Who may do what. Shown on screen as it stands here, checked in one place ([`crate::station::Station::permits`]).
pub const ACTIONS: &[Action] = &[
    action(Permission::SeeGuests, "see-guests", Some("F2"), Some("f CA1501"), ALL),
    action(Permission::Board, "board", Some("F2"), Some("b 42"), &[Gate, Counter, Supervisor, DutyManager, Lent]),
    action(Permission::UnBoard, "un-board", None, Some("unboard 42"), &[Gate, Supervisor, DutyManager]),
    action(Permission::Offload, "offload", None, Some("off 42"), &[Gate, Counter, Supervisor, DutyManager]),
    action(Permission::CheckIn, "check-in", Some("F4"), Some("ci ABC123"), &[Counter, Gate, Supervisor, DutyManager, Lent]),
    action(Permission::ChangeSeat, "change-seat", None, Some("seat 42 14C"), &[Counter, Gate, Supervisor, DutyManager, Lent]),
    action(Permission::TakeBags, "take-bags", None, Some("bag 42 18"), &[Counter, Gate, Supervisor, DutyManager, Lent]),
    action(Permission::RushBags, "rush-bags", None, Some("rush"), &[Baggage, Counter, Gate, Supervisor, DutyManager]),
    action(Permission::ScanBags, "scan-bags", None, Some("tag 0999123456"), &[Counter, Gate, Baggage, Loader, Supervisor, DutyManager, Lent]),
    action(Permission::TickUnloaded, "tick-unloaded", None, Some("unloaded 0999123456"), &[Gate, Loader, Baggage, Supervisor, DutyManager]),
    action(Permission::ClearStandby, "clear-standby", None, Some("clear CA1501"), &[Gate, Supervisor, DutyManager]),
    action(Permission::Assist, "assist", None, Some("help 42 WCHR"), &[Gate, Counter, Baggage, Supervisor, DutyManager]),
    action(Permission::AcceptDocuments, "accept-documents", None, Some("documents 42"), CHIEFS),
    action(Permission::WaiveExcess, "waive-excess", None, Some("waive 42 goodwill"), CHIEFS),
    action(Permission::ListDocuments, "list-documents", None, Some("authorities CA1501"), &[Counter, Gate, Supervisor, DutyManager]),
    action(Permission::NoteSecurity, "note-security", None, Some("selected 42"), &[Gate, Supervisor, DutyManager]),
    action(Permission::ChangeEquipment, "change-equipment", None, Some("aircraft CA1501 Y11-40/ABCHJK"), &[Gate, Supervisor, DutyManager]),
    action(Permission::SteerFlight, "steer-flight", None, Some("return CA1501"), &[Gate, Supervisor, DutyManager, HubOps]),
    action(Permission::MoveGuests, "move-guests", None, Some("merge CA1501 CA1503"), CHIEFS),
    action(Permission::CloseFlight, "close-flight", Some("F4"), Some("close CA1501"), &[Gate, Supervisor, DutyManager]),
    action(Permission::ReopenFlight, "reopen-flight", None, Some("reopen CA1501"), CHIEFS),
    action(Permission::TakeOver, "take-over", None, Some("takeover CA1501"), CHIEFS),
    action(Permission::HandBack, "hand-back", None, Some("handback CA1501"), CHIEFS),
    action(Permission::SettleDifferences, "settle-differences", None, Some("differences CA1501"), &[Gate, Counter, Supervisor, DutyManager, HubOps]),
    action(Permission::SetFlight, "set-flight", None, Some("gate CA1501 12"), &[Gate, Supervisor, DutyManager, HubOps]),
    action(Permission::ImportLists, "import-lists", None, Some("import"), &[Counter, Gate, Supervisor, DutyManager, HubOps]),
    action(Permission::OpenCases, "open-cases", Some("Alt+4"), Some("pir 0999123456"), DESKS),
    action(Permission::TraceBags, "trace-bags", None, Some("trace PVG-CA-T00042-7"), &[Baggage, Supervisor, DutyManager]),
    action(Permission::EnterPaper, "enter-paper", None, Some("paper CA1501"), &[Gate, Counter, Supervisor, DutyManager]),
    action(Permission::SettleConflicts, "settle-conflicts", Some("Alt+5"), Some("conflicts"), &[Gate, Counter, Supervisor, DutyManager, HubOps]),
    action(Permission::SettleMessages, "settle-messages", None, Some("outbox"), &[Supervisor, DutyManager, HubOps]),
    action(Permission::GrantAccess, "grant-access", None, Some("people"), CHIEFS),
    action(Permission::ReviewAccess, "review-access", None, Some("people"), &[DutyManager, HubOps, Admin]),
    action(Permission::ManageStaff, "manage-staff", None, Some("people"), &[Admin]),
    action(Permission::CloseDays, "close-days", Some("Alt+6"), Some("hub"), &[HubOps, Admin]),
    action(Permission::PractiseOffline, "practise-offline", None, Some("practise"), CHIEFS),
    action(Permission::SeeHub, "see-hub", Some("Alt+6"), Some("hub"), &[HubOps, Admin, DutyManager]),
];

const fn action(
    permission: Permission,
    name: &'static str,
    key: Option<&'static str>,
    typed: Option<&'static str>,
    roles: &'static [Role],
) -> Action {
    Action { permission, name, key, typed, roles }
}

impl Permission {
    /// The row of the table.
    pub fn action(self) -> &'static Action {
        ACTIONS.iter().find(|action| action.permission == self).expect("a test holds that the table has a row for each permission")
    }

    /// Whether who does it proves twice who they are, by badge and by password or PIN: it changes who is in charge, who may work, or what stays open.
    pub fn is_elevated(self) -> bool {
        matches!(self, Self::TakeOver | Self::HandBack | Self::GrantAccess | Self::ReviewAccess | Self::ManageStaff | Self::CloseDays)
    }

    pub fn is_for(self, role: Role) -> bool {
        self.action().roles.contains(&role)
    }

    /// What a command needs. Nothing where only Apron itself gives it, or where giving it is checked otherwise.
    pub fn of(command: &Command) -> Option<Self> {
        Some(match command {
            Command::ImportList { .. } | Command::ImportMessage { .. } | Command::JoinBookings { .. } => Self::ImportLists,
            Command::CloseScope { .. } => Self::CloseDays,
            Command::CopyConnecting { .. } => Self::CloseDays,
            Command::SetFlight { .. } => Self::SetFlight,
            // What a movement message says, typed in.
            Command::NoteArrival { .. } => Self::ImportLists,
            Command::TakeOver { .. } | Command::TakeOverStation { .. } => Self::TakeOver,
            Command::BeginHandBack { .. } | Command::CallOffHandBack { .. } | Command::HandBack { .. } => Self::HandBack,
            Command::ImportHostList { .. } => Self::ImportLists,
            Command::SettleDifference { .. } => Self::SettleDifferences,
            Command::CheckIn { .. } => Self::CheckIn,
            Command::TakeBackBag { rush: true, .. } => Self::RushBags,
            // Whoever takes a guest off takes back what was taken; who is lent does neither.
            Command::TakeBackCheckIn { .. } | Command::TakeBackBag { .. } => Self::Offload,
            Command::ChangeSeat { .. } => Self::ChangeSeat,
            Command::AddBag(bag) if bag.rush.is_some() => Self::RushBags,
            Command::AddBag(_) => Self::TakeBags,
            Command::AddGuest(_) | Command::NotePrinted { .. } => Self::CheckIn,
            Command::NoteEscort { step: EscortStep::CheckIn, .. } => Self::CheckIn,
            Command::NoteEscort { step: EscortStep::Boarding, .. } => Self::Board,
            Command::Assist { .. } => Self::Assist,
            Command::NoteDocuments { outcome: Documents::Supervisor, .. } => Self::AcceptDocuments,
            Command::NoteDocuments { .. } => Self::CheckIn,
            Command::SettleExcess { how: ExcessEnd::Waived, .. } => Self::WaiveExcess,
            Command::SettleExcess { how: ExcessEnd::Paid, .. } => Self::TakeBags,
            // Whoever boards may see on a pass that somebody is to be checked; that it is done, fewer may say.
            Command::NoteSecurity { outcome: Security::Selected, .. } => Self::Board,
            Command::NoteSecurity { .. } => Self::NoteSecurity,
            Command::ClearGuest { .. } | Command::ClearStandby { .. } => Self::ClearStandby,
            Command::ChangeEquipment { .. } | Command::Reseat { .. } => Self::ChangeEquipment,
            Command::DivertFlight { .. } | Command::FlightReturned { .. } | Command::FlightContinues { .. } => Self::SteerFlight,
            Command::MoveBookings { .. } => Self::MoveGuests,
            Command::Print { tag: Some(tag), .. } if tag.kind() == TagKind::Rush => Self::RushBags,
            Command::Print { tag: Some(_), .. } => Self::TakeBags,
            Command::Print { .. } => Self::CheckIn,
            // A scan is taken back at the desk that made it alone.
            Command::ScanBag { .. } | Command::TakeBackScan { .. } => Self::ScanBags,
            Command::Board { .. } | Command::CallGuests { .. } | Command::WithdrawCall { .. } => Self::Board,
            Command::UnBoard { .. } | Command::OffBoard { .. } => Self::UnBoard,
            Command::Offload { .. } => Self::Offload,
            Command::TickUnloaded { .. } => Self::TickUnloaded,
            Command::CloseFlight { .. } => Self::CloseFlight,
            Command::ReopenFlight { .. } => Self::ReopenFlight,
            Command::OpenIncident { .. } | Command::AmendIncident { .. } | Command::AddPhoto { .. } | Command::RemovePhoto { .. } => Self::OpenCases,
            Command::TraceIncident { .. } => Self::TraceBags,
            Command::ReserveTags { .. } | Command::EnterPaper { .. } => Self::EnterPaper,
            Command::RequestChange { .. } => Self::CheckIn,
            // Only Apron itself puts messages into words; people decide about them.
            Command::SayOut { .. } | Command::NoteAnswers { .. } | Command::SettleMessage { .. } => Self::SettleMessages,
            Command::ResolveConflict { .. } => Self::SettleConflicts,
            Command::SetStaff { .. } => Self::ManageStaff,
            // Asked for by people who have no permission yet; bounded by their own rules.
            Command::OpenAccess { way: crate::record::access::Way::Vouched, .. } => Self::GrantAccess,
            Command::OpenAccess { .. } => return None,
            Command::LeaveNote { .. } | Command::ReadNote { .. } => Self::SeeGuests,
            Command::SettleAccess { how, .. } => match how {
                crate::record::access::Settled::Granted | crate::record::access::Settled::Refused | crate::record::access::Settled::Ended => {
                    Self::GrantAccess
                }
                crate::record::access::Settled::Accepted | crate::record::access::Settled::Objected => Self::ReviewAccess,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;

    #[test]
    fn each_permission_has_one_row_and_a_way_without_a_mouse() {
        let names: BTreeSet<_> = ACTIONS.iter().map(|action| action.name).collect();
        let permissions: BTreeSet<_> = ACTIONS.iter().map(|action| action.permission).collect();
        assert_eq!((names.len(), permissions.len()), (ACTIONS.len(), ACTIONS.len()));
        assert_eq!(Permission::SeeHub as usize + 1, ACTIONS.len(), "the last permission is the last row");
        for action in ACTIONS {
            assert!(action.key.is_some() || action.typed.is_some(), "{}", action.name);
            assert!(!action.roles.is_empty(), "{}", action.name);
        }
    }

    #[test]
    fn nobody_who_only_works_at_a_desk_is_asked_for_a_second_proof() {
        let asked = ACTIONS.iter().filter(|action| action.permission.is_elevated());
        for action in asked {
            assert!(![Gate, Counter, Baggage, Loader, Lent].iter().any(|role| action.roles.contains(role)), "{}", action.name);
        }
    }

    #[test]
    fn who_is_lent_keeps_a_flight_going_and_undoes_nothing() {
        let lent: Vec<_> = ACTIONS.iter().filter(|action| action.roles.contains(&Lent)).map(|action| action.name).collect();
        assert_eq!(lent, ["see-guests", "board", "check-in", "change-seat", "take-bags", "scan-bags", "open-cases"]);
        let guest = "00000000000000000000000000000001";
        let flight = "CA1501.2026-11-22.PVG";
        for undoing in [
            json!({ "kind": "take-back-check-in", "guests": [guest], "reason": "#undone-at-once" }),
            json!({ "kind": "take-back-bag", "flight": flight, "tag": "0999123456", "reason": "#undone-at-once" }),
            json!({ "kind": "take-back-bag", "flight": flight, "tag": "0999123456", "rush": true, "reason": "#undone-at-once" }),
            json!({ "kind": "un-board", "booking": guest, "reason": "Drill" }),
            json!({ "kind": "offload", "booking": guest, "reason": "Drill" }),
        ] {
            let command = Command::parse(&undoing.to_string()).unwrap();
            let needs = Permission::of(&command).unwrap();
            assert!(!needs.is_for(Lent), "{undoing}");
            assert!(needs.is_for(Counter) || needs.is_for(Gate), "{undoing}");
        }
    }
}

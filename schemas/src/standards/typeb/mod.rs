//! Type B messages: the telegrams that airlines, airports and baggage systems have exchanged for sixty years.
//!
//! Every reader is tolerant: an element that it does not know is kept as it came and written back where it stood.

mod assistance;
mod bag;
mod bag_change;
mod envelope;
mod flown;
mod guest;
mod list_state;
mod movement;
mod name_list;
mod parts;
mod pfs;
mod transfer;

pub use assistance::{AssistanceGroup, AssistanceMessage, AssistedGuest};
pub use bag::{BagFlight, BagGroup, BagMessage, BagPax, Fields, TagItem, VersionLine, element_fields};
pub use bag_change::{BagScan, bag_messages, bag_processed, runs};
pub use envelope::{DayMonth, DayMonthError, Envelope, FlightLine, LINE_MAX, Received, TypeBError, line_of, wrap};
pub use flown::{Departed, Flown, FlownList, FlownTag};
pub use guest::{Guest, Infant, Remark, Segment, split_title};
pub use list_state::{ListParts, ListState, ListedName};
pub use movement::{Load, LoadDestination, Movement, MovementDelay};
pub use name_list::{Availability, Element, Group, ListKind, Name, NameList, Party, Section, TotalDiffers};
pub use parts::PART_CHARS_MAX;
pub use pfs::{CategoryRule, Outcome, Pfs, PfsEntry, PfsItem, PfsProfile};
pub use transfer::{TransferLine, TransferMessage};

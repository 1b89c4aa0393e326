//! What changes of a flight leave to do: who needs a seat, a tag or a word, who stayed behind, and whose onward flight is in doubt.

use serde::Serialize;

use super::Station;
use super::moves::MovedHere;
use crate::record::booking::Standing;
use crate::record::{Booking, DocRef, FlightKey};
use crate::standards::bag_tag::BagTag;
use crate::standards::locator::Locator;
use crate::standards::seat::Seat;

/// What is left to do with guests who were moved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct MoveWork {
    /// Who was moved here and still needs something, in the order of the list.
    pub guests: Vec<MovedGuest>,
    /// Who is still here although the flight was merged onto another one.
    pub left_behind: Vec<OnwardGuest>,
    /// Bags of who was moved away that nobody has confirmed to be off.
    pub bags_off: Vec<BagTag>,
}

/// A guest who was moved here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MovedGuest {
    pub booking: DocRef,
    pub name: String,
    pub locator: Option<Locator>,
    pub standing: Standing,
    pub from: MovedHere,
    pub seat: Option<Seat>,
    /// Whether the guest had a seat and has none here, and which one could be given.
    pub reseat: bool,
    pub proposed: Option<Seat>,
    /// How many of the bags have no tag of this flight yet.
    pub retag: usize,
    /// Whether the guest is to hear of it and to get another pass: as long as nobody has checked the guest in here.
    pub tell: bool,
}

/// A guest with the flights on which the guest goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OnwardGuest {
    pub booking: DocRef,
    pub name: String,
    pub locator: Option<Locator>,
    pub standing: Standing,
    pub onward: Vec<String>,
}

impl Station {
    /// What is left to do at this flight because guests were moved.
    pub fn move_work(&self, key: &FlightKey) -> MoveWork {
        let came = self.bookings_of(key).into_iter().filter_map(|guest| Some((guest, self.moved_here(guest)?)));
        let mut guests: Vec<MovedGuest> = came.map(|(guest, from)| self.moved_guest(guest, from)).collect();
        let unseated: Vec<_> = guests.iter().filter(|row| row.reseat).map(|row| row.booking.0).collect();
        for (booking, seat) in self.suggest_seats(key, &unseated) {
            if let Some(row) = guests.iter_mut().find(|row| row.booking == booking) {
                row.proposed = Some(seat);
            }
        }
        guests.retain(|row| row.reseat || row.tell || row.retag > 0);
        let is_merged = self.flight(key).is_some_and(|flight| flight.merged_onto().is_some());
        let left = self.bookings_of(key).into_iter().filter(|guest| is_merged && guest.standing() != Standing::Offloaded);
        let left_behind = left.filter(|guest| !guest.is_former_connection()).map(onward_guest).collect();
        let is_gone = |owner: &Booking| !self.is_here(owner);
        let off = self.bags_of(key).into_iter().filter(|bag| bag.flies() && bag.owner.and_then(|owner| self.booking(owner)).is_some_and(is_gone));
        MoveWork { guests, left_behind, bags_off: off.map(|bag| bag.tag).collect() }
    }

    /// Guests of a flight who go on with another one, and who do not stay behind: whom a change concerns most, in the order of the list.
    pub fn onward_guests(&self, key: &FlightKey) -> Vec<OnwardGuest> {
        let guests = self.bookings_of(key).into_iter();
        guests.filter(|guest| !guest.listing.onward.is_empty() && guest.standing() != Standing::Offloaded).map(onward_guest).collect()
    }

    fn moved_guest(&self, guest: &Booking, from: MovedHere) -> MovedGuest {
        let tags = self.bags_of_guest(guest.id).into_iter().filter(|bag| bag.flies()).count();
        MovedGuest {
            booking: DocRef(guest.id),
            name: guest.name().to_owned(),
            locator: guest.locator(),
            standing: guest.standing(),
            seat: guest.seat,
            reseat: from.seat.is_some() && guest.seat.is_none() && guest.standing() != Standing::Offloaded,
            proposed: None,
            retag: from.bags.len().saturating_sub(tags),
            tell: guest.standing() == Standing::Listed,
            from,
        }
    }
}

fn onward_guest(guest: &Booking) -> OnwardGuest {
    OnwardGuest {
        booking: DocRef(guest.id),
        name: guest.name().to_owned(),
        locator: guest.locator(),
        standing: guest.standing(),
        onward: guest.listing.onward.iter().map(ToString::to_string).collect(),
    }
}

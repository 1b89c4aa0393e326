//! Bags that travel as one pool under its head: who belongs to it, and what to say when one of them stays.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Station, words};
use crate::flat::DocId;
use crate::record::{Bag, Booking, DocRef};
use crate::said::{Said, said};
use crate::standards::bag_tag::BagTag;

/// The bags of a party under one guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pool {
    /// The guest to whom the bags belong.
    pub head: DocRef,
    pub head_name: String,
    /// Who handed in bags of the pool besides the head.
    pub members: Vec<DocRef>,
    /// Every bag of the head, by tag.
    pub bags: Vec<BagTag>,
    /// Of these, the ones that this guest handed in.
    pub own: Vec<BagTag>,
}

impl Station {
    /// The pool to which a guest belongs, as head or because the guest handed in a bag of it.
    pub fn pool_of(&self, booking: DocId) -> Option<Pool> {
        let head = self.pooled_bags(booking).into_iter().find_map(|bag| bag.owner).unwrap_or(booking);
        let bags = self.bags_of_guest(head);
        let members: BTreeSet<DocId> = bags.iter().filter_map(|bag| bag.handed_in_by()).collect();
        if members.is_empty() {
            return None;
        }
        let own = |bag: &&&Bag| bag.handed_in_by().unwrap_or(head) == booking;
        Some(Pool {
            head: DocRef(head),
            head_name: self.booking(head).map(|head| head.name().to_owned()).unwrap_or_default(),
            own: bags.iter().filter(own).map(|bag| bag.tag).collect(),
            bags: bags.iter().map(|bag| bag.tag).collect(),
            members: members.into_iter().map(DocRef).collect(),
        })
    }

    /// The bags that a guest handed in for a pool of somebody else, by tag.
    fn pooled_bags(&self, member: DocId) -> Vec<&Bag> {
        let range = (member, DocId([0; 16]))..=(member, DocId([0xff; 16]));
        let mut bags: Vec<_> = self.pooled.range(range).filter_map(|(_, bag)| self.bag(*bag)).filter(|bag| !bag.is_removed()).collect();
        bags.sort_by_key(|bag| bag.tag);
        bags
    }

    /// What to do with a pool when one of its guests leaves the aircraft or the flight.
    pub(super) fn pool_words(&self, guest: &Booking) -> Option<Said> {
        let pool = self.pool_of(guest.id)?;
        let tags = |tags: &[BagTag]| tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let bags = tags(&pool.bags);
        Some(if pool.head.0 == guest.id {
            let members: Vec<String> = pool.members.iter().filter_map(|member| self.booking(member.0)).map(words::guest).collect();
            said!(
                "todo-pool-head",
                "{name} heads a pool with {members}: bags {bags}. Put the bags of who flies under their own names.",
                name = guest.name(),
                members = members.join(", "),
                bags = bags,
            )
        } else {
            said!(
                "todo-pool-member",
                "{name} belongs to the pool of {head}: bags {bags}. Of {name} are {own}: unload them.",
                name = guest.name(),
                head = pool.head_name,
                bags = bags,
                own = tags(&pool.own),
            )
        })
    }
}

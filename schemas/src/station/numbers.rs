//! Numbers that no other node gives out: each node has a block of its own and counts up in it.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::Station;
use crate::command::Refusal;
use crate::record::fact::What;
use crate::record::{Bag, Booking, Flight, FlightKey, Record};
use crate::said::{Said, said};
use crate::standards::airline::Carrier;
use crate::standards::airport::AirportCode;
use crate::standards::bag_tag::BagTag;
use crate::standards::tracing::ProvisionalReference;
use crate::unread::Unread;

/// The blocks that belong to one node. The next number is one above the highest used in the block, as far as is known here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blocks {
    /// Six-digit serials of bag tags, the same for every carrier.
    pub tag_serials: Range<u32>,
    /// Check-in sequence numbers, counted afresh on each flight; above the host's range.
    pub sequences: Range<u16>,
    /// Numbers in provisional references of baggage reports, five digits.
    pub files: Range<u32>,
}

/// The number in a provisional reference, whoever gave it; the block says whether it was this desk.
pub(super) fn file_number(reference: &str) -> Option<u32> {
    reference.parse::<ProvisionalReference>().ok().map(|reference| reference.number())
}

/// Sequence numbers for one command on one flight.
pub(super) struct Sequences {
    next: u32,
    block: Range<u16>,
}

impl Sequences {
    pub(super) fn take(&mut self) -> Result<u16, Refusal> {
        let next = u16::try_from(self.next).ok().filter(|next| self.block.contains(next)).ok_or_else(|| {
            let words = said!(
                "",
                "All sequence numbers of this desk for the flight are used ({from} to {to}).",
                from = self.block.start.to_string(),
                to = self.block.end.saturating_sub(1).to_string(),
            );
            Refusal::new("sequences-used-up", words, "Check the guest in at another desk, or ask the duty manager for a larger block.", 409)
        })?;
        self.next += 1;
        Ok(next)
    }
}

/// The highest numbers of this desk's blocks that were ever seen here. They never sink: what is taken out of the records again stands on paper.
#[derive(Debug, Default)]
pub(super) struct Used {
    serial: Option<u32>,
    file: Option<u32>,
}

impl Used {
    /// A tag that was on the bag before says nothing of this desk's block, whatever its serial.
    pub(super) fn bag(&mut self, blocks: &Blocks, bag: &Bag) {
        if bag.care().is_none_or(|care| !care.own_tag) {
            self.tag(blocks, bag.tag);
        }
    }

    fn tag(&mut self, blocks: &Blocks, tag: BagTag) {
        self.serial = self.serial.max(Some(tag.serial()).filter(|serial| blocks.tag_serials.contains(serial)));
    }

    /// Numbers that stand on paper are used, whether or not a bag ever gets them.
    pub(super) fn flight(&mut self, blocks: &Blocks, flight: &Flight) {
        for (first, count) in flight.reserved_tags() {
            let last = first.serial().saturating_add(u32::from(count).saturating_sub(1));
            // A run of another desk lies in another block, whole.
            self.serial = self.serial.max(Some(last).filter(|serial| blocks.tag_serials.contains(serial)));
        }
    }

    pub(super) fn case(&mut self, blocks: &Blocks, reference: &str) {
        self.file = self.file.max(file_number(reference).filter(|number| blocks.files.contains(number)));
    }
}

impl Station {
    /// Keeps the numbers of a record that is no part of what is shown here, for it came after its scope was closed.
    pub fn keep_numbers(&mut self, record: &Record) {
        match record {
            Record::Bag(bag) => self.used.bag(&self.setting.blocks, bag),
            Record::Case(case) => self.used.case(&self.setting.blocks, &case.reference),
            Record::Flight(flight) => self.used.flight(&self.setting.blocks, flight),
            Record::Booking(_) | Record::Person(_) | Record::Access(_) | Record::Handover(_) | Record::HostPage(_) | Record::Other => {}
        }
    }

    /// How many bag tags this desk can still number: so many serials lie above the highest used.
    pub fn tags_left(&self) -> u32 {
        let block = &self.setting.blocks.tag_serials;
        next_in(block, self.used.serial).map_or(0, |next| block.end.saturating_sub(next))
    }

    pub(super) fn sequences(&self, key: &FlightKey) -> Sequences {
        let block = self.setting.blocks.sequences.clone();
        let highest = self.everybody_of(key).flat_map(sequences_of).filter(|sequence| block.contains(sequence)).max();
        Sequences { next: highest.map_or(u32::from(block.start), |highest| u32::from(highest) + 1), block }
    }

    /// The next tag of this desk for a carrier, beginning with 0, or with 2 for a bag without a guest.
    pub(super) fn next_tag(&self, key: &FlightKey, leading: u8) -> Result<BagTag, Refusal> {
        self.next_tags(key, leading, 1)
    }

    /// The first of so many tags of this desk for a carrier, with numbers one after the other.
    pub(super) fn next_tags(&self, key: &FlightKey, leading: u8, count: u16) -> Result<BagTag, Refusal> {
        let carrier = key.carrier();
        let numeric = carrier.numeric().ok_or_else(|| {
            let words = said!("", "The three-digit number of {carrier} for bag tags is not known here.", carrier = carrier);
            Refusal::new("carrier-without-number", words, "Use a tag that the airline printed, and ask the duty manager to add the number.", 409)
        })?;
        let block = &self.setting.blocks.tag_serials;
        // A tag of another printer may stand in our block.
        let is_new = |serial: &u32| BagTag::from_parts(leading, numeric, *serial).is_ok_and(|tag| self.bags_with(tag).next().is_none());
        let run = |first: &u32| {
            let end = first.saturating_add(count.into());
            end <= block.end && (*first..end).all(|serial| is_new(&serial))
        };
        let first = next_in(block, self.used.serial);
        let serial = first.and_then(|first| (first..block.end).find(run)).ok_or_else(|| {
            let words = said!(
                "",
                "All bag tag numbers of this desk are used ({from} to {to}).",
                from = format!("{:06}", block.start),
                to = format!("{:06}", block.end.saturating_sub(1)),
            );
            Refusal::new("tags-used-up", words, "Tag the bag at another desk, or ask the duty manager for a new block.", 409)
        })?;
        BagTag::from_parts(leading, numeric, serial).map_err(|error| {
            Refusal::new("tag-not-made", said!("", "{error}", error = error.said()), "Ask the duty manager for a block of six-digit numbers.", 409)
        })
    }

    /// The next provisional reference of this desk: of a form that no tracing system gives.
    pub(super) fn next_reference(&self, station: AirportCode, airline: Carrier) -> Result<ProvisionalReference, Refusal> {
        let block = &self.setting.blocks.files;
        let used_up =
            |words: Said| Refusal::new("files-used-up", words, "Take the report at another desk, or ask the duty manager for a new block.", 409);
        let number = next_in(block, self.used.file).ok_or_else(|| used_up(said!("", "All file numbers of this desk are used.")))?;
        ProvisionalReference::new(station, airline, number).map_err(|error| used_up(said!("error", "{error}", error = error.said())))
    }
}

fn next_in(block: &Range<u32>, highest: Option<u32>) -> Option<u32> {
    let next = highest.map_or(Some(block.start), |highest| highest.checked_add(1))?;
    block.contains(&next).then_some(next)
}

/// Every sequence number that a guest ever held: a number given up is not given again.
fn sequences_of(booking: &Booking) -> impl Iterator<Item = u16> + '_ {
    let given = booking.history.all().iter().filter_map(|held| match &held.fact.what {
        What::CheckedIn { seq, .. } => *seq,
        What::SequenceGiven { seq } => Some(*seq),
        _ => None,
    });
    given.chain(booking.sequence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_was_ever_seen_is_not_given_again() {
        let blocks = Blocks { tag_serials: 1000..2000, sequences: 1..2, files: 10..20 };
        let mut used = Used::default();
        assert_eq!(next_in(&blocks.tag_serials, used.serial), Some(1000));
        for serial in [1500, 1200, 2500, 999] {
            used.tag(&blocks, BagTag::from_parts(0, "999".parse().unwrap(), serial).unwrap());
        }
        assert_eq!(next_in(&blocks.tag_serials, used.serial), Some(1501));
        used.tag(&blocks, BagTag::from_parts(0, "999".parse().unwrap(), 1999).unwrap());
        assert_eq!(next_in(&blocks.tag_serials, used.serial), None);
    }
}

//! What those who sort bags were told: the baggage messages of one group, played back.

use std::collections::{BTreeMap, BTreeSet};

use crate::record::outgoing::{Message, OutKind};
use crate::standards::bag_tag::BagTag;
use crate::standards::typeb::{BagGroup, BagMessage};

/// For each bag what a receiver may hold of it: one possibility, unless two nodes said different things while they did not see each other. A group is
/// without its tags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Told {
    bags: BTreeMap<BagTag, BTreeMap<String, Option<BagGroup>>>,
}

impl Told {
    /// Plays back what was said in baggage source messages about one thing.
    pub(super) fn of(messages: &[Message<'_>]) -> Self {
        let mut told = Self::default();
        let mut versions: BTreeMap<u32, Vec<BTreeMap<BagTag, Option<BagGroup>>>> = BTreeMap::new();
        for message in messages.iter().filter(|message| message.spoken.kind == OutKind::Bsm) {
            versions.entry(message.spoken.version).or_default().push(said_in(&message.spoken.text));
        }
        for alternatives in versions.values() {
            told.hear(alternatives);
        }
        told
    }

    /// Every bag that was ever named.
    pub(super) fn tags(&self) -> impl Iterator<Item = BagTag> {
        self.bags.keys().copied()
    }

    pub(super) fn names(&self, tag: BagTag) -> bool {
        self.bags.contains_key(&tag)
    }

    /// What a receiver may hold of a bag, if it may hold it at all.
    pub(super) fn held(&self, tag: BagTag) -> Option<&BagGroup> {
        self.bags.get(&tag)?.values().flatten().next()
    }

    /// Whether it is certain what a receiver holds of a bag.
    pub(super) fn is_certain(&self, tag: BagTag) -> bool {
        self.bags.get(&tag).is_none_or(|held| held.len() == 1)
    }

    /// Several messages of one version were said by nodes that did not see each other: the receiver may have them in any order.
    fn hear(&mut self, alternatives: &[BTreeMap<BagTag, Option<BagGroup>>]) {
        let named: BTreeSet<BagTag> = alternatives.iter().flat_map(|said| said.keys().copied()).collect();
        for tag in named {
            let said = alternatives.iter().filter_map(|said| said.get(&tag));
            let held = said.map(|group| (group.as_ref().map(text_of).unwrap_or_default(), group.clone())).collect();
            self.bags.insert(tag, held);
        }
    }
}

/// What identifies a group without its tags: its elements as they are written.
pub(super) fn text_of(group: &BagGroup) -> String {
    let bare = BagGroup { tags: Vec::new(), ..group.clone() };
    bare.elements().iter().map(|element| element.line() + "\n").collect()
}

/// For each bag that a message names, what holds after it: nothing after a deletion.
pub(super) fn said_in(text: &str) -> BTreeMap<BagTag, Option<BagGroup>> {
    let Ok(message) = BagMessage::parse(text) else { return BTreeMap::new() };
    let is_deletion = message.change.as_deref() == Some("DEL");
    let mut said = BTreeMap::new();
    for group in &message.groups {
        let bare = BagGroup { tags: Vec::new(), ..group.clone() };
        said.extend(group.plates().into_iter().map(|tag| (tag, (!is_deletion).then(|| bare.clone()))));
    }
    said
}

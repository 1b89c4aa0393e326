//! What the exchange of blobs promises, over links that lose, repeat and reorder, between nodes that start again, with a liar among them.

use proptest::prelude::*;

use super::*;

const SCOPE: &str = "PVG/desk/2026-11";
/// Photos of one part, of several, and of whole parts exactly.
const LENGTHS: [u32; 4] = [100, PART * 2 + 17, PART * 3, PART + 1];

fn member(number: u8) -> Member {
    let text = match number {
        0 => "apron:hub/HUB".to_owned(),
        9 => "apron:node/PEK/G09?carriers=CA".to_owned(),
        number => format!("apron:node/PVG/G{number:02}?carriers=CA"),
    };
    Member::new([number; 32], text.parse().unwrap())
}

fn blob(number: usize) -> (Hash, Vec<u8>) {
    let bytes: Vec<u8> = (0..LENGTHS[number]).map(|at| (at as usize * 31 + number * 7) as u8).collect();
    (Hash::of(&[&bytes]), bytes)
}

fn named() -> BTreeMap<Hash, Named> {
    let scopes = BTreeSet::from([SCOPE.parse().unwrap()]);
    (0..LENGTHS.len()).map(|number| (blob(number).0, Named { bytes: LENGTHS[number], scopes: scopes.clone() })).collect()
}

/// A node with its disk.
struct Node {
    number: u8,
    exchange: Exchange,
    whole: BTreeMap<Hash, Vec<u8>>,
    halves: BTreeMap<Hash, Vec<u8>>,
    lies: bool,
}

/// Nodes, the links between them, and what is on its way.
struct World {
    now_ms: i64,
    nodes: Vec<Node>,
    links: BTreeMap<SessionId, (usize, usize)>,
    next: u64,
    /// From node to node over a link.
    on_the_way: Vec<(SessionId, usize, usize, BlobMessage)>,
    cut: Vec<(usize, usize, Cut)>,
}

impl World {
    fn new(numbers: &[u8]) -> Self {
        let node =
            |number: &u8| Node { number: *number, exchange: Exchange::new([], []), whole: BTreeMap::new(), halves: BTreeMap::new(), lies: false };
        let mut world = Self {
            now_ms: 1_000_000,
            nodes: numbers.iter().map(node).collect(),
            links: BTreeMap::new(),
            next: 1,
            on_the_way: Vec::new(),
            cut: Vec::new(),
        };
        for at in 0..world.nodes.len() {
            let actions = world.nodes[at].exchange.know(world.now_ms, named());
            world.act(at, actions);
        }
        world
    }

    fn link(&mut self, one: usize, other: usize) {
        let linked = self.links.values().any(|ends| *ends == (one, other) || *ends == (other, one));
        if one == other || linked {
            return;
        }
        let session = SessionId(self.next);
        self.next += 1;
        self.links.insert(session, (one, other));
        let (members, ends) = ([member(self.nodes[other].number), member(self.nodes[one].number)], [one, other]);
        for (member, end) in members.into_iter().zip(ends) {
            self.nodes[end].exchange.connect(session, member);
        }
    }

    fn unlink(&mut self, session: SessionId) {
        if let Some((one, other)) = self.links.remove(&session) {
            self.nodes[one].exchange.disconnect(session);
            self.nodes[other].exchange.disconnect(session);
            self.on_the_way.retain(|(on, ..)| *on != session);
        }
    }

    fn put(&mut self, at: usize, number: usize) {
        let (hash, bytes) = blob(number);
        self.nodes[at].whole.insert(hash, bytes);
        let actions = self.nodes[at].exchange.has(self.now_ms, hash);
        self.act(at, actions);
    }

    /// As after a kill: what is on disk is all that is left.
    fn restart(&mut self, at: usize) {
        let sessions: Vec<_> = self.links.iter().filter(|(_, ends)| ends.0 == at || ends.1 == at).map(|(session, _)| *session).collect();
        sessions.into_iter().for_each(|session| self.unlink(session));
        let node = &mut self.nodes[at];
        let halves: Vec<_> = node.halves.iter().map(|(hash, bytes)| (*hash, bytes.len() as u32)).collect();
        node.exchange = Exchange::new(node.whole.keys().copied(), halves);
        let actions = node.exchange.know(self.now_ms, named());
        self.act(at, actions);
    }

    fn act(&mut self, at: usize, actions: Vec<Action>) {
        let says = actions.iter().filter(|action| matches!(action, Action::Say { .. })).count();
        assert!(says <= 2 * self.links.len() + 2, "{says} messages at once");
        for action in actions {
            let now_ms = self.now_ms;
            let node = &mut self.nodes[at];
            match action {
                Action::Say { session, message } => self.say(session, at, message),
                Action::Give { session, hash, offset } => {
                    let whole = &node.whole[&hash];
                    let end = whole.len().min((offset + PART) as usize);
                    let mut bytes = whole[offset as usize..end].to_vec();
                    if node.lies {
                        bytes[0] ^= 1;
                    }
                    self.say(session, at, BlobMessage::Give { hash, offset, bytes });
                }
                Action::Keep { hash, offset, bytes } => {
                    let half = node.halves.entry(hash).or_default();
                    assert!(offset as usize <= half.len(), "parts come in their order");
                    half.truncate(offset as usize);
                    half.extend(bytes);
                }
                Action::Finish { hash } => {
                    let bytes = node.halves.remove(&hash).unwrap();
                    let what = if Hash::of(&[&bytes]) == hash { Finished::Durable } else { Finished::Wrong };
                    if what == Finished::Durable {
                        node.whole.insert(hash, bytes);
                    }
                    let more = node.exchange.finished(now_ms, hash, what);
                    self.act(at, more);
                }
                Action::Discard { hash } => drop(node.halves.remove(&hash)),
                Action::Remove { hash } => drop(node.whole.remove(&hash)),
                Action::Close { session, reason } => {
                    let Some(&(one, other)) = self.links.get(&session) else { continue };
                    self.cut.push((at, if one == at { other } else { one }, reason));
                    self.unlink(session);
                }
            }
        }
        let fetching = self.nodes[at].exchange.missing.values().filter(|missing| missing.from.is_some()).count();
        assert!(fetching <= FETCHES_MAX);
    }

    fn say(&mut self, session: SessionId, from: usize, message: BlobMessage) {
        if let Some(&(one, other)) = self.links.get(&session) {
            self.on_the_way.push((session, from, if one == from { other } else { one }, message));
        }
    }

    fn deliver(&mut self, place: usize, keep: bool) {
        if self.on_the_way.is_empty() {
            return;
        }
        let place = place % self.on_the_way.len();
        let (session, from, to, message) = self.on_the_way[place].clone();
        if !keep {
            self.on_the_way.swap_remove(place);
        }
        let _ = from;
        let actions = self.nodes[to].exchange.receive(self.now_ms, session, message);
        self.act(to, actions);
    }

    fn tick(&mut self) {
        self.now_ms += 250;
        for at in 0..self.nodes.len() {
            let actions = self.nodes[at].exchange.tick(self.now_ms);
            self.act(at, actions);
        }
    }

    /// All linked, nothing lost.
    fn calm(&mut self, seconds: usize, chosen: usize) {
        for _ in 0..seconds * 4 {
            for one in 0..self.nodes.len() {
                for other in 0..one {
                    self.link(other, one);
                }
            }
            self.tick();
            for _ in 0..200 {
                self.deliver(chosen, false);
            }
        }
    }

    fn lacking(&self, at: usize) -> Vec<Standing> {
        self.nodes[at].exchange.wanted().filter_map(|hash| self.nodes[at].exchange.standing(hash)).collect()
    }
}

#[derive(Debug, Clone)]
enum Happening {
    Deliver(usize),
    Lose(usize),
    Repeat(usize),
    Tick(u8),
    Link(usize, usize),
    Unlink(usize),
    Restart(usize),
    Put(usize, usize),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        8 => any::<usize>().prop_map(Happening::Deliver),
        1 => any::<usize>().prop_map(Happening::Lose),
        1 => any::<usize>().prop_map(Happening::Repeat),
        4 => (1_u8..20).prop_map(Happening::Tick),
        3 => (0..4_usize, 0..4_usize).prop_map(|(one, other)| Happening::Link(one, other)),
        1 => (0..6_usize).prop_map(Happening::Unlink),
        1 => (0..4_usize).prop_map(Happening::Restart),
        1 => (0..3_usize, 0..LENGTHS.len()).prop_map(|(at, number)| Happening::Put(at, number)),
    ]
}

impl World {
    fn happens(&mut self, what: &Happening) {
        match what {
            Happening::Deliver(place) => self.deliver(*place, false),
            Happening::Lose(place) if !self.on_the_way.is_empty() => drop(self.on_the_way.swap_remove(place % self.on_the_way.len())),
            Happening::Lose(_) => {}
            Happening::Repeat(place) => self.deliver(*place, true),
            Happening::Tick(times) => (0..*times).for_each(|_| self.tick()),
            Happening::Link(one, other) => self.link(*one, *other),
            Happening::Unlink(place) => {
                let session = self.links.keys().nth(*place).copied();
                session.into_iter().for_each(|session| self.unlink(session));
            }
            Happening::Restart(at) => self.restart(*at),
            Happening::Put(at, number) => self.put(*at, *number),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// The hub, two desks of the station, and a desk of another one, which may hold nothing of it.
    #[test]
    fn whatever_is_lost_or_comes_late_all_who_may_have_every_photo_in_the_end_and_nobody_else(
        happenings in proptest::collection::vec(happening(), 0..120), chosen: usize
    ) {
        let mut world = World::new(&[0, 1, 2, 9]);
        for happening in &happenings {
            world.happens(happening);
        }
        let there: BTreeSet<Hash> = world.nodes.iter().flat_map(|node| node.whole.keys()).copied().collect();
        world.calm(150, chosen);
        for at in 0..3 {
            prop_assert_eq!(&world.nodes[at].whole.keys().copied().collect::<BTreeSet<_>>(), &there, "node {}", at);
            prop_assert!(world.lacking(at).iter().all(|standing| *standing == Standing::NobodyHasIt), "{:?}", world.lacking(at));
        }
        prop_assert!(world.nodes[3].whole.is_empty() && world.nodes[3].halves.is_empty());
        prop_assert!(world.cut.iter().all(|(.., reason)| *reason != Cut::Wrong), "{:?}", world.cut);
        // What the hub says it has is what it has.
        for at in 1..3 {
            let at_hub: BTreeSet<Hash> = world.nodes[at].exchange.at_hub().keys().copied().collect();
            prop_assert_eq!(&at_hub, &there);
        }
    }

    /// A desk whose every part is wrong.
    #[test]
    fn who_sends_wrong_bytes_is_cut_off_and_every_photo_comes_from_somebody_else(
        happenings in proptest::collection::vec(happening(), 0..60), chosen: usize
    ) {
        let mut world = World::new(&[0, 1, 2, 3]);
        world.nodes[3].lies = true;
        (0..LENGTHS.len()).for_each(|number| world.put(3, number));
        for happening in &happenings {
            world.happens(happening);
        }
        (0..LENGTHS.len()).for_each(|number| world.put(1, number));
        world.calm(200, chosen);
        for at in 0..3 {
            prop_assert_eq!(world.nodes[at].whole.len(), LENGTHS.len(), "node {}: {:?}", at, world.lacking(at));
        }
        prop_assert!(world.cut.iter().all(|(_, whom, reason)| *reason != Cut::Wrong || *whom == 3), "{:?}", world.cut);
        for node in &world.nodes {
            prop_assert!(node.whole.iter().all(|(hash, bytes)| Hash::of(&[bytes]) == *hash));
        }
    }
}

#[test]
fn a_liar_alone_is_cut_off_and_the_reason_is_said() {
    let mut world = World::new(&[0, 1]);
    world.nodes[1].lies = true;
    world.put(1, 1);
    world.calm(10, 0);
    assert!(world.cut.contains(&(0, 1, Cut::Wrong)), "{:?}", world.cut);
    assert_eq!(world.cut.len(), 1, "it is left alone for an hour");
    assert_eq!(world.nodes[0].exchange.standing(&blob(1).0), Some(Standing::Wrong));
}

#[test]
fn what_was_half_here_goes_on_where_it_stopped() {
    let mut world = World::new(&[0, 1]);
    world.put(1, 2);
    world.link(0, 1);
    world.tick();
    let is_second = |message: &BlobMessage| matches!(message, BlobMessage::Get { offset, .. } if *offset == PART);
    while !world.on_the_way.iter().any(|(.., message)| is_second(message)) {
        world.deliver(0, false);
    }
    world.restart(0);
    world.link(0, 1);
    let mut asked = Vec::new();
    for _ in 0..40 {
        world.tick();
        while !world.on_the_way.is_empty() {
            asked.extend(world.on_the_way.iter().filter_map(|(.., message)| match message {
                BlobMessage::Get { offset, .. } => Some(*offset),
                _ => None,
            }));
            world.deliver(0, false);
        }
    }
    asked.dedup();
    assert_eq!(asked, [PART, PART * 2]);
    assert_eq!(world.nodes[0].whole[&blob(2).0], blob(2).1);
}

#[test]
fn parts_that_nobody_asked_for_are_a_flood() {
    let mut world = World::new(&[0, 1]);
    world.link(0, 1);
    let session = *world.links.keys().next().unwrap();
    let give = BlobMessage::Give { hash: blob(0).0, offset: 0, bytes: vec![0; 100] };
    for _ in 0..=STRAYS_MAX {
        let actions = world.nodes[0].exchange.receive(world.now_ms, session, give.clone());
        world.act(0, actions);
    }
    assert_eq!(world.cut, [(0, 1, Cut::Flood)]);
    assert!(world.nodes[0].halves.is_empty());
}

#[test]
fn of_a_photo_of_another_station_nobody_says_anything() {
    let mut world = World::new(&[0, 9]);
    world.put(0, 0);
    world.link(0, 1);
    let session = *world.links.keys().next().unwrap();
    let hash = blob(0).0;
    assert_eq!(world.nodes[0].exchange.receive(1, session, BlobMessage::Ask(vec![hash])), []);
    let empty = BlobMessage::Give { hash, offset: 0, bytes: Vec::new() };
    assert_eq!(world.nodes[0].exchange.receive(1, session, BlobMessage::Get { hash, offset: 0 }), [Action::Say { session, message: empty }]);
}

#[test]
fn a_full_disk_fetches_nothing_and_says_so() {
    let mut world = World::new(&[0, 1]);
    world.nodes[0].exchange.room(false);
    world.put(1, 0);
    world.calm(5, 0);
    assert_eq!(world.nodes[0].exchange.standing(&blob(0).0), Some(Standing::NoRoom));
    world.nodes[0].exchange.room(true);
    world.calm(5, 0);
    assert_eq!(world.nodes[0].exchange.standing(&blob(0).0), Some(Standing::Here));
}

#[test]
fn what_no_record_names_is_taken_away_after_a_day_and_not_before() {
    let mut exchange = Exchange::new([], []);
    let stray = Hash([5; 32]);
    exchange.know(0, named());
    exchange.has(0, stray);
    exchange.has(0, blob(0).0);
    assert_eq!(exchange.tick(UNNAMED_MS), []);
    assert_eq!(exchange.tick(UNNAMED_MS + 1), [Action::Remove { hash: stray }]);
    assert_eq!(exchange.tick(UNNAMED_MS * 3), []);
}

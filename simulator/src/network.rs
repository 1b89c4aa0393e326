//! Links between members: they delay, lose, double and reorder what they carry, and are cut, one way or both.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow};
use sync::frame::{self, HEADER_LEN};
use sync::message::Message;
use sync::step::SessionId;

use crate::options::Options;
use host::Chance;

/// Milliseconds after which a link that carries nothing is given up.
pub(crate) const IDLE_MS: i64 = 8_000;

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The first message of each side: a link stands only when it came, so it is never lost.
    Greeting,
    /// On the control stream, in order.
    Control,
    /// On a stream of its own, in any order.
    Batch,
}

/// All links and cuts.
#[derive(Debug, Default)]
pub(crate) struct Network {
    links: BTreeMap<u64, Link>,
    next: u64,
    /// Until when nothing passes from the first to the second.
    cuts: BTreeMap<(usize, usize), i64>,
    calm: bool,
}

/// One connection, from the side that dialed to the side that accepted.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) ends: [End; 2],
}

/// One side of a link.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) member: usize,
    pub(crate) life: u64,
    pub(crate) session: SessionId,
    pub(crate) open: bool,
    /// When the last control message gets here: the next is not sooner.
    control_ms: i64,
}

impl Network {
    /// A new link between two lifetimes.
    pub(crate) fn connect(&mut self, dialer: (usize, u64), acceptor: (usize, u64)) -> u64 {
        let number = self.next;
        self.next += 1;
        let end = |(member, life): (usize, u64), side: u64| End { member, life, session: SessionId(number * 2 + side), open: true, control_ms: 0 };
        self.links.insert(number, Link { ends: [end(dialer, 0), end(acceptor, 1)] });
        number
    }

    pub(crate) fn link(&self, number: u64) -> Option<&Link> {
        self.links.get(&number)
    }

    /// Closes one side; the link is forgotten when both are.
    pub(crate) fn close(&mut self, number: u64, side: usize) -> Option<SessionId> {
        let link = self.links.get_mut(&number)?;
        let end = &mut link.ends[side];
        let session = std::mem::replace(&mut end.open, false).then_some(end.session);
        if link.ends.iter().all(|end| !end.open) {
            self.links.remove(&number);
        }
        session
    }

    /// Links that touch both, or the one.
    pub(crate) fn between(&self, a: usize, b: Option<usize>) -> Vec<u64> {
        let touches = |link: &Link, member: usize| link.ends.iter().any(|end| end.member == member);
        let links = self.links.iter().filter(|(_, link)| touches(link, a) && b.is_none_or(|b| touches(link, b)));
        links.map(|(number, _)| *number).collect()
    }

    pub(crate) fn cut(&mut self, from: usize, to: usize, until_ms: i64) {
        let until = self.cuts.entry((from, to)).or_default();
        *until = until_ms.max(*until);
    }

    pub(crate) fn is_cut(&self, from: usize, to: usize, now_ms: i64) -> bool {
        self.cuts.get(&(from, to)).is_some_and(|until| *until > now_ms)
    }

    /// From now on everything arrives, in order and soon.
    pub(crate) fn mend(&mut self) {
        self.cuts.clear();
        self.calm = true;
    }

    /// When a message sent now gets to that side: once, never, or several times.
    pub(crate) fn fate(&mut self, number: u64, side: usize, kind: Kind, now_ms: i64, options: &Options, chance: &mut Chance) -> Vec<i64> {
        let Some(link) = self.links.get_mut(&number) else { return Vec::new() };
        let (from, to) = (link.ends[1 - side].member, link.ends[side].member);
        let cut = self.cuts.get(&(from, to)).is_some_and(|until| *until > now_ms);
        // What is sent into a cut is gone or, while the link lives, sent again when it ends.
        let start = match self.cuts.get(&(from, to)) {
            Some(until) if cut && (options.lost == 0 || kind == Kind::Greeting) && *until - now_ms < IDLE_MS => *until,
            _ if cut => return Vec::new(),
            _ => now_ms,
        };
        let rough = !self.calm && kind != Kind::Greeting;
        if rough && chance.percent(options.lost) {
            return Vec::new();
        }
        let times = 1 + usize::from(rough && chance.percent(options.doubled));
        let longest = if self.calm { 20 } else { options.latency_ms };
        let mut arrivals: Vec<i64> = (0..times).map(|_| start + chance.between(1, longest)).collect();
        if kind != Kind::Batch {
            let end = &mut link.ends[side];
            for arrival in &mut arrivals {
                *arrival = (*arrival).max(end.control_ms);
                if kind == Kind::Greeting || self.calm || !options.overtaking {
                    end.control_ms = *arrival;
                }
            }
        }
        arrivals
    }
}

/// A message as bytes on the wire, and how many there would be without compression.
pub(crate) fn to_wire(message: &Message) -> Result<(Vec<u8>, usize)> {
    let frame = message.to_frame()?;
    let plain = frame.body.len() + HEADER_LEN;
    Ok((frame::encode(&frame, true)?, plain))
}

/// The message that these bytes are.
pub(crate) fn from_wire(bytes: &[u8]) -> Result<Message> {
    let (header, body) = bytes.split_first_chunk().ok_or_else(|| anyhow!("shorter than a header"))?;
    Ok(Message::from_frame(&frame::Header::read(header)?.body(body.to_vec())?)?)
}

pub(crate) fn kind(message: &Message) -> Kind {
    match message {
        Message::Hello(_) => Kind::Greeting,
        Message::Batch(_) => Kind::Batch,
        Message::Summary(_) | Message::Buckets(_) | Message::Vector(_) | Message::Held(_) | Message::Late(_) | Message::Busy(_) => Kind::Control,
    }
}

//! What is remembered of addresses: over which carrier a link came about there, and when QUIC is worth another try.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::Carrier;

/// Addresses that are remembered; the one that was not used for longest goes first.
const ADDRESSES_MAX: usize = 256;
/// Where UDP got no answer, QUIC is tried again after so many seconds, doubled with each try that fails.
const SILENT_S: (i64, i64) = (60, 900);
/// Where QUIC links came about and carried nothing: soon once, for the node there may just have started again; then four times as late each time, for
/// each such try costs people the time until it is noticed.
const UNDELIVERING_S: (i64, i64) = (30, 3600);

/// Paths by dialled address. Times are Unix seconds; a clock that was set back makes nobody wait longer.
#[derive(Debug, Default)]
pub(super) struct Paths {
    known: BTreeMap<SocketAddr, Path>,
}

#[derive(Debug, Clone)]
struct Path {
    first: Carrier,
    /// Tries of QUIC that had no answer since one had.
    silent: u32,
    /// QUIC links that carried nothing since one did.
    undelivering: u32,
    tried: i64,
    used: i64,
}

impl Paths {
    /// The carrier to try first.
    pub(super) fn first(&self, address: SocketAddr) -> Carrier {
        self.known.get(&address).map_or(Carrier::Quic, |path| path.first)
    }

    /// Whether QUIC is worth a try where a link goes over TCP.
    pub(super) fn is_quic_due(&self, address: SocketAddr, now: i64) -> bool {
        self.known.get(&address).is_none_or(|path| !(0..path.wait()).contains(&now.saturating_sub(path.tried)))
    }

    /// How many QUIC links there carried nothing, so far.
    pub(super) fn undelivering(&self, address: SocketAddr) -> u32 {
        self.known.get(&address).map_or(0, |path| path.undelivering)
    }

    /// A link came about, whose dialling began when there had been `undelivering` links that carried nothing. That it came about says nothing against one
    /// that was found out meanwhile: that one had come about too.
    pub(super) fn linked(&mut self, address: SocketAddr, over: Carrier, undelivering: u32, now: i64) {
        match over {
            Carrier::Quic => {
                if let Some(path) = self.known.get_mut(&address) {
                    (path.silent, path.used) = (0, now);
                    if path.undelivering == undelivering {
                        path.first = Carrier::Quic;
                    }
                }
            }
            Carrier::Tcp => {
                let path = self.path(address, now);
                path.first = Carrier::Tcp;
            }
        }
    }

    /// QUIC had no answer.
    pub(super) fn quic_silent(&mut self, address: SocketAddr, now: i64) {
        let path = self.path(address, now);
        (path.silent, path.tried) = (path.silent.saturating_add(1), now);
    }

    /// A young QUIC link carried nothing, although its handshake went well.
    pub(super) fn quic_undelivering(&mut self, address: SocketAddr, now: i64) {
        let path = self.path(address, now);
        (path.first, path.undelivering, path.tried) = (Carrier::Tcp, path.undelivering.saturating_add(1), now);
    }

    /// A QUIC link has carried for a while.
    pub(super) fn quic_proven(&mut self, address: SocketAddr) {
        self.known.remove(&address);
    }

    fn path(&mut self, address: SocketAddr, now: i64) -> &mut Path {
        if self.known.len() >= ADDRESSES_MAX
            && !self.known.contains_key(&address)
            && let Some(oldest) = self.known.iter().min_by_key(|(_, path)| path.used).map(|(address, _)| *address)
        {
            self.known.remove(&oldest);
        }
        let path = self.known.entry(address).or_insert(Path { first: Carrier::Quic, silent: 0, undelivering: 0, tried: now, used: now });
        path.used = now;
        path
    }
}

impl Path {
    fn wait(&self) -> i64 {
        let grown =
            |(first, longest): (i64, i64), times: u32, by: u32| first.saturating_mul(1 << (by * times.saturating_sub(1).min(10))).min(longest);
        if self.undelivering > 0 { grown(UNDELIVERING_S, self.undelivering, 2) } else { grown(SILENT_S, self.silent, 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(port: u16) -> SocketAddr {
        ([10, 0, 0, 1], port).into()
    }

    #[test]
    fn where_udp_is_blocked_tcp_goes_first_until_quic_answers_again() {
        let mut paths = Paths::default();
        assert_eq!(paths.first(address(1)), Carrier::Quic);
        paths.quic_silent(address(1), 1000);
        paths.linked(address(1), Carrier::Tcp, 0, 1002);
        assert_eq!(paths.first(address(1)), Carrier::Tcp);
        assert!(!paths.is_quic_due(address(1), 1059) && paths.is_quic_due(address(1), 1060));
        paths.quic_silent(address(1), 1060);
        assert!(!paths.is_quic_due(address(1), 1179) && paths.is_quic_due(address(1), 1180));
        // A clock that was set back makes nobody wait.
        assert!(paths.is_quic_due(address(1), 5));
        paths.linked(address(1), Carrier::Quic, 0, 1180);
        assert_eq!(paths.first(address(1)), Carrier::Quic);
    }

    #[test]
    fn a_link_that_carried_nothing_is_trusted_later_each_time_and_at_once_when_one_has_carried() {
        let mut paths = Paths::default();
        for (wait, at) in [(30, 0), (120, 30), (480, 150), (1920, 630), (3600, 2550), (3600, 6150)] {
            paths.quic_undelivering(address(1), at);
            paths.linked(address(1), Carrier::Tcp, 0, at);
            assert!(!paths.is_quic_due(address(1), at + wait - 1) && paths.is_quic_due(address(1), at + wait));
            paths.linked(address(1), Carrier::Quic, paths.undelivering(address(1)), at + wait);
            assert_eq!(paths.first(address(1)), Carrier::Quic);
        }
        paths.quic_proven(address(1));
        assert!(paths.is_quic_due(address(1), 1) && paths.first(address(1)) == Carrier::Quic);
    }

    #[test]
    fn a_link_that_was_being_dialled_when_another_was_found_out_does_not_clear_the_address() {
        let mut paths = Paths::default();
        let begun = paths.undelivering(address(1));
        paths.quic_undelivering(address(1), 10);
        paths.linked(address(1), Carrier::Quic, begun, 11);
        assert_eq!(paths.first(address(1)), Carrier::Tcp);
    }

    #[test]
    fn only_so_many_addresses_are_remembered() {
        let mut paths = Paths::default();
        for port in 1..=2 * ADDRESSES_MAX as u16 {
            paths.linked(address(port), Carrier::Tcp, 0, i64::from(port));
        }
        assert_eq!(paths.known.len(), ADDRESSES_MAX);
        assert_eq!((paths.first(address(1)), paths.first(address(2 * ADDRESSES_MAX as u16))), (Carrier::Quic, Carrier::Tcp));
    }
}

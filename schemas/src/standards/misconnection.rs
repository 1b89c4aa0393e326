//! Whether a guest makes the next flight: connecting time, margin, state.

use std::collections::BTreeMap;
use std::fmt;

/// How a connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConnectionState {
    /// Time to spare.
    Ok,
    /// Exactly the connecting time.
    Tight,
    /// Less than the connecting time, but the flight is still there on arrival.
    AtRisk,
    /// The flight leaves before the guest arrives, or one of the two does not operate.
    Missed,
}

/// A connection as far as it is known, in minutes on one clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connection {
    /// Best known arrival: actual, else estimated, else scheduled.
    pub arrival_min: i64,
    /// Best known departure.
    pub departure_min: i64,
    /// Minimum connecting time between the two terminals.
    pub connecting_min: i64,
    /// What this guest needs beyond it.
    pub extra_min: i64,
    /// Whether either flight is cancelled.
    pub cancelled: bool,
}

/// State, and minutes to spare where both flights operate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionAnswer {
    pub state: ConnectionState,
    pub margin_min: Option<i64>,
}

/// Minimum connecting times per pair of terminals, with one for every other pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectingTimes {
    /// Minutes from the first terminal to the second.
    pub pairs: BTreeMap<(String, String), i64>,
    /// Minutes where the pair is not listed.
    pub otherwise: i64,
}

impl ConnectionState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Tight => "tight",
            Self::AtRisk => "at_risk",
            Self::Missed => "missed",
        }
    }
}

impl fmt::Display for ConnectionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Connection {
    /// Margin = departure - (arrival + connecting time + what the guest needs beyond it).
    pub fn answer(&self) -> ConnectionAnswer {
        if self.cancelled {
            return ConnectionAnswer { state: ConnectionState::Missed, margin_min: None };
        }
        let needed = self.connecting_min.saturating_add(self.extra_min);
        let margin = self.departure_min.saturating_sub(self.arrival_min).saturating_sub(needed);
        let state = match margin {
            _ if self.arrival_min > self.departure_min => ConnectionState::Missed,
            1.. => ConnectionState::Ok,
            0 => ConnectionState::Tight,
            ..0 => ConnectionState::AtRisk,
        };
        ConnectionAnswer { state, margin_min: Some(margin) }
    }
}

impl ConnectingTimes {
    /// Minutes from one terminal to another.
    pub fn between(&self, from: &str, to: &str) -> i64 {
        self.pairs.get(&(from.to_owned(), to.to_owned())).copied().unwrap_or(self.otherwise)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_become_states_at_the_minute() {
        let state =
            |departure_min, extra_min| Connection { arrival_min: 600, departure_min, connecting_min: 45, extra_min, cancelled: false }.answer().state;
        assert_eq!(state(646, 0), ConnectionState::Ok);
        assert_eq!(state(645, 0), ConnectionState::Tight);
        assert_eq!(state(644, 0), ConnectionState::AtRisk);
        assert_eq!(state(646, 15), ConnectionState::AtRisk);
        assert_eq!(state(600, 0), ConnectionState::AtRisk);
        assert_eq!(state(599, 0), ConnectionState::Missed);
    }

    #[test]
    fn a_pair_of_terminals_has_its_own_time() {
        let times = ConnectingTimes { pairs: [(("T1".to_owned(), "T2".to_owned()), 90)].into(), otherwise: 45 };
        assert_eq!((times.between("T1", "T2"), times.between("T2", "T1")), (90, 45));
    }
}

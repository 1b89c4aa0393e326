//! The kinds of work that people do at a station and at the hub.

use std::fmt;
use std::str::FromStr;

/// A kind of work. A person may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Boards guests.
    Gate,
    /// Checks guests in and takes their bags.
    Counter,
    /// Takes reports about bags and finds them.
    Baggage,
    /// Loads and unloads bags.
    Loader,
    /// Vouches for others, undoes what agents may not, opens closed flights.
    Supervisor,
    /// Runs the station for a shift: takes flights over.
    DutyManager,
    /// Watches all stations from the hub.
    HubOps,
    /// Keeps staff, devices and settings.
    Admin,
    /// Works here for one shift on a supervisor's word, or on none: the least that keeps a flight going.
    Lent,
}

/// A text that is not a role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not a role; known are {}", Role::ALL.map(Role::as_str).join(", "))]
pub struct RoleError {
    /// What was found, cut at 40 characters.
    pub found: String,
}

impl Role {
    pub const ALL: [Self; 9] =
        [Self::Gate, Self::Counter, Self::Baggage, Self::Loader, Self::Supervisor, Self::DutyManager, Self::HubOps, Self::Admin, Self::Lent];

    /// As written in records: kebab-case, never changes its meaning.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gate => "gate",
            Self::Counter => "counter",
            Self::Baggage => "baggage",
            Self::Loader => "loader",
            Self::Supervisor => "supervisor",
            Self::DutyManager => "duty-manager",
            Self::HubOps => "hub-ops",
            Self::Admin => "admin",
            Self::Lent => "lent",
        }
    }
}

impl FromStr for Role {
    type Err = RoleError;
    fn from_str(text: &str) -> Result<Self, RoleError> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| RoleError { found: text.chars().take(40).collect() })
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

crate::record::serde_as_text!(Role);

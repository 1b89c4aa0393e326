//! What a certificate says about its holder: a desk or the hub, its station, and the carriers it works for.

use std::fmt;
use std::str::FromStr;

use schemas::scope::{ScopeId, ScopeKind};
use serde::{Deserialize, Serialize};

/// Longest name of a desk.
const NAME_MAX: usize = 16;
/// Carriers that one certificate can name; above that, `*` is meant.
const CARRIERS_MAX: usize = 64;
/// Behind the carriers of a desk that holds nothing of the sensitive class.
const NOT_SENSITIVE: &str = "&sensitive=no";
/// Every carrier at the station.
const EVERY: &str = "*";

/// What a member of the installation is. The whole difference between a node and the hub is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Node,
    Hub,
}

/// What an authority lets a key be: `apron:node/PVG/G12?carriers=CA,MU`, `apron:node/PVG/B03?carriers=*`, `apron:node/PVG/K01?carriers=CA&sensitive=no`
/// or `apron:hub/HUB`.
///
/// That text is how it stands in the certificate, as a URI among the subject's alternative names.
///
/// Invariant: a name of 1 to 16 of `A-Z 0-9 -`; a node has a station of three letters and at least one carrier (two or three of `A-Z 0-9`, or `*` alone),
/// sorted and each once; the hub has no station and `*`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Grant {
    name: String,
    role: Role,
    station: Option<String>,
    carriers: Vec<String>,
    /// Whether it may hold document numbers, medical notes and minors.
    sensitive: bool,
}

/// Why this cannot be granted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    #[error("{found:?} is not a desk name: 1 to 16 capital letters, digits and hyphens, for example G12")]
    Name { found: String },
    #[error("{found:?} is not a station: three capital letters, for example PVG")]
    Station { found: String },
    #[error("{found:?} is not a carrier: two or three capital letters or digits, for example CA, or * alone for all")]
    Carrier { found: String },
    #[error("{found} carriers are named; name 1 to {CARRIERS_MAX}, or * for all")]
    Carriers { found: usize },
    #[error("{found:?} does not say what its holder is; expected for example apron:node/PVG/G12?carriers=CA,MU")]
    Shape { found: String },
}

impl Grant {
    /// A desk's: `name` is its place of work such as `G12`; `carriers` those whose flights it may hold, `*` for all.
    pub fn node<S: AsRef<str>>(name: &str, station: &str, carriers: &[S]) -> Result<Self, GrantError> {
        if !is_station(station) {
            return Err(GrantError::Station { found: cut(station) });
        }
        let mut carriers: Vec<String> = carriers.iter().map(|carrier| carrier.as_ref().to_owned()).collect();
        carriers.sort();
        carriers.dedup();
        if carriers.is_empty() || carriers.len() > CARRIERS_MAX {
            return Err(GrantError::Carriers { found: carriers.len() });
        }
        let alone = carriers.len() == 1;
        if let Some(wrong) = carriers.iter().find(|carrier| !(is_carrier(carrier) || (alone && *carrier == EVERY))) {
            return Err(GrantError::Carrier { found: cut(wrong) });
        }
        Ok(Self { name: checked_name(name)?, role: Role::Node, station: Some(station.to_owned()), carriers, sensitive: true })
    }

    /// A hub process's.
    pub fn hub(name: &str) -> Result<Self, GrantError> {
        Ok(Self { name: checked_name(name)?, role: Role::Hub, station: None, carriers: vec![EVERY.to_owned()], sensitive: true })
    }

    /// The same for a desk that stands where guests do: it holds no scope of the sensitive class.
    #[must_use]
    pub fn without_sensitive(self) -> Self {
        Self { sensitive: self.role == Role::Hub, ..self }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn role(&self) -> Role {
        self.role
    }

    pub fn station(&self) -> Option<&str> {
        self.station.as_deref()
    }

    pub fn carriers(&self) -> &[String] {
        &self.carriers
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.station {
            Some(station) => {
                let class = if self.sensitive { "" } else { NOT_SENSITIVE };
                write!(f, "apron:node/{station}/{}?carriers={}{class}", self.name, self.carriers.join(","))
            }
            None => write!(f, "apron:hub/{}", self.name),
        }
    }
}

impl FromStr for Grant {
    type Err = GrantError;
    fn from_str(text: &str) -> Result<Self, GrantError> {
        let shape = || GrantError::Shape { found: cut(text) };
        let grant = if let Some(name) = text.strip_prefix("apron:hub/") {
            Self::hub(name)?
        } else {
            let rest = text.strip_prefix("apron:node/").ok_or_else(shape)?;
            let (place, carriers) = rest.split_once("?carriers=").ok_or_else(shape)?;
            let (station, name) = place.split_once('/').ok_or_else(shape)?;
            let (carriers, sensitive) = carriers.strip_suffix(NOT_SENSITIVE).map_or((carriers, true), |carriers| (carriers, false));
            // One more than allowed is enough to see that there are too many.
            let carriers: Vec<&str> = carriers.split(',').take(CARRIERS_MAX + 1).collect();
            Self { sensitive, ..Self::node(name, station, &carriers)? }
        };
        // One text for one grant: what is sorted or written in another way was not written by us.
        if grant.to_string() == text { Ok(grant) } else { Err(shape()) }
    }
}

impl TryFrom<String> for Grant {
    type Error = GrantError;
    fn try_from(text: String) -> Result<Self, GrantError> {
        text.parse()
    }
}

impl From<Grant> for String {
    fn from(grant: Grant) -> String {
        grant.to_string()
    }
}

/// A member of the installation, as its certificate says. Made by [`super::verify_member`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its Ed25519 public key: the key of its links and of its logs.
    pub key: [u8; 32],
    /// Its place of work such as `G12`, or the hub's name.
    pub name: String,
    pub role: Role,
    /// Three letters; `None` for the hub.
    pub station: Option<String>,
    /// Operating carriers; `*` alone for all.
    pub carriers: Vec<String>,
    /// Whether it may hold scopes of the sensitive class.
    pub sensitive: bool,
}

impl Member {
    pub fn new(key: [u8; 32], grant: Grant) -> Self {
        Self { key, name: grant.name, role: grant.role, station: grant.station, carriers: grant.carriers, sensitive: grant.sensitive }
    }

    /// Whether this member may hold, send and be sent this scope. The hub holds everything; everybody holds the network's.
    pub fn may_hold(&self, scope: &ScopeId) -> bool {
        let at_home = |station: &str| self.station.as_deref() == Some(station);
        match (self.role, scope.kind()) {
            (Role::Hub, _) | (Role::Node, ScopeKind::Network { .. }) => true,
            (Role::Node, ScopeKind::Day { station, carrier, sensitive, .. }) => {
                at_home(station) && self.works_for(carrier) && (self.sensitive || !sensitive)
            }
            (Role::Node, ScopeKind::Desk { station, .. } | ScopeKind::Staff { station, .. }) => at_home(station),
        }
    }

    /// Whether this member may write a log in this scope: what it may hold, but the network's own only as the hub.
    pub fn may_write(&self, scope: &ScopeId) -> bool {
        self.may_hold(scope) && (self.role == Role::Hub || !matches!(scope.kind(), ScopeKind::Network { .. }))
    }

    fn works_for(&self, carrier: &str) -> bool {
        self.carriers.iter().any(|own| own == EVERY || own == carrier)
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.station {
            Some(station) => write!(f, "{station} {}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

fn checked_name(name: &str) -> Result<String, GrantError> {
    let known = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    match (1..=NAME_MAX).contains(&name.len()) && name.bytes().all(known) {
        true => Ok(name.to_owned()),
        false => Err(GrantError::Name { found: cut(name) }),
    }
}

fn is_station(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_carrier(text: &str) -> bool {
    (2..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn member(text: &str) -> Member {
        Member::new([0; 32], text.parse().unwrap())
    }

    fn scope(text: &str) -> ScopeId {
        text.parse().unwrap()
    }

    #[test]
    fn one_text_for_one_grant() {
        for good in
            ["apron:node/PVG/G12?carriers=CA,MU", "apron:node/PVG/B-03?carriers=*", "apron:node/PVG/K01?carriers=CA&sensitive=no", "apron:hub/HUB"]
        {
            assert_eq!(good.parse::<Grant>().map(|grant| grant.to_string()), Ok(good.to_owned()));
        }
        for bad in [
            "",
            "apron:hub",
            "apron:hub/",
            "apron:hub/hub",
            "apron:node/PVG/G12",
            "apron:node/PVG/G12?carriers=",
            "apron:node/PVG/G12?carriers=MU,CA",
            "apron:node/PVG/G12?carriers=CA,CA",
            "apron:node/PVG/G12?carriers=*,CA",
            "apron:node/PVG/G12?carriers=CA&x=1",
            "apron:node/PVG/G12?carriers=CA&sensitive=yes",
            "apron:node/PVG/G12?carriers=CA&sensitive=no&sensitive=no",
            "apron:node/PVG/G12/7?carriers=CA",
            "apron:node/pvg/G12?carriers=CA",
            "apron:node/PVG/?carriers=CA",
            "apron:desk/PVG/G12?carriers=CA",
        ] {
            assert!(bad.parse::<Grant>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_desk_holds_its_station_and_carriers_and_no_more() {
        let desk = member("apron:node/PVG/G12?carriers=CA,MU");
        for own in ["PVG/2026-11-22/CA", "PVG/2026-11-22/MU/sensitive", "PVG/desk/2026-11", "PVG/staff/2026-11", "network/2026-11"] {
            assert!(desk.may_hold(&scope(own)), "{own}");
        }
        for other in ["PVG/2026-11-22/FM", "PEK/2026-11-22/CA", "PEK/desk/2026-11", "PEK/staff/2026-11"] {
            assert!(!desk.may_hold(&scope(other)), "{other}");
        }
        let kiosk = member("apron:node/PVG/K01?carriers=CA&sensitive=no");
        assert!(kiosk.may_hold(&scope("PVG/2026-11-22/CA")) && !kiosk.may_hold(&scope("PVG/2026-11-22/CA/sensitive")));
        assert!(member("apron:node/PVG/G12?carriers=*").may_hold(&scope("PVG/2026-11-22/FM")));
        assert!(!member("apron:node/PVG/G12?carriers=*").may_hold(&scope("PEK/2026-11-22/FM")));
    }

    #[test]
    fn the_hub_holds_everything() {
        let hub = member("apron:hub/HUB");
        for any in ["PVG/2026-11-22/CA/sensitive", "PEK/staff/2026-11", "network/2026-11"] {
            assert!(hub.may_hold(&scope(any)), "{any}");
        }
    }

    proptest! {
        #[test]
        fn any_text_ends_in_a_grant_or_an_error(text in "(apron:(node|hub)/)?[A-Z/?=,*a-z0-9é-]{0,40}") {
            if let Ok(grant) = text.parse::<Grant>() {
                prop_assert_eq!(grant.to_string(), text);
            }
        }
    }
}

//! A name or address by which a browser reaches a node.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// As many as one certificate names.
pub const NAMES_MAX: usize = 16;

/// Longest name of the name service, RFC 1035 2.3.4, without its last dot.
const NAME_MAX: usize = 253;
const LABEL_MAX: usize = 63;

/// Endings that no public name has (RFC 6762, RFC 8375, RFC 6762 appendix G, and the one that ICANN reserved for private use in 2024).
const PRIVATE: [&str; 5] = [".local", ".home.arpa", ".internal", ".lan", ".intranet"];

/// A host name, in small letters, or an address. Never this machine's own names: other devices cannot mean it by them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScreenName(Kind);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    Name(String),
    Address(IpAddr),
}

/// Why this is no name for screens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScreenNameError {
    #[error("{found:?} is no host name or address; write it as it stands in the browser, such as g12.pvg.internal or 10.20.3.12, without a port")]
    Shape { found: String },
    #[error("{found:?} means each machine itself; name this node as other devices reach it")]
    Itself { found: String },
}

impl ScreenName {
    /// The address, if it is one.
    pub fn address(&self) -> Option<IpAddr> {
        match self.0 {
            Kind::Address(address) => Some(address),
            Kind::Name(_) => None,
        }
    }

    /// The host name, if it is one.
    pub fn name(&self) -> Option<&str> {
        match &self.0 {
            Kind::Name(name) => Some(name),
            Kind::Address(_) => None,
        }
    }

    /// As it stands in an address of the web: IPv6 in brackets.
    pub fn in_url(&self) -> String {
        match &self.0 {
            Kind::Address(IpAddr::V6(address)) => format!("[{address}]"),
            Kind::Address(address) => address.to_string(),
            Kind::Name(name) => name.clone(),
        }
    }

    /// Whether a browser's `Host`, without its port, means this.
    pub fn is_host(&self, host: &str) -> bool {
        match &self.0 {
            Kind::Name(name) => name.eq_ignore_ascii_case(host),
            Kind::Address(own) => {
                let plain = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
                plain.parse::<IpAddr>().is_ok_and(|address| address == *own)
            }
        }
    }

    /// Whether only a private network can have it, or one of these domains: what an authority may sign without being the world's.
    pub fn is_within(&self, domains: &[String]) -> bool {
        let name = match &self.0 {
            Kind::Name(name) => name,
            Kind::Address(IpAddr::V4(address)) => {
                let [first, second, ..] = address.octets();
                // 100.64.0.0/10 is shared address space of providers (RFC 6598).
                return address.is_private() || address.is_link_local() || (first == 100 && second & 0xc0 == 64);
            }
            Kind::Address(IpAddr::V6(address)) => return address.is_unique_local() || address.is_unicast_link_local(),
        };
        let below = |domain: &str| {
            let domain = domain.trim_start_matches('.').to_ascii_lowercase();
            *name == domain || name.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.'))
        };
        !name.contains('.') || PRIVATE.iter().any(|ending| name.ends_with(ending)) || domains.iter().any(|domain| below(domain))
    }
}

impl FromStr for ScreenName {
    type Err = ScreenNameError;
    fn from_str(text: &str) -> Result<Self, ScreenNameError> {
        let shape = || ScreenNameError::Shape { found: text.chars().take(80).collect() };
        let itself = || ScreenNameError::Itself { found: text.chars().take(80).collect() };
        if let Ok(address) = text.parse::<IpAddr>() {
            let address = address.to_canonical();
            return match address.is_loopback() || address.is_unspecified() {
                true => Err(itself()),
                false if address.is_multicast() => Err(shape()),
                false => Ok(Self(Kind::Address(address))),
            };
        }
        let name = text.to_ascii_lowercase();
        let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let is_label =
            |label: &str| (1..=LABEL_MAX).contains(&label.len()) && label.bytes().all(known) && !label.starts_with('-') && !label.ends_with('-');
        // What ends in a number would be read as an address by a browser.
        let ends_in_a_number = name.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
        if name.len() > NAME_MAX || !name.split('.').all(is_label) || ends_in_a_number {
            return Err(shape());
        }
        if name == "localhost" || name.ends_with(".localhost") {
            return Err(itself());
        }
        Ok(Self(Kind::Name(name)))
    }
}

impl fmt::Display for ScreenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Name(name) => f.write_str(name),
            Kind::Address(address) => address.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_as_it_stands_in_the_browser_and_never_this_machine_itself() {
        for good in ["g12", "g12.pvg.internal", "10.20.3.12", "2001:db8::7", "xn--fiqs8s.example"] {
            assert_eq!(good.parse::<ScreenName>().map(|name| name.to_string()), Ok(good.to_owned()));
        }
        assert_eq!("G12.PVG.Internal".parse::<ScreenName>().unwrap().to_string(), "g12.pvg.internal");
        for itself in ["localhost", "g12.localhost", "127.0.0.1", "127.1.2.3", "::1", "0.0.0.0", "::ffff:127.0.0.1"] {
            assert!(matches!(itself.parse::<ScreenName>(), Err(ScreenNameError::Itself { .. })), "{itself}");
        }
        for wrong in ["", ".", "g12.", "-g12", "g12-", "g_12", "g12:8443", "https://g12", "*.pvg.internal", "10.20.3", "224.0.0.1", "登机口", "g 12"]
        {
            assert!(matches!(wrong.parse::<ScreenName>(), Err(ScreenNameError::Shape { .. })), "{wrong}");
        }
    }

    #[test]
    fn a_host_means_a_name_whatever_its_case_and_brackets() {
        let is = |name: &str, host| name.parse::<ScreenName>().unwrap().is_host(host);
        assert!(is("g12.pvg.internal", "G12.pvg.INTERNAL") && is("10.20.3.12", "10.20.3.12") && is("2001:db8::7", "[2001:DB8:0::7]"));
        assert!(!is("g12.pvg.internal", "g12.pvg.internal.") && !is("g12.pvg.internal", "g12") && !is("10.20.3.12", "10.20.3.1"));
        assert!(!is("g12.pvg.internal", "evil-g12.pvg.internal") && !is("g12", ""));
    }

    #[test]
    fn what_the_world_knows_is_private_to_nobody() {
        let within = |name: &str, domains: &[&str]| {
            let domains: Vec<String> = domains.iter().map(|domain| (*domain).to_owned()).collect();
            name.parse::<ScreenName>().unwrap().is_within(&domains)
        };
        assert!(within("g12", &[]) && within("g12.pvg.internal", &[]) && within("g12.local", &[]) && within("10.20.3.12", &[]));
        assert!(!within("www.example", &[]) && !within("notlocal.example", &["other.example"]) && !within("badops.example", &["ops.example"]));
        assert!(within("g12.ops.example", &["ops.example"]) && within("ops.example", &[".Ops.example"]));
    }

    proptest! {
        #[test]
        fn any_text_ends_in_one_spelling_of_a_name_or_an_error(text in "[a-zA-Z0-9.:\\-é_\\[\\]]{0,40}") {
            if let Ok(name) = text.parse::<ScreenName>() {
                prop_assert_eq!(name.to_string().parse::<ScreenName>(), Ok(name.clone()));
                prop_assert!(name.is_host(&name.in_url()));
            }
        }
    }
}

//! Desks of the same installation on the local network, found by multicast DNS. The only file that names mdns-sd.
//!
//! What is announced, as `_apron._udp.local.`: a short hash of the authority's key, so that installations do not call each other; the first eight bytes of
//! this node's public key; address and port. None of it is personal or secret. What is found is a hint and no more: anybody on the network can announce
//! anything, and whoever answers there must show a certificate.

use std::net::{IpAddr, SocketAddr};

use mdns_sd::{ServiceDaemon, ServiceEvent, ServiceInfo};
use tokio::sync::mpsc;

use crate::hash::Hash;
use crate::identity::{Identity, key_hash};
use crate::neighbours::Id;

const SERVICE: &str = "_apron._udp.local.";
/// Sightings that wait to be looked at; more of them hold up the thread that hears them, and nobody else.
const WAITING_MAX: usize = 64;
/// Addresses of one desk that are kept; a desk has a cable, sometimes a radio, rarely more.
const ADDRESSES_MAX: usize = 4;

/// Announces this node and listens for others until it is dropped.
pub struct Discovery {
    daemon: ServiceDaemon,
    me: Id,
    seen: mpsc::Receiver<Seen>,
}

/// Something was seen on the network. Nobody vouches for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    Here { id: Id, addresses: Vec<SocketAddr> },
    Gone { id: Id },
}

/// Why this node cannot be found by others.
#[derive(Debug, thiserror::Error)]
pub enum DiscoveryError {
    #[error("multicast DNS cannot be used on this machine; name neighbours in `peers`, or set `discover = false`")]
    Network(#[source] mdns_sd::Error),
    #[error("this node's certificate has no readable authority; join the installation again")]
    Identity,
    #[error("a thread cannot be started")]
    Thread(#[source] std::io::Error),
}

impl Discovery {
    /// Announces the node that listens at `listen`: on all of this machine's addresses if that names none.
    pub fn start(identity: &Identity, listen: SocketAddr) -> Result<Self, DiscoveryError> {
        let authority = key_hash(identity.ca_der()).map_err(|_| DiscoveryError::Identity)?;
        let (tag, me) = (tag(&authority), id_of(&identity.member().key));
        let name = name(&tag, &me);
        let addresses: Vec<IpAddr> = if listen.ip().is_unspecified() { Vec::new() } else { vec![listen.ip()] };
        let everywhere = addresses.is_empty();
        let host = format!("{name}.local.");
        let announced =
            ServiceInfo::new(SERVICE, &name, &host, addresses.as_slice(), listen.port(), &[("v", "1")][..]).map_err(DiscoveryError::Network)?;
        let mut announced = if everywhere { announced.enable_addr_auto() } else { announced };
        // The name is ours by our key; who announces it too is not answered by a change of name.
        announced.set_requires_probe(false);
        let daemon = ServiceDaemon::new().map_err(DiscoveryError::Network)?;
        let events = daemon.browse(SERVICE).map_err(DiscoveryError::Network)?;
        daemon.register(announced).map_err(DiscoveryError::Network)?;
        let (found, seen) = mpsc::channel(WAITING_MAX);
        let listening = move || {
            while let Ok(event) = events.recv() {
                let Some(seen) = read(&event, &tag, me) else { continue };
                if found.blocking_send(seen).is_err() {
                    return;
                }
            }
        };
        std::thread::Builder::new().name("discovery".into()).spawn(listening).map_err(DiscoveryError::Thread)?;
        Ok(Self { daemon, me, seen })
    }

    pub(crate) fn me(&self) -> Id {
        self.me
    }

    pub(crate) async fn next(&mut self) -> Option<Seen> {
        self.seen.recv().await
    }
}

impl Drop for Discovery {
    fn drop(&mut self) {
        // With the daemon ends the thread; others see the announcement run out.
        let _ = self.daemon.shutdown();
    }
}

/// The beginning of a node's key.
pub(crate) fn id_of(key: &[u8; 32]) -> Id {
    key.first_chunk().copied().unwrap_or_default()
}

fn tag(authority: &[u8; 32]) -> String {
    Hash::of(&[b"apron/discovery/1", authority]).to_string().chars().take(16).collect()
}

fn name(tag: &str, id: &Id) -> String {
    format!("{tag}-{:016x}", u64::from_be_bytes(*id))
}

fn read(event: &ServiceEvent, tag: &str, me: Id) -> Option<Seen> {
    match event {
        ServiceEvent::ServiceResolved(service) => {
            let id = id_in(service.get_fullname(), tag).filter(|id| *id != me)?;
            let mut addresses: Vec<SocketAddr> =
                service.get_addresses().iter().map(|ip| SocketAddr::new(ip.to_ip_addr(), service.get_port())).collect();
            // IPv4 first: link-local IPv6 addresses need an interface beside them.
            addresses.retain(|address| !address.ip().is_loopback() && !is_link_local(address.ip()));
            addresses.sort();
            addresses.truncate(ADDRESSES_MAX);
            (!addresses.is_empty()).then_some(Seen::Here { id, addresses })
        }
        ServiceEvent::ServiceRemoved(_, name) => id_in(name, tag).filter(|id| *id != me).map(|id| Seen::Gone { id }),
        _ => None,
    }
}

fn is_link_local(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local())
}

/// The id in a name that belongs to this installation.
fn id_in(name: &str, tag: &str) -> Option<Id> {
    let id = name.strip_suffix(SERVICE)?.strip_suffix('.')?.strip_prefix(tag)?.strip_prefix('-')?;
    let written = id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    written.then(|| u64::from_str_radix(id, 16).ok().map(u64::to_be_bytes))?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_tells_the_installation_and_the_node_and_nothing_else() {
        let (ours, theirs) = (tag(&[1; 32]), tag(&[2; 32]));
        let name = format!("{}.{SERVICE}", name(&ours, &[0xAB; 8]));
        assert_eq!((id_in(&name, &ours), id_in(&name, &theirs)), (Some([0xAB; 8]), None));
        assert_eq!(name.len(), 16 + 1 + 16 + 1 + SERVICE.len());
    }

    proptest! {
        #[test]
        fn any_name_is_read_or_passed_over(name in "([0-9a-f]{16}-)?\\PC{0,40}(\\._apron\\._udp\\.local\\.)?") {
            let _ = id_in(&name, "0123456789abcdef");
        }
    }
}

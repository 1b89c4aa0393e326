//! The members of the simulated installation: real certificates of one authority, over keys that are the same in every process.

use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result, anyhow};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};
use sync::identity::{Authority, Grant, Identity, NodeKey};

/// The place of the hub among the members.
pub(crate) const HUB: usize = 0;

/// The hub, and ten desks of one station that work for different carriers.
const GRANTS: [&str; 11] = [
    "apron:hub/HUB",
    "apron:node/PVG/G12?carriers=CA,MU",
    "apron:node/PVG/G14?carriers=CA,MU",
    "apron:node/PVG/B-03?carriers=CA",
    "apron:node/PVG/C-01?carriers=*",
    "apron:node/PVG/C-02?carriers=MU",
    "apron:node/PVG/C-03?carriers=FM",
    "apron:node/PVG/G15?carriers=CA",
    "apron:node/PVG/G16?carriers=FM,MU",
    "apron:node/PVG/C-04?carriers=CA,MU&sensitive=no",
    "apron:node/PVG/B-04?carriers=*",
];

/// As many members as there are.
pub(crate) const MEMBERS: usize = GRANTS.len();

/// Every member, the hub first. Made once per process.
pub(crate) fn members() -> &'static [Arc<Identity>] {
    static MADE: OnceLock<Vec<Arc<Identity>>> = OnceLock::new();
    MADE.get_or_init(|| make().expect("keys and certificates are made of constants"))
}

fn make() -> Result<Vec<Arc<Identity>>> {
    let authority = Authority::create("Simulated", 1_790_000_000)?;
    let member = |(place, grant): (usize, &&str)| {
        let grant: Grant = grant.parse()?;
        let key = key(place as u8 + 1)?;
        let certificate = authority.sign(&key.request()?, &grant, 1_790_000_000)?;
        Ok(Arc::new(Identity::new(key, certificate, authority.ca_der().to_vec())?))
    };
    GRANTS.iter().enumerate().map(member).collect()
}

/// A node draws its key and never takes one from outside; the only way to give it one is the file that it keeps its own in.
fn key(seed: u8) -> Result<NodeKey> {
    let seed = [seed; 32];
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| anyhow!("the seed is no key"))?;
    let mut pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| anyhow!("no key to take the form of"))?.as_ref().to_vec();
    let public = pkcs8.len().checked_sub(32).context("a key ends with its public half")?;
    pkcs8.get_mut(16..48).context("a key holds its seed behind 16 bytes")?.copy_from_slice(&seed);
    pkcs8[public..].copy_from_slice(pair.public_key().as_ref());
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("node.key"), &pkcs8)?;
    Ok(NodeKey::load(folder.path())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_the_same_in_every_process() {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap();
        assert_eq!(members()[HUB].member().key, pair.public_key().as_ref());
        assert_eq!(members().len(), MEMBERS);
    }
}

//! A node's own key and certificate.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_ED25519};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};

use super::certificate::{IdentityError, certificate_ends, verify_member};
use super::kept;
use super::member::Member;

const FILE_MAX: u64 = 64 << 10;
const KEY_FILE: &str = "node.key";
const CERTIFICATE_FILE: &str = "node.crt";
const AUTHORITY_FILE: &str = "authority.crt";

/// A node's Ed25519 key, before and after it has a certificate. It never leaves the machine.
pub struct NodeKey {
    pkcs8: Vec<u8>,
    pair: Ed25519KeyPair,
}

/// A node's key with the certificate that makes it a member.
pub struct Identity {
    key: NodeKey,
    certificate_der: Vec<u8>,
    ca_der: Vec<u8>,
    member: Member,
    ends: i64,
}

/// Why a key or certificate could not be made, kept or read.
#[derive(Debug, thiserror::Error)]
pub enum IdentityFileError {
    #[error("the system gave no randomness for a key")]
    Chance,
    #[error("the request for a certificate could not be made")]
    Request(#[source] rcgen::Error),
    #[error("{path} could not be read")]
    Read { path: PathBuf, source: io::Error },
    #[error("{path} could not be written")]
    Write { path: PathBuf, source: io::Error },
    #[error("{path} holds another key; a node's logs belong to its key, so it is never replaced")]
    OtherKey { path: PathBuf },
    #[error("{path} is not a key of ours; restore it, or remove the folder and join again")]
    Damaged { path: PathBuf },
    #[error("the certificate in {folder} is not usable; join again")]
    Certificate { folder: PathBuf, source: IdentityError },
}

impl NodeKey {
    /// A new key, and the request (DER) that asks an authority for its certificate.
    pub fn create() -> Result<(Self, Vec<u8>), IdentityFileError> {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| IdentityFileError::Chance)?.as_ref().to_vec();
        let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|_| IdentityFileError::Chance)?;
        let key = Self { pkcs8, pair };
        let csr = key.request()?;
        Ok((key, csr))
    }

    /// The certificate signing request (DER) of this key: for joining, and for the next certificate.
    pub fn request(&self) -> Result<Vec<u8>, IdentityFileError> {
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&self.pkcs8.as_slice().into(), &PKCS_ED25519).map_err(IdentityFileError::Request)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "Apron");
        Ok(params.serialize_request(&key).map_err(IdentityFileError::Request)?.der().to_vec())
    }

    pub fn public(&self) -> [u8; 32] {
        self.pair.public_key().as_ref().try_into().expect("an Ed25519 public key has 32 bytes")
    }

    /// The Ed25519 signature of `message`.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.pair.sign(message).as_ref().try_into().expect("an Ed25519 signature has 64 bytes")
    }

    /// Keeps the key in `folder`, for its owner only. Another key that is there is never replaced.
    pub fn save(&self, folder: &Path) -> Result<(), IdentityFileError> {
        let path = folder.join(KEY_FILE);
        let written = kept::folder(folder).and_then(|()| kept::create_new(&path, &self.pkcs8));
        match written {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => match Self::load(folder)?.public() == self.public() {
                true => Ok(()),
                false => Err(IdentityFileError::OtherKey { path }),
            },
            written => written.map_err(|source| IdentityFileError::Write { path, source }),
        }
    }

    /// The key kept in `folder`.
    pub fn load(folder: &Path) -> Result<Self, IdentityFileError> {
        let path = folder.join(KEY_FILE);
        let pkcs8 = read(path.clone())?;
        let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|_| IdentityFileError::Damaged { path })?;
        Ok(Self { pkcs8, pair })
    }

    /// PKCS #8 (DER), for TLS.
    pub(crate) fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }
}

impl Identity {
    /// The identity of `key` under a certificate of the authority `ca_der`.
    pub fn new(key: NodeKey, certificate_der: Vec<u8>, ca_der: Vec<u8>) -> Result<Self, IdentityError> {
        let member = verify_member(&certificate_der, &ca_der)?;
        if member.key != key.public() {
            return Err(IdentityError::OtherKey);
        }
        let ends = certificate_ends(&certificate_der)?;
        Ok(Self { key, certificate_der, ca_der, member, ends })
    }

    /// What this node is.
    pub fn member(&self) -> &Member {
        &self.member
    }

    /// The Ed25519 signature of `message` under the node's key.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message)
    }

    pub fn key(&self) -> &NodeKey {
        &self.key
    }

    pub fn certificate_der(&self) -> &[u8] {
        &self.certificate_der
    }

    pub fn ca_der(&self) -> &[u8] {
        &self.ca_der
    }

    /// Unix seconds after which others refuse our links: ask for the next certificate at half the way.
    pub fn certificate_ends(&self) -> i64 {
        self.ends
    }

    /// Keeps key and certificates in `folder`, for their owner only. A newer certificate of the same key replaces the older one.
    pub fn save(&self, folder: &Path) -> Result<(), IdentityFileError> {
        self.key.save(folder)?;
        for (name, bytes) in [(AUTHORITY_FILE, &self.ca_der), (CERTIFICATE_FILE, &self.certificate_der)] {
            let path = folder.join(name);
            kept::replace(&path, bytes).map_err(|source| IdentityFileError::Write { path, source })?;
        }
        Ok(())
    }

    /// The identity kept in `folder`.
    pub fn load(folder: &Path) -> Result<Self, IdentityFileError> {
        let key = NodeKey::load(folder)?;
        let (certificate, ca) = (read(folder.join(CERTIFICATE_FILE))?, read(folder.join(AUTHORITY_FILE))?);
        Self::new(key, certificate, ca).map_err(|source| IdentityFileError::Certificate { folder: folder.to_owned(), source })
    }
}

impl fmt::Debug for NodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeKey").finish_non_exhaustive()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("member", &self.member).finish_non_exhaustive()
    }
}

fn read(path: PathBuf) -> Result<Vec<u8>, IdentityFileError> {
    kept::read(&path, FILE_MAX).map_err(|source| IdentityFileError::Read { path, source })
}

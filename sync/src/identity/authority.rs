//! The installation's authority: makes certificates. Kept at the hub only.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ED25519, SanType, SerialNumber, date_time_ymd,
};
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{Ed25519KeyPair, KeyPair as _};

use super::certificate::{IdentityError, key_hash, request_key};
use super::member::{Grant, Role};
use super::{TLS_NAME, kept};
use crate::hash::Hash;

/// Days that a certificate is good for; nodes ask for the next one long before.
pub const CERTIFICATE_DAYS: i64 = 397;

const DAY_S: i64 = 86_400;
/// An authority is made once and outlives the machines.
const AUTHORITY_DAYS: i64 = 30 * 366;
/// The last second that a certificate can name is in the year 9999.
const LATEST_S: i64 = 253_402_300_799;
const FILE_MAX: u64 = 64 << 10;
const KEY_FILE: &str = "authority.key";
const CERTIFICATE_FILE: &str = "authority.crt";

/// The certificate authority of one installation.
pub struct Authority {
    pkcs8: Vec<u8>,
    ca_der: Vec<u8>,
}

/// Why the authority could not be made, kept, read or used.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    #[error("{0:?} is not a name for an installation: 1 to 64 letters, digits, spaces, dots and hyphens")]
    Installation(String),
    #[error("the system gave no randomness for a key")]
    Chance,
    #[error("the certificate could not be made")]
    Making(#[source] rcgen::Error),
    #[error("the request for a certificate is not usable")]
    Request(#[source] IdentityError),
    #[error("{path} could not be read")]
    Read { path: PathBuf, source: io::Error },
    #[error("{path} could not be written")]
    Write { path: PathBuf, source: io::Error },
    #[error("{folder} already holds an authority; every node of the installation depends on it, so it is never replaced")]
    Exists { folder: PathBuf },
    #[error("{folder} holds no usable authority: {what}; restore the folder from its backup")]
    Damaged { folder: PathBuf, what: &'static str },
}

impl Authority {
    /// A new authority for the installation called `installation`, made at `now_unix` seconds.
    pub fn create(installation: &str, now_unix: i64) -> Result<Self, AuthorityError> {
        let known = |letter: char| letter.is_alphanumeric() || " .-".contains(letter);
        if !(1..=64).contains(&installation.chars().count()) || !installation.chars().all(known) {
            return Err(AuthorityError::Installation(installation.chars().take(80).collect()));
        }
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| AuthorityError::Chance)?.as_ref().to_vec();
        let key = signing_key(&pkcs8)?;
        // The key's hash makes the subject this authority's alone, should two installations have one name.
        let own = Hash::of(&[key.public_key_raw()]).to_string();
        let mut params = dated(now_unix, AUTHORITY_DAYS)?;
        params.distinguished_name = common_name(&format!("Apron {installation} {}", &own[..16]));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        let ca_der = params.self_signed(&key).map_err(AuthorityError::Making)?.der().to_vec();
        Ok(Self { pkcs8, ca_der })
    }

    /// A certificate (DER) for the key that signed the request, to be what `grant` says for [`CERTIFICATE_DAYS`] from `now_unix`. Nothing in the
    /// request counts but its key.
    pub fn sign(&self, csr_der: &[u8], grant: &Grant, now_unix: i64) -> Result<Vec<u8>, AuthorityError> {
        request_key(csr_der).map_err(AuthorityError::Request)?;
        let request = CertificateSigningRequestParams::from_der(&csr_der.into()).map_err(AuthorityError::Making)?;
        let issuer = Issuer::from_ca_cert_der(&self.ca_der.as_slice().into(), signing_key(&self.pkcs8)?).map_err(AuthorityError::Making)?;
        let mut params = dated(now_unix, CERTIFICATE_DAYS)?;
        params.distinguished_name = common_name(&match grant.station() {
            Some(station) => format!("Apron {station} {}", grant.name()),
            None => format!("Apron {}", grant.name()),
        });
        params.subject_alt_names = vec![
            SanType::URI(grant.to_string().try_into().map_err(AuthorityError::Making)?),
            SanType::DnsName(TLS_NAME.try_into().map_err(AuthorityError::Making)?),
        ];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = match grant.role() {
            // Every member both dials and accepts.
            Role::Node | Role::Hub => vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::ServerAuth],
        };
        Ok(params.signed_by(&request.public_key, &issuer).map_err(AuthorityError::Making)?.der().to_vec())
    }

    /// The authority's own certificate (DER), which every node keeps.
    pub fn ca_der(&self) -> &[u8] {
        &self.ca_der
    }

    /// SHA-256 of the authority's public key: what join codes hold.
    pub fn ca_key_hash(&self) -> [u8; 32] {
        key_hash(&self.ca_der).expect("the constructors read this certificate")
    }

    /// Keeps the authority as files in `folder`, for its owner only. Never replaces one that is there.
    pub fn save(&self, folder: &Path) -> Result<(), AuthorityError> {
        let write = |path: PathBuf| move |source| AuthorityError::Write { path, source };
        kept::folder(folder).map_err(write(folder.to_owned()))?;
        let key = folder.join(KEY_FILE);
        let certificate = folder.join(CERTIFICATE_FILE);
        let exists = || AuthorityError::Exists { folder: folder.to_owned() };
        // The key comes last: while it is not there, nothing is, and making the authority can be repeated.
        if key.exists() {
            return Err(exists());
        }
        kept::replace(&certificate, &self.ca_der).map_err(write(certificate))?;
        match kept::create_new(&key, &self.pkcs8) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(exists()),
            written => written.map_err(write(key)),
        }
    }

    /// The authority kept in `folder`.
    pub fn load(folder: &Path) -> Result<Self, AuthorityError> {
        let read = |name: &str| {
            let path = folder.join(name);
            kept::read(&path, FILE_MAX).map_err(|source| AuthorityError::Read { path, source })
        };
        let damaged = |what| AuthorityError::Damaged { folder: folder.to_owned(), what };
        let (pkcs8, ca_der) = (read(KEY_FILE)?, read(CERTIFICATE_FILE)?);
        let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|_| damaged("its key is not readable"))?;
        match key_hash(&ca_der) {
            Ok(hash) if hash == Hash::of(&[pair.public_key().as_ref()]).0 => Ok(Self { pkcs8, ca_der }),
            Ok(_) => Err(damaged("its key and certificate do not belong together")),
            Err(_) => Err(damaged("its certificate is not readable")),
        }
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

/// Valid from long ago: a node whose clock is behind must not refuse every link, and a later start would protect nothing.
pub(super) fn dated(now_unix: i64, days: i64) -> Result<CertificateParams, AuthorityError> {
    let until = now_unix.saturating_add(days * DAY_S).clamp(DAY_S, LATEST_S);
    let mut serial = [0; 16];
    SystemRandom::new().fill(&mut serial).map_err(|_| AuthorityError::Chance)?;
    // Positive and of full length, as RFC 5280 4.1.2.2 wants it.
    serial[0] = serial[0] & 0x7f | 0x40;
    let mut params = CertificateParams::default();
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(1970, 1, 1) + std::time::Duration::from_secs(until.unsigned_abs());
    Ok(params)
}

pub(super) fn common_name(text: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, text);
    name
}

pub(super) fn signing_key(pkcs8: &[u8]) -> Result<KeyPair, AuthorityError> {
    KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8.into(), &PKCS_ED25519).map_err(AuthorityError::Making)
}

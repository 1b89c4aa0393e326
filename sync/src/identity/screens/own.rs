//! A node's own key and certificate for its screens.

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_ECDSA_P256_SHA256};
use x509_parser::prelude::GeneralName;

use super::super::certificate::{IdentityError, parse};
use super::super::kept;
use super::super::own::IdentityFileError;
use super::name::ScreenName;
use crate::hash::Hash;

const FILE_MAX: u64 = 64 << 10;
const KEY_FILE: &str = "screens.key";
const CERTIFICATE_FILE: &str = "screens.crt";
/// The authority that made the certificate.
const AUTHORITY_FILE: &str = "authority.crt";
/// ecdsa-with-SHA256, RFC 5758 3.2.
const ECDSA_SHA256: &str = "1.2.840.10045.4.3.2";
/// id-ecPublicKey, RFC 5480 2.1.1.
const EC_KEY: &str = "1.2.840.10045.2.1";
/// An uncompressed point of P-256, SEC 1 2.3.3.
const POINT_BYTES: usize = 65;
/// Columns of a PEM line, RFC 7468 2.
const PEM_COLUMNS: usize = 64;

/// A P-256 key for screens. It never leaves the machine, and signs nothing of the records.
pub struct ScreenKey {
    pkcs8: Vec<u8>,
}

/// A key for screens with the certificate that browsers are shown.
pub struct ScreenIdentity {
    key: ScreenKey,
    certificate_der: Vec<u8>,
    authority_der: Vec<u8>,
    names: Vec<ScreenName>,
    ends: i64,
}

impl ScreenKey {
    /// The key kept in `folder`; made and kept there first if there is none.
    pub fn open(folder: &Path) -> Result<Self, IdentityFileError> {
        let path = folder.join(KEY_FILE);
        match kept::read(&path, FILE_MAX) {
            Ok(pkcs8) => {
                let key = Self { pkcs8 };
                key.pair().map_err(|_| IdentityFileError::Damaged { path })?;
                Ok(key)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let key = Self::create()?;
                kept::folder(folder)
                    .and_then(|()| kept::create_new(&path, &key.pkcs8))
                    .map_err(|source| IdentityFileError::Write { path, source })?;
                Ok(key)
            }
            Err(source) => Err(IdentityFileError::Read { path, source }),
        }
    }

    /// A new key.
    pub fn create() -> Result<Self, IdentityFileError> {
        let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(|_| IdentityFileError::Chance)?;
        Ok(Self { pkcs8: pair.serialize_der() })
    }

    /// The certificate signing request (DER) of this key.
    pub fn request(&self) -> Result<Vec<u8>, IdentityFileError> {
        let pair = self.pair().map_err(IdentityFileError::Request)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "Apron screens");
        Ok(params.serialize_request(&pair).map_err(IdentityFileError::Request)?.der().to_vec())
    }

    /// PKCS #8 (DER), for TLS.
    pub(crate) fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    fn pair(&self) -> Result<KeyPair, rcgen::Error> {
        KeyPair::from_pkcs8_der_and_sign_algo(&self.pkcs8.as_slice().into(), &PKCS_ECDSA_P256_SHA256)
    }
}

impl ScreenIdentity {
    /// The identity of `key` under a certificate that `authority_der` made.
    pub fn new(key: ScreenKey, certificate_der: Vec<u8>, authority_der: Vec<u8>) -> Result<Self, IdentityError> {
        let (names, ends) = verify_screens(&certificate_der, &authority_der)?;
        let own = key.pair().map_err(|_| IdentityError::Malformed { what: "the key of these screens" })?;
        if public_key(&certificate_der)? != own.public_key_raw() {
            return Err(IdentityError::OtherKey);
        }
        Ok(Self { key, certificate_der, authority_der, names, ends })
    }

    /// Keeps certificate and authority beside the key in `folder`.
    pub fn save(&self, folder: &Path) -> Result<(), IdentityFileError> {
        for (name, bytes) in [(AUTHORITY_FILE, &self.authority_der), (CERTIFICATE_FILE, &self.certificate_der)] {
            let path = folder.join(name);
            kept::replace(&path, bytes).map_err(|source| IdentityFileError::Write { path, source })?;
        }
        Ok(())
    }

    /// What is kept in `folder`; nothing where no certificate came yet.
    pub fn load(folder: &Path) -> Result<Option<Self>, IdentityFileError> {
        let read = |path: PathBuf| match kept::read(&path, FILE_MAX) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(IdentityFileError::Read { path, source }),
        };
        let (Some(certificate), Some(authority)) = (read(folder.join(CERTIFICATE_FILE))?, read(folder.join(AUTHORITY_FILE))?) else {
            return Ok(None);
        };
        let identity = Self::new(ScreenKey::open(folder)?, certificate, authority);
        identity.map(Some).map_err(|source| IdentityFileError::Certificate { folder: folder.to_owned(), source })
    }

    /// The names and addresses it is for, in order.
    pub fn names(&self) -> &[ScreenName] {
        &self.names
    }

    /// Unix seconds after which browsers refuse it.
    pub fn ends(&self) -> i64 {
        self.ends
    }

    pub fn certificate_der(&self) -> &[u8] {
        &self.certificate_der
    }

    /// The authority that devices are to trust. Public.
    pub fn authority_der(&self) -> &[u8] {
        &self.authority_der
    }

    pub(crate) fn key(&self) -> &ScreenKey {
        &self.key
    }
}

impl fmt::Debug for ScreenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScreenKey").finish_non_exhaustive()
    }
}

impl fmt::Debug for ScreenIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScreenIdentity").field("names", &self.names).field("ends", &self.ends).finish_non_exhaustive()
    }
}

/// The names of a screen's certificate, in order, and the Unix second at which it ends, if the authority of `authority_der` made it.
pub fn verify_screens(certificate_der: &[u8], authority_der: &[u8]) -> Result<(Vec<ScreenName>, i64), IdentityError> {
    let (certificate, authority) = (parse(certificate_der)?, parse(authority_der)?);
    let is_ours = authority.is_ca() && certificate.tbs_certificate.signature.algorithm.to_id_string() == ECDSA_SHA256;
    if !is_ours || certificate.verify_signature(Some(authority.public_key())).is_err() {
        return Err(IdentityError::OtherAuthority);
    }
    let malformed = || IdentityError::Malformed { what: "its names" };
    let listed = certificate.subject_alternative_name().map_err(|_| malformed())?.ok_or_else(malformed)?;
    let mut names = listed.value.general_names.iter().map(name).collect::<Option<Vec<_>>>().ok_or_else(malformed)?;
    names.sort();
    Ok((names, certificate.validity().not_after.timestamp()))
}

/// The public key of a P-256 certificate, as an uncompressed point.
pub(super) fn public_key(certificate_der: &[u8]) -> Result<Vec<u8>, IdentityError> {
    let certificate = parse(certificate_der)?;
    let key = certificate.public_key();
    let point = key.subject_public_key.data.to_vec();
    match key.algorithm.algorithm.to_id_string() == EC_KEY && point.len() == POINT_BYTES {
        true => Ok(point),
        false => Err(IdentityError::Malformed { what: "its key is not P-256" }),
    }
}

/// SHA-256 of a certificate, as browsers show it: pairs of capital hexadecimal digits with colons.
pub fn fingerprint(certificate_der: &[u8]) -> String {
    let pairs: Vec<String> = Hash::of(&[certificate_der]).0.iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

/// A certificate as text (RFC 7468), for devices that are to trust it.
pub fn pem(certificate_der: &[u8]) -> String {
    let text = STANDARD.encode(certificate_der);
    let lines = text.as_bytes().chunks(PEM_COLUMNS).map(|line| String::from_utf8_lossy(line).into_owned());
    let lines: Vec<String> = lines.collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

fn name(general: &GeneralName<'_>) -> Option<ScreenName> {
    match general {
        GeneralName::DNSName(name) => name.parse().ok(),
        GeneralName::IPAddress(bytes) => {
            let address = match **bytes {
                [a, b, c, d] => std::net::IpAddr::from([a, b, c, d]),
                _ => std::net::IpAddr::from(<[u8; 16]>::try_from(*bytes).ok()?),
            };
            address.to_string().parse().ok()
        }
        _ => None,
    }
}

//! The authority of an installation's screens: made once at the hub, beside the installation's own.

use std::fmt;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, SanType, date_time_ymd,
};

use super::super::authority::{Authority, AuthorityError, common_name, dated};
use super::super::certificate::{IdentityError, subject};
use super::super::kept;
use super::name::ScreenName;
use crate::hash::Hash;

/// Days between the first and the last on which a screen's certificate counts; browsers of some makers take no more than 398.
pub const SCREEN_DAYS: i64 = 397;
/// Of these, how many lie behind: a device whose clock is slow must not refuse its desk.
const SCREEN_DAYS_BEFORE: i64 = 30;

const DAY_S: i64 = 86_400;
const AUTHORITY_DAYS: i64 = 30 * 366;
const REQUEST_MAX: usize = 8 << 10;
const FILE_MAX: u64 = 64 << 10;
const KEY_FILE: &str = "screens.key";
/// The authority's public part (DER), in the folder of the installation's authority.
pub const AUTHORITY_FILE: &str = "screens.crt";

/// Signs what serves screens, and nothing else.
pub struct ScreenAuthority {
    pkcs8: Vec<u8>,
    ca_der: Vec<u8>,
}

impl ScreenAuthority {
    /// The one kept in `folder`; made there first if there is none yet, in the name of the installation's `authority`.
    pub fn open(folder: &Path, authority: &Authority, now_unix: i64) -> Result<Self, AuthorityError> {
        let read = |path: std::path::PathBuf| kept::read(&path, FILE_MAX).map_err(|source| AuthorityError::Read { path, source });
        let pkcs8 = match read(folder.join(KEY_FILE)) {
            Ok(pkcs8) => pkcs8,
            Err(AuthorityError::Read { source, .. }) if source.kind() == ErrorKind::NotFound => return Self::make(folder, authority, now_unix),
            Err(error) => return Err(error),
        };
        let ca_der = read(folder.join(AUTHORITY_FILE))?;
        let damaged = |what| AuthorityError::Damaged { folder: folder.to_owned(), what };
        let key = key(&pkcs8).map_err(|_| damaged("the key of its screens is not readable"))?;
        match super::own::public_key(&ca_der) {
            Ok(public) if public == key.public_key_raw() => Ok(Self { pkcs8, ca_der }),
            _ => Err(damaged("key and certificate of its screens do not belong together")),
        }
    }

    /// The key comes last: while it is not there, nothing is, and making it can be repeated.
    fn make(folder: &Path, authority: &Authority, now_unix: i64) -> Result<Self, AuthorityError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(|_| AuthorityError::Chance)?;
        let mut params = dated(now_unix, AUTHORITY_DAYS)?;
        let own = Hash::of(&[key.public_key_raw()]).to_string();
        let installation = subject(authority.ca_der()).map_err(AuthorityError::Request)?;
        params.distinguished_name = common_name(&format!("{} screens {}", installation.chars().take(80).collect::<String>(), &own[..16]));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        // A device that trusts it trusts it for servers only, not for programs or mail.
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let made = Self { pkcs8: key.serialize_der(), ca_der: params.self_signed(&key).map_err(AuthorityError::Making)?.der().to_vec() };
        let write = |path: std::path::PathBuf, bytes: &[u8]| kept::replace(&path, bytes).map_err(|source| AuthorityError::Write { path, source });
        kept::folder(folder).map_err(|source| AuthorityError::Write { path: folder.to_owned(), source })?;
        write(folder.join(AUTHORITY_FILE), &made.ca_der)?;
        write(folder.join(KEY_FILE), &made.pkcs8)?;
        Ok(made)
    }

    /// A certificate (DER) for the key that signed the request, for these names, of which there is at least one. Nothing in the request counts but its
    /// key; whether its owner may have the names is for the caller to know.
    pub fn sign(&self, csr_der: &[u8], names: &[ScreenName], now_unix: i64) -> Result<Vec<u8>, AuthorityError> {
        let malformed = |what| AuthorityError::Request(IdentityError::Malformed { what });
        let Some(first) = names.first() else { return Err(malformed("it names nothing")) };
        if csr_der.len() > REQUEST_MAX {
            return Err(malformed("too long"));
        }
        // Reading it proves that the key's owner signed it.
        let request = CertificateSigningRequestParams::from_der(&csr_der.into()).map_err(|_| malformed("not a signing request of ours"))?;
        if *request.public_key.algorithm() != PKCS_ECDSA_P256_SHA256 {
            return Err(malformed("its key is not P-256"));
        }
        let mut params: CertificateParams = dated(now_unix, SCREEN_DAYS - SCREEN_DAYS_BEFORE)?;
        let from = now_unix.saturating_sub(SCREEN_DAYS_BEFORE * DAY_S).max(0);
        params.not_before = date_time_ymd(1970, 1, 1) + Duration::from_secs(from.unsigned_abs());
        params.distinguished_name.push(DnType::CommonName, first.to_string().chars().take(64).collect::<String>());
        params.subject_alt_names = names.iter().map(alternative).collect::<Result<_, _>>().map_err(AuthorityError::Making)?;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let issuer = Issuer::from_ca_cert_der(&self.ca_der.as_slice().into(), key(&self.pkcs8)?).map_err(AuthorityError::Making)?;
        Ok(params.signed_by(&request.public_key, &issuer).map_err(AuthorityError::Making)?.der().to_vec())
    }

    /// The authority's own certificate (DER), which devices are to trust. Public.
    pub fn ca_der(&self) -> &[u8] {
        &self.ca_der
    }
}

impl fmt::Debug for ScreenAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScreenAuthority").finish_non_exhaustive()
    }
}

fn key(pkcs8: &[u8]) -> Result<KeyPair, AuthorityError> {
    KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8.into(), &PKCS_ECDSA_P256_SHA256).map_err(AuthorityError::Making)
}

fn alternative(name: &ScreenName) -> Result<SanType, rcgen::Error> {
    match (name.address(), name.name()) {
        (Some(address), _) => Ok(SanType::IpAddress(address)),
        (None, name) => Ok(SanType::DnsName(name.unwrap_or_default().try_into()?)),
    }
}

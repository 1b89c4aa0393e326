//! Reads certificates and requests, and says whether the authority made them.

use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};
use x509_parser::x509::SubjectPublicKeyInfo;

use super::member::{Grant, GrantError, Member};
use crate::hash::Hash;

/// Ours are below 700 bytes; more is not read.
const CERTIFICATE_MAX: usize = 8 << 10;
/// Ed25519, RFC 8410.
const ED25519: &str = "1.3.101.112";

/// Why a certificate does not make its holder a member.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    #[error("the certificate is not readable: {what}")]
    Malformed { what: &'static str },
    #[error("the certificate was made by another installation")]
    OtherAuthority,
    #[error("the certificate does not say what its holder is")]
    NoGrant,
    #[error("the certificate names no member we know")]
    Grant(#[source] GrantError),
    #[error("the certificate belongs to another key than this machine's")]
    OtherKey,
}

/// The member that a certificate names, if the authority of `ca_der` made it.
///
/// Says nothing about time: an expired certificate ends connections, it never voids what its holder wrote.
pub fn verify_member(certificate_der: &[u8], ca_der: &[u8]) -> Result<Member, IdentityError> {
    let certificate = parse(certificate_der)?;
    let authority = ed25519_key(parse(ca_der)?.public_key())?;
    if certificate.tbs_certificate.signature.algorithm.to_id_string() != ED25519 {
        return Err(IdentityError::OtherAuthority);
    }
    let signature: &[u8; 64] = (&*certificate.signature_value.data).try_into().map_err(|_| IdentityError::OtherAuthority)?;
    if envelope(certificate.tbs_certificate.as_ref(), signature) != certificate_der {
        return Err(IdentityError::Malformed { what: "not in its one encoding" });
    }
    if !verify_signature(&authority, certificate.tbs_certificate.as_ref(), signature) {
        return Err(IdentityError::OtherAuthority);
    }
    if certificate.is_ca() {
        return Err(IdentityError::NoGrant);
    }
    Ok(Member::new(ed25519_key(certificate.public_key())?, granted(&certificate)?))
}

/// Whether `signature` is `key`'s over `message` (Ed25519, RFC 8032).
pub fn verify_signature(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, key).verify(message, signature).is_ok()
}

/// Unix seconds after which links under this certificate are refused.
pub fn certificate_ends(certificate_der: &[u8]) -> Result<i64, IdentityError> {
    Ok(parse(certificate_der)?.validity().not_after.timestamp())
}

/// SHA-256 of the Ed25519 public key in a certificate: how a join code names the authority.
pub fn key_hash(certificate_der: &[u8]) -> Result<[u8; 32], IdentityError> {
    Ok(Hash::of(&[&ed25519_key(parse(certificate_der)?.public_key())?]).0)
}

/// The Ed25519 public key that a certificate signing request asks for; the request is signed by that key.
pub fn request_key(csr_der: &[u8]) -> Result<[u8; 32], IdentityError> {
    let malformed = IdentityError::Malformed { what: "not a signing request of ours" };
    if csr_der.len() > CERTIFICATE_MAX {
        return Err(malformed);
    }
    let (rest, request) = X509CertificationRequest::from_der(csr_der).map_err(|_| malformed.clone())?;
    let key = ed25519_key(&request.certification_request_info.subject_pki)?;
    let signature: &[u8; 64] = (&*request.signature_value.data).try_into().map_err(|_| malformed.clone())?;
    let signed =
        request.signature_algorithm.algorithm.to_id_string() == ED25519 && verify_signature(&key, request.certification_request_info.raw, signature);
    if rest.is_empty() && signed { Ok(key) } else { Err(malformed) }
}

pub(super) fn parse(der: &[u8]) -> Result<X509Certificate<'_>, IdentityError> {
    if der.len() > CERTIFICATE_MAX {
        return Err(IdentityError::Malformed { what: "too long" });
    }
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) => Ok(certificate),
        Ok(_) => Err(IdentityError::Malformed { what: "bytes behind its end" }),
        Err(_) => Err(IdentityError::Malformed { what: "not an X.509 certificate" }),
    }
}

/// The common name of a certificate's subject.
pub(super) fn subject(certificate_der: &[u8]) -> Result<String, IdentityError> {
    let certificate = parse(certificate_der)?;
    let name = certificate.subject().iter_common_name().next().and_then(|name| name.as_str().ok());
    name.map(str::to_owned).ok_or(IdentityError::Malformed { what: "it has no name" })
}

/// The one DER encoding of a certificate of these signed bytes: the parser lets other encodings pass, and a certificate should have one name.
fn envelope(signed: &[u8], signature: &[u8; 64]) -> Vec<u8> {
    const ALGORITHM: [u8; 7] = [0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70];
    const SIGNATURE: [u8; 3] = [0x03, 0x41, 0x00];
    let length = signed.len() + ALGORITHM.len() + SIGNATURE.len() + signature.len();
    let [.., l2, l1, l0] = length.to_be_bytes();
    let head: &[u8] = match length {
        0..0x80 => &[0x30, l0],
        0x80..0x100 => &[0x30, 0x81, l0],
        0x100..0x1_0000 => &[0x30, 0x82, l1, l0],
        _ => &[0x30, 0x83, l2, l1, l0],
    };
    [head, signed, &ALGORITHM, &SIGNATURE, signature].concat()
}

fn ed25519_key(info: &SubjectPublicKeyInfo<'_>) -> Result<[u8; 32], IdentityError> {
    let other = IdentityError::Malformed { what: "its key is not Ed25519" };
    if info.algorithm.algorithm.to_id_string() != ED25519 {
        return Err(other);
    }
    (&*info.subject_public_key.data).try_into().map_err(|_| other)
}

/// The one URI of ours among the alternative names.
fn granted(certificate: &X509Certificate<'_>) -> Result<Grant, IdentityError> {
    let names = certificate.subject_alternative_name().map_err(|_| IdentityError::Malformed { what: "its names" })?.ok_or(IdentityError::NoGrant)?;
    let mut texts = names.value.general_names.iter().filter_map(|name| match name {
        GeneralName::URI(text) if text.starts_with("apron:") => Some(*text),
        _ => None,
    });
    match (texts.next(), texts.next()) {
        (Some(text), None) => text.parse().map_err(IdentityError::Grant),
        _ => Err(IdentityError::NoGrant),
    }
}

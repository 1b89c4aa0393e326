//! What certificates promise: only the installation's authority makes members, and a key stays with its machine.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails there")]

use std::os::unix::fs::PermissionsExt;

use proptest::prelude::*;
use sync::identity::{
    Authority, AuthorityError, CERTIFICATE_DAYS, Grant, Identity, IdentityError, IdentityFileError, NodeKey, Role, certificate_ends, key_hash,
    request_key, verify_member, verify_signature,
};

const NOW: i64 = 1_795_000_000;

fn authority() -> Authority {
    Authority::create("Pudong", NOW).unwrap()
}

fn grant() -> Grant {
    Grant::node("G12", "PVG", &["MU", "CA"]).unwrap()
}

fn identity(authority: &Authority) -> Identity {
    let (key, csr) = NodeKey::create().unwrap();
    let certificate = authority.sign(&csr, &grant(), NOW).unwrap();
    Identity::new(key, certificate, authority.ca_der().to_vec()).unwrap()
}

#[test]
fn a_certificate_says_what_was_granted() {
    let authority = authority();
    let own = identity(&authority);
    let member = verify_member(own.certificate_der(), authority.ca_der()).unwrap();
    assert_eq!(&member, own.member());
    assert_eq!(member.key, own.key().public());
    assert_eq!((member.name.as_str(), member.role, member.station.as_deref()), ("G12", Role::Node, Some("PVG")));
    assert_eq!(member.carriers, ["CA", "MU"]);
    assert_eq!(certificate_ends(own.certificate_der()).unwrap(), NOW + CERTIFICATE_DAYS * 86_400);
    assert_eq!(key_hash(authority.ca_der()).unwrap(), authority.ca_key_hash());
}

#[test]
fn a_certificate_of_another_authority_makes_no_member() {
    let ours = authority();
    let theirs = authority();
    let stranger = identity(&theirs);
    assert_eq!(verify_member(stranger.certificate_der(), ours.ca_der()), Err(IdentityError::OtherAuthority));
    assert_eq!(verify_member(theirs.ca_der(), ours.ca_der()), Err(IdentityError::OtherAuthority));
}

#[test]
fn the_authority_itself_is_no_member() {
    let authority = authority();
    assert_eq!(verify_member(authority.ca_der(), authority.ca_der()), Err(IdentityError::NoGrant));
}

#[test]
fn a_certificate_serves_its_own_key_only() {
    let authority = authority();
    let own = identity(&authority);
    let (other, csr) = NodeKey::create().unwrap();
    assert_ne!(request_key(&csr).unwrap(), own.key().public());
    let stolen = Identity::new(other, own.certificate_der().to_vec(), authority.ca_der().to_vec());
    assert_eq!(stolen.err(), Some(IdentityError::OtherKey));
}

#[test]
fn a_request_that_its_key_did_not_sign_is_refused() {
    let (_, mut csr) = NodeKey::create().unwrap();
    let last = csr.len() - 1;
    csr[last] ^= 1;
    assert!(request_key(&csr).is_err());
    assert!(matches!(authority().sign(&csr, &grant(), NOW), Err(AuthorityError::Request(_))));
}

#[test]
fn a_signature_holds_for_its_message_and_key() {
    let (key, _) = NodeKey::create().unwrap();
    let signature = key.sign(b"range");
    assert!(verify_signature(&key.public(), b"range", &signature));
    assert!(!verify_signature(&key.public(), b"rangE", &signature));
    assert!(!verify_signature(&[0; 32], b"range", &signature));
}

#[test]
fn keys_are_kept_for_their_owner_only_and_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let (hub, node) = (folder.path().join("hub"), folder.path().join("node"));
    let authority = authority();
    authority.save(&hub).unwrap();
    let own = identity(&authority);
    own.save(&node).unwrap();
    for file in [hub.join("authority.key"), node.join("node.key"), node.join("node.crt")] {
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
    let again = Authority::load(&hub).unwrap();
    assert_eq!(again.ca_der(), authority.ca_der());
    let loaded = Identity::load(&node).unwrap();
    assert_eq!(loaded.member(), own.member());
    // The authority that was loaded signs as the one that was made.
    let renewed = again.sign(&loaded.key().request().unwrap(), &grant(), NOW + 1).unwrap();
    Identity::new(NodeKey::load(&node).unwrap(), renewed, again.ca_der().to_vec()).unwrap().save(&node).unwrap();
    assert_eq!(Identity::load(&node).unwrap().certificate_ends(), own.certificate_ends() + 1);
}

#[test]
fn an_authority_and_a_key_are_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    authority().save(folder.path()).unwrap();
    assert!(matches!(authority().save(folder.path()), Err(AuthorityError::Exists { .. })));
    NodeKey::create().unwrap().0.save(folder.path()).unwrap();
    assert!(matches!(NodeKey::create().unwrap().0.save(folder.path()), Err(IdentityFileError::OtherKey { .. })));
}

#[test]
fn damaged_folders_are_told_in_plain_words() {
    let folder = tempfile::tempdir().unwrap();
    authority().save(folder.path()).unwrap();
    std::fs::write(folder.path().join("authority.crt"), authority().ca_der()).unwrap();
    let error = Authority::load(folder.path()).unwrap_err();
    assert!(error.to_string().contains("do not belong together"), "{error}");
    std::fs::write(folder.path().join("node.key"), b"x").unwrap();
    assert!(matches!(NodeKey::load(folder.path()), Err(IdentityFileError::Damaged { .. })));
}

#[test]
fn a_time_far_off_makes_a_certificate_and_no_panic() {
    for now in [i64::MIN, -1, 0, i64::MAX] {
        assert!(Authority::create("Pudong", now).is_ok());
    }
}

proptest! {
    #[test]
    fn a_damaged_certificate_makes_no_member(at: prop::sample::Index, bit in 0u8..8) {
        let authority = authority();
        let own = identity(&authority);
        let mut bytes = own.certificate_der().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert!(verify_member(&bytes, authority.ca_der()).is_err());
    }

    #[test]
    fn any_bytes_end_in_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(verify_member(&bytes, &bytes).is_err());
        prop_assert!(request_key(&bytes).is_err());
    }
}

//! Who is who: the installation's authority, a node's key and certificate, and what a certificate allows.
//!
//! One installation is one authority (a certificate authority with an Ed25519 key, made once at the hub). Each node draws its own Ed25519 key, which
//! never leaves it, and has a certificate of that authority that says what it is (see [`Grant`]). The same key signs the node's log ranges.
//! The only folder that names rcgen and x509-parser.

mod authority;
mod certificate;
mod kept;
mod member;
mod own;
mod screens;

pub use authority::{Authority, AuthorityError, CERTIFICATE_DAYS};
pub use certificate::{IdentityError, certificate_ends, key_hash, request_key, verify_member, verify_signature};
pub(crate) use kept::{create_new, folder, read, replace};
pub use member::{Grant, GrantError, Member, Role};
pub use own::{Identity, IdentityFileError, NodeKey};
pub use screens::{
    SCREEN_AUTHORITY_FILE, SCREEN_DAYS, SCREEN_NAMES_MAX, ScreenAuthority, ScreenIdentity, ScreenKey, ScreenName, ScreenNameError, fingerprint, pem,
    verify_screens,
};

/// The DNS name in every certificate of ours. A TLS client asks for it instead of a host name: which member answered is read from the certificate,
/// and no address, port or host name has to be known when a certificate is made.
pub const TLS_NAME: &str = "member.apron.internal";

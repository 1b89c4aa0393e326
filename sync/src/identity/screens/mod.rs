//! The certificates under which nodes serve their screens to other devices of the local network.
//!
//! Browsers take no Ed25519, so screens have an authority of their own: a P-256 key that lies beside the installation's at the hub and signs nothing but
//! screens. A node draws its own P-256 key, asks the hub over a link that both sides prove, and gets a certificate for the names it is reached by. A
//! device trusts the screens of the whole installation by this one authority.

mod authority;
mod name;
mod own;

pub use authority::{AUTHORITY_FILE as SCREEN_AUTHORITY_FILE, SCREEN_DAYS, ScreenAuthority};
pub use name::{NAMES_MAX as SCREEN_NAMES_MAX, ScreenName, ScreenNameError};
pub use own::{ScreenIdentity, ScreenKey, fingerprint, pem, verify_screens};

//! Who works at this desk now: proving it, keeping it for a shift, and locking the desk when nobody is there.

mod door;
mod drafts;
mod secret;
mod sessions;
mod sign_in;
mod throttle;

pub use door::{DEFAULT_LOCK, Door, token_file};
pub use drafts::Drafts;
pub use secret::hash;
pub use sessions::{Locked, Session, Sessions, Shown, Token};
pub use sign_in::{Proof, Proven, SignIn, SignInError};

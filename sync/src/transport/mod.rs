//! Links between nodes over QUIC with mutual TLS. The only folder that names quinn and rustls.
//!
//! An [`Endpoint`] listens and dials; either way comes a [`Link`] to a [`crate::identity::Member`] whose certificate was checked. A link carries
//! [`crate::frame::Frame`]s: control frames in order on one stream, each batch on a one-way stream of its own, live ones before bulk. Frames on different
//! streams arrive in any order. A machine without a certificate can do one thing only: [`join`].

mod close;
mod endpoint;
#[cfg(test)]
mod hostile;
mod invites;
mod join;
mod join_code;
mod link;
mod settings;
mod stream;
mod tls;
mod traffic;

pub use close::{CloseCode, Closed, ClosedBy};
pub use endpoint::{BindError, DialError, Endpoint};
pub use invites::{INVITE_HOURS, INVITE_TRIES, Invite, InviteError, Invited, Invites};
pub use join::{JoinError, JoinGrant, JoinRefusal, JoinRequest, JoinService, join};
pub use join_code::{JoinCode, JoinCodeError};
pub use link::{Class, Link, LinkError, Receiver, Sender};
pub use settings::Settings;
pub use tls::TimeSource;
pub use traffic::Traffic;

//! Links between nodes over QUIC, and over TCP where UDP is blocked, with mutual TLS. The only folder that names quinn, rustls and tokio-rustls.
//!
//! An [`Endpoint`] listens and dials; either way comes a [`Link`] to a [`crate::identity::Member`] whose certificate was checked. A link carries
//! [`crate::frame::Frame`]s: control frames in order, batches beside them, live ones before bulk. Batches arrive in any order. Over QUIC each batch has a
//! one-way stream of its own; over TCP all frames go in pieces on one stream. Whoever uses a link need not know which. A machine without a certificate can
//! do one thing only: [`join`].

mod answer;
mod certificates;
mod close;
mod dial;
mod endpoint;
#[cfg(test)]
mod hostile;
mod invites;
mod join;
mod join_code;
mod link;
mod outward;
mod own;
mod paths;
mod pieces;
mod question;
mod quic;
mod refusals;
mod screens;
mod settings;
mod stream;
mod tcp;
mod tls;
mod traffic;

pub use certificates::{ScreenError, ScreenGrant, ScreenRefusal, ScreenRequest, ScreenService, ask_for_screens};
pub use close::{CloseCode, Closed, ClosedBy};
pub use dial::DialError;
pub use endpoint::{BindError, Endpoint};
pub use invites::{INVITE_HOURS, INVITE_TRIES, Invite, InviteError, Invited, Invites};
pub use join::{JoinError, JoinGrant, JoinRefusal, JoinRequest, JoinService, join};
pub use join_code::{JoinCode, JoinCodeError};
pub use link::{Carrier, Class, Link, LinkError, Receiver, Sender};
pub use outward::{NoStream, NoTrust, Outward, Trust, refused_us};
pub use refusals::{Refusals, Refused};
pub use screens::{NotShown, ScreenLimits, ScreenPort, ScreenStream, ShownCertificate};
pub use settings::{Dialing, Settings};
pub use tls::TimeSource;
pub use traffic::Traffic;

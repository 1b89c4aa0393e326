//! What the tests stand on: real processes of `apron` in a folder of their own, their API, and the ledger of what they said is saved.
//!
//! Nothing here knows the program from inside: it is found as a file, spoken to over HTTP, and looked at on disk.

mod browser;
mod chance;
mod desk;
mod files;
mod first_start;
mod installation;
mod keyboard;
mod ledger;
mod list;
mod namespaces;
mod program;
mod receiver;
mod rough;
mod wait;
mod work;

pub use browser::Browser;
pub use chance::Chance;
pub use desk::{Desk, Outcome, Press};
pub use files::copy_dir;
pub use first_start::{FirstStart, free_address};
pub use installation::{Installation, STOP_MAX, Stopped, ZONE_HOURS};
pub use ledger::{Acknowledged, Ledger};
pub use list::{List, today};
pub use namespaces::{Cable, Side};
pub use program::{Ended, apron, is_long, program, simulator};
pub use receiver::{Receiver, SECRET};
pub use rough::{Rough, Tcp, Weather};
pub use wait::{soon, until};
pub use work::{Work, seat};

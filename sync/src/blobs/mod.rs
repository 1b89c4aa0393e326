//! Blobs: bytes that records name by their hash, kept in files beside the journal and copied between nodes after what people wrote.
//!
//! `exchange` decides and never waits; `folder` holds the files; `driver` waits and never decides. Only members that said in their greeting that they know
//! of blobs are spoken to about them.

mod driver;
pub mod exchange;
mod folder;
pub mod message;

pub(crate) use driver::TextFirst;
pub use driver::{Blobs, Limits, PutError, Settings, Standing};
pub use folder::{Inspected, inspect};

/// As large as one blob may be, in bytes.
pub const BLOB_MAX: usize = 2 << 20;

/// In `more` of a greeting: the sender knows the messages of blobs. What stands behind the number is passed over.
pub(crate) const MORE_BLOBS: u16 = 2;

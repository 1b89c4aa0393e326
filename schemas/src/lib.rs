//! What may be true: records, commands, judgements, and the field standards of ground service.
//!
//! Nothing here reads a file, a socket or a clock. Bytes and time come in as arguments; facts and answers go out.

pub mod command;
pub mod flat;
pub mod json;
pub mod record;
pub mod said;
pub mod scope;
pub mod staff;
pub mod standards;
pub mod station;
pub mod unread;

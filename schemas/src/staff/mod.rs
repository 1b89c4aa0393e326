//! Who may do what: roles, permissions, and the one table that joins them.

mod actor;
mod permission;
mod role;

pub use actor::{Actor, Allowed, AllowedError};
pub use permission::{ACTIONS, Action, Permission};
pub use role::{Role, RoleError};

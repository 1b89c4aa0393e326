//! What people and rules may ask a node to do.

//! What may be true.

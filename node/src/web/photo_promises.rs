//! What photos promise over a real connection.

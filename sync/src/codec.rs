//! Encoding of our own structures. The only file that names bincode.

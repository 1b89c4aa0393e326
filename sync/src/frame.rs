//! Frames on the wire: magic, protocol, kind, length and checksum around a body.

//! Turns a person's edit into a CRDT change. The only file that names automerge.

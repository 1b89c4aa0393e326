//! The records: typed readings of flat documents, one module each.

//! The strict reader and writer of flat changes: the one subset of the change format that we admit.

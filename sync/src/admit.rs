//! Admission: the verdict on a change, a pure function of the change and the closure of its dependencies.

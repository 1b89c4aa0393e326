//! The field standards that ground service lives on, one module each.

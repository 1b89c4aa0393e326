//! Where people and machines touch the station's records.

pub mod web;

//! Where people and machines touch the station's records.

pub mod services;
pub mod web;

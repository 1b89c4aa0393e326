//! Where people and machines touch the station's records.

pub mod app;
pub mod cli;
pub mod client;
pub mod clock;
pub mod config;
mod connecting;
pub mod data;
pub mod days;
pub mod demo;
pub mod domain;
pub mod installation;
pub mod lang;
pub mod logging;
pub mod messages;
pub mod outbox;
pub mod print;
pub mod rejects;
pub mod services;
pub mod staff;
pub mod verify;
pub mod web;

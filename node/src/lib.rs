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
pub mod devices;
pub mod domain;
pub mod installation;
pub mod lan;
pub mod lang;
pub mod logging;
pub mod messages;
pub mod outbox;
pub mod photos;
mod practice;
pub mod print;
pub mod rejects;
pub mod screen_names;
pub mod services;
pub mod setup;
pub mod staff;
pub mod verify;
pub mod web;

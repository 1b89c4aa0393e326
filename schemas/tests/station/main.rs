//! What a station promises: the same judgements from the same facts, numbers that never meet, and words that say what to do.

mod bags;
mod check_in;
mod conflicts;
mod finding;
mod gate;
mod importing;
mod storms;
mod world;

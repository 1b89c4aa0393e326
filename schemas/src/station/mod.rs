//! What a node knows of its station, and what follows from it.

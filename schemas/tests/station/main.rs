//! What a station promises: the same judgements from the same facts, numbers that never meet, and words that say what to do.

#[cfg(test)]
mod assistance;
#[cfg(test)]
mod bag_messages;
#[cfg(test)]
mod bags;
#[cfg(test)]
mod calls;
#[cfg(test)]
mod carried;
#[cfg(test)]
mod check_in;
#[cfg(test)]
mod column_maps;
#[cfg(test)]
mod conflicts;
#[cfg(test)]
mod connecting;
#[cfg(test)]
mod control;
#[cfg(test)]
mod counter;
#[cfg(test)]
mod course;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod equipment;
#[cfg(test)]
mod excess;
#[cfg(test)]
mod finding;
#[cfg(test)]
mod gate;
#[cfg(test)]
mod host_lists;
#[cfg(test)]
mod importing;
#[cfg(test)]
mod incidents;
#[cfg(test)]
mod list_changes;
#[cfg(test)]
mod misconnecting;
#[cfg(test)]
mod movements;
#[cfg(test)]
mod moving;
#[cfg(test)]
mod outgoing;
#[cfg(test)]
mod paper;
#[cfg(test)]
mod photos;
#[cfg(test)]
mod pools;
#[cfg(test)]
mod preview;
#[cfg(test)]
mod selectees;
#[cfg(test)]
mod sequences;
#[cfg(test)]
mod settle;
#[cfg(test)]
mod silence;
#[cfg(test)]
mod staff;
#[cfg(test)]
mod standby;
#[cfg(test)]
mod storms;
#[cfg(test)]
mod take_back;
#[cfg(test)]
mod tracing;
#[cfg(test)]
mod unlisted;
#[cfg(test)]
mod world;

//! The ids of the commands that one process asks for on its own screens and by its own rules.
//!
//! ```text
//! lifetime 9 | page u32 | scan u16 | turn u8
//! ```
//!
//! Numbers are big endian. A UUID of version 8 (RFC 9562, 5.8): its version and variant lie in the lifetime, which keeps 66 bits of chance. Ids of one
//! lifetime count up, so that they take next to nothing on their way to the hub; the id of a client, whatever it is, travels whole.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::hash::Hash;

/// Bytes of an id that are the same for all of one lifetime.
pub(crate) const LIFETIME: usize = 9;

/// Where a UUID tells its version.
pub(crate) const VERSION_BYTE: usize = 6;

const VERSION: u8 = 8;

/// Gives each page that a process shows an id of its own, for the commands that are asked for on it.
#[derive(Debug)]
pub struct Mint {
    drawn: [u8; 32],
    pages: AtomicU64,
}

impl Mint {
    /// Of one process lifetime; `drawn` is chance from the system, never kept and never used again.
    pub fn new(drawn: [u8; 32]) -> Self {
        Self { drawn, pages: AtomicU64::new(0) }
    }

    /// The id of the next page, and of the first command on it.
    pub fn page(&self) -> [u8; 16] {
        let page = self.pages.fetch_add(1, Ordering::Relaxed);
        // After more pages than the number holds, another lifetime begins.
        let (epoch, page) = ((page >> 32).to_le_bytes(), page as u32);
        let mut id = [0; 16];
        id[..LIFETIME].copy_from_slice(&Hash::of(&[b"apron/command/1", &self.drawn, &epoch]).0[..LIFETIME]);
        id[VERSION_BYTE] = VERSION << 4 | id[VERSION_BYTE] & 0x0f;
        id[8] = 0x80 | id[8] & 0x3f;
        id[LIFETIME..13].copy_from_slice(&page.to_be_bytes());
        id
    }
}

/// Whether an id has the form of those that a mint gives.
pub fn is_minted(id: &[u8; 16]) -> bool {
    id[VERSION_BYTE] >> 4 == VERSION
}

/// The id for another command that is asked for with the same one; `None` after 256.
pub fn next_turn(mut id: [u8; 16]) -> Option<[u8; 16]> {
    id[15] = id[15].checked_add(1)?;
    Some(id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_pages_of_any_lifetime_share_an_id_and_each_is_a_uuid() {
        let ids: BTreeSet<[u8; 16]> = (0..20u8)
            .flat_map(|lifetime| {
                let mint = Mint { drawn: [lifetime; 32], pages: AtomicU64::new(u64::from(u32::MAX) - 50) };
                (0..100).map(|_| mint.page()).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(ids.len(), 2000);
        assert!(ids.iter().all(|id| is_minted(id) && id[8] >> 6 == 2 && id[13..] == [0; 3]));
    }

    #[test]
    fn ids_of_one_lifetime_count_up_and_have_turns() {
        let mint = Mint::new([7; 32]);
        let (first, second) = (mint.page(), mint.page());
        assert_eq!((&first[..12], first[12], second[12]), (&second[..12], 0, 1));
        let turns = std::iter::successors(Some(first), |id| next_turn(*id)).collect::<BTreeSet<_>>();
        assert_eq!((turns.len(), turns.contains(&second)), (256, false));
    }
}

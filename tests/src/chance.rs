//! Chance from a seed that is printed, so that a failed run can be played again.

/// A row of numbers that follows from its seed alone (splitmix64).
#[derive(Debug, Clone)]
pub struct Chance {
    state: u64,
}

impl Chance {
    /// Takes the seed from `APRON_SEED`, else `usual`, and prints it with the name of the test.
    pub fn of(test: &str, usual: u64) -> Self {
        let seed = std::env::var("APRON_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
        println!("{test}: seed {seed} (APRON_SEED={seed} plays it again)");
        Self { state: seed }
    }

    pub fn from_seed(seed: u64) -> Self {
        Self { state: seed }
    }

    pub fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `bound` - 1; 0 if `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.draw().checked_rem(bound).unwrap_or(0)
    }

    /// One of several; the slice must not be empty.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len() as u64) as usize]
    }
}

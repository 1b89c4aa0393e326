//! Wrong passwords lock a person for a while, never the desk.

use std::collections::BTreeMap;

/// Wrong ones before the first wait, and the waits in milliseconds: each wrong one after it doubles the wait.
const FREE: u32 = 5;
const FIRST_WAIT_MS: i64 = 30_000;
const LONGEST_WAIT_MS: i64 = 15 * 60_000;

/// Wrong ones are forgotten after this much time without another.
const FORGET_MS: i64 = 60 * 60_000;

/// Names that are counted at once; of more, the oldest is forgotten.
const NAMES_MAX: usize = 1024;

/// Who was wrong how often.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    wrong: BTreeMap<String, Wrong>,
}

#[derive(Debug, Clone, Copy)]
struct Wrong {
    count: u32,
    last_ms: i64,
}

impl Throttle {
    /// How many milliseconds this person still waits.
    pub(super) fn wait_ms(&self, name: &str, now_ms: i64) -> i64 {
        let Some(wrong) = self.wrong.get(name) else { return 0 };
        let Some(beyond) = wrong.count.checked_sub(FREE) else { return 0 };
        let wait = FIRST_WAIT_MS.saturating_mul(1 << beyond.min(10)).min(LONGEST_WAIT_MS);
        // A clock that was set back must not lock for longer than was said.
        wrong.last_ms.saturating_add(wait).saturating_sub(now_ms).clamp(0, wait)
    }

    pub(super) fn was_wrong(&mut self, name: &str, now_ms: i64) {
        self.wrong.retain(|_, wrong| now_ms.saturating_sub(wrong.last_ms) < FORGET_MS);
        if self.wrong.len() >= NAMES_MAX && !self.wrong.contains_key(name) {
            let oldest = self.wrong.iter().min_by_key(|(_, wrong)| wrong.last_ms).map(|(name, _)| name.clone());
            oldest.map(|name| self.wrong.remove(&name));
        }
        let wrong = self.wrong.entry(name.to_owned()).or_insert(Wrong { count: 0, last_ms: now_ms });
        wrong.count = wrong.count.saturating_add(1);
        wrong.last_ms = now_ms;
    }

    pub(super) fn was_right(&mut self, name: &str) {
        self.wrong.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_waits_longer_each_time_and_others_do_not() {
        let mut throttle = Throttle::default();
        for _ in 0..4 {
            throttle.was_wrong("4711", 0);
        }
        assert_eq!(throttle.wait_ms("4711", 0), 0);
        throttle.was_wrong("4711", 0);
        assert_eq!(throttle.wait_ms("4711", 0), 30_000);
        assert_eq!(throttle.wait_ms("4711", 29_999), 1);
        assert_eq!(throttle.wait_ms("4711", 30_000), 0);
        throttle.was_wrong("4711", 30_000);
        assert_eq!(throttle.wait_ms("4711", 30_000), 60_000);
        assert_eq!(throttle.wait_ms("4711", -1_000_000), 60_000, "a clock set back");
        assert_eq!(throttle.wait_ms("4712", 30_000), 0);
        for _ in 0..50 {
            throttle.was_wrong("4711", 40_000);
        }
        assert_eq!(throttle.wait_ms("4711", 40_000), LONGEST_WAIT_MS);
        throttle.was_right("4711");
        assert_eq!(throttle.wait_ms("4711", 40_000), 0);
    }

    #[test]
    fn names_are_bounded() {
        let mut throttle = Throttle::default();
        for name in 0..5000 {
            throttle.was_wrong(&name.to_string(), i64::from(name));
        }
        assert_eq!(throttle.wrong.len(), NAMES_MAX);
    }
}

//! Proving who somebody is, without asking anybody else.

use std::sync::{Mutex, PoisonError};

use schemas::record::fact::StaffNumber;

use super::secret;
use super::sessions::Shown;
use super::throttle::Throttle;
use crate::services::{Role, Services};

/// What a badge's bar code begins with.
const BADGE: &str = "B:";

/// As long as a badge's bar code is.
const BADGE_MAX: usize = 64;

/// What somebody gives to prove who they are.
#[derive(Clone)]
pub struct Proof {
    /// A staff number, or what the scanner read from a badge.
    pub who: String,
    /// A password or PIN; empty with a badge alone.
    pub secret: String,
}

/// Somebody who has proven who they are, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    pub number: StaffNumber,
    pub shown: Shown,
}

/// Why somebody is not signed in. None of these says whether a number exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    #[error("number, badge or password are not right")]
    Wrong,
    #[error("too many wrong passwords: wait {0} s")]
    Wait(i64),
    #[error("the person may not work at this desk")]
    NotHere,
    #[error("another device than the desk's own needs a password")]
    PasswordNeeded,
    #[error("the hub needs badge and password")]
    BothNeeded,
}

/// The door: counts who was wrong how often.
#[derive(Debug, Default)]
pub struct SignIn {
    throttle: Mutex<Throttle>,
    /// Held while a password is checked: one at a time, so that nobody guesses many before the first wrong one is counted.
    turn: Mutex<()>,
}

/// What is known of a person who wants in.
struct Claim {
    number: StaffNumber,
    by_badge: bool,
    has_badge: bool,
    secret: Option<String>,
    works_here: bool,
}

impl SignIn {
    /// Checks a proof. Takes some 30 ms of one core when there is a password to check, whether or not the number is known: not for the threads that carry
    /// pages.
    pub fn check(&self, services: &Services, proof: &Proof, now_ms: i64) -> Result<Proven, SignInError> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let who = proof.who.trim();
        let name: String = who.chars().take(BADGE_MAX).collect::<String>().to_ascii_uppercase();
        let wait_ms = self.throttle().wait_ms(&name, now_ms);
        if wait_ms > 0 {
            return Err(SignInError::Wait(wait_ms.div_euclid(1000) + 1));
        }
        let checked = self.judge(services, who, &proof.secret, now_ms);
        match checked {
            Err(SignInError::Wrong) => self.throttle().was_wrong(&name, now_ms),
            Ok(_) => self.throttle().was_right(&name),
            Err(_) => {}
        }
        checked
    }

    fn judge(&self, services: &Services, who: &str, typed: &str, now_ms: i64) -> Result<Proven, SignInError> {
        let pepper = services.pepper();
        let Some(claim) = claim(services, who, now_ms) else {
            // As long as for somebody who is known: the time tells nothing.
            secret::is_right(typed, UNKNOWN, &pepper);
            return Err(SignInError::Wrong);
        };
        let hub = services.role() == Role::Hub;
        let password = |known: &Option<String>| !typed.is_empty() && known.as_ref().is_some_and(|known| secret::is_right(typed, known, &pepper));
        let proven = match (claim.by_badge, hub) {
            (true, false) => typed.is_empty() || password(&claim.secret),
            (true, true) if typed.is_empty() => return Err(SignInError::BothNeeded),
            (true, true) | (false, false) => password(&claim.secret),
            (false, true) if claim.has_badge && password(&claim.secret) => return Err(SignInError::BothNeeded),
            (false, true) => password(&claim.secret),
        };
        match (proven, claim.works_here) {
            (false, _) => Err(SignInError::Wrong),
            (true, false) => Err(SignInError::NotHere),
            (true, true) => Ok(Proven { number: claim.number, shown: Shown { badge: claim.by_badge, secret: !typed.is_empty() } }),
        }
    }

    fn throttle(&self) -> std::sync::MutexGuard<'_, Throttle> {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Proof {
    /// Whether a badge was scanned, not a number typed.
    pub fn is_badge(text: &str) -> bool {
        text.get(..BADGE.len()).is_some_and(|start| start.eq_ignore_ascii_case(BADGE)) && text.len() <= BADGE_MAX
    }
}

fn claim(services: &Services, who: &str, now_ms: i64) -> Option<Claim> {
    services.read(|station| {
        let by_badge = Proof::is_badge(who);
        let person = match by_badge {
            true => station.person_of_badge(&station.ids().badge(who))?,
            false => station.person(&who.to_ascii_uppercase().parse().ok()?)?,
        };
        Some(Claim {
            number: person.number.clone(),
            by_badge,
            has_badge: person.badge.is_some(),
            secret: person.secret.as_deref().map(str::to_owned),
            works_here: station.actor(&person.number, now_ms).is_some(),
        })
    })
}

/// The hash of nobody's password.
const UNKNOWN: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

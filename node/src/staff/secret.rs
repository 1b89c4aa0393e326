//! Passwords and PINs: their hashes, made at the hub and checked at any desk.

use anyhow::{Result, anyhow, bail};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

/// The shortest PIN, and the longest password, in characters.
const SECRET_MIN: usize = 4;
const SECRET_MAX: usize = 128;

/// What a check may cost, in KiB of memory and in passes: a record that asks for more is not checked.
const MEMORY_MAX_KIB: u32 = 64 * 1024;
const PASSES_MAX: u32 = 8;

/// The hash of a password or PIN (argon2id, PHC string format). `pepper` is the installation's secret, so that a hash alone cannot be searched; `salt` is
/// fresh chance.
///
/// # Errors
/// For a secret that is too short or too long, in words.
pub fn hash(secret: &str, pepper: &[u8; 32], salt: &[u8; 16]) -> Result<String> {
    let length = secret.chars().count();
    if !(SECRET_MIN..=SECRET_MAX).contains(&length) {
        bail!("a PIN or password has {SECRET_MIN} to {SECRET_MAX} characters, this one has {length}");
    }
    let hashed = hasher(pepper)?.hash_password_with_salt(secret.as_bytes(), salt);
    Ok(hashed.map_err(|error| anyhow!("the password cannot be hashed: {error}"))?.to_string())
}

/// Whether the secret is the one that was hashed. What cannot be read is no match.
pub(super) fn is_right(secret: &str, hashed: &str, pepper: &[u8; 32]) -> bool {
    if secret.chars().count() > SECRET_MAX {
        return false;
    }
    let Ok(hashed) = PasswordHash::new(hashed) else { return false };
    let bearable =
        Params::try_from(&hashed).is_ok_and(|params| params.m_cost() <= MEMORY_MAX_KIB && params.t_cost() <= PASSES_MAX && params.p_cost() == 1);
    bearable && hasher(pepper).is_ok_and(|hasher| hasher.verify_password(secret.as_bytes(), &hashed).is_ok())
}

fn hasher(pepper: &[u8; 32]) -> Result<Argon2<'_>> {
    Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
        .map_err(|error| anyhow!("the password cannot be hashed: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_secret_under_the_same_pepper_is_right() {
        let hashed = hash("2580", &[7; 32], &[1; 16]).unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m="), "{hashed}");
        assert!(is_right("2580", &hashed, &[7; 32]));
        assert!(!is_right("2581", &hashed, &[7; 32]));
        assert!(!is_right("2580", &hashed, &[8; 32]));
        assert_ne!(hash("2580", &[7; 32], &[2; 16]).unwrap(), hashed);
    }

    #[test]
    fn what_is_no_hash_or_asks_for_too_much_is_not_checked() {
        for wrong in ["", "2580", "$argon2id$v=19$m=4194304,t=3,p=1$AQEBAQEBAQEBAQEBAQEBAQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "$argon2id$"]
        {
            assert!(!is_right("2580", wrong, &[7; 32]), "{wrong}");
        }
        assert!(hash("123", &[7; 32], &[1; 16]).is_err());
        assert!(hash(&"x".repeat(129), &[7; 32], &[1; 16]).is_err());
        let hashed = hash("2580", &[7; 32], &[1; 16]).unwrap();
        assert!(!is_right(&"x".repeat(1 << 20), &hashed, &[7; 32]));
    }
}

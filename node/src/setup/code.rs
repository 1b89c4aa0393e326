//! The code on the console that proves that who fills in the first page is who started the program.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;

use crate::installation::drawn;

/// Tries until another code is drawn.
const TRIES: u32 = 5;
/// As long as a wrong code takes: eight digits are then out of reach.
const SLOW: Duration = Duration::from_secs(1);

/// Eight digits, shown as `1234-5678`.
pub struct SetupCode {
    now: Mutex<Now>,
    tell: Box<dyn Fn(&str) + Send + Sync>,
    /// One wrong code at a time is slow, so many callers are no faster than one.
    turn: tokio::sync::Mutex<()>,
}

struct Now {
    code: String,
    wrong: u32,
}

impl SetupCode {
    /// Draws the first code and tells it.
    pub fn new(tell: impl Fn(&str) + Send + Sync + 'static) -> Result<Self> {
        let code = draw()?;
        tell(&shown(&code));
        Ok(Self { now: Mutex::new(Now { code, wrong: 0 }), tell: Box::new(tell), turn: tokio::sync::Mutex::default() })
    }

    /// Whether this is the code that was told last.
    pub async fn is(&self, typed: &str) -> bool {
        let _turn = self.turn.lock().await;
        let typed: String = typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').take(16).collect();
        if self.look(&typed) {
            return true;
        }
        tokio::time::sleep(SLOW).await;
        false
    }

    fn look(&self, typed: &str) -> bool {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if now.code == typed {
            return true;
        }
        now.wrong += 1;
        if now.wrong >= TRIES
            && let Ok(code) = draw()
        {
            (self.tell)(&shown(&code));
            *now = Now { code, wrong: 0 };
        }
        false
    }
}

fn draw() -> Result<String> {
    let number = u64::from_le_bytes(drawn()?) % 100_000_000;
    Ok(format!("{number:08}"))
}

fn shown(code: &str) -> String {
    let (first, second) = code.split_at(code.len() / 2);
    format!("{first}-{second}")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn a_code_counts_as_it_is_shown_or_typed_plainly_and_is_replaced_after_five_wrong_ones() {
        let told = Arc::<Mutex<Vec<String>>>::default();
        let telling = Arc::clone(&told);
        let code = SetupCode::new(move |code| telling.lock().unwrap().push(code.to_owned())).unwrap();
        let last = || told.lock().unwrap().last().unwrap().clone();
        let first = last();
        assert_eq!(first.len(), 9);
        assert!(code.is(&first).await && code.is(&first.replace('-', " ")).await && code.is(&format!(" {}", first.replace('-', ""))).await);
        for _ in 0..TRIES {
            assert!(!code.look("0"));
        }
        assert_eq!(told.lock().unwrap().len(), 2);
        assert!(!code.look(&first.replace('-', "")) && code.is(&last()).await);
    }
}

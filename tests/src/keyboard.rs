//! A person at the keyboard: function keys, the way from field to field, and what is typed into them.

use anyhow::{Result, bail};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::browser::Browser;

/// Nobody walks further than this over one page.
const STEPS_MAX: usize = 400;
const TAB: char = '\u{e004}';

impl Browser {
    /// Presses one key, alone or with those that are held down meanwhile.
    pub async fn key(&self, held: &[Key], key: Key) -> Result<()> {
        self.stroke(held, char::from(key)).await
    }

    /// Walks with Tab until the focus is on what the selector names: what cannot be reached so is closed to who has no mouse.
    pub async fn reach(&self, css: &str) -> Result<()> {
        for _ in 0..STEPS_MAX {
            if self.client.execute("return document.activeElement?.matches(arguments[0]) ?? false", vec![json!(css)]).await? == json!(true) {
                return Ok(());
            }
            self.stroke(&[], TAB).await?;
        }
        bail!("{css} is not reached by the keyboard")
    }

    /// Walks to a field, writes over what stands there, slowly enough for a person.
    pub async fn write(&self, css: &str, text: &str) -> Result<()> {
        self.reach(css).await?;
        self.client.execute("document.activeElement.select?.()", Vec::new()).await?;
        for letter in text.chars() {
            self.client.execute_async("setTimeout(arguments[arguments.length - 1], 40)", Vec::new()).await?;
            self.stroke(&[], letter).await?;
        }
        Ok(())
    }

    /// Walks to a button or link and presses Enter.
    pub async fn choose(&self, css: &str) -> Result<()> {
        self.reach(css).await?;
        self.key(&[], Key::Enter).await
    }

    /// What a script says about the page.
    pub async fn says(&self, expression: &str) -> Result<Value> {
        Ok(self.client.execute(&format!("return {expression}"), Vec::new()).await?)
    }

    async fn stroke(&self, held: &[Key], value: char) -> Result<()> {
        let mut keys = KeyActions::new("keyboard".to_owned());
        for key in held {
            keys = keys.then(KeyAction::Down { value: char::from(*key) });
        }
        keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        for key in held {
            keys = keys.then(KeyAction::Up { value: char::from(*key) });
        }
        Ok(self.client.perform_actions(keys).await?)
    }
}

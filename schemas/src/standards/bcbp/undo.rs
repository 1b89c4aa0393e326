//! What scanners and keyboards do to a boarding pass, and when it may be undone.
//!
//! Framing (an AIM symbology identifier in front, control characters at either end) is no part of the pass and is always taken off. Damage to the
//! characters themselves is undone only if exactly one undoing yields a valid pass; else the text is refused and the guess is shown.

use std::fmt;

use super::deviation::{Deviation, Reason, Verdict};
use super::layout::Pass;
use super::read::read;

/// Something that was undone before a pass could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undoing {
    /// An AIM symbology identifier such as `]Q3`.
    AimIdentifier,
    /// Carriage return, line feed or another control character at either end.
    ControlCharacters,
    /// The scanner or the host wrote small letters.
    LowerCase,
    /// Caps lock: capital and small letters changed places.
    CapsLock,
    /// The scanner typed on a US keyboard, the host read another one.
    KeyboardLayout(&'static str),
}

impl fmt::Display for Undoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AimIdentifier => f.write_str("aim_identifier"),
            Self::ControlCharacters => f.write_str("control_characters"),
            Self::LowerCase => f.write_str("lower_case"),
            Self::CapsLock => f.write_str("caps_lock"),
            Self::KeyboardLayout(name) => write!(f, "keyboard_layout:{name}"),
        }
    }
}

/// The text is no boarding pass that may be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("This is not a usable boarding pass ({reason}). Scan it again, or find the guest by name.")]
pub struct Refused {
    pub reason: Reason,
    /// What it may have been, for a person to compare with the paper.
    pub guess: Option<String>,
}

/// Reads what a scanner delivered.
///
/// # Errors
/// When it is no boarding pass, and not exactly one undoing makes a valid one of it.
pub fn parse(scanned: &str) -> Result<Pass, Refused> {
    let (text, framing) = unframed(scanned);
    match read(text) {
        Ok(pass) if !looks_mistyped(&pass) => Ok(with(pass, &framing)),
        Ok(pass) => match only_valid(scanned, KEYBOARDS.iter().map(keyboard_undoing)) {
            Ok(undone) => Ok(undone),
            Err(Guess::None) => Ok(with(pass, &framing)),
            Err(Guess::One(guess)) => Err(Refused { reason: Reason::Unusable(Deviation::NameWithoutSlash), guess: Some(guess) }),
        },
        Err(reason) => only_valid(scanned, every_undoing(scanned)).map_err(|guess| Refused {
            reason,
            guess: match guess {
                Guess::None => None,
                Guess::One(guess) => Some(guess),
            },
        }),
    }
}

enum Guess {
    None,
    One(String),
}

/// A way to undo damage, and the text it leads to.
type Attempt<'a> = (Undoing, Box<dyn Fn(&str) -> String + 'a>);

/// The pass of the only undoing that yields a valid one; else the best guess.
fn only_valid<'a>(scanned: &str, attempts: impl Iterator<Item = Attempt<'a>>) -> Result<Pass, Guess> {
    let mut valid: Vec<Pass> = Vec::new();
    let mut guess = Guess::None;
    for (undoing, undo) in attempts {
        let undone = undo(scanned);
        if undone == scanned {
            continue;
        }
        let (text, mut steps) = unframed(&undone);
        steps.push(undoing);
        let Ok(pass) = read(text) else { continue };
        if pass.verdict() == Verdict::Valid {
            if !valid.iter().any(|other| other.text() == pass.text()) {
                valid.push(with(pass, &steps));
            }
        } else if matches!(guess, Guess::None) {
            guess = Guess::One(pass.text().to_owned());
        }
    }
    match valid.len() {
        0 => Err(guess),
        1 => valid.pop().ok_or(guess),
        _ => Err(valid.first().map_or(guess, |first| Guess::One(first.text().to_owned()))),
    }
}

fn every_undoing(scanned: &str) -> impl Iterator<Item = Attempt<'static>> + use<> {
    // Small letters are a scanner's doing only if it wrote no others: `m1DOE/JANE` is another kind of text.
    let (has_small, has_capital) =
        scanned.bytes().fold((false, false), |(small, capital), byte| (small || byte.is_ascii_lowercase(), capital || byte.is_ascii_uppercase()));
    let lower = (has_small && !has_capital).then(|| -> Attempt<'static> { (Undoing::LowerCase, Box::new(str::to_ascii_uppercase)) });
    let caps = (has_small && has_capital).then(|| -> Attempt<'static> { (Undoing::CapsLock, Box::new(swap_case)) });
    lower.into_iter().chain(caps).chain(KEYBOARDS.iter().map(keyboard_undoing))
}

fn keyboard_undoing(keyboard: &'static Keyboard) -> Attempt<'static> {
    (Undoing::KeyboardLayout(keyboard.name), Box::new(|text| text.chars().map(|c| keyboard.typed_on_us(c)).collect()))
}

fn swap_case(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'a'..='z' => c.to_ascii_uppercase(),
            'A'..='Z' => c.to_ascii_lowercase(),
            _ => c,
        })
        .collect()
}

/// Whether a usable text carries the marks of another keyboard in two places that the standard fixes: the name's slash, and the signs that open what
/// follows the mandatory characters. One alone may be the issuer's own mistake.
fn looks_mistyped(pass: &Pass) -> bool {
    let has = |wanted| pass.deviations().contains(&wanted);
    has(Deviation::NameWithoutSlash) && (has(Deviation::VariableWithoutMarker) || has(Deviation::TrailingData))
}

/// The text without the scanner's framing, and what was taken off.
fn unframed(scanned: &str) -> (&str, Vec<Undoing>) {
    let mut undone = Vec::new();
    let mut text = scanned.trim_matches(is_framing);
    if text.len() < scanned.len() {
        undone.push(Undoing::ControlCharacters);
    }
    if let [b']', code, modifier, ..] = text.as_bytes()
        && code.is_ascii_alphabetic()
        && modifier.is_ascii_alphanumeric()
    {
        text = text.get(3..).unwrap_or_default();
        undone.push(Undoing::AimIdentifier);
    }
    (text, undone)
}

fn is_framing(c: char) -> bool {
    matches!(c, '\0' | '\u{2}' | '\u{3}' | '\u{4}' | '\t' | '\n' | '\r' | '\u{feff}')
}

fn with(mut pass: Pass, undone: &[Undoing]) -> Pass {
    pass.undone = undone.to_vec();
    pass
}

/// What a host with another keyboard shows for the keys of a US one, key by key in the order of [`US`].
struct Keyboard {
    name: &'static str,
    shown: &'static str,
}

impl Keyboard {
    /// The character that was meant when this one is shown.
    fn typed_on_us(&self, shown: char) -> char {
        self.shown.chars().zip(US.chars()).find(|(there, _)| *there == shown).map_or(shown, |(_, us)| us)
    }
}

const US: &str = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?";

const KEYBOARDS: &[Keyboard] = &[
    Keyboard { name: "German", shown: "^1234567890ß´qwertzuiopü+#asdfghjklöäyxcvbnm,.-°!\"§$%&/()=?`QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_" },
    Keyboard { name: "French", shown: "²&é\"'(-è_çà)=azertyuiop^$*qsdfghjklmùwxcvbn,;:!~1234567890°+AZERTYUIOP¨£µQSDFGHJKLM%WXCVBN?./§" },
    Keyboard { name: "Spanish", shown: "º1234567890'¡qwertyuiop`+çasdfghjklñ´zxcvbnm,.-ª!\"·$%&/()=?¿QWERTYUIOP^*ÇASDFGHJKLÑ¨ZXCVBNM;:_" },
    Keyboard { name: "Italian", shown: "\\1234567890'ìqwertyuiopè+ùasdfghjklòàzxcvbnm,.-|!\"£$%&/()=?^QWERTYUIOPé*§ASDFGHJKLç°ZXCVBNM;:_" },
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters that no keyboard here moves, so that the undoing is certain.
    const CERTAIN: &str = "M1DOE/JOHN            EABC123 PEKFRACA 0834 226F001A0025 106>60000^104ABCD";

    fn damaged(keyboard: &Keyboard, text: &str) -> String {
        text.chars().map(|c| US.chars().zip(keyboard.shown.chars()).find(|(us, _)| *us == c).map_or(c, |(_, there)| there)).collect()
    }

    fn keyboard(name: &str) -> &'static Keyboard {
        KEYBOARDS.iter().find(|keyboard| keyboard.name == name).unwrap()
    }

    #[test]
    fn every_keyboard_has_a_character_for_every_key() {
        for keyboard in KEYBOARDS {
            assert_eq!(keyboard.shown.chars().count(), US.chars().count(), "{}", keyboard.name);
        }
    }

    #[test]
    fn framing_is_no_part_of_the_pass() {
        for scanned in [format!("]Q3{CERTAIN}"), format!("{CERTAIN}\r\n"), format!("\u{2}]z0{CERTAIN}\u{3}\r")] {
            let pass = parse(&scanned).unwrap();
            assert_eq!((pass.text(), pass.verdict()), (CERTAIN, Verdict::Valid), "{scanned:?}");
            assert!(!pass.undone().is_empty());
        }
    }

    #[test]
    fn small_letters_are_undone_when_there_are_no_others() {
        let pass = parse(&CERTAIN.to_ascii_lowercase()).unwrap();
        assert_eq!((pass.text(), pass.undone()), (CERTAIN, &[Undoing::LowerCase][..]));
        assert_eq!(parse(&CERTAIN.replacen('M', "m", 1)).unwrap_err().reason, Reason::FormatCode);
    }

    #[test]
    fn a_keyboard_is_undone_when_only_one_reading_is_left() {
        for name in ["German", "French", "Spanish", "Italian"] {
            let pass = parse(&damaged(keyboard(name), CERTAIN)).unwrap();
            assert_eq!(pass.text(), CERTAIN, "{name}");
        }
    }

    #[test]
    fn a_keyboard_that_leaves_two_readings_is_refused_with_the_guess_shown() {
        let shanghai = CERTAIN.replace("PEK", "YUL");
        let refused = parse(&damaged(keyboard("German"), &shanghai)).unwrap_err();
        assert_eq!(refused.guess, Some(shanghai));
    }
}

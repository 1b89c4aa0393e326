//! The letters that a printer has, and what stands for those that it lacks. No control character ever gets through.

use encoding_rs::{Encoding, GBK, WINDOWS_1252};
use icu_normalizer::DecomposingNormalizerBorrowed;
use serde::Deserialize;

/// What a printer can write.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Letters {
    /// 7-bit ASCII.
    Ascii,
    /// Windows code page 1252: the letters of western Europe.
    #[default]
    Latin,
    /// GBK: Chinese, in one or two bytes. Printers for the Chinese market have it.
    Gbk,
    /// Every letter, in UTF-8, by a font that lies in the printer.
    All,
}

/// Letters that no mark can be taken from.
const SPELLED: &[(char, &str)] = &[
    ('ß', "ss"),
    ('ẞ', "SS"),
    ('Æ', "AE"),
    ('æ', "ae"),
    ('Œ', "OE"),
    ('œ', "oe"),
    ('Ø', "O"),
    ('ø', "o"),
    ('Ł', "L"),
    ('ł', "l"),
    ('Đ', "D"),
    ('đ', "d"),
    ('Ð', "D"),
    ('ð', "d"),
    ('Þ', "TH"),
    ('þ', "th"),
    ('ı', "i"),
    ('\u{2018}', "'"),
    ('\u{2019}', "'"),
    ('\u{201c}', "\""),
    ('\u{201d}', "\""),
    ('\u{2013}', "-"),
    ('\u{2014}', "-"),
    ('\u{2026}', "..."),
    ('、', ", "),
    ('，', ", "),
    ('：', ": "),
    ('。', ". "),
];

/// Stands for a letter that a printer lacks and that cannot be spelled otherwise.
const UNKNOWN: char = '?';

impl Letters {
    /// Whether every letter of a text can be written as it is.
    pub fn have(self, text: &str) -> bool {
        text.chars().all(|letter| self.has(letter))
    }

    /// The text in letters of this printer: control characters become blanks, marks fall off, ligatures are spelled, the rest becomes `?`.
    pub fn fit(self, text: &str) -> String {
        let mut fit = String::with_capacity(text.len());
        for letter in text.chars() {
            if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') {
                fit.push(' ');
            } else if self.has(letter) {
                fit.push(letter);
            } else if let Some((_, spelled)) = SPELLED.iter().find(|(known, _)| *known == letter) {
                fit.push_str(spelled);
            } else {
                let mut bytes = [0; 4];
                let plain = DecomposingNormalizerBorrowed::new_nfd().normalize(letter.encode_utf8(&mut bytes)).chars().next();
                fit.push(plain.filter(|plain| self.has(*plain)).unwrap_or(UNKNOWN));
            }
        }
        fit
    }

    /// The bytes of a text, of which none is below a blank, and none is 7F.
    pub fn bytes(self, text: &str) -> Vec<u8> {
        let fit = self.fit(text);
        match self.encoding() {
            Some(encoding) => encoding.encode(&fit).0.into_owned(),
            None => fit.into_bytes(),
        }
    }

    /// The columns that a letter takes on paper.
    pub fn columns(letter: char) -> usize {
        if letter >= '\u{1100}' { 2 } else { 1 }
    }

    fn has(self, letter: char) -> bool {
        if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') {
            return false;
        }
        match self {
            Letters::Ascii => letter.is_ascii(),
            Letters::All => true,
            Letters::Latin | Letters::Gbk if letter.is_ascii() => true,
            Letters::Latin | Letters::Gbk => {
                let mut bytes = [0; 4];
                self.encoding().is_some_and(|encoding| !encoding.encode(letter.encode_utf8(&mut bytes)).2)
            }
        }
    }

    fn encoding(self) -> Option<&'static Encoding> {
        match self {
            Letters::Latin => Some(WINDOWS_1252),
            Letters::Gbk => Some(GBK),
            Letters::Ascii | Letters::All => None,
        }
    }
}

/// Breaks a text into lines of at most so many columns: between words where it can, between wide letters anywhere.
pub(super) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let (mut lines, mut line, mut width) = (Vec::new(), String::new(), 0);
    for word in pieces(text) {
        let wide: usize = word.chars().map(Letters::columns).sum();
        if width > 0 && width + wide > columns {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
            width = 0;
        }
        if width == 0 && word.trim().is_empty() {
            continue;
        }
        for letter in word.chars() {
            let wide = Letters::columns(letter);
            if width + wide > columns.max(2) {
                lines.push(std::mem::take(&mut line));
                width = 0;
            }
            line.push(letter);
            width += wide;
        }
    }
    if !line.trim().is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Words, the blanks between them, and wide letters one by one.
fn pieces(text: &str) -> Vec<&str> {
    let (mut pieces, mut from) = (Vec::new(), 0);
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        let breaks = letter.is_whitespace() != before.is_whitespace() || Letters::columns(letter) == 2 || Letters::columns(before) == 2;
        if at > from && breaks {
            pieces.push(&text[from..at]);
            from = at;
        }
        before = letter;
    }
    pieces.push(&text[from..]);
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EACH: [Letters; 4] = [Letters::Ascii, Letters::Latin, Letters::Gbk, Letters::All];

    #[test]
    fn marks_fall_off_where_a_printer_lacks_them() {
        assert_eq!(Letters::Ascii.fit("Łukasz Müller-Straße, Đặng, 李娜\n"), "Lukasz Muller-Strasse, Dang, ?? ");
        assert_eq!(Letters::Latin.fit("Müller, Łukasz"), "Müller, Lukasz");
        assert_eq!(Letters::Latin.bytes("é€"), [0xe9, 0x80]);
        assert_eq!(Letters::Gbk.bytes("行李 é"), [0xd0, 0xd0, 0xc0, 0xee, b' ', 0xa8, 0xa6]);
        assert!(Letters::Gbk.have("行李") && !Letters::Latin.have("行李"));
    }

    #[test]
    fn lines_break_between_words_and_between_wide_letters() {
        assert_eq!(wrapped("one two  three", 8), ["one two", "three"]);
        assert_eq!(wrapped("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrapped("您的行李ab", 4), ["您的", "行李", "ab"]);
        assert!(wrapped("  ", 4).is_empty());
    }

    proptest! {
        #[test]
        fn no_text_yields_a_control_byte(text in ".*|[\\x00-\\xff]*") {
            for letters in EACH {
                let bytes = letters.bytes(&text);
                prop_assert!(bytes.iter().all(|byte| *byte >= b' ' && *byte != 0x7f), "{letters:?}: {bytes:02x?}");
                prop_assert!(!letters.fit(&text).chars().any(char::is_control));
            }
        }

        #[test]
        fn no_line_is_wider_than_asked_and_no_letter_is_lost(text in ".*", columns in 2_usize..60) {
            let lines = wrapped(&text, columns);
            prop_assert!(lines.iter().all(|line| line.chars().map(Letters::columns).sum::<usize>() <= columns));
            let bare = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
            prop_assert_eq!(bare(&lines.concat()), bare(&text));
        }
    }
}

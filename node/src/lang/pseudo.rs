//! A language that nobody speaks (en-XA): English with accents and two fifths longer, so that a text that was forgotten and a line that is too short show.

use std::borrow::Cow;

/// Words as they stand in a language file or in a rule.
pub(super) fn accented(text: &str) -> Cow<'_, str> {
    let mut said = String::with_capacity(text.len() * 2);
    let mut letters = 0_usize;
    for letter in text.chars() {
        said.push(accent(letter));
        letters += usize::from(letter.is_ascii_alphabetic());
        // Every fifth and every second of ten letters is followed by a mark: two more for five.
        if letter.is_ascii_alphabetic() && (letters % 5 == 2 || letters.is_multiple_of(5)) {
            said.push('·');
        }
    }
    Cow::Owned(said)
}

fn accent(letter: char) -> char {
    const PLAIN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const MARKED: &str = "áƀçďéƒğĥíĵķľɱñóƥɋŕšťúṽŵẋýžÁƁÇĎÉƑĞĤÍĴĶĽṀÑÓƤɊŔŠŤÚṼŴẊÝŽ";
    PLAIN.chars().position(|plain| plain == letter).and_then(|at| MARKED.chars().nth(at)).unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_plain_letter_is_left_and_the_text_is_two_fifths_longer() {
        let text = "Scan, or type sequence, seat, name: 24 guests";
        let said = accented(text);
        assert!(!said.chars().any(|letter| letter.is_ascii_alphabetic()), "{said}");
        let letters = text.chars().filter(char::is_ascii_alphabetic).count();
        assert!(said.chars().count() - text.chars().count() >= letters * 2 / 5 - 1, "{said}");
        assert!(said.contains("24"));
    }
}

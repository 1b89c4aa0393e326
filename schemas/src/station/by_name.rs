//! Finding guests by name: as written, then as it may be written, then as it sounds.

use super::Station;
use super::find::{FoundBy, Hits, NameStart, letters, parts};
use super::likeness::{Near, Sounds, slips, slips_forgiven};
use super::spelling::{consonants, readings, respellings, squashed};
use crate::record::Booking;

/// Titles that lists write behind the given name without a blank.
const TITLES: [&str; 11] = ["", "CHD", "DR", "INF", "MASTER", "MISS", "MR", "MRS", "MS", "MSTR", "PROF"];

const TITLE_MAX: usize = 6;

/// A listed name of so many letters may have been cut: a pass holds 20 with the slash.
const CUT_FROM: usize = 18;

/// Characters that are read in several ways are heard in the usual ones.
const WAYS_HEARD_MAX: usize = 2;

/// Fewer letters sound like half of the list.
const SOUNDS_MIN: usize = 2;
const LETTERS_MIN: usize = 3;

impl Station {
    /// Everybody whom the query may name. Sounds and slips, where guesses are wanted, only if nobody was found before.
    pub(super) fn hit_names<'a>(&'a self, query: &str, guesses: bool, hits: &mut Hits<'a>) {
        if !query.chars().any(char::is_alphabetic) {
            return;
        }
        let is_ordered = query.contains('/');
        let at_best = if query.is_ascii() { FoundBy::Name } else { FoundBy::Transliterated };
        let ways = readings(query);
        ways.iter().for_each(|way| self.hit_written(way, is_ordered, at_best, hits));
        if guesses {
            let is_missed = hits.is_empty();
            for way in ways.iter().filter(|way| way.iter().map(String::len).sum::<usize>() >= LETTERS_MIN) {
                let others = respellings(way, is_missed || way.len() > 1);
                others.iter().for_each(|other| self.hit_written(other, is_ordered, FoundBy::Respelled, hits));
            }
        }
        if hits.is_empty() {
            self.hit_parts(&ways, at_best, hits);
        }
        if hits.is_empty() && guesses && !query.bytes().any(|byte| byte.is_ascii_digit()) {
            match consonants(query) {
                Some(words) => self.hit_consonants(&words, hits),
                None => ways.iter().take(WAYS_HEARD_MAX).for_each(|way| self.hit_alike(way, is_ordered, hits)),
            }
        }
    }

    fn hit_written<'a>(&'a self, words: &[String], is_ordered: bool, at_best: FoundBy, hits: &mut Hits<'a>) {
        let whole = words.concat();
        if whole.is_empty() {
            return;
        }
        for booking in self.called(&whole) {
            let by = if is_whole(booking.name(), &whole) { FoundBy::Name } else { FoundBy::NamePrefix };
            hits.add(by.max(at_best), 0, booking);
        }
        if let Some(start) = whole.get(..NameStart::LEN) {
            let is_cut = |booking: &&Booking| Some(squashed(booking.name())).is_some_and(|name| name.len() >= CUT_FROM && whole.starts_with(&name));
            self.called(start).filter(is_cut).for_each(|booking| hits.add(FoundBy::NameCutOff.max(at_best), 0, booking));
        }
        for turned in if is_ordered { Vec::new() } else { turned(words) } {
            let named = self.called(&turned).filter(|booking| is_whole(booking.name(), &turned));
            named.for_each(|booking| hits.add(FoundBy::NameParts.max(at_best), 0, booking));
        }
        if let ([surname, given], true) = (words, hits.is_empty()) {
            let is_both =
                |booking: &&Booking| booking.name().split_once('/').is_some_and(|(last, first)| begins(last, surname) && begins(first, given));
            self.called(surname).filter(is_both).for_each(|booking| hits.add(FoundBy::NameCutOff.max(at_best), 0, booking));
        }
    }

    /// Guests with a name for each word, in any order. One word alone is looked for in all names.
    fn hit_parts<'a>(&'a self, ways: &[Vec<String>], at_best: FoundBy, hits: &mut Hits<'a>) {
        let by = FoundBy::NameParts.max(at_best);
        for words in ways.iter().filter(|words| words.len() > 1) {
            for word in words.iter().filter(|word| word.len() > 1) {
                self.called(word).filter(|booking| has_each(booking.name(), words)).for_each(|booking| hits.add(by, 0, booking));
            }
        }
        // One name alone, which no list writes with digits.
        let is_name = |words: &&Vec<String>| words.len() == 1 && words[0].len() > 1 && !words[0].bytes().any(|byte| byte.is_ascii_digit());
        let ways: Vec<_> = ways.iter().filter(is_name).take(WAYS_HEARD_MAX).collect();
        if hits.is_empty() && !ways.is_empty() {
            let may_have = self.names.iter().filter(|(_, marks)| ways.iter().any(|words| marks.may_have(&words[0])));
            let named = may_have.filter_map(|((_, id), _)| self.booking(*id));
            let named = named.filter(|booking| ways.iter().any(|words| has_each(booking.name(), words)));
            named.for_each(|booking| hits.add(by, 0, booking));
        }
    }

    fn hit_consonants<'a>(&'a self, words: &[String], hits: &mut Hits<'a>) {
        for typed in turned(words).into_iter().chain([words.concat()]) {
            let wanted = Sounds::kept(typed.as_bytes());
            if wanted.len() >= SOUNDS_MIN {
                self.hit_sounds(&wanted, Sounds::kept, |_, sounds| sounds.len().checked_sub(wanted.len()), hits);
            }
        }
    }

    fn hit_alike<'a>(&'a self, words: &[String], is_ordered: bool, hits: &mut Hits<'a>) {
        let typed = words.concat();
        let others = if is_ordered { Vec::new() } else { turned(words) };
        for typed in [typed].into_iter().chain(others).filter(|typed| typed.len() >= LETTERS_MIN) {
            let wanted = Sounds::heard(typed.as_bytes());
            if wanted.len() >= SOUNDS_MIN {
                let most = u8::try_from(typed.len() / 2).unwrap_or(u8::MAX).max(2);
                self.hit_sounds(&wanted, Sounds::heard, |name, _| slips(typed.as_bytes(), name, most).map(usize::from), hits);
            }
            self.hit_slips(&typed, hits);
        }
    }

    /// Guests whose name begins with these sounds, unless it is too far from what was asked.
    fn hit_sounds<'a>(
        &'a self,
        wanted: &Sounds,
        sounds: impl Fn(&[u8]) -> Sounds,
        far: impl Fn(&[u8], &Sounds) -> Option<usize>,
        hits: &mut Hits<'a>,
    ) {
        let mut begins = None;
        let may_sound = |start: &NameStart| {
            let (letters, is_all) = start.letters();
            let two = &letters[..letters.len().min(2)];
            // The first of two letters is heard for sure, unless it is one that may be silent: most names end here.
            let is_heard = once_for(&mut begins, [two.first(), two.get(1)].map(|letter| letter.copied()), |_| {
                let first = sounds(two).first();
                matches!(two.first(), Some(b'H' | b'T')) || first.is_none() || first == wanted.first()
            });
            is_heard && wanted.may_begin(&sounds(letters), is_all)
        };
        for booking in self.started(may_sound) {
            let name = squashed(booking.name());
            let heard = sounds(name.as_bytes());
            if !wanted.begin(&heard) {
                continue;
            }
            if let Some(far) = far(name.as_bytes(), &heard) {
                hits.add(FoundBy::Phonetic, u8::try_from(far).unwrap_or(u8::MAX), booking);
            }
        }
    }

    /// Everybody whose name may be meant by how it starts. Names that start alike are judged once.
    fn started(&self, mut may_be: impl FnMut(&NameStart) -> bool) -> impl Iterator<Item = &Booking> {
        let mut before = None;
        let meant = self.names.keys().filter(move |(start, _)| once_for(&mut before, *start, &mut may_be));
        meant.filter_map(|(_, id)| self.booking(*id))
    }

    fn hit_slips<'a>(&'a self, typed: &str, hits: &mut Hits<'a>) {
        let most = slips_forgiven(typed.len());
        if most == 0 {
            return;
        }
        // So many letters that even with a slip for each missing one they lie within the start that the index holds.
        let early = &typed.as_bytes()[..typed.len().min(NameStart::LEN - usize::from(most))];
        let mut near = Near::new(early, most);
        for booking in self.started(|start| near.slips(start.letters().0).is_some()) {
            let surname = booking.name().split('/').next().map(squashed).unwrap_or_default();
            if let Some(far) = slips(typed.as_bytes(), squashed(booking.name()).as_bytes(), most) {
                hits.add(FoundBy::Fuzzy, far * 2 + u8::from(surname.len().abs_diff(typed.len()) > usize::from(far)), booking);
            }
        }
    }
}

/// The answer for a key; where the key is the one of before, so is the answer.
fn once_for<K: PartialEq + Copy>(known: &mut Option<(K, bool)>, key: K, answer: impl FnOnce(&K) -> bool) -> bool {
    match known {
        Some((before, answer)) if *before == key => *answer,
        _ => known.insert((key, answer(&key))).1,
    }
}

/// Guests say their given name first as often as not: the last word in front, and the first one at the end.
fn turned(words: &[String]) -> Vec<String> {
    match words {
        [first, middle @ .., last] => {
            let mut ways = vec![[std::slice::from_ref(last), std::slice::from_ref(first), middle].concat().concat()];
            if !middle.is_empty() {
                ways.push([middle, std::slice::from_ref(last), std::slice::from_ref(first)].concat().concat());
            }
            ways
        }
        _ => Vec::new(),
    }
}

/// Whether the listed name is this, but for a title behind it.
fn is_whole(name: &str, whole: &str) -> bool {
    // Most that begin so are longer than any title makes them.
    let longest = whole.len() + TITLE_MAX;
    if name.is_ascii() && name.bytes().filter(u8::is_ascii_alphanumeric).nth(longest).is_some() {
        return false;
    }
    squashed(name).strip_prefix(whole).is_some_and(|title| TITLES.contains(&title))
}

/// Whether a part of a listed name begins with this squashed word.
fn begins(part: &str, word: &str) -> bool {
    has_begin(part.as_bytes(), word)
}

fn has_begin(part: &[u8], word: &str) -> bool {
    let mut letters = letters(part);
    word.bytes().all(|byte| letters.next() == Some(byte))
}

/// Whether every word begins a name of its own.
fn has_each(name: &str, words: &[String]) -> bool {
    let mut used = 0_u32;
    words.iter().all(|word| {
        let parts = (0..u32::BITS).zip(parts(name));
        let part = parts.filter(|(at, _)| used & (1 << at) == 0).find(|(_, part)| has_begin(part, word));
        part.inspect(|(at, _)| used |= 1 << at).is_some()
    })
}

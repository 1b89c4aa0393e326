//! How alike two names are that are not written alike: by sound, by consonants, by slips of the finger.
//!
//! Names are squashed: capitals A to Z and digits.

/// Sounds of a name are compared up to here.
const SOUNDS_MAX: usize = 24;

/// Slips are looked for in so much of what was typed, and in a little more of a name.
const TYPED_MAX: usize = 36;
const LETTERS_MAX: usize = 40;

/// The consonants of a name in few classes, in a place of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sounds {
    classes: [u8; SOUNDS_MAX],
    len: usize,
}

impl Sounds {
    /// How the name is heard: vowels count at the beginning only, `ZH`, `CH`, `J`, `Q`, `S`, `SCH`, `TS` and `X` are one, so are `B` and `P`, `D` and `T`,
    /// `G`, `K` and hard `C`, `F`, `V` and `W`.
    pub(super) fn heard(name: &[u8]) -> Self {
        let at = |place: usize| name.get(place).copied().unwrap_or(0);
        Self::of((0..name.len()).map(|place| {
            let (before, next) = (if place == 0 { 0 } else { at(place - 1) }, at(place + 1));
            match name[place] {
                b'A' | b'E' | b'I' | b'O' | b'U' | b'Y' if place == 0 => b'A',
                b'P' if next == b'H' => b'F',
                b'B' | b'P' => b'P',
                b'F' | b'V' | b'W' => b'F',
                b'T' if matches!(next, b'S' | b'Z' | b'C') => 0,
                b'D' | b'T' => b'T',
                b'C' if matches!(next, b'H' | b'E' | b'I' | b'Y' | b'Z' | b'S') => b'S',
                b'Q' if next == b'I' => b'S',
                b'S' | b'Z' | b'X' | b'J' => b'S',
                b'G' if before == b'N' => 0,
                b'C' | b'G' | b'K' | b'Q' => b'K',
                consonant @ (b'L' | b'M' | b'N' | b'R') => consonant,
                _ => 0,
            }
        }))
    }

    /// What a script without vowels keeps of the name.
    pub(super) fn kept(name: &[u8]) -> Self {
        Self::of(name.iter().map(|letter| match letter {
            b'A' | b'E' | b'I' | b'O' | b'U' | b'Y' | b'W' => 0,
            b'Q' | b'C' => b'K',
            b'P' => b'B',
            b'V' => b'F',
            other => *other,
        }))
    }

    fn of(classes: impl Iterator<Item = u8>) -> Self {
        let mut sounds = Self { classes: [0; SOUNDS_MAX], len: 0 };
        for class in classes.filter(|class| *class != 0) {
            if sounds.len == SOUNDS_MAX {
                break;
            }
            if sounds.len == 0 || sounds.classes[sounds.len - 1] != class {
                sounds.classes[sounds.len] = class;
                sounds.len += 1;
            }
        }
        sounds
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn first(&self) -> Option<u8> {
        (self.len > 0).then_some(self.classes[0])
    }

    pub(super) fn begin(&self, name: &Self) -> bool {
        self.len <= name.len && self.classes[..self.len] == name.classes[..self.len]
    }

    /// Whether these can begin the sounds of a name of which these first letters are known: the last may sound otherwise with what follows.
    pub(super) fn may_begin(&self, start: &Self, whole: bool) -> bool {
        if whole {
            return self.begin(start);
        }
        let sure = start.len.saturating_sub(1).min(self.len);
        self.classes[..sure] == start.classes[..sure]
    }
}

/// Slips that are forgiven in a word of this length: none in a short one, which would fit everybody.
pub(super) fn slips_forgiven(letters: usize) -> u8 {
    match letters {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

/// Slips between what was typed and some beginning of the name: a letter too many, too few, another, or two changed about. Nothing beyond `most`.
pub(super) fn slips(typed: &[u8], name: &[u8], most: u8) -> Option<u8> {
    let typed = &typed[..typed.len().min(TYPED_MAX)];
    let name = &name[..name.len().min(typed.len() + usize::from(most)).min(LETTERS_MAX)];
    // Three lines of the table of Damerau and Levenshtein, without letting a letter move twice.
    let (mut earlier, mut last) = ([0_u8; LETTERS_MAX + 1], [0_u8; LETTERS_MAX + 1]);
    for (place, slips) in (0_u8..).zip(last.iter_mut()) {
        *slips = place;
    }
    for at in 1..=typed.len() {
        let mut now = [0_u8; LETTERS_MAX + 1];
        now[0] = last[0] + 1;
        let mut least = now[0];
        for to in 1..=name.len() {
            let other = u8::from(typed[at - 1] != name[to - 1]);
            let mut slips = (last[to] + 1).min(now[to - 1] + 1).min(last[to - 1] + other);
            if at > 1 && to > 1 && typed[at - 1] == name[to - 2] && typed[at - 2] == name[to - 1] {
                slips = slips.min(earlier[to - 2] + 1);
            }
            now[to] = slips;
            least = least.min(slips);
        }
        // Changing two about looks one line further back, at one slip less.
        if least > most.saturating_add(1) {
            return None;
        }
        (earlier, last) = (last, now);
    }
    last[..=name.len()].iter().copied().min().filter(|slips| *slips <= most)
}

/// As many letters of a name as [`Near`] looks at.
pub(super) const NEAR_MAX: usize = 12;

/// [`slips`] for one name after another, of which each letter that a name shares with the one before is compared once: in a sorted list most of them.
pub(super) struct Near<'a> {
    typed: &'a [u8],
    most: u8,
    /// The name before, as far as it was looked at.
    name: [u8; NEAR_MAX],
    looked_at: usize,
    /// For each beginning of that name the slips against each beginning of what was typed, and the least so far against all of it.
    lines: [[u8; NEAR_MAX + 1]; NEAR_MAX + 1],
    best: [u8; NEAR_MAX + 1],
    /// The least of each line: once two lines are too far, so is all that follows.
    least: [u8; NEAR_MAX + 1],
}

impl<'a> Near<'a> {
    /// Only the first letters of what was typed count.
    pub(super) fn new(typed: &'a [u8], most: u8) -> Self {
        let typed = &typed[..typed.len().min(NEAR_MAX)];
        let mut near = Self {
            typed,
            most,
            name: [0; NEAR_MAX],
            looked_at: 0,
            lines: [[0; NEAR_MAX + 1]; NEAR_MAX + 1],
            best: [u8::MAX; NEAR_MAX + 1],
            least: [0; NEAR_MAX + 1],
        };
        for (place, slips) in (0_u8..).zip(near.lines[0].iter_mut()) {
            *slips = place;
        }
        near.best[0] = near.lines[0][typed.len()];
        near
    }

    /// As [`slips`] of the same, where the name is not longer than [`NEAR_MAX`].
    pub(super) fn slips(&mut self, name: &[u8]) -> Option<u8> {
        let name = &name[..name.len().min(NEAR_MAX)];
        let same = self.name[..self.looked_at].iter().zip(name).take_while(|(one, other)| one == other).count();
        self.looked_at = same;
        while self.looked_at < name.len() && !self.is_lost() {
            self.name[self.looked_at] = name[self.looked_at];
            self.look_at_next();
        }
        Some(self.best[self.looked_at]).filter(|slips| *slips <= self.most)
    }

    fn is_lost(&self) -> bool {
        let at = self.looked_at;
        // Changing two about looks one line further back, at one slip more.
        at > 0 && self.least[at] > self.most && self.least[at - 1] >= self.most
    }

    fn look_at_next(&mut self) {
        let at = self.looked_at + 1;
        let (done, rest) = self.lines.split_at_mut(at);
        let (last, earlier, now) = (&done[at - 1], at.checked_sub(2).map(|two| &done[two]), &mut rest[0]);
        now[0] = last[0] + 1;
        let mut least = now[0];
        for to in 1..=self.typed.len() {
            let other = u8::from(self.name[at - 1] != self.typed[to - 1]);
            let mut slips = (last[to] + 1).min(now[to - 1] + 1).min(last[to - 1] + other);
            if let Some(earlier) = earlier.filter(|_| to > 1 && self.name[at - 1] == self.typed[to - 2] && self.name[at - 2] == self.typed[to - 1]) {
                slips = slips.min(earlier[to - 2] + 1);
            }
            now[to] = slips;
            least = least.min(slips);
        }
        self.least[at] = least;
        self.best[at] = self.best[at - 1].min(now[self.typed.len()]);
        self.looked_at = at;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_sound_alike_are_alike() {
        for (one, other) in [
            ("SMITH", "SCHMIDT"),
            ("ZHANG", "CHANG"),
            ("IVANOV", "IWANOW"),
            ("PHILIPS", "FILIPS"),
            ("QIAN", "CHIEN"),
            ("MEYER", "MAIER"),
            ("GUO", "KUO"),
        ] {
            assert_eq!(Sounds::heard(one.as_bytes()), Sounds::heard(other.as_bytes()), "{one} {other}");
        }
        for (one, other) in [("WANG", "LANG"), ("MEYER", "BEYER"), ("LI", "NI")] {
            assert_ne!(Sounds::heard(one.as_bytes()), Sounds::heard(other.as_bytes()), "{one} {other}");
        }
        assert_eq!(Sounds::kept(b"MOHAMMED"), Sounds::kept(b"MHMD"));
    }

    #[test]
    fn slips_are_counted() {
        for (typed, name, found) in [
            ("ZHAGN", "ZHANGWEI", Some(1)),
            ("ZANG", "ZHANGWEI", Some(1)),
            ("ZHANNG", "ZHANGWEI", Some(1)),
            ("XHANG", "ZHANGWEI", Some(1)),
            ("ZHANG", "ZHANGWEI", Some(0)),
            ("WANGLIE", "WANGLEIMR", Some(1)),
            ("", "WANG", Some(0)),
            ("LOPEZ", "WANG", None),
        ] {
            assert_eq!(slips(typed.as_bytes(), name.as_bytes(), 2), found, "{typed} {name}");
        }
    }

    proptest! {
        #[test]
        fn one_slip_is_at_most_one_slip(name in "[A-Z]{2,60}", at in 0..60_usize, letter in b'A'..=b'Z') {
            let at = at % name.len();
            let mut typed = name.clone().into_bytes();
            typed[at] = letter;
            prop_assert!(slips(&typed, name.as_bytes(), 2).unwrap() <= 1);
            typed.remove(at);
            prop_assert!(slips(&typed, name.as_bytes(), 2).unwrap() <= 1);
        }

        #[test]
        fn names_compared_in_a_row_have_the_slips_of_each_alone(typed in "[AB]{0,10}|[A-D]{0,12}", names in proptest::collection::vec("[A-D]{0,12}", 0..40), most in 0..3_u8, sorted: bool) {
            let mut names = names;
            if sorted {
                names.sort();
            }
            let mut near = Near::new(typed.as_bytes(), most);
            for name in &names {
                prop_assert_eq!(near.slips(name.as_bytes()), slips(typed.as_bytes(), name.as_bytes(), most), "{} {}", typed, name);
            }
        }

        #[test]
        fn any_letters_are_compared_without_a_fall(typed in "[A-Z0-9]{0,80}", name in "[A-Z0-9]{0,80}", most in 0..3_u8) {
            let _ = (slips(typed.as_bytes(), name.as_bytes(), most), Near::new(typed.as_bytes(), most).slips(name.as_bytes()));
            let _ = Sounds::heard(typed.as_bytes()).may_begin(&Sounds::heard(name.as_bytes()), false);
        }
    }
}

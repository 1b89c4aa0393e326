//! How a name that was asked for may be written in a list: in capitals A to Z.
//!
//! Lists hold names in the letters of telegrams, people ask in their own script. A query is written out in every usual way; nothing is kept for a guest.

use deunicode::deunicode_char;
use pinyin::{ToPinyin, ToPinyinMulti};

/// A query in more ways than this is not a name.
const WAYS_MAX: usize = 24;

/// The letters and digits alone, in capitals: `LI/NA` and `li na` are one. Other scripts are written in Latin letters.
pub(super) fn squashed(text: &str) -> String {
    if text.is_ascii() {
        return text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| char::from(byte.to_ascii_uppercase())).collect();
    }
    text.chars()
        .flat_map(|c| plain(c).bytes().collect::<Vec<_>>())
        .filter(u8::is_ascii_alphanumeric)
        .map(|b| char::from(b.to_ascii_uppercase()))
        .collect()
}

/// The words of a query, each in every way in which a passport may write it; one way for words in plain letters.
pub(super) fn readings(query: &str) -> Vec<Vec<String>> {
    let words = query.split(|c: char| c.is_whitespace() || matches!(c, '/' | ',' | '·' | '・'));
    let words: Vec<Vec<String>> = words.map(readings_of).filter(|ways| ways.iter().any(|way| !way.is_empty())).collect();
    product(&words)
}

/// The same words as they are spelled elsewhere: `MUELLER` for `MULLER`, and with `syllables` also `CHANG` for `ZHANG` and `LEE` for `LI`. Not the words
/// themselves.
pub(super) fn respellings(words: &[String], syllables: bool) -> Vec<Vec<String>> {
    let mut ways = Vec::new();
    let each = |change: &dyn Fn(&str) -> Vec<String>| -> Vec<Vec<String>> {
        let changed: Vec<Vec<String>> = words.iter().map(|word| change(word)).collect();
        product(&changed)
    };
    if syllables && words.iter().all(|word| !wade_giles(word).is_empty()) {
        ways.extend(each(&wade_giles));
    }
    ways.extend(each(&|word| vec![contracted(word)]));
    for (at, word) in words.iter().enumerate() {
        let elsewhere = expanded(word).into_iter().chain(if syllables { family_names(word) } else { Vec::new() });
        ways.extend(
            elsewhere.map(|other| words.iter().enumerate().map(|(place, word)| if place == at { other.clone() } else { word.clone() }).collect()),
        );
    }
    ways.retain(|way| way.as_slice() != words);
    ways.sort_unstable();
    ways.dedup();
    ways.truncate(WAYS_MAX);
    ways
}

/// The consonants of a word in a script that writes no vowels; nothing of any other.
pub(super) fn consonants(query: &str) -> Option<Vec<String>> {
    let is_semitic = |c: char| matches!(c, '\u{590}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}');
    query.chars().any(is_semitic).then(|| {
        let words = query.split(|c: char| c.is_whitespace() || matches!(c, '/' | ',' | '،' | '-'));
        let words =
            words.map(|word| word.chars().map(|c| semitic(c).map_or_else(|| plain(c).to_ascii_uppercase(), str::to_owned)).collect::<String>());
        words.filter(|word| !word.is_empty()).collect()
    })
}

/// Every choice of one way for each word, the first ways first.
fn product(words: &[Vec<String>]) -> Vec<Vec<String>> {
    let mut ways = vec![Vec::new()];
    for readings in words {
        ways = ways.iter().flat_map(|way| readings.iter().map(move |reading| way.iter().cloned().chain([reading.clone()]).collect())).collect();
        ways.truncate(WAYS_MAX);
    }
    ways
}

fn readings_of(word: &str) -> Vec<String> {
    if word.is_ascii() {
        return vec![squashed(word)];
    }
    let upper: Vec<char> = word.chars().flat_map(char::to_uppercase).collect();
    let mut ways: Vec<String> =
        [Style::Passport, Style::Plain, Style::Usual, Style::Mixed].iter().flat_map(|style| written(&upper, *style)).collect();
    let mut seen = std::collections::BTreeSet::new();
    ways.retain(|way| !way.is_empty() && seen.insert(way.clone()));
    ways.truncate(WAYS_MAX);
    ways
}

#[derive(Clone, Copy)]
enum Style {
    /// As machine readable passports do (ICAO 9303 part 3, section 6).
    Passport,
    /// The letter without its mark.
    Plain,
    /// As people write their own name in English.
    Usual,
    /// As passports do, but for letters that are heard as two.
    Mixed,
}

fn written(upper: &[char], style: Style) -> Vec<String> {
    let mut ways = vec![String::new()];
    for (at, c) in upper.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| upper[at]);
        let letters: Vec<String> = match c.to_pinyin_multi() {
            Some(several) => {
                let mut several: Vec<String> = c.to_pinyin().into_iter().chain(several).flat_map(|sound| of_passport(sound.plain())).collect();
                several.dedup();
                several
            }
            None => vec![squashed(&letter(*c, before, style))],
        };
        ways = ways.iter().flat_map(|way| letters.iter().map(move |letters| format!("{way}{letters}"))).collect();
        ways.truncate(WAYS_MAX);
    }
    ways
}

/// `lü` stands as `LYU`, `LU` or `LV` in passports.
fn of_passport(pinyin: &str) -> Vec<String> {
    if pinyin.is_ascii() {
        return vec![pinyin.to_ascii_uppercase()];
    }
    ["YU", "U", "V"].iter().map(|vowel| squashed(&pinyin.replace('ü', vowel))).collect()
}

fn letter(c: char, before: Option<char>, style: Style) -> String {
    let special = match style {
        Style::Passport => greek(c, before).or_else(|| passport(c)),
        Style::Plain => None,
        Style::Mixed if matches!(c, 'Ю' | 'Я' | 'Є' | 'Ї') => usual(c),
        Style::Mixed => greek(c, before).or_else(|| passport(c)),
        Style::Usual => usual(c).or_else(|| greek(c, before)).or_else(|| passport(c)),
    };
    special.map_or_else(|| plain(c), str::to_owned)
}

fn plain(c: char) -> String {
    if c.is_alphanumeric() { deunicode_char(c).unwrap_or_default().to_owned() } else { String::new() }
}

/// ICAO 9303 part 3, section 6: national characters that are not the letter below the mark.
fn passport(c: char) -> Option<&'static str> {
    Some(match c {
        'Ä' | 'Æ' => "AE",
        'Å' => "AA",
        'Ö' | 'Ø' | 'Œ' => "OE",
        'Ü' => "UE",
        'Þ' => "TH",
        'Ж' => "ZH",
        'Й' | 'И' | 'І' | 'Ї' => "I",
        'Ё' | 'Э' => "E",
        'Є' => "IE",
        'Х' => "KH",
        'Ц' => "TS",
        'Ч' => "CH",
        'Ш' => "SH",
        'Щ' => "SHCH",
        'Ъ' => "IE",
        'Ь' => "",
        'Ы' => "Y",
        'Ю' => "IU",
        'Я' => "IA",
        _ => return None,
    })
}

fn usual(c: char) -> Option<&'static str> {
    Some(match c {
        'Й' => "Y",
        'Ё' => "YO",
        'Є' => "YE",
        'Ї' => "YI",
        'Х' => "H",
        'Щ' => "SCH",
        'Ю' => "YU",
        'Я' => "YA",
        'Ъ' | 'Ь' => "",
        'Å' => "A",
        'Ñ' => "N",
        _ => return None,
    })
}

/// ELOT 743, the table of Greek passports.
fn greek(c: char, before: Option<char>) -> Option<&'static str> {
    Some(match c {
        'Ά' | 'Α' => "A",
        'Β' => "V",
        'Γ' => "G",
        'Έ' | 'Ε' => "E",
        'Ή' | 'Η' | 'Ί' | 'Ι' | 'Ϊ' => "I",
        'Θ' => "TH",
        'Ξ' => "X",
        'Ό' | 'Ο' | 'Ώ' | 'Ω' => "O",
        'Ρ' => "R",
        'Ύ' | 'Υ' if matches!(before, Some('Ο' | 'Ό')) => "U",
        'Υ' | 'Ύ' if matches!(before, Some('Α' | 'Ε' | 'Η')) => "V",
        'Ύ' | 'Υ' | 'Ϋ' => "Y",
        'Φ' => "F",
        'Χ' => "CH",
        'Ψ' => "PS",
        _ => return None,
    })
}

/// The consonant that an Arabic, Persian or Hebrew letter stands for; empty for a letter that is heard as a vowel.
fn semitic(c: char) -> Option<&'static str> {
    Some(match c {
        'ا' | 'أ' | 'إ' | 'آ' | 'ء' | 'ؤ' | 'ئ' | 'ى' | 'ع' | 'و' | 'ي' | 'ی' | 'א' | 'ע' | 'ו' | 'י' | '\u{64b}'..='\u{652}' => "",
        'ب' | 'ב' | 'پ' => "B",
        'ت' | 'ט' | 'ת' | 'ط' => "T",
        'ث' => "TH",
        'ج' => "J",
        'ח' | 'כ' | 'ך' | 'خ' => "KH",
        'ح' | 'ه' | 'ה' => "H",
        'ة' => "",
        'د' | 'ד' | 'ض' => "D",
        'ذ' => "DH",
        'ر' | 'ר' => "R",
        'ز' | 'ז' | 'ظ' => "Z",
        'س' | 'ס' | 'ص' => "S",
        'ش' | 'ש' => "SH",
        'غ' => "GH",
        'ג' | 'گ' => "G",
        'ف' | 'פ' | 'ף' => "F",
        'ق' | 'ك' | 'ک' | 'ק' => "K",
        'ل' | 'ל' => "L",
        'م' | 'מ' | 'ם' => "M",
        'ن' | 'נ' | 'ן' => "N",
        'צ' | 'ץ' => "TS",
        'چ' => "CH",
        _ => return None,
    })
}

/// `MUELLER` as `MULLER`.
fn contracted(word: &str) -> String {
    word.replace("AE", "A").replace("OE", "O").replace("UE", "U")
}

/// `MULLER` as `MUELLER`: one vowel at a time.
fn expanded(word: &str) -> Vec<String> {
    let vowels = word.char_indices().filter(|(at, c)| matches!(c, 'A' | 'O' | 'U') && at + 1 < word.len() && word.len() > 3);
    vowels.map(|(at, _)| format!("{}E{}", &word[..=at], &word[at + 1..])).collect()
}

/// Family names as they are written in Hong Kong and overseas, and in pinyin.
const FAMILY_NAMES: &[(&str, &str)] = &[
    ("AU", "OU"),
    ("CHAN", "CHEN"),
    ("CHEUNG", "ZHANG"),
    ("CHOW", "ZHOU"),
    ("FUNG", "FENG"),
    ("HO", "HE"),
    ("HUI", "XU"),
    ("KWAN", "GUAN"),
    ("KWOK", "GUO"),
    ("LAM", "LIN"),
    ("LAU", "LIU"),
    ("LEE", "LI"),
    ("LEUNG", "LIANG"),
    ("LIM", "LIN"),
    ("LO", "LUO"),
    ("NG", "HUANG"),
    ("NG", "WU"),
    ("POON", "PAN"),
    ("TAN", "CHEN"),
    ("TSANG", "ZENG"),
    ("TSE", "XIE"),
    ("WONG", "HUANG"),
    ("WONG", "WANG"),
    ("YEUNG", "YANG"),
    ("YIP", "YE"),
    ("YUEN", "YUAN"),
];

fn family_names(word: &str) -> Vec<String> {
    FAMILY_NAMES.iter().filter(|(abroad, _)| *abroad == word).map(|(_, pinyin)| (*pinyin).to_owned()).collect()
}

/// What a syllable of Wade-Giles, without its marks, may be in pinyin; nothing where it is none.
fn wade_giles(word: &str) -> Vec<String> {
    let begins: &[(&str, &[&str])] = &[
        ("CH", &["ZH", "CH", "J", "Q"]),
        ("TS", &["Z", "C"]),
        ("TZ", &["Z", "C"]),
        ("HS", &["X"]),
        ("SS", &["S"]),
        ("SZ", &["S"]),
        ("SH", &["SH"]),
        ("K", &["G", "K"]),
        ("P", &["B", "P"]),
        ("T", &["D", "T"]),
        ("J", &["R"]),
    ];
    let ends: &[(&str, &[&str])] = &[
        ("IUNG", &["IONG"]),
        ("UNG", &["ONG"]),
        ("IEN", &["IAN"]),
        ("YEN", &["YAN"]),
        ("IEH", &["IE"]),
        ("UEH", &["UE"]),
        ("UEI", &["UI"]),
        ("IH", &["I"]),
        ("EH", &["E"]),
        ("UO", &["UO"]),
        ("O", &["E", "UO", "O"]),
        ("ZU", &["ZI"]),
    ];
    let (front, ways) = begins.iter().find(|(front, _)| word.starts_with(front)).map_or(("", &[""][..]), |(front, ways)| (*front, ways));
    let rest = &word[front.len()..];
    let rests = match ends.iter().find(|(end, _)| rest.ends_with(end)) {
        Some((end, others)) => others.iter().map(|other| format!("{}{other}", &rest[..rest.len() - end.len()])).collect(),
        None => vec![rest.to_owned()],
    };
    let both = ways.iter().flat_map(|way| rests.iter().map(move |rest| format!("{way}{rest}")));
    both.filter(|syllable| is_pinyin(syllable)).collect()
}

const FRONTS: [&str; 24] = ["ZH", "CH", "SH", "B", "P", "M", "F", "D", "T", "N", "L", "G", "K", "H", "J", "Q", "X", "R", "Z", "C", "S", "Y", "W", ""];

fn is_pinyin(syllable: &str) -> bool {
    let front = FRONTS.iter().find(|front| syllable.starts_with(*front)).copied().unwrap_or_default();
    let end = &syllable[front.len()..];
    let narrow = end.starts_with('I') && end.len() > 1 && end != "IN" && end != "ING";
    match end {
        "A" | "O" | "E" | "AI" | "EI" | "AO" | "OU" | "AN" | "EN" | "ANG" | "ENG" | "ONG" | "UA" | "UO" | "UAI" | "UI" | "UN" | "UANG" | "ER" => {
            !matches!(front, "J" | "Q" | "X") || end == "UN"
        }
        "I" | "U" | "IN" | "ING" | "UAN" | "UE" => true,
        "IA" | "IE" | "IAO" | "IU" | "IAN" | "IANG" | "IONG" => {
            narrow && !matches!(front, "ZH" | "CH" | "SH" | "R" | "Z" | "C" | "S" | "G" | "K" | "H")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(query: &str) -> Vec<String> {
        readings(query).into_iter().map(|words| words.join(" ")).collect()
    }

    #[test]
    fn names_are_written_as_passports_do() {
        for (asked, listed) in [
            ("张伟", "ZHANGWEI"),
            ("張偉", "ZHANGWEI"),
            ("单 雄信", "SHAN XIONGXIN"),
            ("吕布", "LYUBU"),
            ("吕布", "LVBU"),
            ("Müller", "MUELLER"),
            ("Müller", "MULLER"),
            ("Groß", "GROSS"),
            ("Søren Ångström", "SOEREN AANGSTROEM"),
            ("Ñuñez", "NUNEZ"),
            ("Łukasz", "LUKASZ"),
            ("Хрущёв", "KHRUSHCHEV"),
            ("Юлия Яшина", "YULIYA YASHINA"),
            ("Юлия Яшина", "IULIIA IASHINA"),
            ("Юрий", "YURII"),
            ("Παπαδόπουλος", "PAPADOPOULOS"),
            ("Χαράλαμπος", "CHARALAMPOS"),
        ] {
            assert!(all(asked).iter().any(|way| way == listed), "{asked}: {:?}", all(asked));
        }
        assert_eq!(consonants("محمد").unwrap(), ["MHMD"]);
    }

    #[test]
    fn spellings_of_elsewhere_are_known() {
        for (asked, listed) in [
            ("CHANG WEI", "ZHANG WEI"),
            ("HSU CHIH", "XU ZHI"),
            ("TSAI MING", "CAI MING"),
            ("KUO", "GUO"),
            ("CHIANG", "JIANG"),
            ("HSIEH", "XIE"),
            ("CHUNG", "ZHONG"),
            ("MUELLER", "MULLER"),
            ("MULLER", "MUELLER"),
            ("CHEUNG", "ZHANG"),
        ] {
            let words: Vec<String> = asked.split(' ').map(str::to_owned).collect();
            let ways: Vec<String> = respellings(&words, true).into_iter().map(|words| words.join(" ")).collect();
            assert!(ways.iter().any(|way| way == listed), "{asked}: {ways:?}");
        }
    }

    #[test]
    fn ways_are_bounded() {
        let query = "单".repeat(200) + &" Хü".repeat(60);
        assert!(readings(&query).len() <= WAYS_MAX);
        assert!(readings(&query).iter().all(|way| respellings(way, true).len() <= WAYS_MAX));
    }
}

//! A printer as the configuration file names it.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;

use super::document::{Document, Form};
use super::letters::Letters;
use super::pectab::Tables;
use super::{Unprintable, escpos, pectab, zpl};

/// Printers of one desk; more than stand around any.
pub const PRINTERS_MAX: usize = 16;

/// A printer that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printer {
    /// As people call it: 1 to 24 letters, digits, blanks, `-`, `_`. No two printers of a desk have one name.
    pub name: String,
    /// The stock that lies in it: what it may print.
    pub forms: BTreeSet<Form>,
    pub language: Language,
    pub address: Address,
    pub letters: Letters,
    /// False where the printer, or what stands between, never answers: then its state is not known.
    pub answers: bool,
    /// For bar codes: as the kind's standard has it where nothing is said.
    pub symbols: Symbols,
    /// Dots in a millimetre: 8 (203 dpi) or 12 (300 dpi).
    pub dots: u32,
    /// The width of the paper in millimetres.
    pub width_mm: u32,
    /// The length of a label in millimetres, where the stock has one.
    pub length_mm: Option<u32>,
    /// A font that lies in a ZPL printer: `E:SIMSUN.TTF`.
    pub font: Option<String>,
    /// The airport's own tables, for AEA.
    pub tables: Tables,
}

/// What a printer understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    Zpl,
    Escpos,
    Aea,
}

/// Where a printer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// Host and port, as `resolve` takes it.
    Tcp(String),
    Serial {
        device: PathBuf,
        baud: u32,
    },
}

/// Which bar codes a printer is given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Symbols {
    pub pass: PassSymbol,
    pub tag: TagSymbol,
}

/// Of a boarding pass (Resolution 792).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PassSymbol {
    #[default]
    Pdf417,
    Aztec,
}

/// Of a bag tag; Resolution 740 has interleaved 2 of 5.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TagSymbol {
    #[default]
    Itf,
    Code128,
}

/// A printer as it stands in the file, under `[[printer]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    name: String,
    kind: Kinds,
    language: Language,
    address: String,
    letters: Option<Letters>,
    answers: Option<bool>,
    pass_code: Option<PassSymbol>,
    tag_code: Option<TagSymbol>,
    dpi: Option<u32>,
    width_mm: Option<u32>,
    length_mm: Option<u32>,
    font: Option<String>,
    pass_table: Option<String>,
    pass_data: Option<String>,
    tag_table: Option<String>,
    tag_data: Option<String>,
}

/// One sort of paper, or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Kinds {
    One(String),
    Several(Vec<String>),
}

/// Why a printer cannot be used as it is written down: names the key and the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{key}` of printer \"{printer}\" {words}")]
pub struct BadPrinter {
    printer: String,
    key: &'static str,
    words: String,
}

impl Printer {
    /// What is sent to print a document.
    ///
    /// # Errors
    /// Where its bar code cannot be written.
    pub fn bytes(&self, document: &Document) -> Result<Vec<u8>, Unprintable> {
        match self.language {
            Language::Zpl => zpl::document(document, self),
            Language::Escpos => escpos::document(document, self),
            Language::Aea => pectab::document(document, self),
        }
    }

    /// Whether its stock fits.
    pub fn takes(&self, form: Form) -> bool {
        form == Form::Test || self.forms.contains(&form)
    }

    /// Whether it has the letters of these words.
    pub fn can_write<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> bool {
        words.into_iter().all(|words| self.letters.have(words))
    }

    /// All printers of a file.
    ///
    /// # Errors
    /// At the first that is wrong, with its key and what to write instead.
    pub fn read_all(entries: Vec<Entry>) -> Result<Vec<Self>, BadPrinter> {
        if let Some(entry) = entries.get(PRINTERS_MAX) {
            return Err(entry.bad("name", format!("is one too many: a desk takes {PRINTERS_MAX} printers; name others at other desks")));
        }
        let mut printers: Vec<Self> = Vec::new();
        for entry in entries {
            let twice = printers.iter().any(|other| other.name == entry.name.trim());
            if twice {
                return Err(entry.bad("name", "is the name of another printer too; give each a name of its own".to_owned()));
            }
            printers.push(Self::read(entry)?);
        }
        Ok(printers)
    }

    fn read(entry: Entry) -> Result<Self, BadPrinter> {
        let name = entry.name.trim().to_owned();
        if name.is_empty() || name.len() > 24 || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" -_".contains(&byte)) {
            return Err(entry.bad("name", "is not a name; write 1 to 24 letters, digits, blanks, - or _, such as BTP-G12".to_owned()));
        }
        let forms = entry.forms()?;
        if entry.language == Language::Aea && forms.contains(&Form::Receipt) {
            return Err(entry.bad("kind", "names receipts, and an AEA printer prints passes and tags; take \"receipt\" out".to_owned()));
        }
        if entry.language != Language::Escpos && forms.contains(&Form::Pack) {
            return Err(
                entry.bad("kind", "names packs, which are lines on a roll; only an ESC/POS printer prints them, take \"pack\" out".to_owned())
            );
        }
        let dots = match entry.dpi {
            None | Some(203) => 8,
            Some(300) => 12,
            Some(dpi) => return Err(entry.bad("dpi", format!("is {dpi}; write 203 or 300"))),
        };
        let default_width = if forms.contains(&Form::Tag) { 51 } else { 80 };
        let width_mm = entry.within("width_mm", entry.width_mm.unwrap_or(default_width), 40, 220)?;
        let length_mm = entry.length_mm.map(|length| entry.within("length_mm", length, 40, 700)).transpose()?;
        let letters = match (entry.language, entry.letters, &entry.font) {
            (Language::Aea, None | Some(Letters::Ascii), _) => Letters::Ascii,
            (Language::Aea, Some(_), _) => return Err(entry.bad("letters", "can only be \"ascii\" for an AEA printer; leave the key out".to_owned())),
            (Language::Zpl, None, Some(_)) | (Language::Zpl, Some(Letters::All), Some(_)) => Letters::All,
            (Language::Zpl, Some(Letters::All), None) => {
                return Err(entry.bad("letters", "is \"all\" and no font is named; write the font's place in the printer as `font`".to_owned()));
            }
            (Language::Zpl, Some(Letters::Gbk), _) => {
                return Err(entry.bad("letters", "is \"gbk\", which ZPL does not need; write \"all\" and a `font` that has the letters".to_owned()));
            }
            (Language::Escpos, Some(Letters::All), _) => return Err(entry.bad("letters", "is \"all\"; write \"latin\" or \"gbk\"".to_owned())),
            (_, letters, _) => letters.unwrap_or_default(),
        };
        if let Some(font) = &entry.font
            && (entry.language != Language::Zpl || !is_font(font))
        {
            return Err(entry.bad("font", "is no font in a ZPL printer; write drive and file, such as E:SIMSUN.TTF".to_owned()));
        }
        let own = |key, table: &Option<String>, data: &Option<String>| match (table, data) {
            (None, None) => Ok(None),
            (Some(table), Some(data)) => pectab::Table::own(table, data).map(Some).map_err(|words| entry.bad(key, words)),
            _ => Err(entry.bad(key, "stands alone; a table and its data belong together".to_owned())),
        };
        let tables =
            Tables { pass: own("pass_table", &entry.pass_table, &entry.pass_data)?, tag: own("tag_table", &entry.tag_table, &entry.tag_data)? };
        if entry.language != Language::Aea && tables != Tables::default() {
            return Err(entry.bad("language", "is none with tables; leave `pass_table` and `tag_table` out, or write \"aea\"".to_owned()));
        }
        Ok(Self {
            address: entry.address.parse().map_err(|words| entry.bad("address", words))?,
            forms,
            language: entry.language,
            letters,
            answers: entry.answers.unwrap_or(true),
            symbols: Symbols { pass: entry.pass_code.unwrap_or_default(), tag: entry.tag_code.unwrap_or_default() },
            dots,
            width_mm,
            length_mm,
            font: entry.font,
            tables,
            name,
        })
    }
}

impl Entry {
    fn forms(&self) -> Result<BTreeSet<Form>, BadPrinter> {
        let words = match &self.kind {
            Kinds::One(word) => std::slice::from_ref(word),
            Kinds::Several(words) => words.as_slice(),
        };
        let known = [Form::Pass, Form::Tag, Form::Receipt, Form::Pack];
        let form = |word: &String| known.into_iter().find(|form| form.as_str() == word);
        match words.iter().map(form).collect::<Option<BTreeSet<Form>>>() {
            Some(forms) if !forms.is_empty() => Ok(forms),
            _ => Err(self.bad("kind", "is not a sort of paper; write \"pass\", \"tag\", \"receipt\", \"pack\", or a list of them".to_owned())),
        }
    }

    fn within(&self, key: &'static str, value: u32, least: u32, most: u32) -> Result<u32, BadPrinter> {
        if (least..=most).contains(&value) { Ok(value) } else { Err(self.bad(key, format!("is {value}; write {least} to {most}"))) }
    }

    fn bad(&self, key: &'static str, words: String) -> BadPrinter {
        BadPrinter { printer: self.name.chars().take(40).collect(), key, words }
    }
}

impl std::str::FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || "is not a printer's place; write tcp:HOST:PORT such as tcp:10.0.0.7:9100, or serial:DEVICE:BAUD such as serial:/dev/ttyUSB0:9600";
        match text.split_once(':') {
            Some(("tcp", place)) => {
                let (host, port) = place.rsplit_once(':').ok_or_else(wrong)?;
                let good =
                    !host.is_empty() && host.len() < 256 && !host.contains(char::is_whitespace) && port.parse::<u16>().is_ok_and(|port| port > 0);
                if good { Ok(Self::Tcp(place.to_owned())) } else { Err(wrong().to_owned()) }
            }
            Some(("serial", place)) => {
                let (device, baud) = place.rsplit_once(':').ok_or_else(wrong)?;
                let baud = baud.parse().ok().filter(|baud| (300..=921_600).contains(baud)).ok_or_else(wrong)?;
                if device.starts_with('/') { Ok(Self::Serial { device: device.into(), baud }) } else { Err(wrong().to_owned()) }
            }
            _ => Err(wrong().to_owned()),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Tcp(place) => write!(out, "tcp:{place}"),
            Address::Serial { device, baud } => write!(out, "serial:{}:{baud}", device.display()),
        }
    }
}

impl Language {
    pub fn as_str(self) -> &'static str {
        match self {
            Language::Zpl => "zpl",
            Language::Escpos => "escpos",
            Language::Aea => "aea",
        }
    }
}

fn is_font(name: &str) -> bool {
    let Some((drive, file)) = name.split_once(':') else { return false };
    let Some((stem, ending)) = file.split_once('.') else { return false };
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    matches!(drive, "A" | "B" | "E" | "R" | "Z") && (1..=16).contains(&stem.len()) && plain(stem) && matches!(ending, "TTF" | "TTE" | "FNT")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A printer of this language at a place where none is.
    pub(crate) fn printer(language: Language) -> Printer {
        let forms = if language == Language::Aea { vec!["pass", "tag"] } else { vec!["pass", "tag", "receipt"] };
        let entry = Entry {
            name: "P1".into(),
            kind: Kinds::Several(forms.into_iter().map(str::to_owned).collect()),
            language,
            address: "tcp:127.0.0.1:9".into(),
            letters: None,
            answers: None,
            pass_code: None,
            tag_code: None,
            dpi: None,
            width_mm: Some(80),
            length_mm: None,
            font: None,
            pass_table: None,
            pass_data: None,
            tag_table: None,
            tag_data: None,
        };
        Printer::read(entry).unwrap()
    }

    #[test]
    fn a_place_is_read_as_it_is_written() {
        for text in ["tcp:printer.example:9100", "tcp:[::1]:9100", "serial:/dev/ttyUSB0:9600"] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
        for text in
            ["", "tcp:9100", "tcp::9100", "tcp:host:0", "tcp:host:x", "serial:/dev/ttyS0", "serial:ttyS0:9600", "serial:/dev/ttyS0:1", "usb:/x:1"]
        {
            assert!(text.parse::<Address>().unwrap_err().contains("tcp:HOST:PORT"), "{text}");
        }
    }

    #[test]
    fn a_font_is_a_file_in_the_printer_and_no_command() {
        assert!(is_font("E:SIMSUN.TTF"));
        for name in ["SIMSUN.TTF", "E:^XA.TTF", "E:A,B.TTF", "E:.TTF", "C:A.TTF", "E:SIMSUN"] {
            assert!(!is_font(name), "{name}");
        }
    }
}

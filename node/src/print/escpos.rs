//! Receipts and passes in ESC/POS. Texts go out in the printer's code page, bar codes as dots. Letters that the code page lacks are spelled in others or
//! become `?`; nothing is drawn, for there is no font on a desk that has them all.

use super::Unprintable;
use super::document::{Document, Form, Sheet};
use super::letters::{Letters, wrapped};
use super::printer::{PassSymbol, Printer, TagSymbol};
use crate::web::barcode::{Matrix, Symbol, matrix};

/// A document, each sheet cut off.
///
/// # Errors
/// Where the code holds what the symbol cannot.
pub(super) fn document(document: &Document, printer: &Printer) -> Result<Vec<u8>, Unprintable> {
    let symbol = match (document.form, printer.symbols.pass, printer.symbols.tag) {
        (Form::Pass, PassSymbol::Pdf417, _) => Some(Symbol::Pdf417),
        (Form::Pass, PassSymbol::Aztec, _) => Some(Symbol::Aztec),
        (Form::Tag, _, TagSymbol::Itf) => Some(Symbol::Interleaved),
        (Form::Tag, _, TagSymbol::Code128) => Some(Symbol::Code128),
        (Form::Receipt | Form::Pack | Form::Test, ..) => None,
    };
    let code = symbol.map(|symbol| raster(&document.code, symbol, printer)).transpose()?;
    let mut bytes = START.to_vec();
    bytes.extend(match printer.letters {
        Letters::Gbk => CHINESE,
        _ => WESTERN,
    });
    for sheet in &document.sheets {
        write(&mut bytes, document.form, sheet, printer);
        bytes.extend(code.iter().flatten());
        bytes.extend(CUT);
    }
    Ok(bytes)
}

/// Asks for the printer's state, why it is off line, and for its paper: one byte comes for each.
pub(super) const ASK: &[u8] = &[0x10, 0x04, 1, 0x10, 0x04, 2, 0x10, 0x04, 4];

/// ESC @: as after switching on.
const START: &[u8] = &[0x1b, b'@'];
/// ESC t 16: code page 1252.
const WESTERN: &[u8] = &[0x1b, b't', 16];
/// FS &: two bytes are one letter.
const CHINESE: &[u8] = &[0x1c, b'&'];
/// GS ! n: size of letters.
const PLAIN: &[u8] = &[0x1d, b'!', 0x00];
const LARGE: &[u8] = &[0x1d, b'!', 0x11];
/// GS V B n: forward and cut.
const CUT: &[u8] = &[0x1d, b'V', b'B', 3];

/// A linear code's height in dots: 12.5 mm.
const BARS: u32 = 100;

fn write(bytes: &mut Vec<u8>, form: Form, sheet: &Sheet, printer: &Printer) {
    let columns = columns(printer);
    let mut lines = |size: &[u8], text: &str, columns: usize| {
        bytes.extend(size);
        for line in wrapped(&printer.letters.fit(text), columns) {
            bytes.extend(printer.letters.bytes(&line));
            bytes.push(b'\n');
        }
    };
    lines(LARGE, &sheet.title, columns / 2);
    for field in sheet.fields.iter().filter(|field| !field.text.is_empty()) {
        let size = if is_large(form, &field.key) { (LARGE, columns / 2) } else { (PLAIN, columns) };
        lines(PLAIN, &format!("{}:", field.label), columns);
        lines(size.0, &field.text, size.1);
    }
    for line in sheet.notes.iter().chain(&sheet.rows) {
        lines(PLAIN, line, columns);
    }
    bytes.extend(PLAIN);
}

/// What must be seen from an arm's length.
fn is_large(form: Form, key: &str) -> bool {
    match form {
        Form::Pass => matches!(key, "flight" | "gate" | "departs" | "seat"),
        Form::Tag => matches!(key, "to" | "tag" | "flight"),
        Form::Receipt => key == "reference",
        Form::Pack => matches!(key, "gate" | "departs"),
        Form::Test => false,
    }
}

/// Letters of 12 dots in a line: 48 on 80 mm, 32 on 58 mm.
fn columns(printer: &Printer) -> usize {
    (width(printer) / 12) as usize
}

/// Dots in a line: 72 mm of 80, 48 of 58.
fn width(printer: &Printer) -> u32 {
    let paper = printer.width_mm;
    let margins = if paper >= 80 { 8 } else { 10 };
    paper.saturating_sub(margins) * printer.dots
}

/// GS v 0: the code as dots, as large as the paper allows, in the middle of nothing.
fn raster(text: &str, symbol: Symbol, printer: &Printer) -> Result<Vec<u8>, Unprintable> {
    let drawn = matrix(text, symbol).map_err(|_| Unprintable)?;
    let scale = (width(printer) / drawn.width.max(1)).min(if symbol.is_flat() { 4 } else { 6 });
    if scale == 0 {
        return Err(Unprintable);
    }
    let (wide, high) = (drawn.width * scale, if symbol.is_flat() { BARS } else { drawn.height * scale });
    let row_bytes = wide.div_ceil(8);
    let (Ok(across), Ok(down)) = (u16::try_from(row_bytes), u16::try_from(high)) else { return Err(Unprintable) };
    let mut bytes = vec![0x1d, b'v', b'0', 0];
    bytes.extend(across.to_le_bytes());
    bytes.extend(down.to_le_bytes());
    for y in 0..high {
        let row = if symbol.is_flat() { 0 } else { y / scale };
        bytes.extend((0..row_bytes).map(|byte| packed(&drawn, row, byte * 8, scale)));
    }
    bytes.push(b'\n');
    Ok(bytes)
}

/// Eight dots, the left one highest.
fn packed(drawn: &Matrix, row: u32, from: u32, scale: u32) -> u8 {
    (0..8).fold(0, |byte, bit| byte << 1 | u8::from(drawn.is_dark((from + bit) / scale, row)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::printer::{Language, tests::printer};
    use super::super::samples;
    use super::*;
    use crate::web::barcode::read_back;

    /// A printer on paper: commands one by one, texts as they came, and pictures.
    #[derive(Debug, PartialEq, Eq)]
    enum Seen {
        Command(Vec<u8>),
        Text(Vec<u8>),
        Picture(u32, u32, Vec<u8>),
    }

    fn seen(bytes: &[u8]) -> Vec<Seen> {
        let (mut all, mut at) = (Vec::new(), 0);
        while at < bytes.len() {
            let rest = &bytes[at..];
            let length = match rest {
                [0x1b, b'@', ..] | [0x1c, b'&', ..] => 2,
                [0x1b, b't', _, ..] | [0x1d, b'!', _, ..] => 3,
                [0x1d, b'V', b'B', _, ..] => 4,
                [0x1d, b'v', b'0', 0, xl, xh, yl, yh, ..] => {
                    let (wide, high) = (u32::from(u16::from_le_bytes([*xl, *xh])), u32::from(u16::from_le_bytes([*yl, *yh])));
                    let dots = (wide * high) as usize;
                    all.push(Seen::Picture(wide * 8, high, rest[8..8 + dots].to_vec()));
                    at += 8 + dots;
                    continue;
                }
                [b'\n', ..] => 1,
                [first, ..] => {
                    assert!(*first >= b' ' && *first != 0x7f, "a control byte that is no command of ours: {rest:02x?}");
                    let length = rest.iter().position(|byte| *byte < b' ').unwrap_or(rest.len());
                    all.push(Seen::Text(rest[..length].to_vec()));
                    at += length;
                    continue;
                }
                [] => break,
            };
            all.push(Seen::Command(rest[..length].to_vec()));
            at += length;
        }
        all
    }

    fn commands(bytes: &[u8]) -> Vec<Seen> {
        seen(bytes).into_iter().filter(|seen| !matches!(seen, Seen::Text(_))).collect()
    }

    /// Reads the code that is on the paper, after laying the dots out with some white around.
    fn code_of(document: &Document, printer: &Printer) -> String {
        let bytes = super::document(document, printer).unwrap();
        let picture = seen(&bytes).into_iter().find_map(|seen| match seen {
            Seen::Picture(wide, high, dots) => Some((wide, high, dots)),
            _ => None,
        });
        let (wide, high, dots) = picture.unwrap();
        let (margin, mut grey) = (40, Vec::new());
        for y in 0..high + 2 * margin {
            for x in 0..wide + 2 * margin {
                let dark = x >= margin && y >= margin && x < wide + margin && y < high + margin && {
                    let (x, y) = (x - margin, y - margin);
                    dots[(y * wide / 8 + x / 8) as usize] >> (7 - x % 8) & 1 == 1
                };
                grey.push(if dark { 0 } else { 255 });
            }
        }
        read_back(grey, wide + 2 * margin, high + 2 * margin).unwrap()
    }

    #[test]
    fn every_code_reads_back_from_the_dots() {
        let wide = printer(Language::Escpos);
        let narrow = Printer { width_mm: 58, ..wide.clone() };
        let other = Printer { symbols: super::super::printer::Symbols { pass: PassSymbol::Aztec, tag: TagSymbol::Code128 }, ..wide.clone() };
        for printer in [&wide, &narrow, &other] {
            assert_eq!(code_of(&samples::pass(), printer), samples::pass().code);
            assert_eq!(code_of(&samples::tag(), printer), samples::tag().code);
        }
    }

    #[test]
    fn a_receipt_has_this_form() {
        let shown = |letters| {
            let printer = Printer { letters, ..printer(Language::Escpos) };
            let show = |seen| match seen {
                Seen::Command(bytes) if bytes == [b'\n'] => "\n".to_owned(),
                Seen::Command(bytes) => format!("<{}>", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")),
                Seen::Text(bytes) if letters == Letters::Gbk => encoding_rs::GBK.decode(&bytes).0.into_owned(),
                Seen::Text(bytes) => encoding_rs::WINDOWS_1252.decode(&bytes).0.into_owned(),
                Seen::Picture(wide, high, _) => format!("<{wide} by {high} dots>"),
            };
            seen(&document(&samples::receipt(), &printer).unwrap()).into_iter().map(show).collect::<String>()
        };
        insta::assert_snapshot!("escpos_receipt_gbk", shown(Letters::Gbk));
        insta::assert_snapshot!("escpos_receipt_latin", shown(Letters::Latin));
    }

    proptest! {
        #[test]
        fn no_text_becomes_a_command(text in ".{1,12}|[\\x00-\\x20\\x7f]{0,12}", gbk: bool) {
            let letters = if gbk { Letters::Gbk } else { Letters::Latin };
            let printer = Printer { letters, ..printer(Language::Escpos) };
            let strange = document(&samples::pass_with(&format!("X{text}")), &printer).unwrap();
            let plain = document(&samples::pass_with("X"), &printer).unwrap();
            let lines = |seen: Vec<Seen>| seen.into_iter().filter(|seen| *seen != Seen::Command(vec![b'\n'])).collect::<Vec<_>>();
            prop_assert_eq!(lines(commands(&plain)), lines(commands(&strange)));
        }
    }
}

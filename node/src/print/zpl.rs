//! Labels in ZPL II: bag tags, passes and receipts. Every text is written in hexadecimal where it is not a plain letter, so that none becomes a command.

use super::Unprintable;
use super::document::{Document, Form, Sheet};
use super::letters::wrapped;
use super::printer::{PassSymbol, Printer, TagSymbol};

/// A label format for one document, or one for each of its sheets.
///
/// # Errors
/// Where the code holds what the symbol cannot.
pub(super) fn document(document: &Document, printer: &Printer) -> Result<Vec<u8>, Unprintable> {
    let mut all = String::new();
    for sheet in &document.sheets {
        let mut label = Label { body: String::new(), printer };
        let length = match document.form {
            Form::Tag => tag(&mut label, document, sheet)?,
            Form::Pass => pass(&mut label, document, sheet)?,
            // Longer than any label.
            Form::Pack => return Err(Unprintable),
            Form::Receipt | Form::Test => slip(&mut label, sheet),
        };
        all.push_str(&label.whole(length));
    }
    Ok(all.into_bytes())
}

/// Asks for the printer's state.
pub(super) const ASK: &[u8] = b"~HS\r\n";

/// The length of a bag tag where the file does not say it: 20 inches.
const TAG_MM: u32 = 508;

/// A bag tag, 2 inches wide: a stub for the guest, and the loop with the code along and across (Resolution 740).
fn tag(label: &mut Label<'_>, document: &Document, sheet: &Sheet) -> Result<u32, Unprintable> {
    if document.code.len() != 10 || !document.code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Unprintable);
    }
    let length = label.printer.length_mm.unwrap_or(TAG_MM);
    label.text(3, 4, 4, sheet.text("tag"));
    label.text(3, 9, 4, sheet.text("name"));
    label.text(3, 14, 3, &format!("{} {}  {}", sheet.text("flight"), sheet.text("date"), sheet.text("weight")));
    label.text(3, 18, 3, sheet.text("made"));
    for top in [30, length.saturating_sub(150)] {
        label.linear(3, top, 25, &document.code, false);
        label.text(3, top + 27, 6, sheet.text("tag"));
        label.text(3, top + 35, 22, sheet.text("to"));
        label.text(3, top + 59, 7, &format!("{} {}", sheet.text("flight"), sheet.text("date")));
        label.text(3, top + 68, 5, sheet.text("name"));
        label.text(3, top + 75, 4, &format!("{}  {}  {}", sheet.text("locator"), sheet.text("sequence"), sheet.text("issue")));
        label.linear(3, top + 84, 25, &document.code, true);
    }
    Ok(length)
}

/// A boarding pass.
fn pass(label: &mut Label<'_>, document: &Document, sheet: &Sheet) -> Result<u32, Unprintable> {
    let width = label.printer.width_mm;
    label.text(4, 4, 5, &sheet.title);
    label.text(4, 12, 6, sheet.text("name"));
    let column = width.saturating_sub(8) / 5;
    for (at, key) in (0..).zip(["flight", "date", "gate", "departs", "seat"]) {
        label.text(4 + at * column, 22, 2, sheet.label(key));
        label.text(4 + at * column, 25, 5, sheet.text(key));
    }
    let mut y = 34;
    for field in sheet.fields.iter().filter(|field| !ABOVE.contains(&field.key.as_str()) && !field.text.is_empty()) {
        label.text(4, y, 3, &field.label);
        label.text(30, y, 3, &field.text);
        y += 4;
    }
    for note in &sheet.notes {
        y = label.lines(4, y, 3, note);
    }
    y += 3;
    match label.printer.symbols.pass {
        PassSymbol::Pdf417 => label.code(4, y, "^BY2^B7N,6,3,9,,N", &document.code)?,
        PassSymbol::Aztec => label.code(4, y, "^BON,6,N,23", &document.code)?,
    }
    Ok(y + 45)
}

/// Fields that stand large above the list.
const ABOVE: &[&str] = &["name", "flight", "date", "gate", "departs", "seat"];

/// Anything without a code: a receipt, a test.
fn slip(label: &mut Label<'_>, sheet: &Sheet) -> u32 {
    let mut y = label.lines(4, 4, 5, &sheet.title) + 2;
    for field in sheet.fields.iter().filter(|field| !field.text.is_empty()) {
        y = label.lines(4, y, 3, &format!("{}: {}", field.label, field.text));
    }
    for note in &sheet.notes {
        y = label.lines(4, y + 2, 3, note);
    }
    y + 8
}

/// One label while it is written. Places and heights are millimetres from the top left.
struct Label<'a> {
    body: String,
    printer: &'a Printer,
}

impl Label<'_> {
    fn text(&mut self, x: u32, y: u32, height: u32, text: &str) {
        if text.is_empty() {
            return;
        }
        let dots = self.printer.dots;
        let (height, width) = (height * dots, height * dots * 4 / 5);
        let font = match &self.printer.font {
            Some(font) => format!("^A@N,{height},{width},{font}"),
            None => format!("^A0N,{height},{width}"),
        };
        let data = hex(self.printer.letters.fit(text).as_bytes());
        self.body.push_str(&format!("^FO{},{}{font}^FH^FD{data}^FS\n", x * dots, y * dots));
    }

    /// A text in as many lines as it needs; gives the place below.
    fn lines(&mut self, x: u32, mut y: u32, height: u32, text: &str) -> u32 {
        let columns = self.printer.width_mm.saturating_sub(2 * x) * 10 / (height * 5).max(1);
        for line in wrapped(&self.printer.letters.fit(text), columns as usize) {
            self.text(x, y, height, &line);
            y += height + 1;
        }
        y
    }

    /// The ten digits of a tag in bars; `across` turns them by a quarter.
    fn linear(&mut self, x: u32, y: u32, height: u32, digits: &str, across: bool) {
        let dots = self.printer.dots;
        let (turn, high) = if across { ('R', 40 * dots) } else { ('N', height * dots) };
        // 0.375 mm for the narrow bar, three times as much for the wide one.
        let narrow = dots * 3 / 8;
        let symbol = match self.printer.symbols.tag {
            TagSymbol::Itf => format!("^B2{turn},{high},N,N,N"),
            TagSymbol::Code128 => format!("^BC{turn},{high},N,N,N,A"),
        };
        self.body.push_str(&format!("^FO{},{}^BY{narrow},3{symbol}^FD{digits}^FS\n", x * dots, y * dots));
    }

    /// A code of two dimensions. What bar-coded boarding passes hold is ASCII.
    fn code(&mut self, x: u32, y: u32, symbol: &str, text: &str) -> Result<(), Unprintable> {
        if text.is_empty() || !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Err(Unprintable);
        }
        let dots = self.printer.dots;
        self.body.push_str(&format!("^FO{},{}{symbol}^FH^FD{}^FS\n", x * dots, y * dots, hex(text.as_bytes())));
        Ok(())
    }

    fn whole(self, length: u32) -> String {
        let dots = self.printer.dots;
        format!("^XA^CI28^LH0,0^PW{}^LL{}\n{}^PQ1^XZ\n", self.printer.width_mm * dots, length * dots, self.body)
    }
}

/// Bytes for a field under `^FH`: letters, digits and blanks as they are, all else as `_` and two digits.
fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b' ' => text.push(char::from(*byte)),
            _ => text.push_str(&format!("_{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::printer::{Language, tests::printer};
    use super::super::samples;
    use super::*;

    /// What stands outside of fields, and what stands in them.
    fn parted(zpl: &[u8]) -> (String, Vec<Vec<u8>>) {
        let text = String::from_utf8(zpl.to_vec()).unwrap();
        let (mut bones, mut fields) = (String::new(), Vec::new());
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("^FD") {
            let (field, after) = after.split_once("^FS").unwrap();
            bones.push_str(before);
            fields.push(unhex(field));
            rest = after;
        }
        (bones + rest, fields)
    }

    fn unhex(field: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut rest = field.bytes();
        while let Some(byte) = rest.next() {
            match byte {
                b'_' => {
                    let digits = [rest.next().unwrap(), rest.next().unwrap()];
                    bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
                }
                byte => bytes.push(byte),
            }
        }
        bytes
    }

    #[test]
    fn labels_have_this_form() {
        let text = |document: &Document| String::from_utf8(super::document(document, &printer(Language::Zpl)).unwrap()).unwrap();
        insta::assert_snapshot!("zpl_tag", text(&samples::tag()));
        insta::assert_snapshot!("zpl_pass", text(&samples::pass()));
        insta::assert_snapshot!("zpl_receipt", text(&samples::receipt()));
        let aztec =
            Printer { symbols: super::super::printer::Symbols { pass: PassSymbol::Aztec, tag: TagSymbol::Code128 }, ..printer(Language::Zpl) };
        let (bones, fields) = parted(&super::document(&samples::pass(), &aztec).unwrap());
        assert!(bones.contains("^BON,6,N,23") && fields.contains(&samples::pass().code.into_bytes()));
        let (bones, fields) = parted(&super::document(&samples::tag(), &aztec).unwrap());
        assert!(
            bones.contains("^BCN,") && bones.contains("^BCR,") && fields.iter().filter(|field| *field == b"0999001000").count() == 7,
            "{fields:?}"
        );
    }

    #[test]
    fn what_no_bar_code_can_hold_is_refused() {
        for code in ["", "12345678901", "099900100x", "M1\n"] {
            assert_eq!(document(&Document { code: code.into(), ..samples::tag() }, &printer(Language::Zpl)), Err(Unprintable), "{code:?}");
        }
        assert_eq!(document(&Document { code: "M1\u{e9}".into(), ..samples::pass() }, &printer(Language::Zpl)), Err(Unprintable));
    }

    proptest! {
        #[test]
        fn no_text_becomes_a_command(text in ".{1,40}|[\\^~_\\\\,A-Z0-9\\x00-\\x1f]{1,40}") {
            // Lines are counted: a text of as many columns takes as many lines.
            for (plain, strange) in [(samples::pass_with("X"), samples::pass_with(&text)), (samples::tag_with("X"), samples::tag_with(&text))] {
                let one = parted(&document(&plain, &printer(Language::Zpl)).unwrap());
                let other = document(&strange, &printer(Language::Zpl)).unwrap();
                let printable = other.iter().all(|byte| (b' '..=b'~').contains(byte) || *byte == b'\n');
                prop_assert!(printable);
                let other = parted(&other);
                prop_assert_eq!(one.0, other.0);
                prop_assert!(other.1.iter().flatten().all(|byte| *byte >= b' '));
            }
        }
    }
}

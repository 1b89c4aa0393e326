//! What printers answer when they are asked how they are: pure readings of bytes.

use super::job::Fault;
use super::printer::{Language, Printer};
use super::{escpos, pectab, zpl};

/// A reading of what has come so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// More must come.
    Partial,
    /// It can print. `busy`: something is in it still.
    Ready {
        busy: bool,
    },
    Trouble(Fault),
}

/// As much of an answer as is read.
pub(super) const ANSWER_MAX: usize = 4096;

/// The question in a printer's language.
pub(super) fn question(language: Language) -> &'static [u8] {
    match language {
        Language::Zpl => zpl::ASK,
        Language::Escpos => escpos::ASK,
        Language::Aea => pectab::ASK,
    }
}

/// Reads an answer to [`question`].
pub(super) fn read(printer: &Printer, bytes: &[u8]) -> Reading {
    match printer.language {
        Language::Zpl => zebra(printer, bytes),
        Language::Escpos => escape(bytes),
        Language::Aea => aea(bytes),
    }
}

/// `~HS`: three lines between STX and ETX. Of the first: paper out, pause, length of the label in dots, formats that wait. Of the second: head up, ribbon
/// out.
fn zebra(printer: &Printer, bytes: &[u8]) -> Reading {
    let lines = pectab::answers(bytes);
    let [first, second, ..] = lines.as_slice() else { return Reading::Partial };
    let (first, second): (Vec<&str>, Vec<&str>) = (first.split(',').map(str::trim).collect(), second.split(',').map(str::trim).collect());
    let is_set = |fields: &[&str], at: usize| fields.get(at).is_some_and(|field| *field == "1");
    let number = |fields: &[&str], at: usize| fields.get(at).and_then(|field| field.parse::<u32>().ok()).unwrap_or(0);
    if first.len() < 5 || second.len() < 4 {
        return Reading::Trouble(Fault::NotReady);
    }
    if is_set(&first, 1) {
        return Reading::Trouble(Fault::PaperOut);
    }
    if is_set(&second, 2) {
        return Reading::Trouble(Fault::CoverOpen);
    }
    if is_set(&second, 3) {
        return Reading::Trouble(Fault::RibbonOut);
    }
    if is_set(&first, 2) {
        return Reading::Trouble(Fault::Paused);
    }
    let measured = number(&first, 3);
    if let Some(length) = printer.length_mm.map(|length| length * printer.dots)
        && measured > 0
        && measured.abs_diff(length) > length / 10
    {
        return Reading::Trouble(Fault::WrongStock);
    }
    Reading::Ready { busy: number(&first, 4) > 0 || number(&second, 8) > 0 }
}

/// `DLE EOT` 1, 2 and 4: one byte each, of which bits 0 and 7 are clear and bits 1 and 4 are set.
fn escape(bytes: &[u8]) -> Reading {
    let answers: Vec<u8> = bytes.iter().copied().filter(|byte| byte & 0b1001_0011 == 0b0001_0010).collect();
    let [state, cause, paper, ..] = answers.as_slice() else { return Reading::Partial };
    if paper & 0x60 != 0 || cause & 0x20 != 0 {
        Reading::Trouble(Fault::PaperOut)
    } else if cause & 0x04 != 0 {
        Reading::Trouble(Fault::CoverOpen)
    } else if state & 0x08 != 0 || cause & 0x40 != 0 {
        Reading::Trouble(Fault::NotReady)
    } else {
        Reading::Ready { busy: false }
    }
}

/// Answers of AEA printers, as far as they are public: `...OK` is good, `ERR` with a digit is a refusal. Their letters for states are not.
fn aea(bytes: &[u8]) -> Reading {
    let answers = pectab::answers(bytes);
    let Some(answer) = answers.last() else { return Reading::Partial };
    // What was sent before the question is answered before it.
    if answers.iter().any(|answer| answer.contains("ERR")) {
        Reading::Trouble(Fault::Refused)
    } else if answer.contains("SQOK") {
        Reading::Ready { busy: false }
    } else if answer.contains("SQNI") {
        Reading::Trouble(Fault::NotReady)
    } else {
        Reading::Partial
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::printer::tests::printer;
    use super::*;

    pub(crate) fn zebra_says(paper: u8, pause: u8, length: u32, formats: u32, head: u8, ribbon: u8) -> Vec<u8> {
        format!(
            "\x02030,{paper},{pause},{length:04},{formats:03},0,0,0,000,0,0,0\x03\r\n\x02000,0,{head},{ribbon},0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"
        )
        .into_bytes()
    }

    #[test]
    fn a_zebra_says_what_it_lacks() {
        let zebra = Printer { length_mm: Some(508), ..printer(Language::Zpl) };
        let check = |bytes: Vec<u8>, reading| assert_eq!(read(&zebra, &bytes), reading, "{}", String::from_utf8_lossy(&bytes));
        check(zebra_says(0, 0, 4064, 0, 0, 0), Reading::Ready { busy: false });
        check(zebra_says(0, 0, 4064, 2, 0, 0), Reading::Ready { busy: true });
        check(zebra_says(1, 1, 4064, 0, 0, 0), Reading::Trouble(Fault::PaperOut));
        check(zebra_says(0, 1, 4064, 0, 1, 0), Reading::Trouble(Fault::CoverOpen));
        check(zebra_says(0, 1, 4064, 0, 0, 1), Reading::Trouble(Fault::RibbonOut));
        check(zebra_says(0, 1, 4064, 0, 0, 0), Reading::Trouble(Fault::Paused));
        check(zebra_says(0, 0, 1200, 0, 0, 0), Reading::Trouble(Fault::WrongStock));
        check(zebra_says(0, 0, 4064, 0, 0, 0)[..40].to_vec(), Reading::Partial);
        check(b"\x02\x03\x02\x03".to_vec(), Reading::Trouble(Fault::NotReady));
    }

    #[test]
    fn a_receipt_printer_says_what_it_lacks() {
        let check = |bytes: &[u8], reading| assert_eq!(read(&printer(Language::Escpos), bytes), reading, "{bytes:02x?}");
        check(&[0x12, 0x12, 0x12], Reading::Ready { busy: false });
        check(&[0x1a, 0x32, 0x72], Reading::Trouble(Fault::PaperOut));
        check(&[0x1a, 0x16, 0x12], Reading::Trouble(Fault::CoverOpen));
        check(&[0x1a, 0x12, 0x12], Reading::Trouble(Fault::NotReady));
        check(&[0x12, 0xff, 0x12], Reading::Partial);
    }

    #[test]
    fn an_aea_printer_says_yes_or_no() {
        let check = |bytes: &[u8], reading| assert_eq!(read(&printer(Language::Aea), bytes), reading, "{bytes:02x?}");
        check(b"\x02HDCSQOK\x03", Reading::Ready { busy: false });
        check(b"\x02HDCSQNI\x03", Reading::Trouble(Fault::NotReady));
        check(b"\x02HDCERR2\x03", Reading::Trouble(Fault::Refused));
        check(b"\x02HDCERR6\x03\x02HDCSQOK\x03", Reading::Trouble(Fault::Refused));
        check(b"\x02HDCSQOK", Reading::Partial);
    }

    proptest! {
        #[test]
        fn any_answer_is_read(bytes: Vec<u8>) {
            for language in [Language::Zpl, Language::Escpos, Language::Aea] {
                read(&printer(language), &bytes);
            }
        }
    }
}

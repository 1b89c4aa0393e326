//! Bar codes, as SVG for pages and as dots for printers. The only file that names rxing.

use std::fmt::Write;

use rxing::common::BitMatrix;
use rxing::{BarcodeFormat, EncodeHints, MultiFormatWriter, Writer};

/// A text that no bar code can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text cannot be written as a bar code")]
pub(crate) struct NoBarcode;

/// A kind of bar code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Symbol {
    Pdf417,
    Aztec,
    /// Interleaved 2 of 5.
    Interleaved,
    Code128,
}

/// A bar code as modules, row by row, with light ones around it. A linear code has one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Matrix {
    pub(crate) width: u32,
    pub(crate) height: u32,
    dark: Vec<bool>,
}

impl Matrix {
    pub(crate) fn is_dark(&self, x: u32, y: u32) -> bool {
        x < self.width && self.dark.get((y * self.width + x) as usize).copied().unwrap_or(false)
    }
}

/// The modules of a code.
pub(crate) fn matrix(text: &str, symbol: Symbol) -> Result<Matrix, NoBarcode> {
    let format = match symbol {
        Symbol::Pdf417 => BarcodeFormat::PDF_417,
        Symbol::Aztec => BarcodeFormat::AZTEC,
        Symbol::Interleaved => BarcodeFormat::ITF,
        Symbol::Code128 => BarcodeFormat::CODE_128,
    };
    let drawn = drawn(text, format)?;
    let (width, height) = (drawn.getWidth(), if symbol.is_flat() { 1 } else { drawn.getHeight() });
    let dark = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| drawn.get(x, y)).collect();
    Ok(Matrix { width, height, dark })
}

impl Symbol {
    /// Whether all of its rows are the same.
    pub(crate) fn is_flat(self) -> bool {
        matches!(self, Symbol::Interleaved | Symbol::Code128)
    }
}

/// Reads a code back from grey dots, 0 for black.
#[cfg(test)]
pub(crate) fn read_back(grey: Vec<u8>, width: u32, height: u32) -> Option<String> {
    rxing::helpers::detect_in_luma(grey, width, height, None).ok().map(|read| read.getText().to_owned())
}

/// A boarding pass in PDF417, as printed on paper passes (Resolution 792).
pub(super) fn pdf417(text: &str, label: &str) -> Result<String, NoBarcode> {
    svg(text, BarcodeFormat::PDF_417, "PDF417", label)
}

/// A boarding pass in Aztec, as shown on telephones (Resolution 792).
pub(super) fn aztec(text: &str, label: &str) -> Result<String, NoBarcode> {
    svg(text, BarcodeFormat::AZTEC, "aztec", label)
}

/// A bag tag in interleaved 2 of 5 (Resolution 740): an even number of digits.
pub(super) fn interleaved(digits: &str, label: &str) -> Result<String, NoBarcode> {
    svg(digits, BarcodeFormat::ITF, "interleaved", label)
}

/// Bars for any plain text, to try scanners with.
pub(super) fn code128(text: &str, label: &str) -> Result<String, NoBarcode> {
    svg(text, BarcodeFormat::CODE_128, "code128", label)
}

/// `label` is what those hear who listen, escaped. Draws the dark modules of each row as runs, so that a code is a few hundred path steps.
fn svg(text: &str, format: BarcodeFormat, class: &str, label: &str) -> Result<String, NoBarcode> {
    let matrix = drawn(text, format)?;
    let flat = matches!(format, BarcodeFormat::ITF | BarcodeFormat::CODE_128);
    let rows = if flat { 1 } else { matrix.getHeight() };
    let mut path = String::new();
    for y in 0..rows {
        runs(&matrix, y, |from, length| {
            // Writing to a String cannot fail.
            let _ = write!(path, "M{from} {y}h{length}v1h-{length}z");
        });
    }
    let stretch = if flat { " preserveAspectRatio=\"none\"" } else { "" };
    Ok(format!(
        "<svg class=\"barcode {class}\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {rows}\"{stretch} role=\"img\" aria-label=\"{label}\"><path d=\"{path}\" fill=\"#000000\"/></svg>",
        width = matrix.getWidth(),
    ))
}

fn drawn(text: &str, format: BarcodeFormat) -> Result<BitMatrix, NoBarcode> {
    let hints = EncodeHints { Margin: Some(QUIET.to_string()), ..EncodeHints::default() };
    MultiFormatWriter.encode_with_hints(text, &format, 0, 0, &hints).map_err(|_| NoBarcode)
}

fn runs(matrix: &BitMatrix, y: u32, mut run: impl FnMut(u32, u32)) {
    let mut x = 0;
    while x < matrix.getWidth() {
        let from = x;
        while x < matrix.getWidth() && matrix.get(x, y) {
            x += 1;
        }
        if x > from {
            run(from, x - from);
        }
        x += 1;
    }
}

/// Light modules around a code.
const QUIET: u32 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_and_a_pass_become_pictures_without_style() {
        let pass = "M1ZHANG/WEI           EK7Q2ZP PVGPEKCA 1501 326Y014C0042 100";
        for drawn in [pdf417(pass, "Bar code"), aztec(pass, "Bar code"), interleaved("0999123456", "Bar code")] {
            let drawn = drawn.unwrap();
            assert!(drawn.starts_with("<svg") && !drawn.contains("style"), "{drawn}");
        }
        assert_eq!(interleaved("12x4", ""), Err(NoBarcode));
    }
}

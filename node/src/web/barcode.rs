//! Bar codes as SVG. The only file that names rxing.

use std::fmt::Write;

use rxing::common::BitMatrix;
use rxing::{BarcodeFormat, EncodeHints, MultiFormatWriter, Writer};

/// A text that no bar code can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text cannot be written as a bar code")]
pub(super) struct NoBarcode;

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

/// `label` is what those hear who listen, escaped. Draws the dark modules of each row as runs, so that a code is a few hundred path steps.
fn svg(text: &str, format: BarcodeFormat, class: &str, label: &str) -> Result<String, NoBarcode> {
    let hints = EncodeHints { Margin: Some(QUIET.to_string()), ..EncodeHints::default() };
    let matrix = MultiFormatWriter.encode_with_hints(text, &format, 0, 0, &hints).map_err(|_| NoBarcode)?;
    let flat = format == BarcodeFormat::ITF;
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

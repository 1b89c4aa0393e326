//! The text of a form that has a file or a pasted text (RFC 7578), and nothing else of such forms.

use schemas::command::{Command, Refusal};

/// A boundary is at most so long (RFC 2046 5.1.1).
const BOUNDARY_MAX: usize = 70;

/// The file `file`, or where that is empty the text `text`, with plain line ends.
///
/// # Errors
/// When there is neither, when it is no text, or more than one message may be.
pub(super) fn text(kind: &str, body: &[u8]) -> Result<String, Refusal> {
    let boundary = boundary(kind).ok_or_else(not_read)?;
    let field = |name: &str| part(body, boundary, name).filter(|bytes| !bytes.iter().all(u8::is_ascii_whitespace));
    let bytes = field("file").or_else(|| field("text")).ok_or_else(|| {
        Refusal::new("import-empty", "Neither a file nor a text was given.", "Choose the file of the list, or paste its text.", 422)
    })?;
    if bytes.len() > Command::LIST_MAX {
        return Err(Refusal::new("message-too-long", "The message is longer than 512 KiB.", "Import its parts one by one.", 413));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        Refusal::new("import-not-text", "This file is no text that can be read.", "Save it as UTF-8, and choose it again.", 422)
            .at_line(u32::try_from(line).ok())
    })?;
    Ok(plain(text))
}

/// A short field of the form, if it is there and says anything.
pub(super) fn field(kind: &str, body: &[u8], name: &str) -> Option<String> {
    let text = std::str::from_utf8(part(body, boundary(kind)?, name)?).ok()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Browsers send a text with other line ends than it had.
pub(super) fn plain(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn not_read() -> Refusal {
    Refusal::new("import-empty", "Neither a file nor a text was given.", "Choose the file of the list, or paste its text.", 422)
}

fn boundary(kind: &str) -> Option<&str> {
    let (form, rest) = kind.split_once(';')?;
    let value = rest.split(';').find_map(|part| part.trim().strip_prefix("boundary="))?.trim_matches('"');
    (form.trim().eq_ignore_ascii_case("multipart/form-data") && (1..=BOUNDARY_MAX).contains(&value.len())).then_some(value)
}

/// What stands in one field.
fn part<'a>(body: &'a [u8], boundary: &str, name: &str) -> Option<&'a [u8]> {
    let line = format!("--{boundary}");
    let named = format!("name=\"{name}\"");
    let mut rest = &body[find(body, line.as_bytes())? + line.len()..];
    let next = format!("\r\n{line}");
    loop {
        let head_end = find(rest, b"\r\n\r\n")?;
        let (head, content) = (&rest[..head_end], &rest[head_end + 4..]);
        let end = find(content, next.as_bytes())?;
        let head = String::from_utf8_lossy(head);
        let is_named = head.split([';', '\r', '\n']).any(|word| word.trim() == named);
        if is_named {
            return Some(&content[..end]);
        }
        rest = &content[end + next.len()..];
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    loop {
        let at = from + bytes.get(from..)?.iter().position(|byte| *byte == first)?;
        if bytes[at..].starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KIND: &str = "multipart/form-data; boundary=xYz";

    fn form(file: &str, text: &str) -> Vec<u8> {
        format!(
            "--xYz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n{file}\r\n--xYz\r\n\
             Content-Disposition: form-data; name=\"text\"\r\n\r\n{text}\r\n--xYz--\r\n"
        )
        .into_bytes()
    }

    #[test]
    fn a_file_goes_before_a_pasted_text_and_line_ends_are_plain() {
        assert_eq!(text(KIND, &form("PNL\r\nA\nB", "other")).unwrap(), "PNL\nA\nB");
        assert_eq!(text(KIND, &form("", "pas\r\nted")).unwrap(), "pas\nted");
        assert_eq!(text(KIND, &form("", " \r\n")).unwrap_err().code, "import-empty");
        assert_eq!(text("text/plain", b"x").unwrap_err().code, "import-empty");
        let mut gb = form("x", "");
        let at = find(&gb, b"\r\n\r\nx").unwrap() + 4;
        gb[at] = 0xD6;
        assert_eq!(text(KIND, &gb).unwrap_err().code, "import-not-text");
    }

    proptest! {
        #[test]
        fn any_bytes_end_in_a_text_or_a_refusal(body in proptest::collection::vec(any::<u8>(), 0..400), cut in 0_usize..300) {
            let _ = text(KIND, &body);
            let whole = form("PNL\nA", "B");
            let _ = text(KIND, &whole[..cut.min(whole.len())]);
        }
    }
}

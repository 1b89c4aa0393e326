//! What a photo's bytes are, from their header. No picture is ever decoded on a node. The only file that names imagesize.

use imagesize::ImageType;
use schemas::record::photo::PhotoKind;

/// As many pixels as a side may have, and all of them: more than any telephone takes, far less than what stops a browser.
const SIDE_MAX: usize = 12_000;
const PIXELS_MAX: usize = 64_000_000;

/// Why bytes are not taken as a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotTaken {
    /// None of the kinds that are taken, or not whole.
    Kind,
    Pixels,
}

/// The kind of a photo, whatever it was announced as.
pub(super) fn kind(bytes: &[u8]) -> Result<PhotoKind, NotTaken> {
    let kind = match imagesize::image_type(bytes) {
        Ok(ImageType::Jpeg) => PhotoKind::Jpeg,
        Ok(ImageType::Png) => PhotoKind::Png,
        Ok(ImageType::Webp) => PhotoKind::Webp,
        _ => return Err(NotTaken::Kind),
    };
    let size = imagesize::blob_size(bytes).map_err(|_| NotTaken::Kind)?;
    let is_empty = size.width == 0 || size.height == 0;
    let is_large = size.width > SIDE_MAX || size.height > SIDE_MAX || size.width.saturating_mul(size.height) > PIXELS_MAX;
    match () {
        () if is_empty => Err(NotTaken::Kind),
        () if is_large => Err(NotTaken::Pixels),
        () => Ok(kind),
    }
}

/// The smallest PNG of a width and height that has a header; tests need no more.
#[cfg(test)]
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend(b"\x08\x02\0\0\0");
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0\0\x11\x08".to_vec();
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes.extend(b"\x03\x01\x22\0\x02\x11\x01\x03\x11\x01");
        bytes
    }

    fn webp(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"RIFF\x24\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0".to_vec();
        bytes.extend(&(width - 1).to_le_bytes()[..3]);
        bytes.extend(&(height - 1).to_le_bytes()[..3]);
        bytes.extend([0; 8]);
        bytes
    }

    #[test]
    fn three_kinds_of_pictures_are_taken_and_nothing_that_runs() {
        assert_eq!(kind(&jpeg(1600, 1200)), Ok(PhotoKind::Jpeg));
        assert_eq!(kind(&png(1600, 1200)), Ok(PhotoKind::Png));
        assert_eq!(kind(&webp(1600, 1200)), Ok(PhotoKind::Webp));
        let others: [&[u8]; 6] = [
            b"",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            b"<!doctype html><img src=x>",
            b"GIF89a\x01\0\x01\0\0\0\0",
            b"%PDF-1.7",
            b"\xff\xd8\xff",
        ];
        for other in others {
            assert_eq!(kind(other), Err(NotTaken::Kind), "{other:?}");
        }
    }

    #[test]
    fn a_small_file_that_unfolds_to_a_huge_picture_is_not_taken() {
        for bytes in [png(12_001, 1), png(1, u32::MAX), png(10_000, 10_000), jpeg(65_535, 65_535), webp(16_000_000, 2)] {
            assert_eq!(kind(&bytes), Err(NotTaken::Pixels));
        }
        assert_eq!(kind(&png(0, 5)), Err(NotTaken::Kind));
    }

    proptest! {
        #[test]
        fn any_bytes_end_in_a_kind_or_a_reason(start in 0..4_usize, rest in proptest::collection::vec(any::<u8>(), 0..200)) {
            let head: &[u8] = [&b""[..], b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\x24\0\0\0WEBP"][start];
            let _ = kind(&[head, &rest].concat());
        }
    }
}

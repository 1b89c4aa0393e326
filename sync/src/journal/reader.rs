//! Reads frames of a journal by their place, ahead where they are read one after the other.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::{JournalError, Place, failed, segment_path};
use crate::segment::{self, FRAME_HEADER, PAYLOAD_MAX};

/// Bytes read at once at first: most frames are small, and the newest stands alone.
const ALONE: usize = 4 << 10;
/// Bytes read at once where many frames are read one after the other; it grows to this by steps.
const AHEAD_MAX: usize = 256 << 10;

/// Reads frames by their place.
#[derive(Debug)]
pub struct Reader {
    dir: PathBuf,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    segment: u64,
    file: File,
    path: PathBuf,
    /// What was read last: bytes of the file from `at` on. May be older than the file, where frames were written since.
    kept: Vec<u8>,
    at: u64,
    /// Where the last frame ended.
    next: u64,
    ahead: usize,
    /// Frames given out of what was read last.
    given: usize,
}

impl Reader {
    pub fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), open: None }
    }

    /// The payload of the frame at `place`.
    pub fn read(&mut self, place: Place) -> Result<Vec<u8>, JournalError> {
        if self.open.as_ref().is_none_or(|open| open.segment != place.segment) {
            let path = segment_path(&self.dir, place.segment);
            let file = File::open(&path).map_err(|source| failed("open", &path, source))?;
            self.open = Some(Open { segment: place.segment, file, path, kept: Vec::new(), at: 0, next: 0, ahead: ALONE, given: 0 });
        }
        let open = self.open.as_mut().expect("opened above");
        let payload = open.kept_frame(place).or_else(|| {
            let follows = open.next == place.offset && open.given > 1;
            open.ahead = if follows { (open.ahead * 4).min(AHEAD_MAX) } else { ALONE };
            open.fill(place.offset, open.ahead)?;
            open.kept_frame(place).or_else(|| {
                let bytes = open.length(place.offset)?;
                open.fill(place.offset, bytes)?;
                open.kept_frame(place)
            })
        });
        payload.ok_or_else(|| JournalError::Unreadable { place, path: open.path.clone() })
    }
}

impl Open {
    /// The frame at `place`, if all of it is at hand and good.
    fn kept_frame(&mut self, place: Place) -> Option<Vec<u8>> {
        let end = self.length(place.offset)?;
        let frame = self.bytes_from(place.offset)?.get(..end)?;
        let (head, payload) = frame.split_first_chunk::<FRAME_HEADER>()?;
        let payload = segment::is_frame(head, payload, place.segment, place.offset).then(|| payload.to_vec())?;
        self.next = segment::padded(place.offset as usize + end) as u64;
        self.given += 1;
        Some(payload)
    }

    /// Header and payload of the frame at `offset` in bytes, as its header says.
    fn length(&self, offset: u64) -> Option<usize> {
        let head = self.bytes_from(offset)?.first_chunk::<8>()?;
        let payload = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        (payload <= PAYLOAD_MAX).then_some(FRAME_HEADER + payload)
    }

    fn bytes_from(&self, offset: u64) -> Option<&[u8]> {
        self.kept.get(usize::try_from(offset.checked_sub(self.at)?).ok()?..)
    }

    /// Reads up to `bytes` from `offset` on; fewer at the end of the file.
    fn fill(&mut self, offset: u64, bytes: usize) -> Option<()> {
        self.kept.resize(bytes, 0);
        (self.at, self.given) = (offset, 0);
        let mut filled = 0;
        while filled < bytes {
            match self.file.read_at(&mut self.kept[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => {
                    self.kept.clear();
                    return None;
                }
            }
        }
        self.kept.truncate(filled);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Journal;
    use super::*;

    #[test]
    fn frames_are_read_in_any_order_and_while_more_are_written() {
        let dir = tempfile::tempdir().unwrap();
        let (mut journal, _) = Journal::open(dir.path(), [7; 16], 1 << 20, |_, _| ()).unwrap();
        let mut reader = Reader::new(dir.path());
        let mut places = Vec::new();
        for i in 0..200_usize {
            let payload = vec![i as u8; i * 97 % 9000];
            let place = journal.append(&payload).unwrap();
            places.push((place, payload.clone()));
            assert_eq!(reader.read(place).unwrap(), payload, "just written, behind what was read ahead");
            let (earlier, payload) = &places[i * 31 % places.len()];
            assert_eq!(reader.read(*earlier).unwrap(), *payload);
        }
        for (place, payload) in &places {
            assert_eq!(reader.read(*place).unwrap(), *payload);
        }
        let (place, _) = places[7];
        assert!(matches!(reader.read(Place { offset: place.offset + 8, ..place }), Err(JournalError::Unreadable { .. })));
    }
}

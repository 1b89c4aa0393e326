//! The journal's files: every commit is one frame, on disk before anybody hears of it.
//!
//! `journal/<number>.seg` hold the frames; `journal/aside/` keeps bytes that were cut as a torn tail. Nothing here is ever overwritten.

mod reader;

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::hash::Hash;
use crate::segment::{self, PAYLOAD_MAX, SEGMENT_HEADER, Scan, SegmentHeader, Span};
pub use reader::Reader;

/// Where a frame stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub segment: u64,
    pub offset: u64,
}

/// What opening the journal found that a person should know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub frames: usize,
    pub segments: usize,
    pub bytes: u64,
    /// Bytes cut behind the last commit, none of which was ever acknowledged.
    pub torn_bytes: u64,
    /// Places where acknowledged commits are unreadable.
    pub damaged: Vec<Damage>,
}

/// An unreadable place with good commits behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damage {
    pub segment: u64,
    pub span: Span,
}

#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("cannot {doing} {path}")]
    Io { doing: &'static str, path: PathBuf, source: io::Error },
    #[error(
        "the disk of this device is full: {need} bytes are needed for what comes next in {path}. Free some space; nothing that was saved is lost"
    )]
    Full { need: u64, path: PathBuf },
    #[error("a commit of {bytes} bytes is larger than the journal takes ({PAYLOAD_MAX})")]
    TooLarge { bytes: usize },
    #[error("{} was written by another version of Apron; start that version, or one that can read it. Nothing was changed", path.display())]
    OtherVersion { path: PathBuf },
    #[error("no readable commit at segment {} offset {} of {}", place.segment, place.offset, path.display())]
    Unreadable { place: Place, path: PathBuf },
}

/// The one writer of a journal.
#[derive(Debug)]
pub struct Journal {
    dir: PathBuf,
    segment_bytes: u64,
    lifetime: [u8; 16],
    next_segment: u64,
    open: Option<Open>,
    previous: Hash,
    bytes: u64,
    segments: usize,
    /// The last frame's bytes: memory that is used again.
    frame: Vec<u8>,
}

#[derive(Debug)]
struct Open {
    file: File,
    number: u64,
    at: u64,
    /// Bytes reserved for it on the disk.
    size: u64,
    path: PathBuf,
}

/// As large as a segment is reserved by default.
pub const SEGMENT_BYTES: u64 = 16 << 20;

impl Journal {
    /// Opens the journal in `dir`, hands every good frame's payload to `found` in order, cuts a torn tail, and reports rot. `lifetime` is drawn
    /// anew by the caller at each start.
    pub fn open(dir: &Path, lifetime: [u8; 16], segment_bytes: u64, mut found: impl FnMut(Place, &[u8])) -> Result<(Self, Report), JournalError> {
        std::fs::create_dir_all(dir).map_err(|source| failed("create", dir, source))?;
        let mut report = Report::default();
        let mut previous = Hash::default();
        let numbers = segment_numbers(dir)?;
        for &number in &numbers {
            let (path, bytes, scan) = scan_segment(dir, number)?;
            take_frames(&mut report, number, &bytes, &scan, &mut previous, &mut found);
            seal(dir, &path, number, &bytes, &scan, &mut report)?;
        }
        sync_dir(dir)?;
        let segments = segment_numbers(dir)?;
        report.segments = segments.len();
        let next_segment = numbers.last().map_or(1, |last| last + 1);
        let journal = Self {
            dir: dir.to_owned(),
            segment_bytes,
            lifetime,
            next_segment,
            open: None,
            previous,
            bytes: report.bytes,
            segments: segments.len(),
            frame: Vec::new(),
        };
        Ok((journal, report))
    }

    /// Makes sure that `bytes` of payload fit on the disk, before anything is decided that would need them.
    pub fn reserve(&mut self, bytes: usize) -> Result<(), JournalError> {
        if bytes > PAYLOAD_MAX {
            return Err(JournalError::TooLarge { bytes });
        }
        let need = (segment::FRAME_HEADER + bytes + 8) as u64;
        match &self.open {
            Some(open) if open.at + need <= open.size => Ok(()),
            _ => self.start_segment(need),
        }
    }

    /// Whether `bytes` of payload, and the headers of two frames, fit into what is reserved already.
    pub fn has_room(&self, bytes: usize) -> bool {
        let need = (2 * (segment::FRAME_HEADER + 8) + bytes) as u64;
        self.open.as_ref().is_some_and(|open| open.at + need <= open.size)
    }

    /// Writes one frame and returns only when the disk has it. After an error the process must end: memory is ahead of the disk.
    pub fn append(&mut self, payload: &[u8]) -> Result<Place, JournalError> {
        self.reserve(payload.len())?;
        let open = self.open.as_mut().expect("reserve opened a segment");
        let hash = segment::frame_into(&mut self.frame, open.number, open.at, self.previous, payload);
        open.file.write_all_at(&self.frame, open.at).map_err(|source| failed("write to", &open.path, source))?;
        open.file.sync_data().map_err(|source| failed("sync", &open.path, source))?;
        let place = Place { segment: open.number, offset: open.at };
        open.at += self.frame.len() as u64;
        self.bytes += self.frame.len() as u64;
        self.previous = hash;
        Ok(place)
    }

    /// Reads frames of this journal, from any thread.
    pub fn reader(&self) -> Reader {
        Reader::new(&self.dir)
    }

    /// Bytes of frames held.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub fn segments(&self) -> usize {
        self.segments
    }

    fn start_segment(&mut self, need: u64) -> Result<(), JournalError> {
        let number = self.next_segment;
        let path = segment_path(&self.dir, number);
        let size = self.segment_bytes.max(SEGMENT_HEADER as u64 + need);
        let file =
            OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&path).map_err(|source| failed("create", &path, source))?;
        if let Err(source) = reserve_on_disk(&file, size) {
            // An unused file that we made just now; leaving it would only take what little space there is.
            let _ = std::fs::remove_file(&path);
            return Err(match source.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => JournalError::Full { need, path: self.dir.clone() },
                _ => failed("reserve space for", &path, source),
            });
        }
        let header = SegmentHeader { number, lifetime: self.lifetime, previous: self.previous };
        file.write_all_at(&header.write(), 0).map_err(|source| failed("write to", &path, source))?;
        file.sync_all().map_err(|source| failed("sync", &path, source))?;
        sync_dir(&self.dir)?;
        if let Some(full) = self.open.take() {
            // The rest of a full segment was reserved and never written.
            full.file.set_len(full.at).map_err(|source| failed("close", &full.path, source))?;
        }
        self.open = Some(Open { file, number, at: SEGMENT_HEADER as u64, size, path });
        self.next_segment = number + 1;
        self.segments += 1;
        Ok(())
    }
}

/// Looks at a journal without changing it: every good frame's payload goes to `found`, in order.
pub fn inspect(dir: &Path, mut found: impl FnMut(Place, &[u8])) -> Result<Report, JournalError> {
    let mut report = Report::default();
    let mut previous = Hash::default();
    for number in segment_numbers(dir)? {
        let (_, bytes, scan) = scan_segment(dir, number)?;
        take_frames(&mut report, number, &bytes, &scan, &mut previous, &mut found);
        report.segments += 1;
        report.bytes += scan.end as u64;
        report.torn_bytes += scan.torn.map_or(0, |torn| (torn.end - torn.start) as u64);
    }
    Ok(report)
}

fn scan_segment(dir: &Path, number: u64) -> Result<(PathBuf, Vec<u8>, Scan), JournalError> {
    let path = segment_path(dir, number);
    let bytes = std::fs::read(&path).map_err(|source| failed("read", &path, source))?;
    if segment::is_of_another_version(&bytes) {
        return Err(JournalError::OtherVersion { path });
    }
    let scan = segment::scan(number, &bytes);
    Ok((path, bytes, scan))
}

/// Hands out a segment's good frames, and notes what is missing between them or before them.
fn take_frames(report: &mut Report, number: u64, bytes: &[u8], scan: &Scan, previous: &mut Hash, found: &mut impl FnMut(Place, &[u8])) {
    note_damage(report, number, scan, *previous);
    for frame in &scan.frames {
        let start = frame.offset + segment::FRAME_HEADER;
        found(Place { segment: number, offset: frame.offset as u64 }, &bytes[start..start + frame.payload_len]);
        *previous = frame.hash;
    }
    report.frames += scan.frames.len();
}

/// Keeps torn bytes aside, cuts the file to its good frames, and removes a segment that never took a frame.
fn seal(dir: &Path, path: &Path, number: u64, bytes: &[u8], scan: &Scan, report: &mut Report) -> Result<(), JournalError> {
    if let Some(torn) = scan.torn {
        let aside = dir.join("aside");
        std::fs::create_dir_all(&aside).map_err(|source| failed("create", &aside, source))?;
        let kept = aside.join(format!("{number:016}-{}.torn", torn.start));
        std::fs::write(&kept, &bytes[torn.start..torn.end]).map_err(|source| failed("write", &kept, source))?;
        report.torn_bytes += (torn.end - torn.start) as u64;
    }
    if scan.frames.is_empty() && scan.damaged.is_empty() {
        return std::fs::remove_file(path).map_err(|source| failed("remove", path, source));
    }
    if bytes.len() > scan.end {
        let file = OpenOptions::new().write(true).open(path).map_err(|source| failed("open", path, source))?;
        file.set_len(scan.end as u64).and_then(|()| file.sync_all()).map_err(|source| failed("cut", path, source))?;
    }
    report.bytes += scan.end as u64;
    Ok(())
}

/// Damage inside a segment, and commits missing between the last segment and this one.
fn note_damage(report: &mut Report, number: u64, scan: &Scan, previous: Hash) {
    report.damaged.extend(scan.damaged.iter().map(|span| Damage { segment: number, span: *span }));
    let begins_with = scan.header.map(|header| header.previous);
    if begins_with.is_some_and(|hash| hash != previous) {
        report.damaged.push(Damage { segment: number, span: Span { start: 0, end: 0 } });
    }
}

/// Reserves real blocks, so that a later write cannot find the disk full.
fn reserve_on_disk(file: &File, size: u64) -> io::Result<()> {
    match rustix::fs::fallocate(file, rustix::fs::FallocateFlags::empty(), 0, size) {
        Ok(()) => Ok(()),
        // A file system without reservation: write the zeros instead.
        Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS) => {
            let zeros = vec![0; 1 << 20];
            (0..size).step_by(zeros.len()).try_for_each(|at| file.write_all_at(&zeros[..zeros.len().min((size - at) as usize)], at))
        }
        Err(error) => Err(error.into()),
    }
}

fn segment_numbers(dir: &Path) -> Result<Vec<u64>, JournalError> {
    let mut numbers = Vec::new();
    for item in std::fs::read_dir(dir).map_err(|source| failed("list", dir, source))? {
        let name = item.map_err(|source| failed("list", dir, source))?.file_name();
        numbers.extend(name.to_str().and_then(|name| name.strip_suffix(".seg")).and_then(|digits| digits.parse::<u64>().ok()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

fn segment_path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{number:016}.seg"))
}

fn sync_dir(dir: &Path) -> Result<(), JournalError> {
    File::open(dir).and_then(|file| file.sync_all()).map_err(|source| failed("sync", dir, source))
}

fn failed(doing: &'static str, path: &Path, source: io::Error) -> JournalError {
    JournalError::Io { doing, path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(dir: &Path) -> (Journal, Report, Vec<Vec<u8>>) {
        let mut payloads = Vec::new();
        let (journal, report) = Journal::open(dir, [7; 16], 1 << 16, |_, payload| payloads.push(payload.to_vec())).unwrap();
        (journal, report, payloads)
    }

    #[test]
    fn what_was_appended_is_found_after_each_opening() {
        let dir = tempfile::tempdir().unwrap();
        let mut wanted = Vec::new();
        for round in 0..5u8 {
            let (mut journal, report, payloads) = open(dir.path());
            assert_eq!((payloads, report.damaged.len(), report.torn_bytes), (wanted.clone(), 0, 0));
            for i in 0..40u8 {
                let payload = vec![round; 1000 + usize::from(i)];
                let place = journal.append(&payload).unwrap();
                assert_eq!(journal.reader().read(place).unwrap(), payload);
                wanted.push(payload);
            }
        }
    }

    #[test]
    fn a_torn_tail_is_cut_and_kept_aside_and_rot_is_reported() {
        let dir = tempfile::tempdir().unwrap();
        let (mut journal, ..) = open(dir.path());
        let places: Vec<Place> = (0..3u8).map(|i| journal.append(&[i; 100]).unwrap()).collect();
        drop(journal);
        let path = segment_path(dir.path(), places[0].segment);
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        file.write_all_at(&[0xEE; 30], places[2].offset + segment::FRAME_HEADER as u64).unwrap();
        let (mut journal, report, payloads) = open(dir.path());
        assert_eq!((payloads.len(), report.damaged.len()), (2, 0));
        assert!(report.torn_bytes > 0 && dir.path().join("aside").read_dir().unwrap().count() == 1);
        journal.append(b"after").unwrap();
        drop(journal);
        file.write_all_at(&[0xEE; 30], places[0].offset + segment::FRAME_HEADER as u64).unwrap();
        let (_, report, payloads) = open(dir.path());
        assert_eq!((payloads.len(), report.damaged.len(), report.torn_bytes), (2, 1, 0));
    }

    #[test]
    fn a_sealed_segment_that_lost_its_last_commit_is_rot_not_a_torn_tail() {
        let dir = tempfile::tempdir().unwrap();
        let (mut journal, ..) = open(dir.path());
        journal.append(b"one").unwrap();
        let last = journal.append(b"two").unwrap();
        drop(journal);
        open(dir.path()).0.append(b"three").unwrap();
        let path = segment_path(dir.path(), last.segment);
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        file.write_all_at(&[0xEE; 2], last.offset + segment::FRAME_HEADER as u64).unwrap();
        let (_, report, payloads) = open(dir.path());
        assert_eq!((payloads.len(), report.damaged.len()), (2, 1));
    }

    #[test]
    fn a_journal_of_another_version_is_left_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let (mut journal, ..) = open(dir.path());
        let place = journal.append(b"of tomorrow").unwrap();
        drop(journal);
        let path = segment_path(dir.path(), place.segment);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[8] += 1;
        let crc = crc32c::crc32c(&bytes[..72]).to_le_bytes();
        bytes[72..76].copy_from_slice(&crc);
        std::fs::write(&path, &bytes).unwrap();
        assert!(matches!(Journal::open(dir.path(), [7; 16], 1 << 16, |_, _| ()), Err(JournalError::OtherVersion { .. })));
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }

    #[test]
    fn a_commit_that_is_too_large_is_refused_before_it_is_decided() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(open(dir.path()).0.reserve(PAYLOAD_MAX + 1), Err(JournalError::TooLarge { .. })));
    }
}

//! A disk that forgets: what was not synced may be gone, whole or sector by sector, after a power cut.

use sync::codec::CodecError;
use sync::hash::Hash;
use sync::payload::{self, PayloadWriter};
use sync::segment::{self, FRAME_HEADER, SEGMENT_HEADER, SegmentHeader};
use sync::step::FrameBody;

use host::Chance;

/// Small, so that a run fills several.
const SEGMENT_BYTES: usize = 24 << 10;
const SECTOR: usize = 512;
/// So that a run has frames of both kinds.
const PACK_FROM: usize = 2 << 10;

/// The journal's bytes of one node, and how far they are safe.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    segments: Vec<Segment>,
    open: Option<Open>,
    previous: Hash,
    lifetime: [u8; 16],
    frames: Vec<Place>,
    last_read: Option<(u32, FrameBody)>,
}

#[derive(Debug)]
struct Segment {
    number: u64,
    bytes: Vec<u8>,
}

/// The segment that this lifetime writes: the last one.
#[derive(Debug)]
struct Open {
    at: usize,
    synced: usize,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    segment: usize,
    offset: usize,
    payload: usize,
}

/// What opening found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) frames: usize,
    pub(crate) damaged: usize,
    pub(crate) torn_bytes: usize,
}

/// How opening deals with bad bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Care {
    /// As the journal does: a bad end is cut, bad bytes before good ones are passed over and reported.
    AsDesigned,
    /// A planted fault: everything behind the first bad frame is cut.
    CutAtRot,
}

impl Disk {
    /// Opens the journal for a new lifetime and hands out its frames in order.
    pub(crate) fn open(&mut self, lifetime: [u8; 16], care: Care, mut found: impl FnMut(&FrameBody)) -> Result<Report, CodecError> {
        let mut report = Report::default();
        (self.open, self.previous, self.lifetime, self.last_read) = (None, Hash::default(), lifetime, None);
        self.frames.clear();
        for (place, kept) in self.segments.iter_mut().enumerate() {
            let mut scan = segment::scan(kept.number, &kept.bytes);
            if care == Care::CutAtRot
                && let Some(first) = scan.damaged.first()
            {
                scan.frames.retain(|frame| frame.offset < first.start);
                scan.end = first.start;
            }
            let header = scan.header.map(|header| header.previous);
            report.damaged += scan.damaged.len() + usize::from(header.is_some_and(|previous| previous != self.previous));
            report.torn_bytes += scan.torn.map_or(0, |torn| torn.end - torn.start);
            for frame in &scan.frames {
                let start = frame.offset + FRAME_HEADER;
                found(&payload::read(&kept.bytes[start..start + frame.payload_len])?);
                self.frames.push(Place { segment: place, offset: frame.offset, payload: frame.payload_len });
                self.previous = frame.hash;
            }
            kept.bytes.truncate(scan.end);
        }
        report.frames = self.frames.len();
        Ok(report)
    }

    /// Hands a frame to the system; it is safe after [`Disk::sync`].
    pub(crate) fn write(&mut self, frame: &FrameBody) -> Result<(), CodecError> {
        let payload = PayloadWriter::packing_from(PACK_FROM).write(frame)?.to_vec();
        let at = self.room(FRAME_HEADER + payload.len() + 8);
        let place = self.segments.len() - 1;
        let kept = &mut self.segments[place];
        let (bytes, hash) = segment::frame(kept.number, at as u64, self.previous, &payload);
        kept.bytes[at..at + bytes.len()].copy_from_slice(&bytes);
        self.previous = hash;
        self.frames.push(Place { segment: place, offset: at, payload: payload.len() });
        if let Some(open) = &mut self.open {
            open.at = at + bytes.len();
        }
        Ok(())
    }

    pub(crate) fn sync(&mut self) {
        if let Some(open) = &mut self.open {
            open.synced = open.at;
        }
    }

    /// The power fails: of each sector that was not synced, `kept` of a hundred survive. A killed process keeps all.
    pub(crate) fn power_cut(&mut self, chance: &mut Chance, kept: u64) {
        let Some(open) = self.open.take() else { return };
        let Some(last) = self.segments.last_mut() else { return };
        for sector in open.synced / SECTOR..open.at.div_ceil(SECTOR) {
            if !chance.percent(kept) {
                let (from, to) = ((sector * SECTOR).max(open.synced), ((sector + 1) * SECTOR).min(open.at));
                last.bytes[from.min(to)..to].fill(0);
            }
        }
    }

    /// Bytes of a frame go bad.
    pub(crate) fn rot(&mut self, frame: u32, chance: &mut Chance) {
        let place = self.frames[frame as usize];
        let at = place.offset + chance.below((FRAME_HEADER + place.payload) as u64) as usize;
        // The last four bytes of a frame's header carry nothing but must be zero, so every flip is noticed.
        self.segments[place.segment].bytes[at] ^= 1 << chance.below(8);
    }

    /// Frames in order, as the replica counts them.
    pub(crate) fn frames(&self) -> u32 {
        self.frames.len() as u32
    }

    pub(crate) fn frame(&mut self, frame: u32) -> Result<&FrameBody, CodecError> {
        if self.last_read.as_ref().is_none_or(|(number, _)| *number != frame) {
            let place = self.frames[frame as usize];
            let start = place.offset + FRAME_HEADER;
            let body = payload::read(&self.segments[place.segment].bytes[start..start + place.payload])?;
            self.last_read = Some((frame, body));
        }
        Ok(self.last_read.as_ref().map(|(_, body)| body).expect("read above"))
    }

    /// Makes sure that the open segment has room; returns where to write.
    fn room(&mut self, need: usize) -> usize {
        if let Some(open) = &self.open
            && let Some(last) = self.segments.last_mut()
        {
            if open.at + need <= last.bytes.len() {
                return open.at;
            }
            last.bytes.truncate(open.at);
        }
        let number = self.segments.last().map_or(1, |last| last.number + 1);
        // Reserved, headed and synced before it is used.
        let mut bytes = SegmentHeader { number, lifetime: self.lifetime, previous: self.previous }.write().to_vec();
        bytes.resize(SEGMENT_BYTES.max(SEGMENT_HEADER + need), 0);
        self.segments.push(Segment { number, bytes });
        self.open = Some(Open { at: SEGMENT_HEADER, synced: SEGMENT_HEADER });
        SEGMENT_HEADER
    }
}

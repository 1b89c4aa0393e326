//! Frames on the wire: magic, protocol, kind, length and checksum around a body.
//!
//! ```text
//! "APRN" | protocol u8 | kind u16 | flags u8 | length u32 | plain length u32 | crc32c u32 | body
//! ```
//!
//! Numbers are little endian. `length` counts the body as sent, `plain length` the body before compression (equal when it is not compressed).
//! The checksum covers the header before it and the body as sent. Flag bit 0: the body is zstd. Other flag bits are refused.

/// The protocol that this program speaks.
pub const PROTOCOL: u8 = 3;

/// Bytes before the body.
pub const HEADER_LEN: usize = 20;

/// The longest body, plain and as sent: a batch of 1 MiB, and room for what stands around its entries.
pub const MAX_BODY: usize = (1 << 20) + (64 << 10);

const MAGIC: [u8; 4] = *b"APRN";
const FLAG_ZSTD: u8 = 1;
/// Bytes of the header that the checksum covers.
const CHECKED: usize = 16;
/// Below this a zstd frame costs more than it saves.
const COMPRESS_FROM: usize = 128;
const ZSTD_LEVEL: i32 = 3;

/// One message between nodes. What a kind means is said where it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub kind: u16,
    pub body: Vec<u8>,
}

/// Bytes that are not a frame of ours, or not as they were sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    #[error("these bytes are not from an Apron node")]
    NotOurs,
    #[error("the other side speaks protocol {theirs}, this program speaks {ours}: bring both to the same release")]
    Protocol { theirs: u8, ours: u8 },
    #[error("unknown frame flags {flags:#04x}")]
    Flags { flags: u8 },
    #[error("a body of {length} bytes; at most {MAX_BODY} are allowed")]
    TooLong { length: usize },
    #[error("the lengths of the body do not agree: {declared} declared, {found} found")]
    Length { declared: usize, found: usize },
    #[error("the frame was damaged on its way")]
    Checksum,
    #[error("the body does not decompress")]
    Compression,
}

/// The bytes of `frame`. With `compress`, the body is sent as zstd where that is shorter. A body above [`MAX_BODY`] is refused.
pub fn encode(frame: &Frame, compress: bool) -> Result<Vec<u8>, FrameError> {
    if frame.body.len() > MAX_BODY {
        return Err(FrameError::TooLong { length: frame.body.len() });
    }
    let packed = if compress { shorter(&frame.body) } else { None };
    let (flags, body) = match &packed {
        Some(packed) => (FLAG_ZSTD, packed.as_slice()),
        None => (0, frame.body.as_slice()),
    };
    let mut bytes = Vec::with_capacity(HEADER_LEN + body.len());
    bytes.extend_from_slice(&MAGIC);
    bytes.push(PROTOCOL);
    bytes.extend_from_slice(&frame.kind.to_le_bytes());
    bytes.push(flags);
    bytes.extend_from_slice(&length_field(body.len()));
    bytes.extend_from_slice(&length_field(frame.body.len()));
    let checksum = crc32c::crc32c_append(crc32c::crc32c(&bytes), body);
    bytes.extend_from_slice(&checksum.to_le_bytes());
    bytes.extend_from_slice(body);
    Ok(bytes)
}

/// A frame's header as received: checked for shape and size, so that a body may be read; the checksum is checked with the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    kind: u16,
    compressed: bool,
    length: usize,
    plain_length: usize,
    checksum: u32,
    /// Checksum of the header's own bytes, to go on from with the body.
    start: u32,
}

impl Header {
    pub fn read(bytes: &[u8; HEADER_LEN]) -> Result<Self, FrameError> {
        let [m0, m1, m2, m3, protocol, k0, k1, flags, l0, l1, l2, l3, p0, p1, p2, p3, c0, c1, c2, c3] = *bytes;
        if [m0, m1, m2, m3] != MAGIC {
            return Err(FrameError::NotOurs);
        }
        if protocol != PROTOCOL {
            return Err(FrameError::Protocol { theirs: protocol, ours: PROTOCOL });
        }
        if flags & !FLAG_ZSTD != 0 {
            return Err(FrameError::Flags { flags });
        }
        let compressed = flags & FLAG_ZSTD != 0;
        let length = length_of([l0, l1, l2, l3])?;
        let plain_length = length_of([p0, p1, p2, p3])?;
        if !compressed && length != plain_length {
            return Err(FrameError::Length { declared: plain_length, found: length });
        }
        Ok(Self {
            kind: u16::from_le_bytes([k0, k1]),
            compressed,
            length,
            plain_length,
            checksum: u32::from_le_bytes([c0, c1, c2, c3]),
            start: crc32c::crc32c(&bytes[..CHECKED]),
        })
    }

    pub fn kind(&self) -> u16 {
        self.kind
    }

    /// Bytes of the body that follow this header.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Bytes of memory that the frame takes at most while it is read.
    pub fn memory(&self) -> usize {
        if self.compressed { self.length + self.plain_length } else { self.length }
    }

    /// The frame of this header and the body that followed it.
    pub fn body(self, bytes: Vec<u8>) -> Result<Frame, FrameError> {
        if bytes.len() != self.length {
            return Err(FrameError::Length { declared: self.length, found: bytes.len() });
        }
        if crc32c::crc32c_append(self.start, &bytes) != self.checksum {
            return Err(FrameError::Checksum);
        }
        let body = if self.compressed { self.unpack(&bytes)? } else { bytes };
        Ok(Frame { kind: self.kind, body })
    }

    /// Never writes more than the declared length, which is capped: a small body cannot unfold without end.
    fn unpack(&self, bytes: &[u8]) -> Result<Vec<u8>, FrameError> {
        let plain = zstd::bulk::decompress(bytes, self.plain_length).map_err(|_| FrameError::Compression)?;
        match plain.len() == self.plain_length {
            true => Ok(plain),
            false => Err(FrameError::Length { declared: self.plain_length, found: plain.len() }),
        }
    }
}

fn shorter(body: &[u8]) -> Option<Vec<u8>> {
    if body.len() < COMPRESS_FROM {
        return None;
    }
    // Failing to compress is no failure: the body goes as it is.
    zstd::bulk::compress(body, ZSTD_LEVEL).ok().filter(|packed| packed.len() < body.len())
}

fn length_field(length: usize) -> [u8; 4] {
    u32::try_from(length).expect("bodies are capped at MAX_BODY, far below 4 GiB").to_le_bytes()
}

fn length_of(field: [u8; 4]) -> Result<usize, FrameError> {
    let length = u32::from_le_bytes(field) as usize;
    if length > MAX_BODY { Err(FrameError::TooLong { length }) } else { Ok(length) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Frame, FrameError> {
        let Some((header, body)) = bytes.split_first_chunk::<HEADER_LEN>() else {
            return Err(FrameError::NotOurs);
        };
        Header::read(header)?.body(body.to_vec())
    }

    #[test]
    fn the_bytes_are_frozen() {
        let bytes = encode(&Frame { kind: 0x0102, body: vec![9, 8] }, false).unwrap();
        #[rustfmt::skip]
        let golden = [b'A', b'P', b'R', b'N', 3, 2, 1, 0, 2, 0, 0, 0, 2, 0, 0, 0, 221, 245, 22, 254, 9, 8];
        assert_eq!(bytes, golden);
    }

    #[test]
    fn another_protocol_is_named_with_ours() {
        let mut bytes = encode(&Frame { kind: 1, body: vec![] }, false).unwrap();
        bytes[4] = PROTOCOL + 1;
        assert_eq!(read(&bytes), Err(FrameError::Protocol { theirs: PROTOCOL + 1, ours: PROTOCOL }));
    }

    #[test]
    fn a_body_unfolds_no_further_than_declared() {
        let bomb = zstd::bulk::compress(&vec![0; 64 << 20], 3).unwrap();
        let header = Header { kind: 1, compressed: true, length: bomb.len(), plain_length: 1000, checksum: crc32c::crc32c(&bomb), start: 0 };
        assert_eq!(header.body(bomb), Err(FrameError::Compression));
    }

    #[test]
    fn a_declared_length_above_the_cap_is_refused_before_the_body() {
        let mut bytes = encode(&Frame { kind: 1, body: vec![] }, false).unwrap();
        bytes[12..16].copy_from_slice(&(MAX_BODY as u32 + 1).to_le_bytes());
        assert_eq!(read(&bytes), Err(FrameError::TooLong { length: MAX_BODY + 1 }));
        assert!(encode(&Frame { kind: 1, body: vec![0; MAX_BODY + 1] }, true).is_err());
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_read_back(kind: u16, body in proptest::collection::vec(0u8..4, 0..2000), compress: bool) {
            let frame = Frame { kind, body };
            prop_assert_eq!(read(&encode(&frame, compress).unwrap()), Ok(frame));
        }

        #[test]
        fn any_bytes_end_in_a_frame_or_an_error(tail in proptest::collection::vec(any::<u8>(), 0..100), ours: bool) {
            let mut bytes = if ours { b"APRN\x01".to_vec() } else { Vec::new() };
            bytes.extend(tail);
            let _ = read(&bytes);
        }

        #[test]
        fn a_flipped_bit_is_noticed(
            body in proptest::collection::vec(0u8..4, 0..600), compress: bool, at: proptest::sample::Index, bit in 0u8..8,
        ) {
            let mut bytes = encode(&Frame { kind: 7, body }, compress).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            prop_assert!(read(&bytes).is_err());
        }
    }
}

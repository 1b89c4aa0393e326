//! The pieces in which frames travel over one TCP stream, so that a short frame never waits behind a long one.
//!
//! ```text
//! channel u8 | length u16 | bytes
//! ```
//!
//! Numbers are little endian. Channels 0 to 2 carry frames, each in pieces one after the other; the others carry what the stream itself needs.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::close::{CloseCode, Closed, ClosedBy, REASON_BYTES, words};
use crate::frame::{Frame, FrameError, HEADER_LEN, Header};

/// The longest piece: one TLS record. So long a short frame may wait.
pub(super) const PIECE_MAX: usize = 16 << 10;

pub(super) const HEAD: usize = 3;
const ROOM_BYTES: usize = 5;
const CLOSE_CODE_BYTES: usize = 4;

/// What a piece belongs to. Numbers are never given another meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    Control = 0,
    Live = 1,
    Bulk = 2,
    /// The receiver took frames, and there is room for as much again: channel u8, bytes u32.
    Room = 3,
    /// A sign of life, empty.
    Alive = 4,
    /// The end: code u32, and a sentence.
    Close = 5,
}

/// Bytes that are no piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are no piece of a frame")]
pub(super) struct NoPiece;

/// Why no frame came from a stream that carries one.
#[derive(Debug)]
pub(super) enum ReadError {
    Frame(FrameError),
    Closed(Closed),
}

/// The head of a piece. Longer pieces are never made.
pub(super) fn head(channel: Channel, length: usize) -> [u8; HEAD] {
    let [low, high] = u16::try_from(length).expect("pieces are at most PIECE_MAX long, which fits").to_le_bytes();
    [channel as u8, low, high]
}

/// Whose piece follows, and how long it is.
pub(super) fn read_head([channel, low, high]: [u8; HEAD]) -> Result<(Channel, usize), NoPiece> {
    let length = usize::from(u16::from_le_bytes([low, high]));
    let (channel, lengths) = match channel {
        0 => (Channel::Control, 1..=PIECE_MAX),
        1 => (Channel::Live, 1..=PIECE_MAX),
        2 => (Channel::Bulk, 1..=PIECE_MAX),
        3 => (Channel::Room, ROOM_BYTES..=ROOM_BYTES),
        4 => (Channel::Alive, 0..=0),
        5 => (Channel::Close, CLOSE_CODE_BYTES..=CLOSE_CODE_BYTES + REASON_BYTES),
        _ => return Err(NoPiece),
    };
    if lengths.contains(&length) { Ok((channel, length)) } else { Err(NoPiece) }
}

/// The piece that gives room back.
pub(super) fn room(channel: u8, bytes: u32) -> Vec<u8> {
    [&head(Channel::Room, ROOM_BYTES)[..], &[channel], &bytes.to_le_bytes()].concat()
}

/// Which channel has how much more room.
pub(super) fn read_room(body: &[u8]) -> Result<(usize, usize), NoPiece> {
    match *body {
        [channel @ 0..=2, b0, b1, b2, b3] => Ok((usize::from(channel), u32::from_le_bytes([b0, b1, b2, b3]) as usize)),
        _ => Err(NoPiece),
    }
}

/// The piece that says why this side ends the stream.
pub(super) fn close(code: CloseCode, reason: &str) -> Vec<u8> {
    let reason = &reason[..reason.floor_char_boundary(REASON_BYTES)];
    [&head(Channel::Close, CLOSE_CODE_BYTES + reason.len())[..], &code.number().to_le_bytes(), reason.as_bytes()].concat()
}

/// Why the other side ended the stream.
pub(super) fn read_close(body: &[u8]) -> Closed {
    let (number, reason) = body.split_first_chunk::<CLOSE_CODE_BYTES>().unwrap_or((&[0xFF; CLOSE_CODE_BYTES], &[]));
    Closed { by: ClosedBy::Peer, code: CloseCode::from_number(u32::from_le_bytes(*number).into()), reason: words(reason) }
}

/// Writes one frame as control pieces: before there is a link, and where machines join.
pub(super) async fn write_frame<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) -> io::Result<()> {
    for piece in bytes.chunks(PIECE_MAX) {
        stream.write_all(&head(Channel::Control, piece.len())).await?;
        stream.write_all(piece).await?;
    }
    stream.flush().await
}

/// Reads one frame of control pieces that takes at most `memory` bytes. The caller limits the time.
pub(super) async fn read_frame<S: AsyncRead + Unpin>(stream: &mut S, memory: usize) -> Result<Frame, ReadError> {
    let lost = |error: io::Error| ReadError::Closed(Closed::from_io(&error));
    let mut bytes = Vec::new();
    let mut header: Option<Header> = None;
    loop {
        let mut head = [0; HEAD];
        stream.read_exact(&mut head).await.map_err(lost)?;
        let (channel, length) = read_head(head).map_err(|NoPiece| ReadError::Frame(FrameError::NotOurs))?;
        let mut piece = vec![0; length];
        stream.read_exact(&mut piece).await.map_err(lost)?;
        match channel {
            Channel::Control => bytes.extend_from_slice(&piece),
            Channel::Alive => continue,
            Channel::Close => return Err(ReadError::Closed(read_close(&piece))),
            Channel::Live | Channel::Bulk | Channel::Room => return Err(ReadError::Frame(FrameError::NotOurs)),
        }
        let known = match header.take() {
            Some(known) => known,
            None => Header::read(bytes.first_chunk::<HEADER_LEN>().ok_or(ReadError::Frame(FrameError::NotOurs))?).map_err(ReadError::Frame)?,
        };
        if known.memory() > memory {
            return Err(ReadError::Frame(FrameError::TooLong { length: known.memory() }));
        }
        if bytes.len() >= HEADER_LEN + known.length() {
            return known.body(bytes.split_off(HEADER_LEN)).map_err(ReadError::Frame);
        }
        header = Some(known);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::frame;

    #[test]
    fn the_bytes_are_frozen() {
        assert_eq!(head(Channel::Bulk, PIECE_MAX), [2, 0, 64]);
        assert_eq!(room(1, 0x0102_0304), [3, 5, 0, 1, 4, 3, 2, 1]);
        assert_eq!(close(CloseCode::Busy, "no"), [5, 6, 0, 1, 0, 0, 0, b'n', b'o']);
    }

    #[tokio::test]
    async fn a_declared_length_above_the_memory_is_refused_before_the_body() {
        let bytes = frame::encode(&Frame { kind: 1, body: vec![1; 5000] }, false).unwrap();
        let mut stream = Vec::new();
        write_frame(&mut stream, &bytes[..100]).await.unwrap();
        let read = read_frame(&mut stream.as_slice(), 4999).await;
        assert!(matches!(read, Err(ReadError::Frame(FrameError::TooLong { length: 5000 }))), "{read:?}");
    }

    proptest! {
        #[test]
        fn a_frame_is_read_back(kind: u16, body in prop::collection::vec(any::<u8>(), 0..40_000)) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let frame = Frame { kind, body };
            let mut stream = Vec::new();
            let read = runtime.block_on(async {
                write_frame(&mut stream, &frame::encode(&frame, false).unwrap()).await.unwrap();
                read_frame(&mut stream.as_slice(), 1 << 20).await
            });
            prop_assert_eq!(read.unwrap(), frame);
        }

        #[test]
        fn any_bytes_end_in_a_frame_or_an_error(bytes in prop::collection::vec(prop_oneof![0u8..6, any::<u8>()], 0..200)) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let _ = runtime.block_on(read_frame(&mut bytes.as_slice(), 1 << 20));
        }
    }
}

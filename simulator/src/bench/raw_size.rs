//! The measure for bytes on the wire: the raw changes, compressed as well as a general compressor can while data still flows.

use anyhow::Result;

/// Plain bytes that are compressed together.
const TOGETHER: usize = 1 << 20;
const LEVEL: i32 = 3;

/// Bytes of changes, plain and compressed.
#[derive(Debug, Clone, Copy)]
pub(super) struct RawSize {
    pub(super) plain: usize,
    pub(super) compressed: usize,
}

/// Puts the changes one behind the other, and compresses each mebibyte with zstd at level 3.
pub(super) fn of<'a>(changes: impl Iterator<Item = &'a [u8]>) -> Result<RawSize> {
    let plain: Vec<u8> = changes.flatten().copied().collect();
    let compressed = plain.chunks(TOGETHER).map(|chunk| Ok(zstd::bulk::compress(chunk, LEVEL)?.len())).sum::<Result<usize>>()?;
    Ok(RawSize { plain: plain.len(), compressed })
}

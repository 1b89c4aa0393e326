//! Encoding of our own structures. The only file that names bincode.
//!
//! Fixed-width integers, little endian, a size limit, trailing bytes refused, and decoding from slices only: bincode's own defaults have no limit
//! and accept trailing bytes, and its reader trusts announced lengths. These bytes live only inside our own frames; hashes and signatures are
//! never over them. No type that travels may hold a list of empty items (a list of 2^64 of them costs no bytes and never ends), a map in no fixed
//! order, a float, or serde's `flatten`, `untagged` or `skip_serializing_if`; variants of an enum are only ever appended.

use bincode::Options;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why a structure could not be encoded or decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    #[error("larger than the {limit} bytes allowed here")]
    TooLarge { limit: u64 },
    #[error("not the structure expected here: {found}")]
    Malformed { found: String },
}

/// The bytes of `value`, at most `limit` of them.
pub fn encode<T: Serialize + ?Sized>(value: &T, limit: u64) -> Result<Vec<u8>, CodecError> {
    options(limit).serialize(value).map_err(|error| reason(&error, limit))
}

/// As [`encode`], into memory that is used again; what was in it is gone.
pub fn encode_into<T: Serialize + ?Sized>(bytes: &mut Vec<u8>, value: &T, limit: usize) -> Result<(), CodecError> {
    bytes.clear();
    let encoded = options(u64::MAX).with_no_limit().serialize_into(Bounded { bytes, limit }, value);
    encoded.map_err(|error| match *error {
        bincode::ErrorKind::Io(_) => CodecError::TooLarge { limit: limit as u64 },
        _ => reason(&error, limit as u64),
    })
}

/// Takes bytes up to a limit.
struct Bounded<'a> {
    bytes: &'a mut Vec<u8>,
    limit: usize,
}

impl std::io::Write for Bounded<'_> {
    fn write(&mut self, more: &[u8]) -> std::io::Result<usize> {
        if more.len() > self.limit - self.bytes.len() {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The structure that `bytes` are, all of them; more than `limit` bytes are refused unread.
pub fn decode<T: DeserializeOwned>(bytes: &[u8], limit: u64) -> Result<T, CodecError> {
    if bytes.len() as u64 > limit {
        return Err(CodecError::TooLarge { limit });
    }
    options(limit).deserialize(bytes).map_err(|error| reason(&error, limit))
}

/// Sixteen bytes in one step instead of sixteen; the bytes are the same.
pub(crate) mod sixteen {
    use schemas::flat::{DocId, LogId};
    use serde::{Deserialize, Deserializer, Serializer};

    /// What is sixteen bytes.
    pub(crate) trait Sixteen {
        fn of(bytes: [u8; 16]) -> Self;
        fn bytes(&self) -> &[u8; 16];
    }

    impl Sixteen for [u8; 16] {
        fn of(bytes: [u8; 16]) -> Self {
            bytes
        }

        fn bytes(&self) -> &[u8; 16] {
            self
        }
    }

    impl Sixteen for DocId {
        fn of(bytes: [u8; 16]) -> Self {
            Self(bytes)
        }

        fn bytes(&self) -> &[u8; 16] {
            &self.0
        }
    }

    impl Sixteen for LogId {
        fn of(bytes: [u8; 16]) -> Self {
            Self(bytes)
        }

        fn bytes(&self) -> &[u8; 16] {
            &self.0
        }
    }

    pub(crate) fn serialize<T: Sixteen, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u128(u128::from_le_bytes(*value.bytes()))
    }

    pub(crate) fn deserialize<'de, T: Sixteen, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        u128::deserialize(deserializer).map(|number| T::of(number.to_le_bytes()))
    }
}

fn options(limit: u64) -> impl Options {
    bincode::DefaultOptions::new().with_fixint_encoding().with_little_endian().with_limit(limit).reject_trailing_bytes()
}

fn reason(error: &bincode::Error, limit: u64) -> CodecError {
    match **error {
        bincode::ErrorKind::SizeLimit => CodecError::TooLarge { limit },
        // The texts name positions and kinds, and a wrong text's byte position; never values.
        _ => CodecError::Malformed { found: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Sample {
        number: u32,
        name: String,
        kind: Kind,
        hash: [u8; 4],
        parts: Vec<(u16, Vec<u8>)>,
        maybe: Option<i64>,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    enum Kind {
        First,
        Second { at: u64 },
    }

    fn sample() -> Sample {
        Sample { number: 7, name: "G12".to_owned(), kind: Kind::Second { at: 258 }, hash: [1, 2, 3, 4], parts: vec![(9, vec![255])], maybe: Some(-2) }
    }

    #[test]
    fn the_bytes_are_frozen() {
        #[rustfmt::skip]
        let golden = [
            7, 0, 0, 0,
            3, 0, 0, 0, 0, 0, 0, 0, b'G', b'1', b'2',
            1, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0,
            1, 2, 3, 4,
            1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 0, 0, 0, 0, 0, 0, 0, 255,
            1, 254, 255, 255, 255, 255, 255, 255, 255,
        ];
        assert_eq!(encode(&sample(), 1000).unwrap(), golden);
        assert_eq!(decode::<Sample>(&golden, 1000).unwrap(), sample());
    }

    #[test]
    fn left_over_and_missing_bytes_are_refused() {
        let mut bytes = encode(&sample(), 1000).unwrap();
        bytes.push(0);
        assert!(matches!(decode::<Sample>(&bytes, 1000), Err(CodecError::Malformed { .. })));
        assert!(matches!(decode::<Sample>(&bytes[..bytes.len() - 2], 1000), Err(CodecError::Malformed { .. })));
    }

    #[test]
    fn the_limit_holds_both_ways() {
        let bytes = encode(&sample(), 1000).unwrap();
        let limit = bytes.len() as u64 - 1;
        assert_eq!(encode(&sample(), limit), Err(CodecError::TooLarge { limit }));
        assert_eq!(decode::<Sample>(&bytes, limit), Err(CodecError::TooLarge { limit }));
        assert!(decode::<Sample>(&bytes, limit + 1).is_ok());
    }

    #[test]
    fn an_announced_length_takes_no_memory_before_its_bytes_are_there() {
        assert!(decode::<Vec<u8>>(&u64::MAX.to_le_bytes(), 1 << 20).is_err());
        assert!(decode::<String>(&(1u64 << 40).to_le_bytes(), 1 << 20).is_err());
    }

    #[test]
    fn sixteen_bytes_in_one_step_are_the_bytes_of_sixteen_steps() {
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        struct OneStep(#[serde(with = "sixteen")] [u8; 16], crate::hash::Hash, Option<crate::hash::Hash>);
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        struct Steps([u8; 16], [u8; 32], Option<[u8; 32]>);
        let (short, long): ([u8; 16], [u8; 32]) = (std::array::from_fn(|at| at as u8 + 1), std::array::from_fn(|at| 200 - at as u8));
        let bytes = encode(&OneStep(short, crate::hash::Hash(long), Some(crate::hash::Hash(long))), 1000).unwrap();
        assert_eq!(bytes, encode(&Steps(short, long, Some(long)), 1000).unwrap());
        assert_eq!(decode::<Steps>(&bytes, 1000).unwrap(), Steps(short, long, Some(long)));
        assert_eq!(decode::<OneStep>(&bytes, 1000).unwrap(), OneStep(short, crate::hash::Hash(long), Some(crate::hash::Hash(long))));
    }

    proptest! {
        #[test]
        fn any_bytes_end_in_a_value_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(value) = decode::<Sample>(&bytes, 1000) {
                prop_assert_eq!(encode(&value, 1000).unwrap(), bytes);
            }
        }
    }
}

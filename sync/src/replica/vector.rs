//! Version vectors: what a replica has of a scope, and the hashes by which two compare it.

use std::collections::BTreeMap;

use schemas::flat::LogId;
use schemas::scope::ScopeId;

use crate::canon::Writer;
use crate::hash::Hash;

/// For each log the number of its newest entry, with none missing before it.
pub type VersionVector = BTreeMap<LogId, u64>;

/// How many buckets a vector is compared in.
pub const BUCKETS: usize = 64;

/// The hash of a whole vector.
pub fn hash(scope: &ScopeId, vector: &VersionVector) -> Hash {
    let start = Writer::new(b"apron/vector/1").short(scope.as_str());
    Hash::of(&[&vector.iter().fold(start, |writer, (log, number)| writer.raw(&log.0).u64(*number)).done()])
}

/// A bucket's hash as it travels. Cut so short it may hide a difference, once in four thousand million times; another salt then shows it.
pub type BucketHash = [u8; 4];

/// The hash of each bucket.
pub fn bucket_hashes(vector: &VersionVector, salt: u32) -> Vec<BucketHash> {
    let mut buckets: Vec<Writer> = (0..BUCKETS).map(|_| Writer::new(b"apron/bucket/2").u32(salt)).collect();
    for (log, number) in vector {
        let place = bucket(log);
        buckets[place] = std::mem::take(&mut buckets[place]).raw(&log.0).u64(*number);
    }
    buckets
        .into_iter()
        .map(|bucket| {
            let mut cut = BucketHash::default();
            cut.copy_from_slice(&Hash::of(&[&bucket.done()]).0[..4]);
            cut
        })
        .collect()
}

/// The hash of bucket hashes, by which an answer names its question.
pub fn question(buckets: &[BucketHash]) -> Hash {
    Hash::of(&[b"apron/buckets/2", buckets.as_flattened()])
}

/// The bucket of a log; log ids are hashes, so buckets fill evenly.
pub fn bucket(log: &LogId) -> usize {
    usize::from(log.0[0] >> 2)
}

/// The bytes that a hub signs to say what it holds.
pub fn held_message(scope: &ScopeId, at_ms: i64, vector: Hash) -> Vec<u8> {
    Writer::new(b"apron/held/1").short(scope.as_str()).i64(at_ms).raw(&vector.0).done()
}

/// The bytes that a node signs to say what it keeps aside of a scope that is closed.
pub fn late_message(scope: &ScopeId, at_ms: i64, logs: &[(LogId, u64)]) -> Vec<u8> {
    let start = Writer::new(b"apron/late/1").short(scope.as_str()).i64(at_ms);
    logs.iter().fold(start, |writer, (log, number)| writer.raw(&log.0).u64(*number)).done()
}

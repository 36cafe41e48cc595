//! Tests of the path of a movie's bytes: from a reader through staging and the store to a reader,
//! on each kind of store.

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::host::clock::{after, before};
use crate::host::seeded_randomness::SeededRandomness;
use crate::storage::blobs::Blobs;
use crate::storage::blobs::OBJECTS;
use crate::storage::key::BlobKey;
use crate::storage::location::*;
use crate::storage::staging::area::Staging;
use crate::storage::staging::sealed::*;
use crate::storage::*;

const HOUR: Duration = Duration::from_secs(3600);

fn key(seed: u64) -> BlobKey {
    BlobKey::generate(&SeededRandomness::new(seed)).unwrap()
}

fn movie(size: usize) -> Vec<u8> {
    (0..size).map(|i| (i % 251) as u8).collect()
}

async fn stage(staging: &Staging, key: &BlobKey, movie: &[u8]) -> Synced {
    let mut file = staging.create(key).await.unwrap();
    for piece in movie.chunks(100_003) {
        file.write(piece).await.unwrap();
    }
    let sealed = file.seal().await.unwrap();
    assert_eq!(sealed.sha256, HEXLOWER.encode(&Sha256::digest(movie)));
    sealed.sync().await.unwrap()
}

async fn read(blobs: &Blobs, key: &BlobKey, range: Range<u64>, size: u64) -> Vec<u8> {
    let body = blobs.read(key, range.clone(), size).await.unwrap();
    let mut body = body.expect("the object is there");
    assert_eq!(body.remaining(), range.end - range.start);
    let mut bytes = Vec::new();
    while let Some(chunk) = body.chunk().await.unwrap() {
        assert!(chunk.len() <= CHUNK);
        bytes.extend_from_slice(&chunk);
    }
    assert_eq!(body.remaining(), 0);
    bytes
}

/// Publishes movies of several sizes and reads them back, whole and in part.
async fn check(location: Location, staging: &Staging) -> Blobs {
    let blobs = Blobs::open(location).await.unwrap();
    for (seed, size) in [(1, 1), (2, CHUNK), (3, 3 * CHUNK + 17), (4, 9 << 20)] {
        let (key, movie) = (key(seed), movie(size));
        let synced = stage(staging, &key, &movie).await;
        assert_eq!(synced.size, size as u64);
        assert_eq!(blobs.size(&key).await.unwrap(), None);
        blobs.publish(synced, &key).await.unwrap();
        let size = size as u64;
        assert_eq!(blobs.size(&key).await.unwrap(), Some(size));
        assert!(read(&blobs, &key, 0..size, size).await == movie);
        let half = size / 2;
        assert!(read(&blobs, &key, half..size, size).await == movie[half as usize..]);
        assert!(read(&blobs, &key, size..size, size).await.is_empty());
    }
    assert_eq!(staging.older_than(Timestamp::MAX).await.unwrap(), []);
    blobs
}

#[tokio::test]
async fn folder_gives_back_what_was_published() {
    let folder = TempDir::new().unwrap();
    let staging = Staging::open(folder.path().join(".staging")).await.unwrap();
    let blobs = check(Location::Folder(folder.path().into()), &staging).await;
    let names = fs::read_dir(folder.path().join(OBJECTS)).unwrap().count();
    assert_eq!(names, 4);
    let inventory = blobs.inventory().await.unwrap();
    assert_eq!(inventory.len(), 4);
    assert_eq!(inventory.size(&key(1)), Some(1));
    assert_eq!(inventory.size(&key(5)), None);
}

#[tokio::test]
async fn memory_gives_back_what_was_published() {
    let staging = Staging::temporary().await.unwrap();
    check(Location::Memory, &staging).await;
}

#[tokio::test]
async fn staging_on_another_file_system_is_copied() {
    let elsewhere = Path::new("/dev/shm");
    if !elsewhere.is_dir() {
        return;
    }
    let staging = TempDir::new_in(elsewhere).unwrap();
    let folder = TempDir::new().unwrap();
    let staging = Staging::open(staging.path().into()).await.unwrap();
    check(Location::Folder(folder.path().into()), &staging).await;
}

#[tokio::test]
async fn objects_are_listed_by_age_and_removed_once() {
    let staging = Staging::temporary().await.unwrap();
    let blobs = Blobs::open(Location::Memory).await.unwrap();
    blobs
        .publish(stage(&staging, &key(1), b"abc").await, &key(1))
        .await
        .unwrap();
    let now = Timestamp::now();
    let inventory = blobs.inventory().await.unwrap();
    assert_eq!(inventory.older_than(before(now, HOUR)).count(), 0);
    let new: Vec<_> = inventory.older_than(after(now, HOUR)).collect();
    assert_eq!(new, [key(1)]);
    blobs.remove(&key(1)).await.unwrap();
    blobs.remove(&key(1)).await.unwrap();
    assert_eq!(blobs.size(&key(1)).await.unwrap(), None);
}

#[tokio::test]
async fn missing_and_truncated_objects_are_an_error_not_a_short_movie() {
    let folder = TempDir::new().unwrap();
    let staging = Staging::open(folder.path().join(".staging")).await.unwrap();
    let blobs = Blobs::open(Location::Folder(folder.path().into()))
        .await
        .unwrap();
    assert!(blobs.read(&key(1), 0..3, 3).await.unwrap().is_none());
    let movie = movie(4 * CHUNK);
    let size = movie.len() as u64;
    blobs
        .publish(stage(&staging, &key(1), &movie).await, &key(1))
        .await
        .unwrap();
    let body = blobs.read(&key(1), 0..size, size).await.unwrap();
    let mut body = body.expect("the object is there");
    body.chunk().await.unwrap();
    let path = folder.path().join(OBJECTS).join(key(1).as_str());
    fs::OpenOptions::new()
        .write(true)
        .open(path)
        .unwrap()
        .set_len(10)
        .unwrap();
    while body.remaining() > 0 {
        if body.chunk().await.is_err() {
            assert!(body.chunk().await.is_err());
            break;
        }
    }
    assert!(body.remaining() > 0);
    assert!(blobs.read(&key(1), 0..size, size).await.is_err());
}

#[tokio::test]
async fn dropped_upload_leaves_no_file() {
    let folder = TempDir::new().unwrap();
    let staging = Staging::open(folder.path().into()).await.unwrap();
    let mut file = staging.create(&key(1)).await.unwrap();
    file.write(&movie(2 * CHUNK)).await.unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    drop(file);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn reader_is_read_up_to_a_limit() {
    let staging = Staging::temporary().await.unwrap();
    let mut file = staging.create(&key(1)).await.unwrap();
    let movie = movie(CHUNK + 100);
    let mut reader = movie.as_slice();
    while file.received() < CHUNK as u64 + 50 {
        let limit = CHUNK as u64 + 50 - file.received();
        assert!(file.read_from(&mut reader, limit).await.unwrap() > 0);
    }
    assert_eq!(reader.len(), 50);
    let sealed = file.seal().await.unwrap();
    assert_eq!(
        sealed.sha256,
        HEXLOWER.encode(&Sha256::digest(&movie[..CHUNK + 50]))
    );
}

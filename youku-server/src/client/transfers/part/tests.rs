use crate::client::transfers::part::*;

/// The digest that these digits are repeated to.
fn sha256(digits: &str) -> String {
    digits.repeat(DIGEST / digits.len())
}

async fn only(folder: &Path) -> PartFile {
    let mut parts = PartFile::all_of(folder, 7).await;
    assert_eq!(parts.len(), 1);
    parts.remove(0)
}

#[tokio::test]
async fn the_parts_of_a_movie_are_found_the_longest_first() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (sha256("0123abcd"), sha256("0123abce"));
    for (name, bytes) in [
        (format!("a.mp4.7-{a}.part"), 2),
        (format!("b.mp4.7-{b}.part"), 3),
        (format!("c.mp4.77-{a}.part"), 9),
        (format!("d.mp4.7-{}.part", &a[1..]), 9),
        (format!("e.mp4.7-{}.part", sha256("no digit")), 9),
        (format!("f.mp4.7-{a}.part"), 0),
        ("f.mp4".to_owned(), 9),
    ] {
        std::fs::write(folder.path().join(name), vec![0; bytes]).unwrap();
    }
    let parts = PartFile::all_of(folder.path(), 7).await;
    let found: Vec<_> = parts
        .iter()
        .map(|part| (part.bytes, &part.sha256))
        .collect();
    assert_eq!(found, [(3, &b), (2, &a)]);
    let made = PartFile::path(folder.path(), "b.mp4", 7, &b.to_uppercase());
    assert_eq!(made, parts[0].path);
    assert!(PartFile::all_of(folder.path(), 8).await.is_empty());
    assert!(
        PartFile::all_of(Path::new("/no/such/folder"), 7)
            .await
            .is_empty()
    );
}

#[test]
fn the_name_of_a_part_fits_every_file_system() {
    let name = "影".repeat(66);
    let path = PartFile::path(Path::new(""), &name, u64::MAX, &sha256("0"));
    let path = path.to_str().unwrap();
    assert!(path.len() <= MAX_NAME, "{path}");
    assert_eq!(digest_in(path, u64::MAX), Some(sha256("0")));
}

#[tokio::test]
async fn a_part_belongs_to_one_download_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = PartFile::path(folder.path(), "a.mp4", 7, &sha256("0"));
    std::fs::write(&path, "bytes").unwrap();
    let part = only(folder.path()).await;
    let first = part.open().await.unwrap();
    let second = part.open().await.unwrap_err();
    assert_eq!(second.kind(), io::ErrorKind::ResourceBusy);
    drop(first);
    part.open().await.unwrap();
}

#[tokio::test]
async fn a_part_that_another_program_writes_to_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.part");
    std::fs::write(&path, "left behind").unwrap();
    let first = create(&path).await.unwrap();
    let second = create(&path).await.unwrap_err();
    assert_eq!(second.kind(), io::ErrorKind::ResourceBusy);
    finish(&first, &path, folder.path(), "a").await.unwrap();
    create(&path).await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_file_that_was_written_gets_the_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.part");
    let whole = create(&path).await.unwrap();
    for other in ["half", ""] {
        std::fs::remove_file(&path).unwrap();
        if !other.is_empty() {
            std::fs::write(&path, other).unwrap();
        }
        let placed = finish(&whole, &path, folder.path(), "a").await;
        assert!(placed.unwrap_err().as_file_error().is_some());
        discard(&whole, &path).await.unwrap();
        assert_eq!(path.exists(), !other.is_empty());
    }
    assert!(!folder.path().join("a").exists());
}

#[cfg(unix)]
#[tokio::test]
async fn a_renamed_part_is_not_appended_to() {
    let folder = tempfile::tempdir().unwrap();
    let victim = folder.path().join("victim");
    std::fs::write(&victim, "untouched").unwrap();
    let path = PartFile::path(folder.path(), "a.mp4", 7, &sha256("0"));
    std::fs::hard_link(&victim, &path).unwrap();
    let part = only(folder.path()).await;
    part.open().await.unwrap_err();
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_link_to_a_part_does_not_prevent_its_final_name() {
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("a.part"), folder.path().join("link"));
    for is_whole in [true, false] {
        let file = create(&path).await.unwrap();
        std::fs::hard_link(&path, &link).unwrap();
        if is_whole {
            drop(finish(&file, &path, folder.path(), "a").await.unwrap())
        } else {
            discard(&file, &path).await.unwrap()
        }
        assert!(!path.exists());
        std::fs::remove_file(&link).unwrap();
    }
}

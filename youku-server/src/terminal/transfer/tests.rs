use std::io;

use tokio::time::Instant;

use crate::terminal::transfer::*;

fn lost() -> ClientError {
    ClientError::transport(io::ErrorKind::ConnectionReset.into())
}

/// How many seconds it waits before each further try at `position`, until it returns the error.
async fn waits(retries: &mut Retries, position: u64) -> Vec<u64> {
    let mut waits = Vec::new();
    // More than there may be.
    while waits.len() < 10 {
        let start = Instant::now();
        if let Err(error) = retries.pause(lost(), position).await {
            assert!(error.is_connection_lost());
            break;
        }
        waits.push(start.elapsed().as_secs());
    }
    waits
}

#[tokio::test(start_paused = true)]
async fn a_transfer_without_progress_is_retried_five_times() {
    let mut retries = Retries::default();
    assert_eq!(waits(&mut retries, 0).await, [0, 1, 2, 3, 4]);
    assert!(waits(&mut retries, 0).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn progress_resets_the_number_of_retries() {
    let mut retries = Retries::default();
    for position in [5, 6] {
        assert_eq!(waits(&mut retries, position).await, [0, 1, 2, 3, 4]);
    }
    // It was there already.
    assert!(waits(&mut retries, 5).await.is_empty());
    assert!(waits(&mut retries, 6).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn only_a_lost_connection_is_retried() {
    let mut retries = Retries::default();
    let start = Instant::now();
    let error = ClientError::file(Path::new("a"), io::ErrorKind::NotFound.into());
    let error = retries.pause(error, 5).await.unwrap_err();
    assert!(error.as_file_error().is_some());
    assert_eq!(start.elapsed(), Duration::ZERO);
}

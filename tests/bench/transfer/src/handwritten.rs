//! Servers written by hand, with the least code that does the work.

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::Result;

/// A tokio server that answers every frame with the same bytes.
pub fn canned(reply: &[u8]) -> Result {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        loop {
            let (mut stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let reply = reply.to_vec();
            tokio::spawn(async move {
                let mut request = vec![0; 4096];
                while let Ok(length) = stream.read_i32_le().await {
                    let length = usize::try_from(length).unwrap_or(0).min(request.len());
                    if stream.read_exact(&mut request[..length]).await.is_err()
                        || stream.write_all(&reply).await.is_err()
                    {
                        return;
                    }
                }
            });
        }
    })
}

/// A server with a thread for each connection that receives, hashes and writes one file, syncs it,
/// and answers with the digest.
pub fn receive_hash_write(folder: &Path) -> Result {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    for (number, stream) in listener.incoming().enumerate() {
        let (mut stream, path) = (stream?, folder.join(format!("loop-{number}")));
        thread::spawn(move || -> Result {
            let mut length = [0; 8];
            stream.read_exact(&mut length)?;
            let mut left = u64::from_le_bytes(length);
            let (mut file, mut hash) = (File::create(path)?, Sha256::new());
            let mut buffer = vec![0; 256 * 1024];
            while left > 0 {
                let read = stream.read(&mut buffer)?;
                if read == 0 {
                    return Err("the sender left".into());
                }
                hash.update(&buffer[..read]);
                file.write_all(&buffer[..read])?;
                left -= read as u64;
            }
            file.sync_all()?;
            stream.write_all(&hash.finalize())?;
            Ok(())
        });
    }
    Ok(())
}

//! A finished upload accepts no more bytes.

use youku_core::Upload;

pub async fn twice(mut upload: Upload) {
    let _ = upload.finish().await;
    let _ = upload.write(b"more").await;
}

fn main() {}

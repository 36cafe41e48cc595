//! The size of a connection's task.

use std::net::{IpAddr, Ipv4Addr};

use tokio::net::TcpStream;

use super::*;
use crate::server::connections::Connections;
use crate::server::shutdown::Phase;

/// Most connections are idle most of the time, and there may be thousands of them.
#[tokio::test]
async fn the_task_of_a_connection_is_small() {
    let youku = Youku::builder()
        .database("sqlite::memory:")
        .movies("memory:///");
    let youku = youku.open().await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap())
        .await
        .unwrap();
    let options = Arc::new(Options::default());
    let connections = Arc::new(Connections::new(&options.limits));
    let admitted = connections.admit(IpAddr::V4(Ipv4Addr::LOCALHOST)).unwrap();
    let phase = tokio::sync::watch::Sender::new(Phase::Running);
    let shared = Shared {
        youku,
        rate_limits: Arc::new(RateLimits::new(&options.limits)),
        options,
        tickets: SharedTickets::default(),
    };
    let stream = Transport::from(stream);
    let task = ClientConnection::new(stream, shared, admitted).serve(Shutdown::new(&phase));
    let bytes = size_of_val(&task);
    assert!(bytes < 2048, "{bytes}");
}

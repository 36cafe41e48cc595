//! A client that does byte for byte what the client of the Python course project does, and its requests.

use std::net::{Ipv4Addr, SocketAddr};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use youku_server::{Stream, Transport};

use crate::support::{PASSWORD, soon};

/// That Python client: a length and a JSON text in two small writes; one `recv(4)`, one `recv(n)`.
pub(crate) struct Raw {
    pub(crate) stream: Transport,
    pub(crate) cookies: Value,
    /// The name of the request that the last reply answered. Replies are returned without it.
    pub(crate) request_id: Option<Value>,
}

impl Raw {
    /// A connection without a session.
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = soon(TcpStream::connect(address)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self::over(stream.into())
    }

    /// A connection without a session that comes from `source`, an address of this machine.
    pub(crate) async fn from(source: Ipv4Addr, server: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((source, 0).into()).unwrap();
        let server = (Ipv4Addr::LOCALHOST, server.port());
        let stream = soon(socket.connect(server.into())).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self::over(stream.into())
    }

    /// A client over an existing connection.
    pub(crate) fn over(stream: Transport) -> Self {
        Self {
            stream,
            cookies: Value::Null,
            request_id: None,
        }
    }

    /// Shuts down the sending side.
    pub(crate) async fn end(&mut self) {
        // A connection that was reset has ended already.
        let _ = soon(self.stream.shutdown()).await;
    }

    /// Sends a request with this connection's cookies, and returns the reply.
    pub(crate) async fn ask(&mut self, request: Value) -> Value {
        self.send(request).await;
        self.receive().await
    }

    /// Sends a request with this connection's cookies, unless it brings its own.
    pub(crate) async fn send(&mut self, mut request: Value) {
        let fields = request.as_object_mut().unwrap();
        if !fields.contains_key("cookies") && !fields.contains_key("session") {
            fields.insert("cookies".into(), self.cookies.clone());
        }
        self.send_text(request.to_string().as_bytes()).await;
    }

    /// Sends any text as a frame.
    pub(crate) async fn send_text(&mut self, text: &[u8]) {
        let length = i32::try_from(text.len()).unwrap();
        self.send_bytes(&length.to_le_bytes()).await;
        self.send_bytes(text).await;
    }

    /// Sends bytes as they are.
    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) {
        soon(self.stream.write_all(bytes)).await.unwrap();
    }

    /// Receives a reply with two calls, as old clients do: the reply has to arrive in one piece.
    pub(crate) async fn receive(&mut self) -> Value {
        let mut length = [0; 4];
        assert_eq!(
            soon(self.stream.read(&mut length)).await.unwrap(),
            4,
            "one recv(4)"
        );
        let length = usize::try_from(i32::from_le_bytes(length)).unwrap();
        let mut text = vec![0; length];
        assert_eq!(
            soon(self.stream.read(&mut text)).await.unwrap(),
            length,
            "one recv(n)"
        );
        self.reply(&text)
    }

    fn reply(&mut self, text: &[u8]) -> Value {
        let mut reply: Value = serde_json::from_slice(text).unwrap();
        self.request_id = reply.as_object_mut().unwrap().remove("request_id");
        reply
    }

    /// Receives a reply of any size, and returns that size too.
    pub(crate) async fn receive_large(&mut self) -> (Value, usize) {
        let length = soon(self.stream.read_i32_le()).await.unwrap();
        let body = self.receive_bytes(usize::try_from(length).unwrap()).await;
        (self.reply(&body), body.len())
    }

    /// Receives that many raw bytes.
    pub(crate) async fn receive_bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        soon(self.stream.read_exact(&mut bytes)).await.unwrap();
        bytes
    }

    /// Aborts the connection, so that the server sees a reset.
    pub(crate) fn reset(self) {
        self.stream.socket().unwrap().set_zero_linger().unwrap();
    }

    /// Everything that the server sends until it closes the connection.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        // A reset is also an end.
        let _ = soon(self.stream.read_to_end(&mut rest)).await;
        rest
    }

    /// Asserts that the server has closed the connection without sending anything more.
    pub(crate) async fn expect_end(&mut self) {
        assert_eq!(self.rest().await, b"", "nothing follows");
    }

    /// Asserts that the connection still serves.
    pub(crate) async fn expect_alive(&mut self) {
        let reply = self.ask(json!({"type": "check_notice"})).await;
        assert_eq!(reply["code"], "ok");
    }

    /// Sends a request and asserts how it is refused.
    pub(crate) async fn expect_refusal(&mut self, request: Value, code: &str) -> Value {
        let text = request.to_string();
        let reply = self.ask(request).await;
        assert_eq!(
            (&reply["flag"], &reply["code"]),
            (&json!(false), &json!(code)),
            "{text}"
        );
        reply
    }

    /// Logs in and keeps the session.
    pub(crate) async fn log_in(&mut self, username: &str, user_type: &str) {
        let request = login(username, PASSWORD, user_type);
        let reply = self.ask(request).await;
        assert_eq!(reply["flag"], true, "{reply}");
        self.cookies = reply["session"].clone();
    }

    /// Logs in as a client of the design half does: its session is good on every connection from this address.
    pub(crate) async fn log_in_by_design(&mut self, username: &str, user_type: &str) {
        let mut request = login(username, PASSWORD, user_type);
        request["name"] = request["username"].take();
        request.as_object_mut().unwrap().remove("username");
        // Clients of the design half send no `cookies`.
        request["session"] = Value::Null;
        let reply = self.ask(request).await;
        assert_eq!(reply["flag"], true, "{reply}");
        self.cookies = reply["session"].clone();
    }

    /// Uploads `bytes` as the Python client does: the request, the bytes at once, then the reply.
    pub(crate) async fn upload(&mut self, name: &str, bytes: &[u8], is_free: u8) -> Value {
        self.send(upload(name, bytes.len(), is_free)).await;
        self.send_bytes(bytes).await;
        self.receive().await
    }
}

/// A log-in of the implementation dialect.
pub(crate) fn login(username: &str, password: &str, user_type: &str) -> Value {
    json!({"type": "login", "username": username, "password": password, "user_type": user_type})
}

/// A registration of the implementation dialect.
pub(crate) fn register(username: &str, user_type: &str) -> Value {
    json!({
        "type": "register", "username": username, "password": PASSWORD, "user_type": user_type,
    })
}

/// The announcement of an upload of the implementation dialect.
pub(crate) fn upload(name: &str, size: usize, is_free: u8) -> Value {
    json!({
        "type": "upload_movie", "movie_name": name, "movie_size": size, "is_free": is_free,
        "movie_md5": format!("sampled digest of {name}"),
    })
}

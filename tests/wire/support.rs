//! A server of its own for each test, and a client that does what the documents' Python client does.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use youku_core::testing::ManualClock;
use youku_core::{
    Begin, Credentials, Kind, NewMovie, PasswordCost, Policy, Registration, Role, Youku,
};
use youku_server::{Limits, Options};

/// Far above any honest need: it turns a hang into a failure.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The password of everybody.
pub(crate) const PASSWORD: &str = "follow the white rabbit";

/// Fails the test instead of waiting for ever.
pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    timeout(PATIENCE, what).await.expect("it takes too long")
}

/// A server on a free port, over a service in memory whose clock stands still.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) youku: Youku,
    pub(crate) clock: ManualClock,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(Options::default()).await
    }

    pub(crate) async fn with_limits(limits: Limits) -> Self {
        Self::with(Options {
            limits,
            ..Options::default()
        })
        .await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let clock = ManualClock::default();
        let cheap = PasswordCost {
            memory_kib: 8,
            passes: 1,
            lanes: 1,
        };
        let youku = Youku::builder()
            .database("sqlite::memory:")
            .movies("memory:///")
            .policy(Policy {
                password_cost: cheap,
                ..Policy::default()
            })
            .clock(clock.clone())
            .open()
            .await
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            // A dropped sender stops the server as well: the test is over.
            let _ = stopped.await;
        };
        let running = tokio::spawn(youku_server::run(
            listener,
            youku.clone(),
            options,
            shutdown,
        ));
        Self {
            address,
            youku,
            clock,
            stop: Some(stop),
            running,
        }
    }

    /// Begins the shutdown.
    pub(crate) fn stop(&mut self) {
        self.stop
            .take()
            .expect("a server is stopped once")
            .send(())
            .unwrap();
    }

    /// Waits for the end of the server.
    pub(crate) async fn ended(self) {
        soon(self.running).await.unwrap();
    }

    /// A raw connection without a session.
    pub(crate) async fn connect(&self) -> Raw {
        let stream = soon(TcpStream::connect(self.address)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Raw {
            stream,
            cookies: Value::Null,
        }
    }

    /// A raw connection of an administrator who was registered locally.
    pub(crate) async fn administrator(&self) -> Raw {
        let registration = Registration {
            username: "admin".into(),
            password: PASSWORD.into(),
        };
        self.youku.create_admin(registration).await.unwrap();
        self.log_in("admin", "admin").await
    }

    /// A raw connection of a new user.
    pub(crate) async fn user(&self, username: &str) -> Raw {
        let registration = Registration {
            username: username.into(),
            password: PASSWORD.into(),
        };
        self.youku.register(registration).await.unwrap();
        self.log_in(username, "user").await
    }

    /// A raw connection, logged in over the wire.
    pub(crate) async fn log_in(&self, username: &str, user_type: &str) -> Raw {
        let mut raw = self.connect().await;
        raw.log_in(username, user_type).await;
        raw
    }

    /// Lists movies without the wire: each of its name's bytes. Returns their ids.
    pub(crate) async fn add_movies(&self, kind: Kind, names: &[&str]) -> Vec<u64> {
        let owner = Registration {
            username: "owner".into(),
            password: PASSWORD.into(),
        };
        // The second call finds the owner there.
        let _ = self.youku.create_admin(owner).await;
        let credentials = Credentials {
            username: "owner".into(),
            password: PASSWORD.into(),
            role: Some(Role::Admin),
            peer: String::new(),
        };
        let session = self.youku.login(credentials).await.unwrap();
        let admin = session.admin().await.unwrap();
        let mut ids = Vec::new();
        for name in names {
            let bytes = name.as_bytes();
            let size = bytes.len() as u64;
            let movie = NewMovie {
                name: (*name).into(),
                size,
                kind,
                sha256: None,
                hint: None,
            };
            let Begin::Open(mut upload) = admin.upload(movie).await.unwrap() else {
                panic!("`{name}` is there already")
            };
            upload.write(bytes).await.unwrap();
            ids.push(upload.finish().await.unwrap().movie.id.get());
        }
        ids
    }

    /// The names on the list, read from the service.
    pub(crate) async fn listed(&self) -> Vec<String> {
        let user = Registration {
            username: "reader".into(),
            password: PASSWORD.into(),
        };
        // The second call finds the reader there.
        let _ = self.youku.register(user).await;
        let mut raw = self.log_in("reader", "user").await;
        let reply = raw
            .ask(json!({"type": "get_movie_list", "movie_type": "all"}))
            .await;
        let names = reply["movie_list"].as_array().unwrap().iter();
        names
            .map(|row| row[0].as_str().unwrap().to_owned())
            .collect()
    }
}

/// The documents' client: a length and a JSON text in two small writes; one `recv(4)`, one `recv(n)`.
pub(crate) struct Raw {
    pub(crate) stream: TcpStream,
    pub(crate) cookies: Value,
}

impl Raw {
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

    /// Receives a reply with two calls, as old clients do: it has to come in one piece.
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
        serde_json::from_slice(&text).unwrap()
    }

    /// Receives a reply of any size, and says how large it was.
    pub(crate) async fn receive_large(&mut self) -> (Value, usize) {
        let length = soon(self.stream.read_i32_le()).await.unwrap();
        let body = self.receive_bytes(usize::try_from(length).unwrap()).await;
        (serde_json::from_slice(&body).unwrap(), body.len())
    }

    /// Receives that many raw bytes.
    pub(crate) async fn receive_bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        soon(self.stream.read_exact(&mut bytes)).await.unwrap();
        bytes
    }

    /// Asserts that the server has closed the connection and sent nothing more.
    pub(crate) async fn expect_end(&mut self) {
        let mut rest = Vec::new();
        // A reset is an end too.
        let _ = soon(self.stream.read_to_end(&mut rest)).await;
        assert_eq!(rest, b"", "nothing follows");
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

    /// Uploads `bytes` as the Python client does: the request, the bytes at once, then the reply.
    pub(crate) async fn upload(&mut self, name: &str, bytes: &[u8], is_free: u8) -> Value {
        self.send(upload(name, bytes.len(), is_free)).await;
        self.send_bytes(bytes).await;
        self.receive().await
    }

    /// Waits until this session is refused, which is soon after its connection has ended.
    pub(crate) async fn expect_session_to_end(&mut self, cookies: &Value) {
        let request = json!({"type": "get_movie_list", "movie_type": "all", "cookies": cookies});
        let ended = async {
            while self.ask(request.clone()).await["code"] != "unauthenticated" {
                tokio::task::yield_now().await;
            }
        };
        soon(ended).await;
    }
}

/// A log-in of the implementation half.
pub(crate) fn login(username: &str, password: &str, user_type: &str) -> Value {
    json!({"type": "login", "username": username, "password": password, "user_type": user_type})
}

/// A registration of the implementation half.
pub(crate) fn register(username: &str, user_type: &str) -> Value {
    json!({
        "type": "register", "username": username, "password": PASSWORD, "user_type": user_type,
    })
}

/// The announcement of an upload of the implementation half.
pub(crate) fn upload(name: &str, size: usize, is_free: u8) -> Value {
    json!({
        "type": "upload_movie", "movie_name": name, "movie_size": size, "is_free": is_free,
        "movie_md5": format!("sampled digest of {name}"),
    })
}

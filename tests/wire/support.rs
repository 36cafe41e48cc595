//! A separate server for each test, and users to talk to it.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use youku_core::testing::ManualClock;
use youku_core::{
    Begin, Builder, Credentials, Kind, NewMovie, PasswordCost, Payments, Policy, Registration,
    Role, Youku,
};
use youku_orm::Database;
use youku_server::{Limits, Listener, Options};

use crate::raw::Raw;

/// Far above what a test needs, so that a hang becomes a failure.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The password of every user.
pub(crate) const PASSWORD: &str = "follow the white rabbit";

/// Fails the test instead of waiting forever.
pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    timeout(PATIENCE, what).await.expect("it takes too long")
}

/// The default policy, with cheap password hashing.
pub(crate) fn policy() -> Policy {
    Policy {
        password_cost: PasswordCost {
            memory_kib: 8,
            passes: 1,
            lanes: 1,
        },
        ..Policy::default()
    }
}

fn service(movies: &str, policy: Policy) -> Builder {
    let service = Youku::builder().database("sqlite::memory:");
    service.movies(movies).policy(policy)
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
        Self::listening(options, Listener::new).await
    }

    /// A server with the listener that `listener` makes from a free port.
    pub(crate) async fn listening(
        options: Options,
        listener: impl FnOnce(TcpListener) -> Listener,
    ) -> Self {
        Self::open(service("memory:///", policy()), options, listener).await
    }

    /// A server over a service with this policy.
    pub(crate) async fn with_policy(policy: Policy) -> Self {
        let service = service("memory:///", policy);
        Self::open(service, Options::default(), Listener::new).await
    }

    /// The same, with `payments` as the payment provider.
    pub(crate) async fn with_payments(policy: Policy, payments: impl Payments) -> Self {
        let service = service("memory:///", policy).payments(payments);
        Self::open(service, Options::default(), Listener::new).await
    }

    /// A server over a service in this database.
    pub(crate) async fn over(database: Database, options: Options) -> Self {
        let service = service("memory:///", policy()).existing_database(database);
        Self::open(service, options, Listener::new).await
    }

    /// A server that listens on `address`, whose port must be 0.
    pub(crate) async fn at(address: &str, limits: Limits) -> Self {
        let options = Options {
            limits,
            ..Options::default()
        };
        let socket = TcpListener::bind(address).await.unwrap();
        let address = socket.local_addr().unwrap();
        let service = service("memory:///", policy());
        Self::serve(service, options, address, socket.into()).await
    }

    /// A server that stores its movies as files in `folder`.
    pub(crate) async fn on_disk(folder: &Path, limits: Limits) -> Self {
        let options = Options {
            limits,
            ..Options::default()
        };
        let movies = format!("file://{}", folder.display());
        Self::open(service(&movies, policy()), options, Listener::new).await
    }

    async fn open(
        service: Builder,
        options: Options,
        listener: impl FnOnce(TcpListener) -> Listener,
    ) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        Self::serve(service, options, address, listener(socket)).await
    }

    async fn serve(
        service: Builder,
        options: Options,
        address: SocketAddr,
        listener: Listener,
    ) -> Self {
        let clock = ManualClock::default();
        let youku = service.clock(clock.clone()).open().await.unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            // A dropped sender stops the server too: the test is over.
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
        Raw::connect(self.address).await
    }

    /// Registers an administrator locally.
    pub(crate) async fn create_admin(&self, username: &str) {
        let registration = Registration {
            username: username.into(),
            password: PASSWORD.into(),
        };
        self.youku.create_admin(registration).await.unwrap();
    }

    /// A raw connection of an administrator who was registered locally.
    pub(crate) async fn administrator(&self) -> Raw {
        self.create_admin("admin").await;
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

    /// The same with a session that is good on every connection from this address.
    pub(crate) async fn log_in_by_design(&self, username: &str, user_type: &str) -> Raw {
        let mut raw = self.connect().await;
        raw.log_in_by_design(username, user_type).await;
        raw
    }

    /// How many sessions there are.
    pub(crate) async fn sessions(&self) -> u64 {
        self.youku.statistics().await.unwrap().sessions
    }

    /// Waits until there are fewer sessions than that: one ends soon after its connection has ended.
    pub(crate) async fn expect_fewer_sessions(&self, before: u64) {
        let ended = async {
            while self.sessions().await >= before {
                tokio::task::yield_now().await;
            }
        };
        soon(ended).await;
    }

    /// Lists movies without the wire; the bytes of each are its name. Returns their ids.
    pub(crate) async fn add_movies(&self, kind: Kind, names: &[&str]) -> Vec<u64> {
        let owner = Registration {
            username: "owner".into(),
            password: PASSWORD.into(),
        };
        // The second call finds the existing owner.
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

    /// The names in the list, read directly from the service.
    pub(crate) async fn listed(&self) -> Vec<String> {
        let user = Registration {
            username: "reader".into(),
            password: PASSWORD.into(),
        };
        // The second call finds the existing reader.
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

//! `embed_axum`: the service over HTTP.

use std::io::{Read, Write};
use std::net::Shutdown;

use serde_json::{Value, json};
use tempfile::TempDir;
use youku_tests::Serving;

use crate::embed_cli::{self, PASSWORD};

/// A server over a new folder with the administrator `root`.
struct Site {
    server: Serving,
    _folder: TempDir,
}

/// An HTTP answer.
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    #[track_caller]
    fn has(&self, header: &str) {
        let mut lines = self.head.lines();
        assert!(
            lines.any(|line| line.eq_ignore_ascii_case(header)),
            "{}",
            self.head
        );
    }
}

impl Site {
    fn open() -> Self {
        let folder = TempDir::new().unwrap();
        embed_cli::run(folder.path(), &["create-admin", "root"]).unwrap();
        let server = Serving::start("embed_axum", &[folder.path()]);
        Self {
            server,
            _folder: folder,
        }
    }

    /// Sends one request on a new connection; `headers` are whole lines.
    fn ask(&self, request: &str, headers: &[&str], body: &[u8]) -> Answer {
        let mut head = format!("{request} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n");
        for header in headers {
            head += &format!("{header}\r\n");
        }
        let mut stream = self.server.connect();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(b"\r\n").unwrap();
        stream.write_all(body).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            body: answer.split_off(end + 4),
            head,
        }
    }

    fn post(&self, path: &str, body: &Value) -> Answer {
        let body = body.to_string();
        let length = format!("Content-Length: {}", body.len());
        let headers = ["Content-Type: application/json", &length];
        self.ask(&format!("POST {path}"), &headers, body.as_bytes())
    }

    /// Logs in and returns the authorization header.
    fn log_in(&self, username: &str) -> String {
        let session = self.post(
            "/sessions",
            &json!({ "username": username, "password": PASSWORD }),
        );
        assert_eq!(session.status, 201);
        format!(
            "Authorization: Bearer {}",
            session.json()["token"].as_str().unwrap()
        )
    }

    fn upload(&self, session: &str, query: &str, movie: &[u8]) -> Answer {
        let length = format!("Content-Length: {}", movie.len());
        self.ask(&format!("PUT /movies?{query}"), &[session, &length], movie)
    }

    fn register(&self, username: &str, password: &str) -> Answer {
        self.post(
            "/users",
            &json!({ "username": username, "password": password }),
        )
    }

    fn list(&self, session: &str) -> Value {
        self.ask("GET /movies", &[session], b"").json()["movies"].take()
    }
}

fn movie() -> Vec<u8> {
    (0..3_000_000_u32)
        .map(|number| (number * 7) as u8)
        .collect()
}

#[test]
fn a_movie_is_uploaded_as_a_stream_and_downloaded_in_ranges() {
    let (site, movie) = (Site::open(), movie());
    let root = site.log_in("root");
    let uploaded = site.upload(&root, "name=The%20Matrix.mp4&charged=true", &movie);
    assert_eq!(
        (uploaded.status, &uploaded.json()["size"]),
        (201, &json!(3_000_000))
    );
    assert_eq!(site.upload(&root, "name=twin.mp4", &movie).status, 200);
    assert_eq!(site.list(&root)[0]["name"], "The Matrix.mp4");

    let costs = site.ask("GET /movies/1/content", &[&root], b"");
    assert_eq!(costs.status, 402);
    let waits = site.ask("GET /movies/1/content?max_price=1000", &[&root], b"");
    assert_eq!(waits.status, 503);
    waits.has("retry-after: 30");
    let member = site.ask("POST /membership", &[&root, "Content-Length: 0"], b"");
    assert_eq!(member.status, 200);
    let whole = site.ask("GET /movies/1/content", &[&root], b"");
    assert_eq!(whole.status, 200);
    assert!(whole.body == movie);
    whole.has("content-length: 3000000");
    whole.has("content-disposition: attachment; filename*=UTF-8''The%20Matrix%2Emp4");

    let get =
        |headers: &[&str]| site.ask("GET /movies/1/content", &[&[&*root], headers].concat(), b"");
    let tail = get(&["Range: bytes=2999990-"]);
    assert_eq!((tail.status, &tail.body[..]), (206, &movie[2_999_990..]));
    tail.has("content-range: bytes 2999990-2999999/3000000");
    let middle = get(&["Range: bytes=1000000-1999999"]);
    assert!(middle.status == 206 && middle.body == movie[1_000_000..2_000_000]);
    let beyond = get(&["Range: bytes=3000000-"]);
    assert_eq!((beyond.status, beyond.body.len()), (416, 0));
    beyond.has("content-range: bytes */3000000");
    let changed = get(&["Range: bytes=5-", "If-Range: \"another\""]);
    assert_eq!((changed.status, changed.body.len()), (200, 3_000_000));
    assert_eq!(get(&["Range: bytes=5-4"]).status, 200);

    assert_eq!(site.ask("DELETE /movies/1", &[&root], b"").status, 204);
    assert_eq!(site.list(&root), json!([]));
    assert_eq!(get(&[]).status, 404);
}

#[test]
fn a_list_continues_after_its_last_page() {
    let site = Site::open();
    let root = site.log_in("root");
    for number in 0..51 {
        let query = format!("name=movie%20{number}.mp4");
        let uploaded = site.upload(&root, &query, format!("{number}").as_bytes());
        assert_eq!(uploaded.status, 201);
    }
    let page = |query: &str| site.ask(&format!("GET /movies{query}"), &[&root], b"");
    let first = page("?matching=movie").json();
    let next = first["next"].as_str().unwrap();
    let second = page(&format!("?matching=movie&after={next}")).json();
    assert_eq!(second["next"], Value::Null);
    let mut ids: Vec<_> = [&first, &second]
        .iter()
        .flat_map(|page| page["movies"].as_array().unwrap())
        .map(|movie| movie["id"].as_u64().unwrap())
        .collect();
    assert_eq!(first["movies"].as_array().unwrap().len(), 50);
    ids.sort_unstable();
    assert_eq!(ids, (1..=51).collect::<Vec<_>>());
    let wrong = page("?after=nonsense");
    assert_eq!(
        (wrong.status, &wrong.json()["field"]),
        (400, &json!("after"))
    );
}

#[test]
fn an_interrupted_upload_is_not_listed() {
    let (site, movie) = (Site::open(), movie());
    let root = site.log_in("root");
    let mut stream = site.server.connect();
    let head = format!(
        "PUT /movies?name=a.mp4 HTTP/1.1\r\nHost: test\r\n{root}\r\nContent-Length: {}\r\n\r\n",
        movie.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&movie[..1_000_000]).unwrap();
    stream.shutdown(Shutdown::Both).unwrap();
    assert_eq!(site.list(&root), json!([]));
    assert_eq!(site.upload(&root, "name=a.mp4", &movie).status, 201);
}

#[test]
fn a_refusal_of_the_service_is_a_reply() {
    let site = Site::open();
    let nobody = site.ask("GET /movies", &[], b"");
    assert_eq!(
        (nobody.status, &nobody.json()["code"]),
        (401, &json!("unauthenticated"))
    );
    nobody.has("www-authenticate: Bearer");
    let short = site.register("neo", "short");
    assert_eq!(
        (short.status, &short.json()["field"]),
        (400, &json!("password"))
    );
    assert_eq!(site.register("neo", PASSWORD).status, 201);
    assert_eq!(site.register("NEO", PASSWORD).status, 409);
    let neo = site.log_in("neo");
    assert_eq!(site.upload(&neo, "name=a.mp4", b"abc").status, 403);
    assert_eq!(site.ask("GET /movies/7/content", &[&neo], b"").status, 404);
    let newer = site.log_in("neo");
    let replaced = site.ask("GET /movies", &[&neo], b"");
    assert_eq!(replaced.json()["code"], "session_replaced");
    assert_eq!(site.ask("DELETE /sessions", &[&newer], b"").status, 204);
    assert_eq!(site.ask("GET /movies", &[&newer], b"").status, 401);
    let root = site.log_in("root");
    let endless = site.ask(
        "PUT /movies?name=a",
        &[&root, "Transfer-Encoding: chunked"],
        b"0\r\n\r\n",
    );
    assert_eq!(endless.status, 411);
    assert_eq!(site.upload(&root, "name=a.mp4", b"").status, 400);
    let wrong = json!({ "username": "neo", "password": "battery staple" });
    for _ in 0..20 {
        let refused = site.post("/sessions", &wrong);
        if refused.status == 429 {
            assert!(
                refused.head.contains("\r\nretry-after: "),
                "{}",
                refused.head
            );
            break;
        }
        assert_eq!(refused.status, 401);
    }
    assert_eq!(site.post("/sessions", &wrong).status, 429);
    assert_eq!(site.ask("GET /health", &[], b"").status, 204);
}

//! Requests as each of the existing dialects spells them.

use serde_json::{Value, json};

use crate::support::PASSWORD;

/// The spelling of one dialect.
pub(super) struct Spelling {
    pub(super) name: &'static str,
    pub(super) session: &'static str,
    pub(super) digest: &'static str,
    pub(super) file: &'static str,
    pub(super) size: &'static str,
    pub(super) movie_id: &'static str,
    pub(super) charged: &'static str,
    pub(super) notice: &'static str,
    pub(super) record: &'static str,
    pub(super) log_in_first: &'static str,
    pub(super) log_in_again: &'static str,
}

pub(super) const DESIGN: Spelling = Spelling {
    name: "name",
    session: "session",
    digest: "file_md5",
    file: "file_name",
    size: "file_size",
    movie_id: "delete_movie_id",
    charged: "charge",
    notice: "release_notice",
    record: "check_download_record",
    log_in_first: "请先登录",
    log_in_again: "请先登录",
};

pub(super) const IMPLEMENTATION: Spelling = Spelling {
    name: "username",
    session: "cookies",
    digest: "movie_md5",
    file: "movie_name",
    size: "movie_size",
    movie_id: "movie_id",
    charged: "pay",
    notice: "send_notice",
    record: "check_record",
    log_in_first: "请先登录!",
    log_in_again: "同一个用户不能多台电脑同时登录!",
};

pub(super) const MOVIE: &[u8] = b"bytes of a movie";

impl Spelling {
    pub(super) fn account(&self, operation: &str, name: &str, user_type: &str) -> Value {
        json!({"type": operation, self.name: name, "password": PASSWORD, "user_type": user_type})
    }

    pub(super) fn request(&self, operation: &str, session: &Value, more: Value) -> Value {
        let mut request = json!({"type": operation, self.session: session});
        if let (Value::Object(fields), Value::Object(more)) = (&mut request, more) {
            fields.extend(more);
        }
        request
    }

    pub(super) fn upload(&self, session: &Value, name: &str, is_free: u8) -> Value {
        let more = json!({
            self.file: name, self.size: MOVIE.len(), self.digest: "sampled", "is_free": is_free,
        });
        self.request("upload_movie", session, more)
    }

    /// One valid request for every row that names a session, without the bytes of an upload.
    pub(super) fn rows(&self, session: &Value) -> Vec<Value> {
        let row = |operation: &str, more: Value| self.request(operation, session, more);
        vec![
            row("check_movie", json!({self.digest: "sampled"})),
            row("get_movie_list", json!({"movie_type": "all"})),
            row("delete_movie", json!({self.movie_id: 1})),
            row(self.notice, json!({"title": "t", "content": "c"})),
            row("charge_vip", json!({})),
            row("download_movie", json!({"movie_id": 1})),
            row(self.record, json!({})),
        ]
    }
}

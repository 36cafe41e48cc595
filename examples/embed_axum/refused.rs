//! The service's errors as HTTP answers.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use youku_core::{Code, Error};

/// An error of the service as an HTTP answer.
#[derive(Debug)]
pub(crate) struct Refused(Error);

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let error = self.0;
        let status = status(&error);
        if status.is_server_error() {
            eprintln!("{error:?}");
        }
        let body = json!({ "code": error.code().as_str(), "message": error.to_string(), "field": error.field() });
        let mut response = (status, Json(body)).into_response();
        if let Some((name, value)) = error.retry_after().map(retry_after) {
            response.headers_mut().insert(name, value.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

/// The wait in whole seconds, rounded up so that the client never retries too early.
pub(crate) fn retry_after(wait: Duration) -> (HeaderName, u64) {
    (
        header::RETRY_AFTER,
        wait.as_secs() + u64::from(wait.subsec_nanos() > 0),
    )
}

fn status(error: &Error) -> StatusCode {
    match error.code() {
        Code::BadRequest | Code::Interrupted | Code::OffsetMismatch => StatusCode::BAD_REQUEST,
        Code::Unauthenticated | Code::SessionReplaced => StatusCode::UNAUTHORIZED,
        Code::Locked if error.is_retryable() => StatusCode::TOO_MANY_REQUESTS,
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Code::PaymentDeclined | Code::PriceChanged => StatusCode::PAYMENT_REQUIRED,
        Code::Changed => StatusCode::PRECONDITION_FAILED,
        Code::Forbidden | Code::Locked | Code::QuotaExceeded => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::Exists => StatusCode::CONFLICT,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::NoSpace => StatusCode::INSUFFICIENT_STORAGE,
        Code::UploadGone => StatusCode::GONE,
        Code::ChecksumMismatch => StatusCode::UNPROCESSABLE_ENTITY,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        // A code that is newer than this program: `Code` may get more variants.
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

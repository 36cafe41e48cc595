//! The texts for people, in both languages.
//!
//! The Chinese texts are those of the Python course project where it has any: existing clients print
//! them.

use crate::message::{Dialect, Protocol};
use crate::{Code, Language};

/// A text of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Text {
    Registered,
    UserExists,
    RegistrationClosed,
    InviteNeeded,
    InvalidInvite,
    LoggedIn,
    /// The same text for an unknown user and for a wrong password.
    BadCredentials,
    MayUpload,
    MovieExists,
    MembershipRenewed,
    NoRecords,
    NoNotices,
    NoMovies,
    /// For an operation that only protocol 2 has.
    HelloFirst,
    /// For any operation at a listener that refuses the existing dialects.
    Protocol2Only,
    /// The general text of a code.
    Of(Code),
}

impl Text {
    /// The text for a client of `protocol`.
    pub(crate) fn in_language(self, language: Language, protocol: Protocol) -> &'static str {
        match language {
            Language::Chinese => self.chinese(protocol),
            Language::English => self.english(),
        }
    }

    fn chinese(self, protocol: Protocol) -> &'static str {
        match self {
            Self::Registered => "注册成功",
            Self::UserExists => "用户已存在",
            Self::RegistrationClosed => "注册已关闭",
            Self::InviteNeeded => "注册需要邀请码，请联系管理员",
            Self::InvalidInvite => "邀请码无效、已使用或已过期",
            Self::LoggedIn => "登录成功",
            Self::BadCredentials => "用户名或密码错误",
            Self::MayUpload => "可以上传",
            Self::MovieExists => "电影已存在",
            Self::MembershipRenewed => "会员充值成功",
            Self::NoRecords => "下载记录为空",
            Self::NoNotices => "还没有公告",
            Self::NoMovies => "还没有电影",
            Self::HelloFirst => "该操作属于协议2，请先发送`hello`",
            Self::Protocol2Only => "该地址只支持协议2，请先发送`hello`",
            Self::Of(code) => chinese_of(code, protocol),
        }
    }

    fn english(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::UserExists => "the user already exists",
            Self::RegistrationClosed => "registration is closed",
            Self::InviteNeeded => "registration needs an invite; ask an administrator for one",
            Self::InvalidInvite => "the invite is not valid: unknown, used, revoked or expired",
            Self::LoggedIn => "logged in",
            Self::BadCredentials => "wrong user name or password",
            Self::MayUpload => "the movie can be uploaded",
            Self::MovieExists => "the movie already exists",
            Self::MembershipRenewed => "membership renewed",
            Self::NoRecords => "no downloads yet",
            Self::NoNotices => "no notices yet",
            Self::NoMovies => "no movies yet",
            Self::HelloFirst => "this operation belongs to protocol 2: send `hello` first",
            Self::Protocol2Only => "this address speaks only protocol 2: send `hello` first",
            Self::Of(code) => english_of(code),
        }
    }
}

/// A text of a reply about something with a name: a movie or a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NamedText {
    MovieExists,
    Uploaded,
    Deleted,
    NoticePublished,
}

/// How many characters of a name a text repeats. A movie's name is not longer by default.
const MAX_NAME: usize = 400;

impl NamedText {
    pub(crate) fn of(self, name: &str, language: Language) -> String {
        let name = match name.char_indices().nth(MAX_NAME) {
            Some((end, _)) => &name[..end],
            None => name,
        };
        match (language, self) {
            (Language::Chinese, Self::MovieExists) => format!("电影【{name}】已存在!"),
            (Language::Chinese, Self::Uploaded) => format!("电影【{name}】上传成功!"),
            (Language::Chinese, Self::Deleted) => format!("电影【{name}】删除成功!"),
            (Language::Chinese, Self::NoticePublished) => format!("【{name}】公告发布成功!"),
            (Language::English, Self::MovieExists) => {
                format!("the movie \"{name}\" already exists")
            }
            (Language::English, Self::Uploaded) => format!("movie \"{name}\" uploaded"),
            (Language::English, Self::Deleted) => format!("movie \"{name}\" deleted"),
            (Language::English, Self::NoticePublished) => format!("notice \"{name}\" published"),
        }
    }
}

fn chinese_of(code: Code, protocol: Protocol) -> &'static str {
    const IMPLEMENTATION: Protocol = Protocol::Existing(Dialect::Implementation);
    match (code, protocol) {
        (Code::Unauthenticated, IMPLEMENTATION) => "请先登录!",
        (Code::SessionReplaced, Protocol::Existing(Dialect::Design)) => "请先登录",
        (Code::SessionReplaced, _) => "同一个用户不能多台电脑同时登录!",
        (Code::Unauthenticated, _) => "请先登录",
        (Code::Ok, _) => "成功",
        (Code::BadFrame, _) => "消息头无效",
        (Code::FrameTooLarge, _) => "消息过长",
        (Code::BadJson, _) => "消息不是有效的JSON",
        (Code::BadRequest, _) => "请求有误",
        (Code::UnknownType, _) => "不支持该操作",
        (Code::Forbidden, _) => "没有权限",
        (Code::Locked, _) => "账号已锁定，请稍后再试",
        (Code::RateLimited, _) => "操作过于频繁，请稍后再试",
        (Code::NotFound, _) => "未找到",
        (Code::Exists, _) => "已存在",
        (Code::TooLarge, _) => "文件过大",
        (Code::QuotaExceeded, _) => "已超出配额",
        (Code::NoSpace, _) => "服务器存储空间不足",
        (Code::UploadGone, _) => "上传已失效，请重新上传",
        (Code::OffsetMismatch, _) => "上传位置不一致",
        (Code::ChecksumMismatch, _) => "文件校验失败，请重新上传",
        (Code::UploadRefused, _) => "上传未通过检查",
        (Code::Interrupted, _) => "传输已中断",
        (Code::WaitRequired, _) => "等待时间未到，请稍后再试",
        (Code::PaymentDeclined, _) => "支付失败",
        (Code::PriceChanged, _) => "价格高于所同意的价格，请确认新的价格",
        (Code::Changed, _) => "电影已更新",
        (Code::Unavailable, _) => "服务暂时不可用，请稍后再试",
        (Code::ShuttingDown, _) => "服务器正在关闭",
        (Code::Internal, _) => "服务器内部错误",
    }
}

fn english_of(code: Code) -> &'static str {
    match code {
        Code::Ok => "done",
        Code::BadFrame => "the frame is invalid",
        Code::FrameTooLarge => "the frame is too long",
        Code::BadJson => "the message is not valid JSON",
        Code::BadRequest => "the request is invalid",
        Code::UnknownType => "unknown operation",
        Code::Unauthenticated => "log in first",
        Code::SessionReplaced => "this user has logged in on another device",
        Code::Forbidden => "permission denied",
        Code::Locked => "the account is locked; try again later",
        Code::RateLimited => "too many requests; try again later",
        Code::NotFound => "not found",
        Code::Exists => "already exists",
        Code::TooLarge => "the file is too large",
        Code::QuotaExceeded => "the quota is exceeded",
        Code::NoSpace => "the server has no free disk space",
        Code::UploadGone => "the upload has expired; start again",
        Code::OffsetMismatch => "the chunk does not start where the last one ended",
        Code::ChecksumMismatch => "the bytes do not match the announced SHA-256; send them again",
        Code::UploadRefused => "the upload was refused",
        Code::Interrupted => "the transfer was interrupted",
        Code::WaitRequired => "the wait is not over; try again later",
        Code::PaymentDeclined => "the charge was declined",
        Code::PriceChanged => "the price is higher than you agreed to; confirm the new price",
        Code::Changed => "the movie has changed",
        Code::Unavailable => "the service is not available; try again later",
        Code::ShuttingDown => "the server is shutting down",
        Code::Internal => "internal server error",
    }
}

//! What the terminal client says, in both languages.

use crate::Language;

/// All fixed texts of one language. A `{}` is filled in by who says it.
pub(super) struct Words {
    pub(super) main_menu: &'static str,
    pub(super) administrator_menu: &'static str,
    pub(super) member_menu: &'static str,
    pub(super) choose: &'static str,
    pub(super) wrong_choice: &'static str,
    pub(super) username: &'static str,
    pub(super) password: &'static str,
    pub(super) password_again: &'static str,
    pub(super) passwords_differ: &'static str,
    pub(super) invite: &'static str,
    pub(super) registered: &'static str,
    pub(super) logged_in: &'static str,
    pub(super) logged_in_member: &'static str,
    pub(super) file: &'static str,
    pub(super) no_file: &'static str,
    pub(super) is_it_free: &'static str,
    pub(super) movie_exists: &'static str,
    pub(super) uploaded: &'static str,
    pub(super) number: &'static str,
    pub(super) deleted: &'static str,
    pub(super) title: &'static str,
    pub(super) content: &'static str,
    pub(super) notice_published: &'static str,
    pub(super) buy_membership: &'static str,
    pub(super) membership_renewed: &'static str,
    pub(super) until: &'static str,
    pub(super) no_movies: &'static str,
    pub(super) no_records: &'static str,
    pub(super) no_notices: &'static str,
    pub(super) free: &'static str,
    pub(super) charged: &'static str,
    pub(super) confirm_charge: &'static str,
    pub(super) price: &'static str,
    pub(super) wait: &'static str,
    pub(super) saved: &'static str,
    pub(super) connection_lost: &'static str,
}

impl Words {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::Chinese => &CHINESE,
            Language::English => &ENGLISH,
        }
    }
}

/// `text` with its `{}` filled in.
pub(super) fn fill(text: &str, value: impl std::fmt::Display) -> String {
    text.replacen("{}", &value.to_string(), 1)
}

static CHINESE: Words = Words {
    main_menu: "\n优酷系统\n  1. 管理员视图\n  2. 普通用户视图\n  q. 退出",
    administrator_menu: "\n管理员\n  1. 注册\n  2. 登录\n  3. 上传视频\n  4. 删除视频\n  \
                         5. 发布公告\n  q. 返回",
    member_menu: "\n用户\n  1. 注册\n  2. 登录\n  3. 查看视频\n  4. 充值会员\n  5. 下载免费电影\n  \
                  6. 下载收费电影\n  7. 查看下载记录\n  8. 查看公告\n  q. 返回",
    choose: "请选择功能: ",
    wrong_choice: "没有这个选项, 请重新选择",
    username: "用户名: ",
    password: "密码: ",
    password_again: "确认密码: ",
    passwords_differ: "两次密码不一致",
    invite: "邀请码(没有请直接回车): ",
    registered: "注册成功",
    logged_in: "登录成功",
    logged_in_member: "登录成功, 您是会员",
    file: "电影文件或文件夹的路径(q 返回): ",
    no_file: "没有可以上传的文件: {}",
    is_it_free: "是否免费(y/n): ",
    movie_exists: "电影已存在",
    uploaded: "上传成功",
    number: "请选择编号(q 返回): ",
    deleted: "删除成功: {}",
    title: "公告标题(15字以内): ",
    content: "公告内容(100字以内): ",
    notice_published: "公告发布成功",
    buy_membership: "确认充值会员(y/n): ",
    membership_renewed: "会员充值成功",
    until: "有效期至 {}",
    no_movies: "还没有电影",
    no_records: "下载记录为空",
    no_notices: "还没有公告",
    free: "免费",
    charged: "收费",
    confirm_charge: "收费电影, 确认下载(y/n): ",
    price: "本次收费 {} 元",
    wait: "还需等待 {} 秒",
    saved: "下载成功: {}",
    connection_lost: "连接已断开, 下次操作会重新连接, 请重新登录",
};

static ENGLISH: Words = Words {
    main_menu: "\nYouku\n  1. administrator\n  2. user\n  q. quit",
    administrator_menu: "\nAdministrator\n  1. register\n  2. log in\n  3. upload a movie\n  \
                         4. delete a movie\n  5. publish a notice\n  q. back",
    member_menu: "\nUser\n  1. register\n  2. log in\n  3. movies\n  4. buy membership\n  \
                  5. download a free movie\n  6. download a charged movie\n  \
                  7. download history\n  8. notices\n  q. back",
    choose: "Your choice: ",
    wrong_choice: "There is no such choice.",
    username: "User name: ",
    password: "Password: ",
    password_again: "Password again: ",
    passwords_differ: "The passwords differ.",
    invite: "Invite (empty for none): ",
    registered: "Registered.",
    logged_in: "Logged in.",
    logged_in_member: "Logged in. You are a member.",
    file: "Path of a movie file or folder (q: back): ",
    no_file: "Nothing to upload: {}",
    is_it_free: "Is it free (y/n)? ",
    movie_exists: "The movie exists already.",
    uploaded: "Uploaded.",
    number: "Number (q: back): ",
    deleted: "Deleted: {}",
    title: "Title (up to 15 characters): ",
    content: "Text (up to 100 characters): ",
    notice_published: "Published.",
    buy_membership: "Buy membership (y/n)? ",
    membership_renewed: "You are a member now.",
    until: "Valid until {}",
    no_movies: "No movies yet.",
    no_records: "Nothing downloaded yet.",
    no_notices: "No notices yet.",
    free: "free",
    charged: "charged",
    confirm_charge: "This one is charged. Download it (y/n)? ",
    price: "Charged: {} yuan",
    wait: "{} s to wait",
    saved: "Saved: {}",
    connection_lost: "The connection is lost. The next action connects again; log in again then.",
};

//! Names of tables and columns: by default, by rule, and as given.

use youku_orm::{ColumnEnum, Model, Table};

#[derive(Model)]
struct DownloadRecord {
    #[model(primary_key)]
    record_id: u64,
}

#[derive(Model)]
#[model(table = "Downloads", rename_all = "camelCase")]
struct Renamed {
    #[model(primary_key, auto)]
    record_id: u64,
    #[model(column = "user")]
    user_id: u64,
}

#[derive(Clone, Copy, ColumnEnum)]
#[model(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    Free,
    PayPerView,
    #[model(rename = "member")]
    Membership,
}

pub(crate) fn main() {
    assert_eq!(
        DownloadRecord::FIND,
        "SELECT `record_id` FROM `download_record` WHERE `record_id` = ?"
    );
    assert_eq!(
        DownloadRecord::INSERT,
        "INSERT INTO `download_record` (`record_id`) VALUES (?)"
    );
    assert_eq!(
        Renamed::SELECT,
        "SELECT `recordId`, `user` FROM `Downloads`"
    );
    assert_eq!(
        Renamed::UPDATE,
        "UPDATE `Downloads` SET `user` = ? WHERE `recordId` = ?"
    );
    assert_eq!(
        Renamed::DELETE,
        "DELETE FROM `Downloads` WHERE `recordId` = ?"
    );
    assert_eq!(Kind::NAMES, ["FREE", "PAY_PER_VIEW", "member"]);
    assert_eq!(
        Kind::from_name("member").as_ref().map(Kind::name),
        Some("member")
    );
    assert_eq!(Kind::from_name("Member").as_ref().map(Kind::name), None);
}

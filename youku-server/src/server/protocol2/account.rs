//! Accounts and sessions, and what users have.

mod change_password;
pub(super) use change_password::ChangePassword;

mod charge_vip;
pub(super) use charge_vip::ChargeVip;

mod check_record;
pub(super) use check_record::CheckRecord;

mod login;
pub(super) use login::Login;

mod logout;
pub(super) use logout::Logout;

mod prices;
pub(super) use prices::Prices;

mod purchases;
pub(super) use purchases::Purchases;

mod register;
pub(super) use register::Register;

mod whoami;
pub(super) use whoami::Whoami;

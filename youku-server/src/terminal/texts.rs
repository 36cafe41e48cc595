//! The texts of the terminal client, in both languages.

mod chinese;
mod english;

use crate::Language;
use crate::terminal::console::MenuEntry;

/// All fixed texts of one language. The caller replaces `{}` by a value.
pub(super) struct Texts {
    pub(super) main_menu: (&'static str, [MenuEntry; 3]),
    pub(super) administrator_menu: (&'static str, [MenuEntry; 7]),
    pub(super) member_menu: (&'static str, [MenuEntry; 10]),
    pub(super) choose: &'static str,
    /// The help for the keys in a list to choose from.
    pub(super) keys: &'static str,
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
    pub(super) new_name: &'static str,
    pub(super) is_it_free_now: &'static str,
    pub(super) edited: &'static str,
    pub(super) title: &'static str,
    pub(super) content: &'static str,
    pub(super) notice_published: &'static str,
    pub(super) buy_membership: &'static str,
    pub(super) membership_renewed: &'static str,
    pub(super) until: &'static str,
    pub(super) no_movies: &'static str,
    pub(super) no_records: &'static str,
    pub(super) no_purchases: &'static str,
    pub(super) no_notices: &'static str,
    pub(super) free: &'static str,
    pub(super) charged: &'static str,
    pub(super) confirm_charge: &'static str,
    pub(super) price: &'static str,
    pub(super) wait: &'static str,
    /// The remaining time of a transfer.
    pub(super) remaining: &'static str,
    pub(super) checking: &'static str,
    pub(super) saved: &'static str,
    pub(super) interrupted: &'static str,
    pub(super) connection_lost: &'static str,
    pub(super) head_number: &'static str,
    pub(super) head_name: &'static str,
    pub(super) head_size: &'static str,
    pub(super) head_kind: &'static str,
    pub(super) head_time: &'static str,
    pub(super) head_file: &'static str,
    pub(super) head_price: &'static str,
}

impl Texts {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::Chinese => &chinese::TEXTS,
            Language::English => &english::TEXTS,
        }
    }
}

/// `text` with its `{}` filled in.
pub(super) fn fill(text: &str, value: impl std::fmt::Display) -> String {
    text.replacen("{}", &value.to_string(), 1)
}

//! Who may register.

/// Who may register as a new user; see [`Policy::registration`](crate::Policy::registration).
///
/// [`Youku::create_admin`](crate::Youku::create_admin) is for the operator and works in every case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum RegistrationMode {
    /// Every person may register as a user. Administrators need an [invite](crate::Admin::invite).
    #[default]
    Open,
    /// Users need an [invite](crate::Admin::invite_user) too.
    Invite,
    /// No one may register, not even with an invite.
    Closed,
}

//! What the compiler checks: the traits of every handle, and that every future may move between threads.

use youku_core::{
    Admin, Begin, Body, Builder, Chunk, Credentials, Download, DownloadRequest, Error, InviteId,
    MovieEdit, MovieId, Movies, NewMovie, NewNotice, NoticeId, PasswordChange, Registration,
    ResumableUpload, Role, Session, SessionId, Upload, UploadId, UserId, Youku, first,
};

fn moves<T: Send + 'static>() {}

fn is_shared<T: Clone + Send + Sync + 'static>() {}

#[test]
fn handles_are_cheap_to_share_and_move() {
    is_shared::<Youku>();
    is_shared::<Session>();
    is_shared::<Admin>();
    is_shared::<Builder>();
    is_shared::<Movies>();
    moves::<Begin<Upload>>();
    moves::<Begin<ResumableUpload>>();
    moves::<Download>();
    moves::<DownloadRequest>();
    moves::<Body>();
    moves::<Error>();
    // Each is one pointer.
    assert_eq!(size_of::<Youku>(), size_of::<usize>());
    assert_eq!(size_of::<Session>(), size_of::<usize>());
    assert_eq!(size_of::<Admin>(), size_of::<usize>());
}

/// Compiles only if each of these futures is `Send`: a future that is not could not be spawned.
macro_rules! send {
    ($($future:expr),+ $(,)?) => {{
        fn is_send(_: impl Future + Send) {}
        $(is_send($future);)+
    }};
}

#[expect(dead_code, reason = "that it compiles is the test")]
fn futures_of_the_service_move(
    youku: &Youku,
    builder: Builder,
    who: (Registration, Credentials),
    name: &str,
) {
    let (new, credentials) = who;
    send![
        builder.clone().open(),
        builder.migrate(),
        youku.register(new.clone()),
        youku.register_from(new.clone(), name),
        youku.register_admin(new.clone(), name),
        youku.register_admin_from(new.clone(), name, name),
        youku.create_admin(new),
        youku.login(credentials),
        youku.session(name),
        youku.reset_password(name, name.to_owned()),
        youku.sweep(),
        youku.maintain_once(),
        youku.clone().maintenance(),
        youku.health(),
        youku.statistics(),
        youku.notices(first(1)),
        youku.clone().close(),
    ];
}

#[expect(dead_code, reason = "that it compiles is the test")]
fn futures_of_a_session_move(
    session: &Session,
    movie: MovieId,
    change: PasswordChange,
    download: Download,
    body: &mut Body,
) {
    send![
        session.admin(),
        session.logout(),
        session.change_password(change),
        session.renew_membership(0),
        session.renew_membership_once("a", 0),
        session.purchases(first(1)),
        session.history(first(1)),
        session.notices(first(1)),
        session.movies().page(first(1)),
        session.download(movie).open(),
        download.body(),
        body.chunk(),
    ];
}

#[expect(dead_code, reason = "that it compiles is the test")]
fn futures_of_an_administrator_move(
    admin: &Admin,
    about: (UserId, MovieId, UploadId),
    (notice, invite): (NoticeId, InviteId),
    new: (NewMovie, NewNotice),
) {
    let (user, movie, upload) = about;
    send![
        admin.upload(new.0.clone()),
        admin.open_upload(new.0),
        admin.resume_upload(&upload),
        admin.upload_status(&upload),
        admin.uploads(),
        admin.abort_upload(&upload),
        admin.may_upload(""),
        admin.delete(movie),
        admin.restore(movie),
        admin.deleted_movies().page(first(1)),
        admin.edit_movie(movie, MovieEdit::default()),
        admin.publish_notice(new.1.clone()),
        admin.edit_notice(notice, new.1.clone()),
        admin.delete_notice(notice),
        admin.delete_user(user),
        admin.sessions(user, first(1)),
        admin.end_session(user, SessionId::new(1)),
        admin.export(user),
        admin.invite(),
        admin.invite_user(),
        admin.invites(first(1)),
        admin.revoke_invite(invite),
        admin.users(first(1)),
        admin.lock_user(user),
        admin.unlock_user(user),
        admin.change_role(user, Role::User),
        admin.audit(first(1)),
    ];
}

#[expect(dead_code, reason = "that it compiles is the test")]
fn futures_of_an_upload_move(
    upload: fn() -> Upload,
    resumable: fn() -> ResumableUpload,
    chunk: &Chunk,
) {
    send![
        upload().write(b""),
        upload().copy_from(&b""[..]),
        upload().finish(),
        upload().abort(),
        resumable().write_chunk(chunk, &b""[..]),
        resumable().suspend(),
        resumable().finish(None),
        resumable().abort(),
    ];
}

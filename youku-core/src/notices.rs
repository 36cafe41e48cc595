//! Notices: administrators publish, edit and delete them, all users read them.

use jiff::Timestamp;
use youku_orm::{Model, New};

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::basics::id::NoticeId;
use crate::basics::page::{Listing, Page};
use crate::basics::rule::require_length;
use crate::basics::text;
use crate::host::policy::Policy;
use crate::records::accounts::audit::{Act, NewAuditRow};
use crate::records::notice::{NewNoticeRow, NoticeRow};
use crate::service::youku::Youku;
use crate::sessions::admin::Admin;
use crate::sessions::handle::Session;

/// What a notice is published with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// One line: 1 to 15 characters by default.
    pub title: String,
    /// The text, which may have several lines: 1 to 100 characters by default.
    pub content: String,
}

/// A notice as users read it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NoticeView {
    /// Its id, for the [page](Page::after) that follows it.
    pub id: NoticeId,
    /// One line.
    pub title: String,
    /// The text.
    pub content: String,
    /// When it was published.
    pub time: Timestamp,
}

impl Admin {
    /// Publishes a notice.
    ///
    /// Control and invisible characters are dropped, except line feeds and tabs in the content.
    /// White space at both ends is dropped too. The length limits apply to the rest.
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`](crate::Code::BadRequest): the field `title` or `content` is empty or
    ///   too long.
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated),
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced) and
    ///   [`Code::Forbidden`](crate::Code::Forbidden): the session has ended, or the user is no
    ///   longer an administrator.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the notice may or may not have been published.
    pub async fn publish_notice(&self, notice: NewNotice) -> Result<NoticeView> {
        let session = self.session();
        let service = session.service();
        let NewNotice { title, content } = notice.checked(&service.policy)?;
        let now = service.now();
        let published = service
            .write(async |tx| {
                let caller = session.authorize_admin(&mut *tx, now).await?;
                let new = NewNoticeRow {
                    title: title.clone(),
                    content: content.clone(),
                    create_time: now,
                    user_id: caller.user,
                };
                let row = new.insert(&mut *tx).await?;
                let published = NewAuditRow::by(&caller, Act::NoticePublished, now);
                published.about_notice(row.n_id).write(tx).await?;
                Ok(row)
            })
            .await?;
        tracing::info!(user = %session.user_id(), notice = %published.n_id, "notice published");
        Ok(published.into())
    }

    /// Replaces title and content of a notice, which keeps its place in the list and the time at
    /// which it was published. The rules are those of [`publish_notice`](Self::publish_notice).
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`](crate::Code::NotFound): the notice does not exist.
    /// - Those of [`publish_notice`](Self::publish_notice).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the notice is either changed or unchanged.
    pub async fn edit_notice(&self, notice: NoticeId, changed: NewNotice) -> Result<NoticeView> {
        let session = self.session();
        let service = session.service();
        let NewNotice { title, content } = changed.checked(&service.policy)?;
        let now = service.now();
        let edited = service
            .write(async |tx| {
                let caller = session.authorize_admin(&mut *tx, now).await?;
                let row = NoticeRow::filter(NoticeRow::N_ID.eq(notice.key()));
                let edited = row
                    .clone()
                    .set(NoticeRow::TITLE, title.as_str())
                    .set(NoticeRow::CONTENT, content.as_str());
                edited.update(&mut *tx).await?;
                let row = row.first(&mut *tx).await?;
                let row = row.ok_or_else(no_such_notice)?;
                let entry = NewAuditRow::by(&caller, Act::NoticeEdited, now);
                entry.about_notice(row.n_id).write(tx).await?;
                Ok(row)
            })
            .await?;
        tracing::info!(user = %session.user_id(), %notice, "notice edited");
        Ok(edited.into())
    }

    /// Deletes a notice, and returns what it was.
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`](crate::Code::NotFound): the notice does not exist.
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated),
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced) and
    ///   [`Code::Forbidden`](crate::Code::Forbidden): the session has ended, or the user is no
    ///   longer an administrator.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the notice is either deleted or unchanged.
    pub async fn delete_notice(&self, notice: NoticeId) -> Result<NoticeView> {
        let session = self.session();
        let service = session.service();
        let now = service.now();
        let deleted = service
            .write(async |tx| {
                let caller = session.authorize_admin(&mut *tx, now).await?;
                let row = NoticeRow::find(&mut *tx, notice.key()).await?;
                let row = row.ok_or_else(no_such_notice)?;
                let only = NoticeRow::filter(NoticeRow::N_ID.eq(notice.key()));
                if only.delete(&mut *tx).await? == 0 {
                    return Err(no_such_notice());
                }
                let entry = NewAuditRow::by(&caller, Act::NoticeDeleted, now);
                entry.about_notice(row.n_id).write(tx).await?;
                Ok(row)
            })
            .await?;
        tracing::info!(user = %session.user_id(), %notice, "notice deleted");
        Ok(deleted.into())
    }
}

impl NewNotice {
    /// The texts as they are stored.
    ///
    /// # Errors
    ///
    /// `bad_request` on `title` or `content`.
    fn checked(&self, policy: &Policy) -> Result<Self> {
        let title = text::line(&self.title);
        require_length("title", &title, 1..=policy.max_title_chars)?;
        let content = text::paragraph(&self.content);
        require_length("content", &content, 1..=policy.max_content_chars)?;
        Ok(Self { title, content })
    }
}

impl Youku {
    /// Notices, newest first. This needs no log-in.
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`](crate::Code::BadRequest): the field `after` is not a cursor of this
    ///   list.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn notices(&self, page: Page) -> Result<Listing<NoticeView>> {
        let service = &*self.0;
        let one_more = service.one_more(&page);
        let query = NoticeRow::query().order_by(NoticeRow::N_ID.desc());
        let rows = page.start(query)?.limit(one_more).all(&service.db).await?;
        Ok(Listing::cut(rows, one_more, |row| row.n_id.get().into()))
    }
}

impl Session {
    /// Notices, newest first; the same as [`Youku::notices`].
    ///
    /// # Errors
    ///
    /// Those of [`Youku::notices`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn notices(&self, page: Page) -> Result<Listing<NoticeView>> {
        self.youku().notices(page).await
    }
}

fn no_such_notice() -> Error {
    Error::new(Code::NotFound, "there is no such notice")
}

impl From<NoticeRow> for NoticeView {
    fn from(row: NoticeRow) -> Self {
        Self {
            id: row.n_id.into(),
            title: row.title,
            content: row.content,
            time: row.create_time,
        }
    }
}

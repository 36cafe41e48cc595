//! Changing the name of a movie and whether it has to be paid for.

use jiff::Timestamp;
use youku_orm::{Model, Transaction};

use crate::basics::error::{Error, Result};
use crate::basics::id::MovieId;
use crate::basics::text;
use crate::movies::name::movie_name;
use crate::movies::view::MovieView;
use crate::records::accounts::audit::{Act, NewAuditRow};
use crate::records::movies::movie::{Kind, MovieRow};
use crate::sessions::admin::Admin;
use crate::sessions::caller::Caller;

/// Which properties of a movie to change; a field that is `None` leaves its property unchanged.
///
/// ```
/// use youku_core::{Kind, MovieEdit};
///
/// let free = MovieEdit { kind: Some(Kind::Free), ..MovieEdit::default() };
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MovieEdit {
    /// The new name, by the rules of [`NewMovie::name`](crate::NewMovie::name).
    pub name: Option<String>,
    /// Whether it has to be paid for. Users who have bought it keep it, and no user gets money
    /// back.
    pub kind: Option<Kind>,
}

impl Admin {
    /// Changes the name of a movie, or whether it has to be paid for, or both. The audit gets an
    /// entry for each of them that really changes.
    ///
    /// A deleted movie can be changed too. Downloads that were already granted continue under the
    /// old name.
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`](crate::Code::BadRequest): the field `name` breaks a rule.
    /// - [`Code::NotFound`](crate::Code::NotFound): the movie does not exist.
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated),
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced) and
    ///   [`Code::Forbidden`](crate::Code::Forbidden): the session has ended, or the user is no
    ///   longer an administrator.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, either all of the changes were made or none.
    pub async fn edit_movie(&self, movie: MovieId, edit: MovieEdit) -> Result<MovieView> {
        let service = self.session().service();
        let name = edit.name.map(|name| movie_name(&name, &service.policy));
        let edit = MovieEdit {
            name: name.transpose()?,
            kind: edit.kind,
        };
        let now = service.now();
        let edited = service.write(async |tx| {
            let caller = self.session().authorize_admin(&mut *tx, now).await?;
            apply(&edit, movie, &caller, now, tx).await
        });
        let edited = edited.await?;
        tracing::info!(user = %self.session().user_id(), %movie, "movie edited");
        Ok(edited.into())
    }
}

async fn apply(
    edit: &MovieEdit,
    movie: MovieId,
    caller: &Caller,
    now: Timestamp,
    tx: &mut Transaction,
) -> Result<MovieRow> {
    let row = MovieRow::find(&mut *tx, movie.key()).await?;
    let mut row = row.ok_or_else(Error::no_such_movie)?;
    let this = || MovieRow::filter(MovieRow::M_ID.eq(movie.key()));
    let done = |act| NewAuditRow::by(caller, act, now).about_movie(movie.key());
    if let Some(name) = edit.name.as_ref().filter(|name| **name != row.movie_name) {
        let renamed = this()
            .set(MovieRow::MOVIE_NAME, name.as_str())
            .set(MovieRow::SEARCH_NAME, text::search_name(name));
        renamed.update(&mut *tx).await?;
        done(Act::MovieRenamed).write(&mut *tx).await?;
        row.movie_name.clone_from(name);
    }
    if let Some(kind) = edit.kind.filter(|kind| *kind != row.kind) {
        this().set(MovieRow::KIND, kind).update(&mut *tx).await?;
        let act = match kind {
            Kind::Free => Act::MovieMadeFree,
            Kind::Charged => Act::MovieMadeCharged,
        };
        done(act).write(tx).await?;
        row.kind = kind;
    }
    Ok(row)
}

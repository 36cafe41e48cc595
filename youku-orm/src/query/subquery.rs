//! Queries inside the condition of another query.

use crate::expr::filter::Filter;
use crate::expr::on::On;
use crate::query::model_query::Query;
use crate::sql::fragment::Fragment;
use crate::table::facts::Table;

impl<M: Table, S> Query<M, S> {
    /// For a query over another model: the row has at least one partner here.
    ///
    /// `on` connects a column of this query's model with a column of the other model. The two models must
    /// differ: within one table the inner rows would be compared with themselves, so that does not
    /// compile.
    ///
    /// ```
    /// # use youku_orm::{Database, Id, Model};
    /// # #[derive(Model)]
    /// # struct User { #[model(primary_key, auto)] u_id: Id<User>, name: String }
    /// # #[derive(Model)]
    /// # struct Movie { #[model(primary_key, auto)] m_id: Id<Movie>, user_id: Id<User>, bytes: u64 }
    /// # async fn example(db: &Database) -> youku_orm::Result<()> {
    /// let big = Movie::filter(Movie::BYTES.gt(1_000u64));
    /// let owners = User::filter(big.exists_for(Movie::USER_ID.on(User::U_ID))).all(db).await?;
    /// # Ok(()) }
    /// ```
    pub fn exists_for<N: Table>(mut self, on: On<M, N>) -> Filter<N> {
        const {
            assert!(
                !same(M::TABLE, N::TABLE),
                "`exists_for` needs two different models"
            )
        }
        self.clauses.and_filter(on.condition);
        let mut head = Fragment::text("EXISTS(SELECT 1 FROM ");
        head.append(Fragment::table(M::TABLE));
        Filter::new(self.clauses.after(head, ")"))
    }
}

/// Whether two names are equal, at compile time.
const fn same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut at = 0;
    while at < left.len() && at < right.len() && left[at] == right[at] {
        at += 1;
    }
    left.len() == right.len() && at == left.len()
}

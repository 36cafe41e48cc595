//! What is true of every column type.

use std::fmt::Debug;

use youku_orm::{Column, ColumnType, Database, FromRow, Model, PrimaryKey, sql};
use youku_tests::Result;

/// A model with a column of type `T`, and how to make and read its rows.
pub(crate) struct Table<M: Model, T> {
    pub(crate) id: Column<M, u64, PrimaryKey>,
    pub(crate) value: Column<M, T>,
    pub(crate) maybe: Column<M, Option<T>>,
    pub(crate) new: fn(T, Option<T>) -> M::New,
    pub(crate) read: fn(&M) -> (&T, &Option<T>),
}

impl<M, T> Table<M, T>
where
    M: Model<Key = u64> + Debug + Clone + PartialEq + Sync,
    T: ColumnType + FromRow + Debug + Clone + PartialEq,
{
    /// A type whose order in SQL is its order in Rust: equality, order and ranges.
    pub(crate) async fn ordered(self, db: &Database, values: Vec<T>) -> Result
    where
        T: PartialOrd,
    {
        self.filled(db, &values).await?;
        self.are_found(db, &values).await?;
        self.are_in_order(db, &values).await?;
        self.are_in_range(db, &values).await
    }

    /// A type whose values SQL can compare for equality, but not for order.
    pub(crate) async fn equal(self, db: &Database, values: Vec<T>) -> Result {
        self.filled(db, &values).await?;
        self.are_found(db, &values).await
    }

    /// Every way to write and to read. Every third row has a NULL next to its value.
    async fn filled(&self, db: &Database, values: &[T]) -> Result {
        db.create_tables::<M>().await?;
        let maybe = |at: usize, value: &T| (!at.is_multiple_of(3)).then(|| value.clone());
        let rows = values.iter().enumerate();
        let rows = rows.map(|(at, value)| (self.new)(value.clone(), maybe(at, value)));
        let inserted = M::insert_many(db, rows.collect()).await?;
        let read = M::query().order_by(self.id.asc()).all(db).await?;
        assert_eq!(read, inserted, "read as given back");
        for (at, (row, value)) in read.iter().zip(values).enumerate() {
            assert_eq!(
                (self.read)(row),
                (value, &maybe(at, value)),
                "read as written"
            );
        }
        let table = M::TABLE;
        let cells: Vec<T> = sql(format!("SELECT value FROM {table} ORDER BY id"))
            .all(db)
            .await?;
        assert_eq!(cells, values, "read by hand-written SQL");
        let cells: Vec<Option<T>> = M::query()
            .order_by(self.id.asc())
            .select(self.maybe)
            .all(db)
            .await?;
        assert!(cells.iter().step_by(3).all(Option::is_none), "NULL is NULL");

        let (first, last) = (&inserted[0], inserted.len() as u64);
        first.update(db).await?;
        assert_eq!(
            &M::get(db, *first.key()).await?,
            first,
            "written by an update"
        );
        let value = (self.read)(first).0.clone();
        M::filter(self.id.eq(last))
            .set(self.maybe, value.clone())
            .update(db)
            .await?;
        let set = M::get(db, last).await?;
        assert_eq!((self.read)(&set).1, &Some(value), "set by a filter");
        inserted
            .last()
            .ok_or("there are values")?
            .update(db)
            .await?;
        Ok(())
    }

    /// An equality finds exactly the rows with equal values.
    async fn are_found(&self, db: &Database, values: &[T]) -> Result {
        let ids = |keep: &dyn Fn(&T) -> bool| -> Vec<u64> {
            let numbered = (1..).zip(values);
            numbered
                .filter(|(_, value)| keep(value))
                .map(|(id, _)| id)
                .collect()
        };
        for value in values.iter().take(16) {
            let equal = M::filter(self.value.eq(value)).order_by(self.id.asc());
            let found: Vec<u64> = equal.select(self.id).all(db).await?;
            assert_eq!(found, ids(&|other| other == value), "equal to {value:?}");
            let by_hand = format!("SELECT id FROM {} WHERE value = ? ORDER BY id", M::TABLE);
            let found: Vec<u64> = sql(by_hand).bind(value.clone()).all(db).await?;
            assert_eq!(
                found,
                ids(&|other| other == value),
                "equal by hand to {value:?}"
            );
        }
        let some = &values[values.len() / 2..];
        let found = M::filter(self.value.in_(some)).order_by(self.id.asc());
        let found: Vec<u64> = found.select(self.id).all(db).await?;
        assert_eq!(found, ids(&|other| some.contains(other)), "in a list");
        let other = M::filter(self.value.ne(&values[0])).count(db).await?;
        assert_eq!(
            other,
            ids(&|other| *other != values[0]).len() as u64,
            "not equal"
        );
        Ok(())
    }

    /// SQL, pages and aggregates sort in the same order as Rust.
    async fn are_in_order(&self, db: &Database, values: &[T]) -> Result
    where
        T: PartialOrd,
    {
        let mut sorted = values.to_vec();
        sorted.sort_by(|left, right| left.partial_cmp(right).expect("no value is NaN"));
        let ascending = M::query().order_by(self.value.asc());
        let found: Vec<T> = ascending.clone().select(self.value).all(db).await?;
        assert_eq!(found, sorted, "sorted");

        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let page = ascending.clone().page(after, 25).all(db).await?;
            paged.extend(page.rows.iter().map(|row| (self.read)(row).0.clone()));
            // As text, as in a URL.
            after = match page.next {
                Some(next) => Some(next.to_string().parse()?),
                None => break,
            };
        }
        assert_eq!(paged, sorted, "page by page");

        let extremes = M::query().select((self.value.min(), self.value.max()));
        let (least, greatest) = (sorted.first().cloned(), sorted.last().cloned());
        assert_eq!(extremes.one(db).await?, (least, greatest), "extremes");
        let groups = M::query().select((self.id, self.value.max()));
        let groups = groups.group_by(self.id).order_by(self.value.max().desc());
        let found: Vec<(u64, Option<T>)> = groups.all(db).await?;
        let descending: Vec<_> = sorted.iter().rev().cloned().map(Some).collect();
        let found: Vec<_> = found.into_iter().map(|(_, value)| value).collect();
        assert_eq!(found, descending, "sorted by an aggregate");
        Ok(())
    }

    /// Less, greater and between give the same result as in Rust.
    async fn are_in_range(&self, db: &Database, values: &[T]) -> Result
    where
        T: PartialOrd,
    {
        let count = |keep: &dyn Fn(&T) -> bool| values.iter().filter(|value| keep(value)).count();
        for value in values.iter().take(16) {
            let less = M::filter(self.value.lt(value)).count(db).await?;
            assert_eq!(
                less as usize,
                count(&|other| other < value),
                "less than {value:?}"
            );
            let from = M::filter(self.value.ge(value)).count(db).await?;
            assert_eq!(
                from as usize,
                count(&|other| other >= value),
                "from {value:?}"
            );
            let only = M::filter(self.value.between(value, value))
                .count(db)
                .await?;
            assert_eq!(
                only as usize,
                count(&|other| other == value),
                "only {value:?}"
            );
            let above = M::query().select(self.id).group_by(self.id);
            let above = above.having(self.value.max().gt(value)).all(db).await?;
            assert_eq!(
                above.len(),
                count(&|other| other > value),
                "having more than {value:?}"
            );
        }
        Ok(())
    }
}

//! Expressions and conditions that a program writes in SQL.

use crate::expr::column::Column;
use crate::expr::expression::Expr;
use crate::expr::filter::Filter;
use crate::expr::operand::IntoValue;
use crate::sql::fragment::{Fragment, Segment, Traits};
use crate::table::facts::Table;
use crate::types::column_type::ColumnValue;
use crate::types::value::Value;

/// The text of an SQL fragment, with `{}` for each of its arguments, and `{{` and `}}` for braces.
#[derive(Debug, Clone, Copy)]
pub enum SqlText {
    /// For both databases.
    Same(&'static str),
    /// For each of them; both have the same arguments in the same order.
    Each {
        /// For SQLite.
        sqlite: &'static str,
        /// For MySQL and MariaDB.
        mysql: &'static str,
    },
}

impl From<&'static str> for SqlText {
    fn from(text: &'static str) -> Self {
        Self::Same(text)
    }
}

impl<M: Table, T: ColumnValue> Expr<M, T> {
    /// An expression in SQL. The text has a `{}` for each argument: a column, another expression, a condition, or a value, which is bound.
    /// `T` is what the database's result is read as, without a check while compiling.
    ///
    /// ```
    /// # use youku_orm::{Database, Expr, Id, Model};
    /// # #[derive(Model)]
    /// # struct Movie { #[model(primary_key, auto)] m_id: Id<Movie>, name: String, bytes: u64 }
    /// # async fn example(db: &Database) -> youku_orm::Result<()> {
    /// let initial: Expr<Movie, String> = Expr::sql("substr({}, 1, {})", (Movie::NAME, 1));
    /// let initials: Vec<String> = Movie::query().select(initial).distinct().all(db).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// Refused before anything is sent are a text with another number of `{}` than arguments, a `{}` in a literal, a `?` or another
    /// placeholder, a comment, a backslash, and parentheses or quotes without their partner. A text that the databases spell differently is an
    /// [`SqlText::Each`]. A prefix of tables is not added to names in the text.
    pub fn sql(text: impl Into<SqlText>, arguments: impl SqlArguments<M>) -> Self {
        Self::new(fragment(text.into(), arguments).of_kind(T::INFO.kind))
    }
}

impl<M: Table> Filter<M> {
    /// A condition in SQL, with a `{}` for each argument; see [`Expr::sql`](crate::Expr::sql).
    pub fn sql(text: impl Into<SqlText>, arguments: impl SqlArguments<M>) -> Self {
        Self::new(fragment(text.into(), arguments))
    }
}

/// The arguments of an SQL fragment over `M`: a tuple of up to eight.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the arguments of an SQL fragment over `{M}`",
    label = "expected a tuple of columns, expressions and values",
    note = "help: write one argument as `(User::NAME,)`, none as `()`"
)]
pub trait SqlArguments<M> {
    #[doc(hidden)]
    fn fragments(self) -> Vec<Fragment>;
}

/// One argument of an SQL fragment over `M`: a column, an expression or a condition of `M`, or a value to bind.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of an SQL fragment over `{M}`",
    label = "neither a column or an expression of `{M}` nor a value"
)]
pub trait SqlArgument<M> {
    #[doc(hidden)]
    fn fragment(self) -> Fragment;
}

impl<M, T: ColumnValue> SqlArgument<M> for T {
    fn fragment(self) -> Fragment {
        Fragment::operand(T::INFO.kind, self.into_value())
    }
}

impl<M> SqlArgument<M> for &String {
    fn fragment(self) -> Fragment {
        Fragment::value(IntoValue::into_value(self.as_str()))
    }
}

impl<M> SqlArgument<M> for &str {
    fn fragment(self) -> Fragment {
        Fragment::value(IntoValue::into_value(self))
    }
}

impl<M> SqlArgument<M> for &[u8] {
    fn fragment(self) -> Fragment {
        Fragment::value(IntoValue::into_value(self))
    }
}

impl<M: Table, T, Kind> SqlArgument<M> for Column<M, T, Kind> {
    fn fragment(self) -> Fragment {
        Column::fragment(self)
    }
}

impl<M: Table, T, Kind> SqlArgument<M> for Expr<M, T, Kind> {
    fn fragment(self) -> Fragment {
        self.into_fragment()
    }
}

impl<M> SqlArgument<M> for Filter<M> {
    fn fragment(self) -> Fragment {
        self.into_condition().between("(", ")")
    }
}

macro_rules! arguments {
    ($($name:ident)*) => {
        impl<M, $($name: SqlArgument<M>),*> SqlArguments<M> for ($($name,)*) {
            #[expect(non_snake_case, reason = "a type parameter names its own value")]
            fn fragments(self) -> Vec<Fragment> {
                let ($($name,)*) = self;
                vec![$($name.fragment()),*]
            }
        }
    };
}
arguments!(A);
arguments!(A B);
arguments!(A B C);
arguments!(A B C D);
arguments!(A B C D E);
arguments!(A B C D E F);
arguments!(A B C D E F G);
arguments!(A B C D E F G H);

impl<M> SqlArguments<M> for () {
    fn fragments(self) -> Vec<Fragment> {
        Vec::new()
    }
}

/// A part of a text: SQL, or the place of the next argument.
#[derive(Debug, PartialEq)]
enum Part {
    Sql(&'static str),
    Argument,
}

/// The text with its arguments. A text that is wrong becomes a value that no statement takes.
fn fragment<M>(text: SqlText, arguments: impl SqlArguments<M>) -> Fragment {
    let arguments = arguments.fragments();
    let composed = match text {
        SqlText::Same(text) => composed(text, arguments, |sql| Segment::Text(sql.into())),
        SqlText::Each { sqlite, mysql } => each(sqlite, mysql, arguments),
    };
    match composed {
        Ok(sql) => sql.between("(", ")").with(WRITTEN),
        Err(why) => Fragment::value(Value::Unstorable(why)),
    }
}

fn composed(
    text: &'static str,
    arguments: Vec<Fragment>,
    segment: fn(&'static str) -> Segment,
) -> Result<Fragment, &'static str> {
    let mut arguments = arguments.into_iter();
    let mut sql = Fragment::default();
    for part in parts(text)? {
        match part {
            Part::Sql(text) => sql.add(segment(text)),
            Part::Argument => sql.append(arguments.next().ok_or(NUMBER)?),
        };
    }
    match arguments.next() {
        None => Ok(sql),
        Some(_) => Err(NUMBER),
    }
}

/// Writes both texts side by side, with the arguments once.
fn each(
    sqlite: &'static str,
    mysql: &'static str,
    arguments: Vec<Fragment>,
) -> Result<Fragment, &'static str> {
    let (sqlite, mysql) = (chunks(sqlite)?, chunks(mysql)?);
    if sqlite.len() != arguments.len() + 1 || mysql.len() != arguments.len() + 1 {
        return Err(NUMBER);
    }
    let mut arguments = arguments.into_iter();
    let mut sql = Fragment::default();
    for (sqlite, mysql) in sqlite.into_iter().zip(mysql) {
        if let ([sqlite], [mysql]) = (&*sqlite, &*mysql) {
            sql.add(Segment::Either { sqlite, mysql });
        } else {
            sqlite.into_iter().for_each(|text| {
                sql.add(Segment::SqliteOnly(text));
            });
            mysql.into_iter().for_each(|text| {
                sql.add(Segment::MysqlOnly(text.into()));
            });
        }
        if let Some(argument) = arguments.next() {
            sql.append(argument);
        }
    }
    Ok(sql)
}

/// The SQL between the arguments.
fn chunks(text: &'static str) -> Result<Vec<Vec<&'static str>>, &'static str> {
    let mut chunks = vec![Vec::new()];
    for part in parts(text)? {
        match part {
            Part::Argument => chunks.push(Vec::new()),
            Part::Sql(text) => chunks.last_mut().ok_or(NUMBER)?.push(text),
        }
    }
    Ok(chunks)
}

const NUMBER: &str = "the text of an SQL fragment needs one `{}` for each of its arguments";
const BRACE: &str = "the text of an SQL fragment has a single brace: write `{}` for an argument, `{{` or `}}` for a brace";
const PLACEHOLDER: &str = "the text of an SQL fragment has a placeholder (`?`, `:name`, `@name` or `$name`): write `{}` and give the value as an argument";

const QUOTED: &str = "the text of an SQL fragment has a `{}` in a literal: write `{}` without quotes, and give the text as an argument";
const UNBALANCED: &str =
    "the text of an SQL fragment has a quote or a parenthesis without its partner";
const COMMENT: &str = "the text of an SQL fragment has a comment or a backslash, which the databases read differently: give a text with them as an argument";

const WRITTEN: Traits = Traits {
    has_pattern: false,
    counts_rows: false,
    has_filter: false,
    sorts_text: false,
    is_written: true,
};

/// Refuses a text whose arguments would not be where they seem to be.
fn check(text: &str) -> Result<(), &'static str> {
    let mut quote = None;
    let mut depth = 0_usize;
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let next = rest.peek().copied();
        if character == '{' && next == Some('{') {
            rest.next();
            continue;
        }
        match (quote, character) {
            (_, '\\') => return Err(COMMENT),
            (Some(open), _) if open == character => quote = None,
            (Some(_), '{') if next == Some('}') => return Err(QUOTED),
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(character),
            (None, '?' | ':' | '@' | '$') => return Err(PLACEHOLDER),
            (None, '#') => return Err(COMMENT),
            (None, '-') if next == Some('-') => return Err(COMMENT),
            (None, '/') if next == Some('*') => return Err(COMMENT),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.checked_sub(1).ok_or(UNBALANCED)?,
            _ => {}
        }
    }
    if quote.is_none() && depth == 0 {
        Ok(())
    } else {
        Err(UNBALANCED)
    }
}

fn parts(text: &'static str) -> Result<Vec<Part>, &'static str> {
    check(text)?;
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (head, brace) = (&rest[..at], &rest[at..]);
        let is_doubled = brace.starts_with("{{") || brace.starts_with("}}");
        if is_doubled {
            parts.push(Part::Sql(&rest[..=at]));
        } else if brace.starts_with("{}") {
            parts.push(Part::Sql(head));
            parts.push(Part::Argument);
        } else {
            return Err(BRACE);
        }
        rest = &brace[2..];
    }
    parts.push(Part::Sql(rest));
    Ok(parts)
}

// The tables and their structs for one database, whose module says what `SqlKey` and `Key` are.
// Included by the contenders `diesel` and `diesel-async`, once for each database.

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::SqlKey;

    users (id) {
        id -> SqlKey,
        name -> Text,
        hair_color -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::SqlKey;

    posts (id) {
        id -> SqlKey,
        user_id -> SqlKey,
        title -> Text,
        body -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use super::SqlKey;

    comments (id) {
        id -> SqlKey,
        post_id -> SqlKey,
        text -> Text,
    }
}

diesel::joinable!(posts -> users (user_id));
diesel::joinable!(comments -> posts (post_id));
diesel::allow_tables_to_appear_in_same_query!(users, posts, comments);

#[derive(Queryable, Selectable, Identifiable)]
#[allow(dead_code, reason = "what is read is only timed")]
#[diesel(table_name = users, check_for_backend(Backend))]
struct User {
    id: Key,
    name: String,
    hair_color: Option<String>,
}

// `None` as `NULL`: if it stood for the column's default, SQLite would be sent one statement for each row.
#[derive(Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
struct NewUser {
    name: String,
    hair_color: Option<&'static str>,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[allow(dead_code, reason = "what is read is only timed")]
#[diesel(table_name = posts, belongs_to(User), check_for_backend(Backend))]
struct Post {
    id: Key,
    user_id: Key,
    title: String,
    body: Option<String>,
}

#[derive(Insertable)]
#[diesel(table_name = posts)]
struct NewPost {
    user_id: Key,
    title: &'static str,
    body: Option<&'static str>,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[allow(dead_code, reason = "what is read is only timed")]
#[diesel(table_name = comments, belongs_to(Post), check_for_backend(Backend))]
struct Comment {
    id: Key,
    post_id: Key,
    text: String,
}

/// Users, each with their posts, each with its comments.
type Tree = Vec<(User, Vec<(Post, Vec<Comment>)>)>;

fn new_users(rows: usize) -> Vec<NewUser> {
    let row = |user| NewUser {
        name: crate::workload::name(user),
        hair_color: Some(crate::workload::colour(user)),
    };
    (0..rows).map(row).collect()
}

/// The post of `Workload::Transaction`.
fn new_post(user: &User) -> NewPost {
    NewPost {
        user_id: user.id,
        title: "A new name",
        body: None,
    }
}

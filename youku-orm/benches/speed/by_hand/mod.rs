//! What `youku-orm` is measured against: the same work, written by hand for each driver.

pub(crate) mod connections;
pub(crate) mod mysql;
pub(crate) mod sqlite;

use std::collections::HashMap;

use crate::workload;

pub(crate) const FIND: &str = "SELECT id, name, hair_color FROM users WHERE id = ?";
pub(crate) const ALL: &str = "SELECT id, name, hair_color FROM users";
pub(crate) const SOME: &str = "SELECT id, name, hair_color FROM users LIMIT ?";
pub(crate) const JOIN: &str = "SELECT users.id, users.name, users.hair_color, \
    posts.id, posts.user_id, posts.title, posts.body \
    FROM users LEFT JOIN posts ON posts.user_id = users.id \
    WHERE users.hair_color = ? ORDER BY users.name DESC";
pub(crate) const POSTS: &str = "SELECT id, user_id, title, body FROM posts WHERE user_id IN (";
pub(crate) const COMMENTS: &str = "SELECT id, post_id, text FROM comments WHERE post_id IN (";
pub(crate) const UPDATE: &str = "UPDATE users SET name = ?, hair_color = ? WHERE id = ?";
pub(crate) const INSERT: &str = "INSERT INTO users (name, hair_color) VALUES ";
pub(crate) const INSERT_POST: &str = "INSERT INTO posts (user_id, title, body) VALUES (?, ?, ?)";

/// How many keys a list in a statement has at most.
pub(crate) const MAX_KEYS: usize = 500;

pub(crate) struct User {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) hair_color: Option<String>,
}

pub(crate) struct NewUser {
    pub(crate) name: String,
    pub(crate) hair_color: Option<String>,
}

#[expect(dead_code, reason = "what is read is only timed")]
pub(crate) struct Post {
    pub(crate) id: u64,
    pub(crate) user_id: u64,
    pub(crate) title: String,
    pub(crate) body: Option<String>,
}

#[expect(dead_code, reason = "what is read is only timed")]
pub(crate) struct Comment {
    pub(crate) id: u64,
    pub(crate) post_id: u64,
    pub(crate) text: String,
}

/// Users with their posts, and for each post its comments.
pub(crate) type Associated = (Vec<User>, Vec<Vec<Post>>, Vec<Vec<Comment>>);

pub(crate) fn new_users(rows: usize) -> Vec<NewUser> {
    let new = |user| NewUser {
        name: workload::name(user),
        hair_color: Some(workload::colour(user).to_owned()),
    };
    (0..rows).map(new).collect()
}

/// The new users as rows, with the keys that they got.
pub(crate) fn inserted(users: Vec<NewUser>, keys: impl IntoIterator<Item = u64>) -> Vec<User> {
    let with_key = |(user, id): (NewUser, u64)| User {
        id,
        name: user.name,
        hair_color: user.hair_color,
    };
    users.into_iter().zip(keys).map(with_key).collect()
}

/// A statement with `unit` repeated, such as `?`, and what comes behind the last.
pub(crate) fn repeated(head: &str, unit: &str, times: usize, end: &str) -> String {
    let mut sql = String::with_capacity(head.len() + times * (unit.len() + 2) + end.len());
    sql.push_str(head);
    for time in 0..times {
        if time > 0 {
            sql.push_str(", ");
        }
        sql.push_str(unit);
    }
    sql.push_str(end);
    sql
}

/// Rows that are put to their parents.
pub(crate) struct Groups<T> {
    places: HashMap<u64, usize>,
    pub(crate) lists: Vec<Vec<T>>,
}

impl<T> Groups<T> {
    pub(crate) fn new(parents: &[u64]) -> Self {
        let places = parents.iter().enumerate();
        Self {
            places: places.map(|(place, key)| (*key, place)).collect(),
            lists: parents.iter().map(|_| Vec::new()).collect(),
        }
    }

    pub(crate) fn push(&mut self, parent: u64, row: T) {
        self.lists[self.places[&parent]].push(row);
    }
}

pub(crate) fn keys_of_users(users: &[User]) -> Vec<u64> {
    users.iter().map(|user| user.id).collect()
}

pub(crate) fn keys_of_posts(posts: &[Vec<Post>]) -> Vec<u64> {
    posts.iter().flatten().map(|post| post.id).collect()
}

//! Short lists: as many entries as fit into a reply that old clients can read.

use serde::Serialize;
use youku_core::{Cursor, Listing, Page};

use crate::server::client_connection::ClientConnection;

/// How many entries to fetch at once, if the policy allows that many.
const ENTRIES: u32 = 100;

/// An upper estimate of the size of a reply's common fields, in bytes.
const COMMON: usize = 256;

/// Fetches as many entries as fit into a reply, beginning after the entry with the id `after`; `row`
/// makes an id and a row of each. Returns the rows, and the id after which the rest begins if there is
/// a rest.
///
/// Existing clients read a reply with a single `recv`, which is only safe for a small reply. They get
/// the newest entries; a client that knows `next` can fetch the rest.
pub(super) async fn collect<T, R, F>(
    client: &ClientConnection,
    after: Option<u64>,
    read: impl Fn(Page) -> F,
    row: impl Fn(T) -> (u64, R),
) -> youku_core::Result<(Vec<R>, Option<u64>)>
where
    R: Serialize,
    F: Future<Output = youku_core::Result<Listing<T>>>,
{
    let size = client.options.limits.preferred_reply;
    let mut pages = Pages::new(size, client.youku.policy().max_page, after);
    while let Some(page) = pages.next_page() {
        pages.add(read(page).await?.into_iter().map(&row));
    }
    Ok(pages.finish())
}

/// The rows of one reply while it is being filled, page by page.
struct Pages<R> {
    rows: Vec<R>,
    limit: u32,
    after: Option<u64>,
    bytes_left: usize,
    state: FillState,
}

#[derive(PartialEq)]
enum FillState {
    /// There may be more entries, and there is room for them.
    More,
    /// There are more entries than there is room for.
    Full,
    /// All entries have been fetched.
    Complete,
}

impl<R: Serialize> Pages<R> {
    /// Rows for a reply of about `size` bytes, beginning after the entry with the id `after`.
    fn new(size: usize, max_page: u32, after: Option<u64>) -> Self {
        Self {
            rows: Vec::new(),
            limit: ENTRIES.min(max_page),
            after,
            bytes_left: size.saturating_sub(COMMON),
            state: FillState::More,
        }
    }

    /// The page to fetch next, if there is room for more entries.
    fn next_page(&self) -> Option<Page> {
        let page = Page {
            limit: self.limit,
            after: self.after.map(Cursor::from),
        };
        (self.state == FillState::More).then_some(page)
    }

    /// Adds the entries of that page, each as its id and its row. At least one entry is added,
    /// however large it is.
    fn add(&mut self, entries: impl ExactSizeIterator<Item = (u64, R)>) {
        if entries.len() < self.limit as usize {
            self.state = FillState::Complete;
        }
        for (id, row) in entries {
            let size = serde_json::to_vec(&row).map_or(0, |json| json.len() + 1);
            if size > self.bytes_left && !self.rows.is_empty() {
                self.state = FillState::Full;
                return;
            }
            self.bytes_left = self.bytes_left.saturating_sub(size);
            self.rows.push(row);
            self.after = Some(id);
        }
    }

    /// The rows, and the id after which the rest begins if there is a rest.
    fn finish(self) -> (Vec<R>, Option<u64>) {
        let next = if self.state == FillState::Complete {
            None
        } else {
            self.after
        };
        (self.rows, next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entries from 1 to `count`, each of 10 bytes in a reply, fetched in pages of 4.
    fn collect(count: u64, size: usize, after: Option<u64>) -> (Vec<String>, Option<u64>) {
        let mut pages = Pages::new(COMMON + size, 4, after);
        while let Some(page) = pages.next_page() {
            let first = page.after.map_or(1, |id| {
                let id: u64 = id.to_string().parse().unwrap();
                id + 1
            });
            let ids: Vec<u64> = (first..=count).take(page.limit as usize).collect();
            pages.add(ids.into_iter().map(|id| (id, format!("{id:07}"))));
        }
        pages.finish()
    }

    fn check(count: u64, size: usize, after: Option<u64>, rows: usize, next: Option<u64>) {
        let (found, rest) = collect(count, size, after);
        assert_eq!(
            (found.len(), rest),
            (rows, next),
            "{count} {size} {after:?}"
        );
    }

    #[test]
    fn a_short_list_is_complete() {
        check(0, 100, None, 0, None);
        check(3, 100, None, 3, None);
        check(4, 100, None, 4, None);
        check(10, 100, None, 10, None);
    }

    #[test]
    fn a_long_list_returns_a_cursor() {
        check(11, 100, None, 10, Some(10));
        check(11, 100, Some(10), 1, None);
        check(9, 60, None, 6, Some(6));
    }

    #[test]
    fn an_entry_larger_than_the_reply_is_sent_alone() {
        check(3, 5, None, 1, Some(1));
        check(3, 5, Some(2), 1, None);
    }
}

//! Which part of a list to give.

/// One page of a list: how many entries, and after which one it starts.
///
/// Pages continue after an entry instead of at a number of it, so entries that come or go in
/// between neither repeat nor hide others.
///
/// ```
/// use youku_core::Page;
///
/// let page = Page::first(50);
/// let next = Page::first(50).after(1234); // the id of the last entry of the page before
/// assert_eq!((page.limit, next.after), (50, Some(1234)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The most entries to give; [`Policy::max_page`](crate::Policy::max_page) bounds it.
    pub limit: u32,
    /// The id of the entry after which the page starts, in the order of the list; none for the
    /// first page.
    pub after: Option<u64>,
}

impl Page {
    /// The first `limit` entries.
    #[must_use]
    pub const fn first(limit: u32) -> Self {
        Self { limit, after: None }
    }

    /// The same number of entries, starting after the one with this id.
    #[must_use]
    pub const fn after(self, id: u64) -> Self {
        Self {
            after: Some(id),
            ..self
        }
    }
}

/// The first `limit` entries of a list: [`Page::first`] for short.
#[must_use]
pub const fn first(limit: u32) -> Page {
    Page::first(limit)
}

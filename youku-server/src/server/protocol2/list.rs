//! Lists in pages: which page a request asks for, and the cursor of the next one.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use youku_core::{Cursor, Listing, Page, Rule};

use crate::Frame;
use crate::message::{Number, Refusal, Reply};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Outcome;

/// How many entries a page has when the request does not say.
const LIMIT: u32 = 50;

/// Separates the name of a list from the position in it.
const SEPARATOR: char = '-';

/// The page of a list that a request asks for.
pub(super) struct PageRequest {
    list: String,
    page: Page,
}

impl PageRequest {
    /// Reads the fields `limit` and `after` of a request for `list`.
    pub(super) fn read(
        list: impl Into<String>,
        limit: Option<Number>,
        after: Option<String>,
    ) -> Result<Self, Refusal> {
        let list = list.into();
        let limit = match limit.map(Number::get) {
            None => LIMIT,
            Some(0) => return Err(Refusal::bad_field("limit")),
            Some(limit) => u32::try_from(limit).unwrap_or(u32::MAX),
        };
        let after = after.map(|text| position(&text, &list)).transpose();
        let after = after.map_err(|rule| Refusal::broken("after", &rule))?;
        let page = Page { limit, after };
        Ok(Self { list, page })
    }

    /// The text of a position in the list.
    fn text(&self, cursor: &Cursor) -> String {
        format!("{}{SEPARATOR}{cursor}", self.list)
    }
}

/// The position in `list` that a cursor names. Cursors begin with the name of their list, so that a cursor
/// of another list, or of another order of this list, does not continue at a wrong position.
///
/// # Errors
///
/// The rule that the text breaks.
fn position(text: &str, list: &str) -> Result<Cursor, Rule> {
    let (its_list, cursor) = text.rsplit_once(SEPARATOR).ok_or(Rule::Cursor)?;
    let cursor = cursor.parse().map_err(|_| Rule::Cursor)?;
    if its_list == list {
        Ok(cursor)
    } else {
        Err(Rule::CursorOfThisList)
    }
}

/// Replies with a page of the list `name`: as many entries as the request asks for, or fewer if they
/// do not fit into one frame. `next` says where the rest begins.
pub(super) async fn reply<T, R, F>(
    client: &mut ClientConnection,
    name: &'static str,
    request: PageRequest,
    read: impl Fn(Page) -> F,
) -> Outcome
where
    R: From<T> + Serialize,
    F: Future<Output = youku_core::Result<Listing<T>>>,
{
    let mut page = request.page.clone();
    page.limit = page.limit.min(client.youku.policy().max_page);
    loop {
        let entries = read(page.clone()).await?;
        let next = entries.next.as_ref().map(|cursor| request.text(cursor));
        let rows: Vec<R> = entries.into_iter().map(R::from).collect();
        let reply = Reply::with(List { name, rows, next });
        if page.limit == 1 || fits(&reply, client) {
            return client.reply(&reply).await;
        }
        page.limit /= 2;
    }
}

fn fits(reply: &impl Serialize, client: &ClientConnection) -> bool {
    let frame = Frame::encode(&client.identified(reply));
    frame.is_ok_and(|frame| frame.text().len() <= client.options.limits.max_frame)
}

/// A list under its name, and the cursor.
struct List<R> {
    name: &'static str,
    rows: Vec<R>,
    next: Option<String>,
}

impl<R: Serialize> Serialize for List<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry(self.name, &self.rows)?;
        map.serialize_entry("next", &self.next)?;
        map.end()
    }
}

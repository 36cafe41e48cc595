//! `purchases`: the movies that the user has paid for, newest first.

use serde::{Deserialize, Serialize};
use youku_core::Purchase;

use crate::message::Number;
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;
use crate::server::protocol2::list;
use crate::server::protocol2::list::PageRequest;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct Purchases {
    session: Option<String>,
    limit: Option<Number>,
    after: Option<String>,
}

#[derive(Serialize)]
struct Row {
    movie_id: u64,
    movie_name: String,
    /// What was paid, in fen.
    price: u64,
    paid_at: i64,
}

impl Purchases {
    /// Replies with a page of `purchase_list`.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let session = client.session(self.session.as_deref()).await?;
        let request = PageRequest::read("purchases", self.limit, self.after)?;
        let read = |page| {
            let session = session.clone();
            async move { session.purchases(page).await }
        };
        list::reply::<_, Row, _>(client, "purchase_list", request, read).await
    }
}

impl From<Purchase> for Row {
    fn from(purchase: Purchase) -> Self {
        Self {
            movie_id: purchase.movie_id.get(),
            movie_name: purchase.movie_name,
            price: purchase.price_fen,
            paid_at: purchase.paid_at.as_second(),
        }
    }
}

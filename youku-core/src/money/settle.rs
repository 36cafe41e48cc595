//! Asking the provider, and recording its answer.

use jiff::Timestamp;
use tracing::Instrument as _;
use youku_orm::{Id, Model, New, Transaction};

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::host::payments::{Charge, Payment};
use crate::money::bill::Bill;
use crate::money::membership;
use crate::records::events::event::EventKind;
use crate::records::money::membership::MembershipRow;
use crate::records::money::payment::{PaymentRow, PaymentState};
use crate::records::money::purchase::NewPurchaseRow;
use crate::records::movies::movie::MovieRow;
use crate::service::outbox::Happened;
use crate::service::shared::Service;
use crate::service::youku::Youku;

/// A bill that is paid.
#[derive(Debug)]
pub(crate) enum Settled {
    /// This call paid the bill and gave the user what was paid for.
    Now(Option<MembershipRow>),
    /// Another call paid it earlier.
    Before(Option<MembershipRow>),
}

impl Settled {
    /// The period of membership that was paid for.
    pub(crate) fn membership(self) -> Option<MembershipRow> {
        match self {
            Self::Now(row) | Self::Before(row) => row,
        }
    }
}

/// Settles the bill. Once polled it runs to its end, even when the future is dropped.
///
/// # Errors
///
/// `payment_declined`; `unavailable` when the provider does not know or the database cannot be
/// reached, which leaves the bill pending.
pub(crate) async fn settle(youku: &Youku, bill: Bill) -> Result<Settled> {
    let youku = youku.clone();
    let work = async move { run(&youku.0, &bill).await };
    tokio::spawn(work.in_current_span())
        .await
        .map_err(Error::internal)?
}

async fn run(service: &Service, bill: &Bill) -> Result<Settled> {
    let in_flight = service.charges_in_flight.register(&bill.charge.key);
    let _lock = in_flight.lock().await;
    // Another task may have settled it while this one waited for the lock.
    let row = PaymentRow::find(&service.db, bill.payment).await?;
    let row = row.ok_or_else(|| Error::internal("a payment is gone"))?;
    let answer = match row.state {
        PaymentState::Pending => ask(service, &bill.charge).await?,
        PaymentState::Paid => Payment::Accepted,
        PaymentState::Declined => return Err(Error::payment_declined()),
    };
    let now = service.now();
    let accepted = answer == Payment::Accepted;
    let settled = service.write(async |tx| {
        if accepted {
            accept(bill, service, now, tx).await.map(Ok)
        } else {
            decline(bill, now, tx).await.map(Err)
        }
    });
    let settled = settled.await?;
    let Charge {
        user,
        item,
        amount_fen,
        ..
    } = &bill.charge;
    match &settled {
        Ok(Settled::Now(_)) => tracing::info!(%user, ?item, amount_fen, "charged"),
        Ok(Settled::Before(_)) => {}
        Err(_) => tracing::info!(%user, ?item, amount_fen, "charge declined"),
    }
    settled
}

/// Asks the provider, unless the amount is zero.
async fn ask(service: &Service, charge: &Charge) -> Result<Payment> {
    if charge.amount_fen == 0 {
        return Ok(Payment::Accepted);
    }
    let answer = service.payments.charge(charge);
    let answer = tokio::time::timeout(service.policy.payment_timeout, answer).await;
    match answer.unwrap_or(Payment::Unavailable) {
        Payment::Unavailable => {
            let (user, item) = (charge.user, charge.item);
            tracing::warn!(%user, ?item, "the payment provider gave no answer");
            let text = "the payment provider cannot be reached; try again";
            Err(Error::new(Code::Unavailable, text))
        }
        known => Ok(known),
    }
}

/// The bill as the transaction sees it.
async fn find(bill: &Bill, tx: &mut Transaction) -> Result<PaymentRow> {
    let row = PaymentRow::find(tx, bill.payment).await?;
    row.ok_or_else(|| Error::internal("a payment is gone"))
}

/// Records that the bill was paid and gives the user what it was for; both or neither.
async fn accept(
    bill: &Bill,
    service: &Service,
    now: Timestamp,
    tx: &mut Transaction,
) -> Result<Settled> {
    let row = find(bill, &mut *tx).await?;
    match row.state {
        PaymentState::Pending => {}
        PaymentState::Paid => return before(&row, tx).await,
        PaymentState::Declined => {
            let text = "the provider accepted a charge that it had declined before";
            return Err(Error::internal(text));
        }
    }
    let only_one = row.only_one.clone();
    close(&row, PaymentState::Paid, only_one, now, &mut *tx).await?;
    let bought = Happened {
        movie: row.movie_id,
        price_fen: Some(row.price_fen),
        ..Happened::to(row.user_id)
    };
    bought.write(&[EventKind::Bought], now, &mut *tx).await?;
    let given = match row.movie_id {
        Some(movie) => {
            purchase(&row, movie, now, tx).await?;
            None
        }
        None => Some(membership::extend(&row, &service.policy, now, tx).await?),
    };
    Ok(Settled::Now(given))
}

async fn purchase(
    row: &PaymentRow,
    movie: Id<MovieRow>,
    now: Timestamp,
    tx: &mut Transaction,
) -> Result<()> {
    let new = NewPurchaseRow {
        user_id: row.user_id,
        movie_id: movie,
        price_fen: row.price_fen,
        paid_at: now,
    };
    new.insert(tx).await.map_err(Error::lost_if_taken)?;
    Ok(())
}

async fn before(row: &PaymentRow, tx: &mut Transaction) -> Result<Settled> {
    let membership = MembershipRow::filter(MembershipRow::PAYMENT_ID.eq(row.pay_id));
    Ok(Settled::Before(membership.first(tx).await?))
}

/// Records that the provider declined, so the user can try again with another bill.
async fn decline(bill: &Bill, now: Timestamp, tx: &mut Transaction) -> Result<Error> {
    let row = find(bill, &mut *tx).await?;
    if row.state == PaymentState::Pending {
        close(&row, PaymentState::Declined, None, now, tx).await?;
    }
    Ok(Error::payment_declined())
}

async fn close(
    row: &PaymentRow,
    state: PaymentState,
    only_one: Option<String>,
    now: Timestamp,
    tx: &mut Transaction,
) -> Result<()> {
    let closed = PaymentRow::filter(PaymentRow::PAY_ID.eq(row.pay_id))
        .filter(PaymentRow::STATE.eq(PaymentState::Pending))
        .set(PaymentRow::STATE, state)
        .set(PaymentRow::ONLY_ONE, only_one)
        .set(PaymentRow::SETTLED_AT, now)
        .update(tx)
        .await?;
    match closed {
        0 => Err(Error::lost_race()),
        _ => Ok(()),
    }
}

//! Asking for the price of a purchase that the user has not agreed to by `--max-price`.

use std::io::{self, IsTerminal};

use youku_server::terminal::{Console, yuan};

use crate::context::Context;
use crate::exit::{Failure, Status};
use crate::texts::fill;

/// The price that the user agrees to, in fen: `price_fen` if it is 0 or the answer on the terminal is
/// yes. A script is not asked, and agrees to nothing.
pub(super) fn ask(context: &Context, price_fen: u64, question: &str) -> Result<u64, Failure> {
    if price_fen == 0 {
        return Ok(0);
    }
    let price = yuan(price_fen);
    if context.is_json || !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        let text = fill(context.texts.name_the_price, price);
        return Err(Failure::price_changed(text, price_fen));
    }
    let answer = Console::standard().ask(&fill(question, price))?;
    match answer.trim().to_lowercase().as_str() {
        "y" | "yes" | "是" => Ok(price_fen),
        _ => {
            let text = context.texts.nothing_bought;
            Err(Failure::new(Status::Refused, "cancelled", text))
        }
    }
}

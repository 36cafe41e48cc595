//! The price that the user agrees to in advance.

use clap::Args;

/// The price that the user agrees to.
#[derive(Args)]
pub(crate) struct Consent {
    /// Pay at most this price, in yuan, such as 9.90, for each purchase, without asking.
    #[arg(long, value_name = "YUAN", value_parser = fen)]
    pub(crate) max_price: Option<u64>,
}

/// Reads yuan with at most two decimals as fen.
fn fen(yuan: &str) -> Result<u64, String> {
    let wrong = || "give yuan with at most two decimals, such as 9.90".to_owned();
    let (whole, rest) = yuan.split_once('.').unwrap_or((yuan, "00"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(rest) || !(1..=2).contains(&rest.len()) {
        return Err(wrong());
    }
    format!("{whole}{rest:0<2}").parse().map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::fen;

    #[test]
    fn a_price_is_read_in_yuan() {
        for (yuan, expected) in [
            ("0", 0),
            ("10", 1000),
            ("9.9", 990),
            ("9.90", 990),
            ("0.01", 1),
        ] {
            assert_eq!(fen(yuan), Ok(expected), "{yuan}");
        }
        for yuan in [
            "",
            ".5",
            "1.",
            "1.234",
            "-1",
            "1,5",
            "ten",
            "999999999999999999999",
        ] {
            assert!(fen(yuan).is_err(), "{yuan}");
        }
    }
}

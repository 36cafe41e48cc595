//! Questions on a terminal: a line, a secret, a choice.

use std::fmt;
use std::io;

use inquire::ui::{RenderConfig, Styled};
use inquire::{InquireError, Password, PasswordDisplayMode, Select, Text};

use crate::Language;
use crate::terminal::text_table::{DEFAULT_WIDTH, terminal_width};
use crate::terminal::texts::Texts;

/// How many rows are shown at once; the list scrolls.
const ROWS: usize = 15;

/// How many columns the marker of the chosen row takes.
const MARKER_WIDTH: usize = 2;

/// An entry of a list to choose from.
pub(super) struct Choice {
    /// What the user may type for it.
    key: String,
    /// Its row in the list.
    row: String,
    /// The text that typing searches, and that is shown once the entry is chosen.
    text: String,
}

impl Choice {
    pub(super) fn new(
        key: impl Into<String>,
        row: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            key: key.into(),
            row: shown(&row.into()),
            text: shown(&text.into()),
        }
    }

    /// How well it matches what was typed: its whole key best, then the beginning of its key, then a
    /// part of its text; `None` if it does not match.
    fn score(&self, typed: &str) -> Option<i64> {
        let typed = typed.trim().to_lowercase();
        if typed.is_empty() {
            Some(0)
        } else if self.key == typed {
            Some(2)
        } else if self.key.starts_with(&typed) {
            Some(1)
        } else {
            self.text.to_lowercase().contains(&typed).then_some(0)
        }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.row)
    }
}

/// How wide a row of choices may be, in columns.
pub(super) fn width() -> usize {
    terminal_width()
        .unwrap_or(DEFAULT_WIDTH)
        .saturating_sub(MARKER_WIDTH)
}

/// Asks for a line, without the white space around it; `None` for Escape.
pub(super) fn text(question: &str) -> io::Result<Option<String>> {
    let asked = Text::new(question.trim_end()).with_render_config(render_config());
    let answer = cancellable(asked.prompt())?;
    Ok(answer.map(|answer| answer.trim().to_owned()))
}

/// Asks for a line without echoing it; `None` for Escape.
pub(super) fn secret(question: &str) -> io::Result<Option<String>> {
    let asked = Password::new(question.trim_end())
        .without_confirmation()
        .with_display_mode(PasswordDisplayMode::Hidden)
        .with_formatter(&|_| String::new())
        .with_render_config(render_config());
    cancellable(asked.prompt())
}

/// Asks for one of the choices, as an index; `None` for Escape.
pub(super) fn select(
    question: &str,
    choices: Vec<Choice>,
    language: Language,
) -> io::Result<Option<usize>> {
    if choices.is_empty() {
        return Ok(None);
    }
    let asked = Select::new(question, choices)
        .with_page_size(ROWS)
        .with_help_message(Texts::of(language).keys)
        .with_scorer(&|typed, choice: &Choice, _, _| choice.score(typed))
        // A stable sort, so that equal entries keep their order.
        .with_sorter(&|found| found.sort_by_key(|(_, score)| -score))
        .with_formatter(&|chosen| chosen.value.text.clone())
        .with_render_config(render_config());
    Ok(cancellable(asked.raw_prompt())?.map(|chosen| chosen.index))
}

/// The look of the questions, which have their own punctuation.
fn render_config() -> RenderConfig<'static> {
    RenderConfig::default_colored()
        .with_prompt_prefix(Styled::new(""))
        .with_answered_prompt_prefix(Styled::new(""))
        .with_highlighted_option_prefix(Styled::new("›"))
}

/// `None` for a cancelled question.
fn cancellable<T>(answer: Result<T, InquireError>) -> io::Result<Option<T>> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(InquireError::OperationCanceled) => Ok(None),
        Err(InquireError::OperationInterrupted) => Err(io::ErrorKind::Interrupted.into()),
        Err(InquireError::IO(error)) => Err(error),
        Err(error) => Err(io::Error::other(error)),
    }
}

/// Removes control characters, which could move the cursor.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(typed: &str) -> Vec<&'static str> {
        let texts = ["黑客帝国 2", "The Matrix", "1984", "Q"];
        let choices = (1..).zip(texts).map(|(number, text)| {
            let choice = Choice::new(number.to_string(), text, text);
            (choice.score(typed), text)
        });
        let mut found: Vec<_> = choices.filter(|(score, _)| score.is_some()).collect();
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        found.into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn a_number_matches_before_names_that_contain_it() {
        assert_eq!(best("2"), ["The Matrix", "黑客帝国 2"]);
        assert_eq!(best("1"), ["黑客帝国 2", "1984"]);
    }

    #[test]
    fn typing_filters_in_any_case() {
        assert_eq!(best("matrix"), ["The Matrix"]);
        assert_eq!(best("帝国"), ["黑客帝国 2"]);
        assert_eq!(best(""), ["黑客帝国 2", "The Matrix", "1984", "Q"]);
        assert!(best("none").is_empty());
    }
}

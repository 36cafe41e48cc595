//! The console of the terminal client: questions, answers and output.

use std::fmt;
use std::io::{self, BufRead, IsTerminal, Write};

use crate::Language;
use crate::terminal::TextTable;
use crate::terminal::prompt;

/// A console: questions and answers.
///
/// On a terminal, the user chooses with the arrow keys or by number, and filters a long list by typing.
/// Otherwise everything is read and written line by line, for scripts and pipes.
pub struct Console {
    mode: Mode,
}

enum Mode {
    Terminal,
    Lines {
        input: Box<dyn BufRead + Send>,
        output: Box<dyn Write + Send>,
        hides_secrets: bool,
    },
}

/// An entry of a menu: its key, and its text.
pub(super) type MenuEntry = (&'static str, &'static str);

impl Console {
    /// The standard input and output: as a terminal if standard input, output and error are all
    /// terminals, line by line otherwise.
    pub fn standard() -> Self {
        let is_dumb = std::env::var_os("TERM").is_some_and(|kind| kind == "dumb");
        let is_terminal = io::stdin().is_terminal()
            && io::stdout().is_terminal()
            && io::stderr().is_terminal()
            && !is_dumb;
        let mode = if is_terminal {
            Mode::Terminal
        } else {
            Mode::Lines {
                input: Box::new(io::BufReader::new(io::stdin())),
                output: Box::new(io::stdout()),
                hides_secrets: io::stdin().is_terminal(),
            }
        };
        Self { mode }
    }

    /// Reads answers from `input`, one per line, and writes to `output`.
    pub fn scripted(
        input: impl BufRead + Send + 'static,
        output: impl Write + Send + 'static,
    ) -> Self {
        Self {
            mode: Mode::Lines {
                input: Box::new(input),
                output: Box::new(output),
                hides_secrets: false,
            },
        }
    }

    /// Whether the console is a terminal.
    pub fn is_terminal(&self) -> bool {
        matches!(self.mode, Mode::Terminal)
    }

    /// Prints one line. Control characters, including line feeds, are removed: much of the text comes
    /// from a server, and it must not move the cursor or look like another line.
    ///
    /// # Errors
    ///
    /// The output cannot be written.
    pub fn say(&mut self, text: &str) -> io::Result<()> {
        self.print(text, char::is_control)
    }

    /// Prints text of several lines, separated by line feeds. All other control characters are removed.
    ///
    /// # Errors
    ///
    /// The output cannot be written.
    pub fn say_lines(&mut self, text: &str) -> io::Result<()> {
        self.print(text, |c| c.is_control() && c != '\n')
    }

    fn print(&mut self, text: &str, leaves_out: fn(char) -> bool) -> io::Result<()> {
        let shown: String = text.chars().filter(|c| !leaves_out(*c)).collect();
        let write = |output: &mut dyn Write| {
            writeln!(output, "{shown}")?;
            output.flush()
        };
        match &mut self.mode {
            Mode::Terminal => write(&mut io::stdout()),
            Mode::Lines { output, .. } => write(output),
        }
    }

    /// Asks for a line, without the white space around it.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) when the input has ended,
    /// [`Interrupted`](io::ErrorKind::Interrupted) after Ctrl-C or Escape; or input or output fail.
    pub fn ask(&mut self, prompt: &str) -> io::Result<String> {
        let answer = self.ask_or_back(prompt)?;
        answer.ok_or_else(|| io::ErrorKind::Interrupted.into())
    }

    /// Asks for a secret line without echoing it, and keeps its white space.
    ///
    /// # Errors
    ///
    /// As [`ask`](Self::ask).
    pub fn secret(&mut self, prompt: &str) -> io::Result<String> {
        let answer = self.secret_or_back(prompt)?;
        answer.ok_or_else(|| io::ErrorKind::Interrupted.into())
    }

    /// As [`ask`](Self::ask); `None` when the user cancels the question with Escape.
    pub(super) fn ask_or_back(&mut self, prompt: &str) -> io::Result<Option<String>> {
        match &mut self.mode {
            Mode::Terminal => prompt::text(prompt),
            Mode::Lines { input, output, .. } => {
                Ok(Some(line(input, output, prompt)?.trim().to_owned()))
            }
        }
    }

    /// As [`secret`](Self::secret); `None` when the user cancels the question with Escape.
    pub(super) fn secret_or_back(&mut self, prompt: &str) -> io::Result<Option<String>> {
        match &mut self.mode {
            Mode::Terminal => prompt::secret(prompt),
            Mode::Lines {
                output,
                hides_secrets: true,
                ..
            } => {
                output.flush()?;
                rpassword::prompt_password(prompt).map(Some)
            }
            Mode::Lines { input, output, .. } => line(input, output, prompt).map(Some),
        }
    }

    /// Asks until `read` accepts the answer; `None` for Escape.
    pub(super) fn ask_until<T>(
        &mut self,
        question: &str,
        wrong: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> io::Result<Option<T>> {
        while let Some(answer) = self.ask_or_back(question)? {
            match read(&answer) {
                None => self.say(wrong)?,
                taken => return Ok(taken),
            }
        }
        Ok(None)
    }

    /// Shows a menu and returns the key that was typed or chosen; `None` for Escape. Without a terminal
    /// it may be any text.
    pub(super) fn menu(
        &mut self,
        title: &str,
        choices: &[MenuEntry],
        question: &str,
        language: Language,
    ) -> io::Result<Option<String>> {
        if self.is_terminal() {
            println!();
            let options = choices
                .iter()
                .map(|(key, text)| prompt::Choice::new(*key, format!("{key}. {text}"), *text))
                .collect();
            let chosen = prompt::select(title, options, language)?;
            return Ok(chosen.map(|index| choices[index].0.to_owned()));
        }
        let lines: Vec<_> = choices
            .iter()
            .map(|(key, text)| format!("\n  {key}. {text}"))
            .collect();
        self.say_lines(&format!("\n{title}{}", lines.concat()))?;
        self.ask_or_back(question)
    }

    /// Shows numbered rows and asks for one of them, as an index; `None` when the user goes back. Without
    /// a terminal, `line` returns the text of a row.
    pub(super) fn choose(
        &mut self,
        table: &TextTable,
        line: impl Fn(usize) -> String,
        question: &str,
        wrong: &str,
        language: Language,
    ) -> io::Result<Option<usize>> {
        if self.is_terminal() {
            let mut lines = table.lines(Some(prompt::width())).into_iter();
            // Indented like the rows below it.
            println!();
            self.say(&format!("  {}", lines.next().unwrap_or_default()))?;
            let options = lines
                .enumerate()
                .map(|(index, row)| prompt::Choice::new((index + 1).to_string(), row, line(index)))
                .collect();
            return prompt::select(question, options, language);
        }
        for index in 0..table.len() {
            self.say(&format!("{:>4}. {}", index + 1, line(index)))?;
        }
        loop {
            let answer = self.ask(question)?;
            if answer == "q" {
                return Ok(None);
            }
            match answer.parse::<usize>() {
                Ok(number) if (1..=table.len()).contains(&number) => return Ok(Some(number - 1)),
                _ => self.say(wrong)?,
            }
        }
    }

    /// Shows a table. Without a terminal, `line` returns the text of a row.
    pub(super) fn show(
        &mut self,
        table: &TextTable,
        line: impl Fn(usize) -> String,
    ) -> io::Result<()> {
        if self.is_terminal() {
            for line in table.lines(crate::terminal::text_table::terminal_width()) {
                self.say(&line)?;
            }
            return Ok(());
        }
        (0..table.len()).try_for_each(|index| self.say(&line(index)))
    }
}

fn line(input: &mut impl BufRead, output: &mut impl Write, prompt: &str) -> io::Result<String> {
    write!(output, "{prompt}")?;
    output.flush()?;
    let mut line = String::new();
    if input.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console")
            .field("is_terminal", &self.is_terminal())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `say` prints for a text, once as one line and once as several.
    fn printed(text: &str) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut console = Console::scripted(io::empty(), file.reopen().unwrap());
        console.say(text).unwrap();
        console.say_lines(text).unwrap();
        std::fs::read_to_string(file.path()).unwrap()
    }

    #[test]
    fn control_characters_are_not_printed() {
        assert_eq!(printed("\u{1b}[2J电影\r\x07\u{9b}"), "[2J电影\n[2J电影\n");
        assert_eq!(printed("a\nb"), "ab\na\nb\n");
    }

    #[test]
    fn answers_are_lines_and_secrets_keep_their_spaces() {
        let mut console = Console::scripted(&b" neo \r\n two texts \nlast"[..], io::sink());
        assert_eq!(console.ask("> ").unwrap(), "neo");
        assert_eq!(console.secret("> ").unwrap(), " two texts ");
        assert_eq!(console.ask("> ").unwrap(), "last");
        assert_eq!(
            console.ask("> ").unwrap_err().kind(),
            io::ErrorKind::UnexpectedEof
        );
    }
}

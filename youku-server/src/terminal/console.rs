//! Where the terminal client asks and answers.

use std::fmt;
use std::io::{self, BufRead, IsTerminal, Write};

/// A console: questions and answers, line by line.
pub struct Console {
    input: Box<dyn BufRead + Send>,
    output: Box<dyn Write + Send>,
    hides: bool,
}

impl Console {
    /// The standard input and output. Passwords are not echoed when the input is a terminal.
    pub fn standard() -> Self {
        Self {
            input: Box::new(io::BufReader::new(io::stdin())),
            output: Box::new(io::stdout()),
            hides: io::stdin().is_terminal(),
        }
    }

    /// Answers from `input`, one a line, and what is said to `output`.
    pub fn scripted(
        input: impl BufRead + Send + 'static,
        output: impl Write + Send + 'static,
    ) -> Self {
        Self {
            input: Box::new(input),
            output: Box::new(output),
            hides: false,
        }
    }

    /// Prints one line. Control characters are left out, line feeds among them: much of what is
    /// said comes from a server, and none of it shall move the cursor or look like another line.
    ///
    /// # Errors
    ///
    /// The output cannot be written.
    pub fn say(&mut self, text: &str) -> io::Result<()> {
        self.print(text, char::is_control)
    }

    /// Prints text of several lines, parted by line feeds. All other control characters are left
    /// out.
    ///
    /// # Errors
    ///
    /// The output cannot be written.
    pub fn say_lines(&mut self, text: &str) -> io::Result<()> {
        self.print(text, |c| c.is_control() && c != '\n')
    }

    fn print(&mut self, text: &str, leaves_out: fn(char) -> bool) -> io::Result<()> {
        let shown: String = text.chars().filter(|c| !leaves_out(*c)).collect();
        writeln!(self.output, "{shown}")?;
        self.output.flush()
    }

    /// Prints `prompt` and reads a line, without the white space around it.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) when the input has ended; or input or output
    /// fail.
    pub fn ask(&mut self, prompt: &str) -> io::Result<String> {
        Ok(self.line(prompt)?.trim().to_owned())
    }

    /// Prints `prompt` and reads a line that nobody shall see, with its white space.
    ///
    /// # Errors
    ///
    /// As [`ask`](Self::ask).
    pub fn secret(&mut self, prompt: &str) -> io::Result<String> {
        if !self.hides {
            return self.line(prompt);
        }
        self.output.flush()?;
        rpassword::prompt_password(prompt)
    }

    fn line(&mut self, prompt: &str) -> io::Result<String> {
        write!(self.output, "{prompt}")?;
        self.output.flush()?;
        let mut line = String::new();
        if self.input.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end_matches(['\n', '\r']).to_owned())
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console")
            .field("hides", &self.hides)
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
        let mut console = Console::scripted(&b" neo \r\n two words \nlast"[..], io::sink());
        assert_eq!(console.ask("> ").unwrap(), "neo");
        assert_eq!(console.secret("> ").unwrap(), " two words ");
        assert_eq!(console.ask("> ").unwrap(), "last");
        assert_eq!(
            console.ask("> ").unwrap_err().kind(),
            io::ErrorKind::UnexpectedEof
        );
    }
}

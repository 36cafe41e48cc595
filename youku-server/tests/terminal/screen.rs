//! A terminal with a program in it: its keyboard and its screen.

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::fd::OwnedFd;
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::Command;
use vt100::Parser;

/// Far more time than the tests need: it turns a hang into a failure.
const PATIENCE: Duration = Duration::from_secs(60);

const ROWS: u16 = 30;

/// What keys send.
pub(crate) const ENTER: &str = "\r";
pub(crate) const DOWN: &str = "\x1b[B";
pub(crate) const UP: &str = "\x1b[A";
pub(crate) const ESCAPE: &str = "\x1b";
pub(crate) const CTRL_C: &str = "\x03";

pub(crate) struct Terminal {
    keyboard: File,
    child: Child,
    shown: Arc<(Mutex<Shown>, Condvar)>,
    /// How much of what was written has been waited for.
    seen: usize,
}

/// What the program has written.
struct Shown {
    parser: Parser,
    written: Vec<u8>,
    is_over: bool,
}

impl Terminal {
    /// Starts a program in a terminal of `columns`.
    pub(crate) fn start(command: Command, columns: u16) -> Self {
        let (pty, place) = pty_process::blocking::open().unwrap();
        pty.resize(Size::new(ROWS, columns)).unwrap();
        let child = command.spawn(place).unwrap();
        let keyboard = File::from(OwnedFd::from(pty));
        let screen = keyboard.try_clone().unwrap();
        let size = |length| NonZeroU16::new(length).unwrap();
        let shown = Shown {
            parser: Parser::new(size(ROWS), size(columns), 0),
            written: Vec::new(),
            is_over: false,
        };
        let shown = Arc::new((Mutex::new(shown), Condvar::new()));
        let reader = Arc::clone(&shown);
        std::thread::spawn(move || show(screen, &reader));
        Self {
            keyboard,
            child,
            shown,
            seen: 0,
        }
    }

    /// Waits until `text` is written behind what was waited for before, and then presses `keys`.
    #[track_caller]
    pub(crate) fn at(&mut self, text: &str, keys: &str) {
        self.until(text);
        self.press(keys);
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits until `text` is written behind what was waited for before.
    #[track_caller]
    pub(crate) fn until(&mut self, text: &str) {
        let start = Instant::now();
        let (shown, changed) = &*self.shown;
        let mut shown = shown.lock().unwrap();
        loop {
            if let Some(at) = find(&shown.written[self.seen..], text.as_bytes()) {
                self.seen += at + text.len();
                return;
            }
            let screen = shown.parser.screen().contents();
            assert!(!shown.is_over, "it ended before `{text}`:\n{screen}");
            assert!(start.elapsed() < PATIENCE, "`{text}` never came:\n{screen}");
            let waited = changed.wait_timeout(shown, Duration::from_secs(1));
            shown = waited.unwrap().0;
        }
    }

    /// What a person sees now.
    pub(crate) fn screen(&self) -> String {
        self.shown.0.lock().unwrap().parser.screen().contents()
    }

    /// The column in which `text` begins on the line that has it.
    #[track_caller]
    pub(crate) fn column(&self, text: &str) -> usize {
        let screen = self.screen();
        let line = screen.lines().rfind(|line| line.contains(text));
        let line = line.unwrap_or_else(|| panic!("`{text}` is not shown:\n{screen}"));
        let before = line.split(text).next().unwrap_or_default();
        unicode_width::UnicodeWidthStr::width(before)
    }

    /// Whether `text` was ever written.
    pub(crate) fn ever_showed(&self, text: &str) -> bool {
        find(&self.shown.0.lock().unwrap().written, text.as_bytes()).is_some()
    }

    /// Waits until `text` is written behind a number, and what was waited for before, and returns
    /// the number.
    #[track_caller]
    pub(crate) fn number_before(&mut self, text: &str) -> u64 {
        self.until(text);
        let shown = self.shown.0.lock().unwrap();
        let before = &shown.written[..self.seen - text.len()];
        let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit());
        let start = before.len() - digits.count();
        let number = std::str::from_utf8(&before[start..]).unwrap();
        number.parse().unwrap()
    }

    /// Waits for the end of the program.
    #[track_caller]
    pub(crate) fn ends(mut self) -> ExitStatus {
        self.waits_for_the_end();
        // No process holds its terminal any more.
        self.child.wait().unwrap()
    }

    /// Waits until everything that the program writes is here.
    #[track_caller]
    pub(crate) fn waits_for_the_end(&self) {
        let start = Instant::now();
        let (shown, changed) = &*self.shown;
        let mut shown = shown.lock().unwrap();
        while !shown.is_over {
            let screen = shown.parser.screen().contents();
            assert!(start.elapsed() < PATIENCE, "it does not end:\n{screen}");
            let waited = changed.wait_timeout(shown, Duration::from_secs(1));
            shown = waited.unwrap().0;
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Hands on what the program writes until it ends.
fn show(mut screen: File, to: &(Mutex<Shown>, Condvar)) {
    let (shown, changed) = to;
    let mut piece = [0; 4096];
    loop {
        let read = screen.read(&mut piece).unwrap_or(0);
        let mut shown = shown.lock().unwrap();
        shown.parser.process(&piece[..read]);
        shown.written.extend_from_slice(&piece[..read]);
        shown.is_over = read == 0;
        changed.notify_all();
        if shown.is_over {
            return;
        }
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

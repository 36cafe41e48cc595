//! When the menus use the terminal, and when they ask line by line.

use std::fs::{self, File};

use crate::screen::Terminal;
use crate::world::{PASSWORD, World};

/// The mark of the chosen row, which is only drawn where arrow keys move it.
const MARK: &str = "›";

#[test]
fn menus_ask_line_by_line_unless_all_streams_are_terminals() {
    let world = World::new(0);
    let (answers, output) = (
        world.folder.path().join("answers"),
        world.folder.path().join("output"),
    );
    fs::write(&answers, "q\n").unwrap();
    let program = || world.program(&world.address, &["--lang", "en"]);

    let terminal = Terminal::start(program().stdin(File::open(&answers).unwrap()), 80);
    assert_lines(terminal);

    let command = program().stdout(File::create(&output).unwrap());
    let mut terminal = Terminal::start(command, 80);
    terminal.press("q\n");
    assert_lines(terminal);
    let written = fs::read_to_string(&output).unwrap();
    assert!(written.contains("Youku\n  1. "), "{written}");

    let command = program().stderr(File::create(&output).unwrap());
    let mut terminal = Terminal::start(command, 80);
    terminal.at("Youku", "q\n");
    assert_lines(terminal);

    let mut terminal = Terminal::start(program().env("TERM", "dumb"), 80);
    terminal.at("Youku", "q\n");
    assert_lines(terminal);

    let mut terminal = Terminal::start(program(), 80);
    terminal.until(MARK);
    terminal.press("q\r");
    assert!(terminal.ends().success());
}

/// The piped input is the password, not the answer to a question.
#[test]
fn a_command_without_a_terminal_does_not_ask_for_a_name() {
    let world = World::new(0);
    world.register("neo");
    for command in ["login", "register"] {
        let arguments = [command, "--password-stdin", "--lang", "en"];
        let output = world.run(&arguments, &format!("neo\n{PASSWORD}\n"));
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("give the user name"), "{told}");
    }
}

/// Asserts that the program ends well and has drawn no list to choose from.
#[track_caller]
fn assert_lines(terminal: Terminal) {
    terminal.waits_for_the_end();
    assert!(!terminal.ever_showed(MARK), "{}", terminal.screen());
    assert!(terminal.ends().success());
}

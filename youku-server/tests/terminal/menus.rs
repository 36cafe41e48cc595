//! The menus: arrow keys, numbers, hidden passwords, tables, and what Ctrl-C and Escape do.

use youku_core::Kind;

use crate::screen::{CTRL_C, DOWN, ENTER, ESCAPE, Terminal, UP};
use crate::world::{PASSWORD, World};

/// Logs in as `neo` from the user's menu, by number.
fn log_in(terminal: &mut Terminal) {
    terminal.at("Youku", "2\r");
    terminal.at("User", "2\r");
    terminal.at("User name:", "neo\r");
    terminal.at("Password:", &format!("{PASSWORD}{ENTER}"));
    terminal.until("Logged in.");
}

#[test]
fn choices_are_made_by_arrow_keys() {
    let world = World::new(0);
    let mut terminal = world.terminal("en", 80);
    // Down to the user, and up and around to the last one: quit.
    terminal.at("Youku", &[DOWN, ENTER].concat());
    terminal.at("User", UP);
    terminal.at("q. back", ENTER);
    terminal.at("Youku", &[UP, ENTER].concat());
    assert!(terminal.ends().success());
}

#[test]
fn choices_are_made_by_number() {
    let world = World::new(0);
    let mut terminal = world.terminal("en", 80);
    terminal.at("Youku", "2\r");
    terminal.at("User", "8\r");
    terminal.until("No notices yet.");
    terminal.at("User", "q\r");
    terminal.at("Youku", "q\r");
    assert!(terminal.ends().success());
}

#[test]
fn a_password_is_never_shown() {
    let world = World::new(0);
    let mut terminal = world.terminal("zh", 80);
    terminal.at("优酷系统", "2\r");
    terminal.at("用户", "1\r");
    terminal.at("用户名：", "neo\r");
    terminal.at("密码：", &format!("{PASSWORD}{ENTER}"));
    // What is typed ahead is not echoed either.
    terminal.at("确认密码：", &format!("{PASSWORD}{ENTER}"));
    terminal.until("注册成功");
    assert!(!terminal.ever_showed("rabbit"), "{}", terminal.screen());
    assert!(!terminal.ever_showed("****"), "{}", terminal.screen());
}

#[test]
fn the_columns_of_the_list_are_aligned() {
    let world = World::new(0);
    world.register("neo");
    world.add_movie("黑客帝国.mp4", Kind::Free, b"one");
    world.add_movie("The Matrix Reloaded.mp4", Kind::Charged, b"two");
    let mut terminal = world.terminal("en", 80);
    log_in(&mut terminal);
    terminal.at("User", "3\r");
    terminal.until("The Matrix");
    terminal.until("q. back");
    let kind = terminal.column("kind");
    assert_eq!(terminal.column("free  "), kind, "{}", terminal.screen());
    assert_eq!(terminal.column("paid  "), kind, "{}", terminal.screen());
    assert_eq!(terminal.column("黑客帝国"), terminal.column("The Matrix"));
}

#[test]
fn the_table_is_cut_to_a_narrow_terminal() {
    let world = World::new(0);
    world.register("neo");
    world.add_movie(
        &format!("{}.mp4", "很长的名字".repeat(6)),
        Kind::Free,
        b"one",
    );
    let mut terminal = world.terminal("en", 60);
    log_in(&mut terminal);
    terminal.at("User", "3\r");
    terminal.until("…");
    terminal.until("q. back");
    let screen = terminal.screen();
    let row = screen.lines().find(|line| line.contains("很长")).unwrap();
    assert!(row.contains('…') && row.contains("free"), "{screen}");
}

#[test]
fn a_movie_is_found_by_typing_a_part_of_its_name() {
    let world = World::new(0);
    world.register("neo");
    for name in ["1984.mp4", "黑客帝国.mp4", "The Matrix.mp4"] {
        world.add_movie(name, Kind::Free, name.as_bytes());
    }
    let mut terminal = world.terminal("en", 80);
    log_in(&mut terminal);
    terminal.at("User", "5\r");
    terminal.at("Number", "matr\r");
    terminal.until("Saved: ");
    let saved = world.downloads().join("The Matrix.mp4");
    assert_eq!(std::fs::read(saved).unwrap(), b"The Matrix.mp4");
    terminal.at("User", "5\r");
    terminal.at("Number", "2\r");
    terminal.until("Saved: ");
    assert!(world.downloads().join("黑客帝国.mp4").exists());
}

#[test]
fn escape_cancels_a_question() {
    let world = World::new(0);
    let mut terminal = world.terminal("en", 80);
    terminal.at("Youku", "1\r");
    terminal.at("Administrator", "2\r");
    terminal.at("User name:", ESCAPE);
    terminal.at("Administrator", ESCAPE);
    terminal.at("Youku", ESCAPE);
    assert!(terminal.ends().success());
}

#[test]
fn ctrl_c_at_a_question_ends_the_program() {
    let world = World::new(0);
    let mut terminal = world.terminal("en", 80);
    terminal.at("Youku", "2\r");
    terminal.at("User", "2\r");
    terminal.at("User name:", CTRL_C);
    assert_eq!(terminal.ends().code(), Some(130));
}

#[test]
fn the_wait_is_counted_down_and_ctrl_c_returns_to_the_menu() {
    let world = World::new(3600);
    world.register("neo");
    world.add_movie("a.mp4", Kind::Free, b"one");
    let mut terminal = world.terminal("en", 80);
    log_in(&mut terminal);
    terminal.at("User", "5\r");
    terminal.at("Number", "1\r");
    let first = terminal.number_before(" s until");
    while terminal.number_before(" s until") >= first {}
    terminal.press(CTRL_C);
    terminal.until("Interrupted.");
    terminal.at("User", "q\r");
    terminal.at("Youku", "q\r");
    assert!(terminal.ends().success());
}

//! The manual, `docs/youku.md`, compared with the program.

use clap::{Arg, Command, CommandFactory};

use crate::Arguments;

const MANUAL: &str = include_str!("../../../docs/youku.md");

fn program() -> Command {
    let mut program = Arguments::command();
    program.build();
    program
}

fn is_own(argument: &Arg) -> bool {
    !argument.is_global_set() && !matches!(argument.get_id().as_str(), "help" | "version")
}

/// What an argument is called in the manual: `[--name NAME]`, `FILE…`, `[USERNAME]`.
fn usage(argument: &Arg) -> String {
    let value = match argument.get_value_names() {
        Some([name, ..]) => name.to_string(),
        _ => argument.get_id().as_str().to_uppercase(),
    };
    let many = argument
        .get_num_args()
        .is_some_and(|range| range.max_values() > 1);
    let usage = match argument.get_long() {
        Some(long) if argument.get_action().takes_values() => format!("--{long} {value}"),
        Some(long) => format!("--{long}"),
        None if many => format!("{value}…"),
        None => value,
    };
    if argument.is_required_set() {
        usage
    } else {
        format!("[{usage}]")
    }
}

/// Every command that does something, with its arguments, in the order of the help.
fn commands(parent: &Command, path: &str) -> Vec<String> {
    let children = parent.get_subcommands();
    let children = children.filter(|command| command.get_name() != "help");
    children
        .flat_map(|command| {
            let path = format!("{path}{}", command.get_name());
            if command.has_subcommands() {
                return commands(command, &format!("{path} "));
            }
            let arguments = command.get_arguments().filter(|argument| is_own(argument));
            let mut words = vec![path];
            words.extend(arguments.map(usage));
            vec![words.join(" ")]
        })
        .collect()
}

#[test]
fn the_manual_lists_every_command() {
    let rows = MANUAL
        .lines()
        .skip_while(|line| !line.starts_with("| command |"));
    let rows = rows.skip(2).take_while(|line| line.starts_with('|'));
    let usage = |row: &'static str| row.split('`').nth(1).expect("a row begins with a command");
    let listed: Vec<&str> = rows.map(usage).collect();
    let commands = commands(&program(), "");
    assert!(commands.len() > 20, "{commands:?}");
    assert_eq!(listed, commands);
}

#[test]
fn every_global_option_has_a_variable_and_is_in_the_manual() {
    let program = program();
    let options = program
        .get_arguments()
        .filter(|option| option.is_global_set());
    let options: Vec<_> = options.filter(|option| option.get_id() != "help").collect();
    assert!(options.len() > 5);
    for option in options {
        let name = format!(
            "--{}",
            option.get_long().expect("a global option has a long name")
        );
        let variable = option.get_env().unwrap_or_else(|| panic!("`{name}`"));
        let variable = format!("`{}`", variable.to_string_lossy());
        assert!(MANUAL.contains(&format!("`{name}")), "{name}");
        assert!(MANUAL.contains(&variable), "{variable}");
    }
}

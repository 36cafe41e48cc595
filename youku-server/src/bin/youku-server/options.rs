//! The page that lists every option of `serve`, compared with the program.

use clap::CommandFactory;

use crate::Arguments;

/// The table as the program's own definition of its options has it.
fn table() -> String {
    let mut program = Arguments::command();
    program.build();
    let serve = program.find_subcommand("serve").expect("there is `serve`");
    let mut table = "| option | variable | default | meaning |\n|---|---|---|---|\n".to_owned();
    for option in serve
        .get_arguments()
        .filter(|option| option.get_id() != "help")
    {
        let name = option.get_long().expect("every option has a long name");
        let takes_value = option.get_action().takes_values();
        let value = option.get_value_names().filter(|_| takes_value);
        let value = value.map_or(String::new(), |names| format!(" {}", names[0]));
        let variable = option.get_env().map_or_else(
            || panic!("`--{name}` has no variable"),
            |variable| variable.to_string_lossy(),
        );
        let default: Vec<_> = option
            .get_default_values()
            .iter()
            .filter(|_| takes_value)
            .map(|value| format!("`{}`", value.to_string_lossy()))
            .collect();
        let help = option
            .get_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        table += &format!(
            "| `--{name}{value}` | `{variable}` | {} | {} |\n",
            default.join(", "),
            help.replace('\n', " "),
        );
    }
    table
}

#[test]
fn the_page_lists_every_option() {
    let page = include_str!("../../../docs/options.md");
    let table = table();
    assert!(
        page.contains(&table),
        "docs/options.md should have this table:\n\n{table}"
    );
}

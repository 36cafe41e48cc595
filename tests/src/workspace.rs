//! The members of the workspace, as cargo sees them.

use std::process::Command;

use serde_json::Value;

use crate::source::root;

/// What `cargo metadata` says of one member.
pub struct Member {
    /// The package's name.
    pub name: String,
    /// Names of the packages it depends on, of every kind.
    pub dependencies: Vec<String>,
    /// The path of the main file of each target, from the root of the workspace.
    pub targets: Vec<String>,
    /// The text of its `Cargo.toml`.
    pub manifest: String,
}

/// Every member, as cargo sees it.
///
/// # Panics
///
/// When cargo does not know its own workspace.
pub fn members() -> Vec<Member> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(root())
        .output()
        .expect("cargo runs, for it runs this test");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    list(&metadata["packages"])
        .iter()
        .map(Member::read)
        .collect()
}

impl Member {
    fn read(package: &Value) -> Self {
        let manifest = text(&package["manifest_path"]);
        Self {
            name: text(&package["name"]),
            dependencies: list(&package["dependencies"])
                .iter()
                .map(|one| text(&one["name"]))
                .collect(),
            targets: list(&package["targets"])
                .iter()
                .map(|one| relative(&text(&one["src_path"])))
                .collect(),
            manifest: std::fs::read_to_string(manifest).expect("cargo has just read it"),
        }
    }
}

fn list(value: &Value) -> &[Value] {
    value
        .as_array()
        .expect("the format of `cargo metadata` is stable")
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .expect("the format of `cargo metadata` is stable")
        .to_owned()
}

fn relative(path: &str) -> String {
    let root = root().to_str().expect("cargo has just printed it");
    path.strip_prefix(root)
        .map_or(path, |rest| rest.trim_start_matches('/'))
        .to_owned()
}

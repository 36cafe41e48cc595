//! The code that is generated for a small model, formatted for a reader.

use std::io::Write as _;
use std::process::{Command, Stdio};

use proc_macro2::TokenStream;
use quote::quote;

use crate::tests::derive;

/// Where the expansion is kept, and shown in the documentation of the crate.
const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/expansion.md");

/// The maximum number of lines for one column with few settings, formatted.
const MAX_LINES: usize = 12;
/// The maximum number of lines for a reference with every setting that it can have, and long names.
const MAX_LINES_OF_ALL: usize = 34;

fn user() -> TokenStream {
    quote! {
        #[derive(Model)]
        pub struct User {
            #[model(primary_key, auto)]
            pub u_id: Id<User>,
            #[model(unique, length = 64)]
            pub username: String,
            #[model(default = false)]
            pub is_vip: bool,
            pub nickname: Option<String>,
        }
    }
}

/// The code as rustfmt, a component of the toolchain, lays it out.
fn formatted(code: &str) -> String {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("rustfmt is a component of the toolchain");
    let mut stdin = rustfmt.stdin.take().expect("its input was asked for");
    stdin
        .write_all(code.as_bytes())
        .expect("rustfmt reads its input");
    drop(stdin);
    let output = rustfmt.wait_with_output().expect("rustfmt ends");
    assert!(output.status.success(), "rustfmt takes the code");
    String::from_utf8(output.stdout).expect("code is UTF-8")
}

/// After an intended change, run `YOUKU_BLESS=1 cargo test -p youku-orm-derive`.
#[test]
fn the_documented_expansion_is_current() {
    let code = derive(user());
    let (input, output) = (formatted(&user().to_string()), formatted(&code));
    let page = format!("```rust,ignore\n{input}```\n\nbecomes\n\n```rust,ignore\n{output}```\n");
    if std::env::var_os("YOUKU_BLESS").is_some() {
        std::fs::write(KEPT, &page).expect("the page can be written");
    }
    let kept = std::fs::read_to_string(KEPT).expect("the page can be read");
    assert!(kept == page, "the expansion has changed:\n{output}");
}

#[test]
fn a_column_takes_few_lines() {
    let lines = |column: &TokenStream| {
        let model = quote!(
            pub struct User {
                #[model(primary_key, auto)]
                pub u_id: Id<User>,
                pub username: String,
                // Long enough for the statements to have a line of their own already.
                pub another_rather_long_name_of_a_column: String,
                #column
            }
        );
        formatted(&derive(model)).lines().count()
    };
    let without = lines(&quote!());
    for column in [
        quote!(pub nickname: Option<String>,),
        quote!(#[model(default = false)] pub is_vip: bool,),
        quote!(#[model(column = "password", unique = "login", length = 64)] pub password_hash: String,),
        quote!(#[model(skip)] pub cache: Vec<String>,),
        quote!(#[model(index)] pub registered: Timestamp,),
        quote!(#[model(version)] pub version: u32,),
        quote!(#[model(default = 0, index)] pub uploads: u32,),
        quote!(#[model(references = User)] pub invited_by: Option<u64>,),
        quote!(#[model(on_delete = "cascade")] pub invited_by: Id<User>,),
        quote!(#[model(no_foreign_key)] pub invited_by: Option<Id<User>>,),
    ] {
        let more = lines(&column) - without;
        assert!(more <= MAX_LINES, "{more} lines for {column}");
    }
    let all = quote!(
        #[model(references = User, on_delete = "set_null", default = None, index, unique = "pair")]
        pub the_user_who_sent_the_invitation: Option<Vec<u8>>,
    );
    let more = lines(&all) - without;
    assert!(more <= MAX_LINES_OF_ALL, "{more} lines for {all}");
}

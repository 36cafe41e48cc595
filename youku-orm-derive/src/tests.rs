//! Tests of the macros over token streams: the code that they generate, and their messages.
//!
//! The workspace's `tests/ui` tests with the compiler that the output compiles, and where the carets are.

mod expansion;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

fn derive(input: TokenStream) -> String {
    let input: DeriveInput = syn::parse2(input).expect("a struct, an enum or a union");
    crate::model(&input).to_string()
}

fn column_enum(input: TokenStream) -> String {
    let input: DeriveInput = syn::parse2(input).expect("a struct, an enum or a union");
    crate::column_enum::column_enum(&input).to_string()
}

fn user() -> TokenStream {
    quote! {
        pub struct User {
            #[model(primary_key, auto)]
            pub u_id: Id<User>,
            #[model(unique, length = 64)]
            pub username: String,
            #[model(default = false)]
            is_vip: bool,
            #[model(skip)]
            cache: Vec<String>,
        }
    }
}

/// Checks that the output contains the expected tokens, whatever the white space.
fn check(output: &str, expected: &TokenStream) {
    let expected = expected.to_string();
    assert!(output.contains(&expected), "no `{expected}` in\n{output}");
}

fn messages(output: &str) -> usize {
    output.matches("compile_error").count()
}

#[test]
fn statement_texts_are_literals() {
    let output = derive(user());
    for statement in [
        "SELECT `u_id`, `username`, `is_vip` FROM `user`",
        "SELECT `u_id`, `username`, `is_vip` FROM `user` WHERE `u_id` = ?",
        "INSERT INTO `user` (`username`, `is_vip`) VALUES (?, ?)",
        "UPDATE `user` SET `username` = ?, `is_vip` = ? WHERE `u_id` = ?",
        "DELETE FROM `user` WHERE `u_id` = ?",
    ] {
        check(&output, &quote!(: &'static str = #statement;));
    }
    assert_eq!(messages(&output), 0);
}

#[test]
fn a_row_is_read_by_index_and_bound_in_the_order_of_its_columns() {
    let output = derive(user());
    check(
        &output,
        &quote! {
            ::core::result::Result::Ok(Self {
                u_id: <Id<User> as __orm::ColumnValue>::decode(row, 0usize)?,
                username: <String as __orm::ColumnValue>::decode(row, 1usize)?,
                is_vip: <bool as __orm::ColumnValue>::decode(row, 2usize)?,
                cache: <Vec<String> as ::core::default::Default>::default(),
            })
        },
    );
    check(
        &output,
        &quote! {
            <Id<User> as __orm::ColumnValue>::bind(&self.u_id, to);
            <String as __orm::ColumnValue>::bind(&self.username, to);
            <bool as __orm::ColumnValue>::bind(&self.is_vip, to);
        },
    );
    check(
        &output,
        &quote! {
            match index {
                0usize => <Id<User> as __orm::ColumnValue>::bind(&self.u_id, to),
                1usize => <String as __orm::ColumnValue>::bind(&self.username, to),
                2usize => <bool as __orm::ColumnValue>::bind(&self.is_vip, to),
                _ => {}
            }
        },
    );
}

#[test]
fn a_new_row_has_no_key_no_default_and_no_skipped_field() {
    let output = derive(user());
    check(
        &output,
        &quote!(
            pub struct NewUser {
                #[doc = "Column `username`."]
                pub username: String,
            }
        ),
    );
    check(&output, &quote!(into_value(User::__default_is_vip()),));
}

#[test]
fn constants_have_the_visibility_of_their_field() {
    let output = derive(user());
    check(
        &output,
        &quote!(pub const USERNAME: __orm::Column<User, String>),
    );
    check(
        &output,
        &quote!(#[doc = "Column `is_vip` of [`User`](Self)."] const IS_VIP),
    );
}

#[test]
fn all_mistakes_are_reported_together() {
    let output = derive(quote! {
        #[model(tabel = "users")]
        struct User {
            #[model(uniqe)]
            name: String,
            age: usize,
        }
    });
    assert_eq!(messages(&output), 4, "{output}");
}

#[test]
fn the_fallback_has_the_shape_of_the_code() {
    let output = derive(quote!(
        struct User {
            u_id: Id<User>,
            #[model(uniqe)]
            name: String,
        }
    ));
    assert_eq!(messages(&output), 2, "{output}");
    check(
        &output,
        &quote!(
            type Key = Id<User>;
        ),
    );
    check(
        &output,
        &quote!(
            struct NewUser {
                #[doc = "Column `name`."]
                name: String,
            }
        ),
    );
    check(
        &output,
        &quote!(const NAME: ::youku_orm::__private::Column<User, String>),
    );
}

#[test]
fn a_variant_is_its_name_in_snake_case() {
    let output = column_enum(quote! {
        enum Kind { Free, PayPerView, #[model(rename = "member")] Membership }
    });
    check(&output, &quote!(&["free", "pay_per_view", "member"]));
    check(&output, &quote!(Self::PayPerView => "pay_per_view",));
    assert_eq!(messages(&output), 0);
}

/// A program may import the runtime only under the name that it gives.
#[test]
fn generated_code_names_only_the_given_crate() {
    type Derive = fn(&DeriveInput) -> TokenStream;
    let right_and_wrong: [(Derive, _, _); 4] = [
        (
            crate::model,
            quote!(
                struct User {
                    #[model(primary_key, auto)]
                    id: Id<User>,
                    #[model(default = 0)]
                    n: u8,
                }
            ),
            quote!(
                struct User {
                    id: Id<User>,
                    n: usize,
                }
            ),
        ),
        (
            crate::column_enum::column_enum,
            quote!(
                enum Role {
                    Admin,
                }
            ),
            quote!(
                enum Role {
                    Admin(u8),
                }
            ),
        ),
        (
            crate::column_type::column_type,
            quote!(
                struct Email(String);
            ),
            quote!(
                struct Email(usize);
            ),
        ),
        (
            crate::projection::projection,
            quote!(
                #[model(from = User)]
                struct Listed {
                    id: u64,
                }
            ),
            quote!(
                #[model(from = User)]
                struct Listed {
                    id: usize,
                }
            ),
        ),
    ];
    for (derive, right, wrong) in right_and_wrong {
        for input in [right, wrong] {
            let input = syn::parse2(quote!(#[model(crate = "orm")] #input));
            let output = derive(&input.expect("a struct or an enum")).to_string();
            assert!(output.contains("orm :: __private"), "{output}");
            assert!(!output.contains("youku_orm"), "{output}");
        }
    }
}

/// A character takes 4 bytes, and MySQL indexes at most 3,072 bytes.
#[test]
fn an_index_of_the_maximum_size_is_accepted() {
    let indexed = |first: u32, second: u32| {
        messages(&derive(quote! {
            struct Address {
                #[model(primary_key)]
                id: u64,
                #[model(index = "address", length = #first)]
                town: String,
                #[model(index = "address", length = #second)]
                street: String,
            }
        }))
    };
    assert_eq!(indexed(384, 384), 0);
    assert_eq!(indexed(384, 385), 1);
}

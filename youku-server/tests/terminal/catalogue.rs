//! The commands about movies: sorted, edited, paid for, partly uploaded.

use serde_json::{Value, json};
use youku_core::Kind;

use crate::commands::text;
use crate::world::World;

#[test]
fn movies_are_ordered_edited_and_paid_for() {
    let world = World::new(0);
    world.register("neo");
    for (name, bytes) in [("b.mp4", "three"), ("c.mp4", "one"), ("a.mp4", "four")] {
        world.add_movie(name, Kind::Charged, bytes.as_bytes());
    }
    world.log_in("admin");
    let names = |arguments: &[&str]| -> Vec<String> {
        let listed = world.json(arguments)["movies"].clone();
        let names = listed.as_array().unwrap().iter();
        names
            .map(|movie| movie["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&["list"]), ["b.mp4", "c.mp4", "a.mp4"]);
    assert_eq!(
        names(&["list", "--sort", "name"]),
        ["a.mp4", "b.mp4", "c.mp4"]
    );
    let largest = names(&["search", "mp4", "--sort", "largest"]);
    assert_eq!(largest, ["b.mp4", "a.mp4", "c.mp4"]);
    let wrong = world.run(&["list", "--sort", "beauty"], "");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("name_descending"));

    let edited = world.json(&["edit", "1", "--name", "d.mp4", "--free"])["movie"].clone();
    assert_eq!(
        (&edited["name"], &edited["kind"]),
        (&json!("d.mp4"), &json!("free"))
    );
    let edited = world.json(&["edit", "1", "--charged"])["movie"].clone();
    assert_eq!(
        (&edited["name"], &edited["kind"]),
        (&json!("d.mp4"), &json!("charged"))
    );
    for nothing in [&["edit", "1"][..], &["edit", "1", "--free", "--charged"]] {
        assert_eq!(world.run(nothing, "").status.code(), Some(2), "{nothing:?}");
    }
    world.fails(&["edit", "99", "--free"], 5, "not_found");
    world.json(&["delete", "1", "2"]);
    let deleted = ["admin", "deleted", "--sort", "newest"];
    assert_eq!(names(&deleted), ["c.mp4", "d.mp4"]);
    let statistics = world.json(&["admin", "statistics"])["statistics"].clone();
    let counted = (&statistics["movies"], &statistics["deleted_movies"]);
    assert_eq!(counted, (&json!(1), &json!(2)));

    let prices = world.json(&["prices"])["prices"].clone();
    assert_eq!(
        (&prices["movie_fen"], &prices["wait_seconds"]),
        (&json!(1000), &json!(0))
    );
    world.log_in("neo");
    assert_eq!(world.json(&["purchases"])["purchases"], json!([]));
    world.json(&["download", "3", "--max-price", "10"]);
    let purchase = &world.json(&["purchases"])["purchases"][0];
    let bought = (
        &purchase["movie_id"],
        &purchase["movie"],
        &purchase["price_fen"],
    );
    assert_eq!(bought, (&json!(3), &json!("a.mp4"), &json!(1000)));
    assert!(purchase["paid_at"].is_string());
    let table = text(&world.run(&["purchases", "--lang", "en"], ""));
    assert!(
        table.contains("a.mp4") && table.contains("10.00"),
        "{table}"
    );
    world.fails(&["edit", "3", "--free"], 4, "forbidden");
}

#[test]
fn statistics_are_words_and_amounts_in_yuan() {
    let world = World::new(0);
    world.register("neo");
    world.add_movie("a.mp4", Kind::Charged, &[7; 2048]);
    world.log_in("neo");
    world.json(&["download", "1", "--max-price", "10"]);
    world.json(&["vip", "--max-price", "30"]);
    world.log_in("admin");
    let table = |language: &str| text(&world.run(&["admin", "statistics", "--lang", language], ""));
    assert_eq!(
        table("en").lines().collect::<Vec<_>>(),
        [
            "name                            value",
            "users                               2",
            "administrators                      1",
            "members                             1",
            "locked users                        0",
            "sessions                            2",
            "movies                              1",
            "size of the movies           2.00 KiB",
            "deleted movies                      0",
            "size of the deleted movies        0 B",
            "movies without bytes                0",
            "unfinished uploads                  0",
            "downloads                           1",
            "movies bought                       1",
            "paid for movies (yuan)          10.00",
            "memberships bought                  1",
            "paid for memberships (yuan)     30.00",
        ]
    );
    let chinese = table("zh");
    let income = chinese
        .lines()
        .find(|line| line.starts_with("会员收入（元）"));
    assert_eq!(income, Some("会员收入（元）       30.00"));
}

#[test]
fn unfinished_uploads_are_listed_and_cancelled() {
    let world = World::new(0);
    let id = world.open_upload("a.mp4", 1000);
    world.log_in("admin");
    let upload = &world.json(&["uploads"])["uploads"][0];
    let found = (&upload["id"], &upload["name"], &upload["offset"]);
    assert_eq!(found, (&json!(id), &json!("a.mp4"), &json!(0)));
    let table = text(&world.run(&["uploads", "--lang", "en"], ""));
    assert!(table.contains(&id) && table.contains("a.mp4"), "{table}");
    assert_eq!(world.json(&["abort", &id])["aborted"], json!([id]));
    assert_eq!(world.json(&["uploads"])["uploads"], json!([]));
    world.fails(&["abort", &id], 5, "upload_gone");
}

#[test]
fn invalid_usage_is_reported_as_json_and_help_is_not() {
    let world = World::new(0);
    for wrong in [
        &["no-such-command"][..],
        &["edit", "1"],
        &["list", "--sort", "beauty"],
    ] {
        world.fails(wrong, 2, "usage");
    }
    let help = world.run(&["--help", "--json"], "");
    assert!(help.status.success());
    let plain = world.run(&["no-such-command"], "");
    assert_eq!(plain.status.code(), Some(2));
    assert!(serde_json::from_slice::<Value>(&plain.stderr).is_err());
}

#[test]
fn json_output_is_selected_by_the_environment() {
    let world = World::new(0);
    for (value, is_json) in [("1", true), ("true", true), ("Off", false), ("", false)] {
        let output = world.run_with(&["notices"], "", &[("YOUKU_JSON", value)]);
        assert!(output.status.success(), "{output:?}");
        let written: Result<Value, _> = serde_json::from_slice(&output.stdout);
        assert_eq!(written.is_ok(), is_json, "{value}");
        let wrong = world.run_with(&["no-such-command"], "", &[("YOUKU_JSON", value)]);
        let told: Result<Value, _> = serde_json::from_slice(&wrong.stderr);
        assert_eq!(told.is_ok(), is_json, "{value}");
    }
}

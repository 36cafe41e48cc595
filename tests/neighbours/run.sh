#!/usr/bin/env bash
# Which other libraries for SQLite a program can use next to `youku-orm`.
#
#   tests/neighbours/run.sh            resolves, builds both ends of the range of `rusqlite`, prints the table
#   tests/neighbours/run.sh resolve    resolves only, which takes a minute
#   tests/neighbours/run.sh build      builds only
#
# `libsqlite3-sys` can be linked once, so cargo refuses two libraries that need different versions of it. For each neighbour
# this makes a package with both and lets cargo resolve it three times: from nothing, with the lock file of `youku-orm`
# alone, and with that of the neighbour alone, as if a program added one to the other. Then it builds the program in `smoke`
# with the oldest and the newest `rusqlite` of the range, and runs it. Needs the network. Fails if any of that fails.
set -euo pipefail
cd "$(dirname "$0")"

root=$(cd ../.. && pwd)
work=${CARGO_TARGET_DIR:-$root/target}/neighbours
unset CARGO_TARGET_DIR
export CARGO_TERM_QUIET=true CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=none

# Name in the table, and the line of the manifest.
neighbours=(
    'SQLx 0.8, SQLite|sqlx = { version = "0.8", features = ["runtime-tokio", "sqlite"] }'
    'SQLx 0.8, MySQL only|sqlx = { version = "0.8", features = ["runtime-tokio", "mysql"] }'
    'SQLx 0.9, SQLite|sqlx = { version = "0.9", features = ["runtime-tokio", "sqlite"] }'
    'SQLx 0.9, MySQL only|sqlx = { version = "0.9", features = ["runtime-tokio", "mysql"] }'
    'SeaORM 1|sea-orm = { version = "1", features = ["sqlx-sqlite", "runtime-tokio"] }'
    'SeaORM 2|sea-orm = { version = "2", features = ["sqlx-sqlite", "runtime-tokio"] }'
    'Diesel 2, SQLite|diesel = { version = "2", features = ["sqlite"] }'
    'toasty 0.11, SQLite|toasty = { version = "0.11", features = ["sqlite"] }'
    'tokio-rusqlite 0.6|tokio-rusqlite = "0.6"'
    'tokio-rusqlite 0.7|tokio-rusqlite = "0.7"'
    'tokio-rusqlite 0.8|tokio-rusqlite = "0.8"'
    'deadpool-sqlite 0.9|deadpool-sqlite = "0.9"'
    'deadpool-sqlite 0.12|deadpool-sqlite = "0.12"'
    'deadpool-sqlite 0.14|deadpool-sqlite = "0.14"'
    'rusqlite 0.32|rusqlite = "0.32"'
    'rusqlite 0.37|rusqlite = "0.37"'
    'rusqlite 0.39|rusqlite = "0.39"'
    'rusqlite 0.43|rusqlite = "0.43"'
)

# The package in $work/$1 with the dependencies that follow.
package() {
    local folder=$work/$1
    shift
    mkdir -p "$folder/src"
    : >"$folder/src/lib.rs"
    printf '[package]\nname = "neighbour"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n[dependencies]\n' >"$folder/Cargo.toml"
    printf '%s\n' "$@" >>"$folder/Cargo.toml"
}

resolve() {
    (cd "$work/resolved" && cargo metadata --format-version 1 >/dev/null)
}

# The version of a package in the lock file.
locked() {
    grep -A1 "^name = \"$1\"$" "$work/resolved/Cargo.lock" | sed -n 's/^version = "\(.*\)"/\1/p' | paste -sd, | grep . || echo –
}

# With all its features, because one that is off may still have a say in what cargo resolves.
youku="youku-orm = { path = \"$root/youku-orm\", features = [\"chrono\", \"decimal\", \"json\", \"mysql-tls\", \"time\", \"uuid\"] }"
failed=0

row() {
    local name=$1 line=$2 order
    for order in together youku neighbour; do
        rm -rf "$work/resolved"
        case $order in
            youku) package resolved "$youku" && resolve ;;
            neighbour) package resolved "$line" && resolve ;;
        esac
        package resolved "$youku" "$line"
        if ! resolve 2>"$work/error"; then
            echo "| $name | **does not resolve** ($order first) | |"
            sed 's/^/    /' "$work/error" >&2
            failed=1
            return
        fi
    done
    echo "| $name | $(locked rusqlite) | $(locked libsqlite3-sys) |"
}

# Builds and runs the program with one version of `rusqlite`.
smoke() {
    local folder=$work/smoke
    rm -rf "$folder/src"
    mkdir -p "$folder/src"
    cp smoke/main.rs "$folder/src/main.rs"
    cp smoke/Cargo.toml "$folder/Cargo.toml"
    printf 'youku-orm = { path = "%s/youku-orm", default-features = false, features = ["decimal", "sqlite"] }\nrusqlite = "=%s"\n' \
        "$root" "$1" >>"$folder/Cargo.toml"
    rm -f "$folder/Cargo.lock"
    if (cd "$folder" && cargo run --target-dir "$work/target") >&2; then
        echo "built and run with rusqlite $1"
    else
        echo "**fails** with rusqlite $1"
        failed=1
    fi
}

mkdir -p "$work"
echo '| next to | rusqlite | libsqlite3-sys |'
echo '|---|---|---|'
[ "${1:-}" = build ] || for neighbour in "${neighbours[@]}"; do
    row "${neighbour%%|*}" "${neighbour#*|}"
done
if [ "${1:-}" != resolve ]; then
    echo
    # `>=OLDEST, <0.END`
    range=$(sed -n 's/^rusqlite = { version = "\([^"]*\)".*/\1/p' "$root/Cargo.toml")
    oldest=${range%%,*}
    smoke "${oldest#>=}"
    smoke "0.$((${range##*<0.} - 1)).0"
fi
exit "$failed"

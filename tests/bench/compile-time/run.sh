#!/usr/bin/env bash
# How long 100 models of 10 columns take to compile, here and with three other libraries.
#
#   tests/bench/compile-time/run.sh [ROUNDS] [MODELS]       default: 5 rounds, 100 models
#
# Each contender is a package of its own with one `model.rs`, written as its documentation does: ten columns, and one
# function that inserts, updates and finds a row, because a library that compiles nothing until it is used would
# look fast otherwise. The file is copied MODELS times under other names. Dependencies are built first and not timed.
# The contenders take turns in rounds, so that a busy machine is busy for all. Prints, as a Markdown table, the median
# of the processor time (user and system, of all threads) of `cargo check` and of `cargo build` (unoptimised, not
# incremental), and its ratio to Youku's.
set -euo pipefail
cd "$(dirname "$0")"

rounds=${1:-5}
models=${2:-100}
contenders=(youku diesel sea-orm toasty)
root=$(cd ../../.. && pwd)
work=${CARGO_TARGET_DIR:-$root/target}/bench/compile-time
export CARGO_INCREMENTAL=0 CARGO_TERM_QUIET=true
unset CARGO_TARGET_DIR

# A package with MODELS modules, each a copy of the contender's `model.rs`.
write_package() {
    local package=$work/$1 number
    rm -rf "$package/src"
    mkdir -p "$package/src"
    sed "s|\.\./\.\./\.\./\.\.|$root|" "$1/Cargo.toml" >"$package/Cargo.toml"
    for number in $(seq "$models"); do
        sed "s/NUMBER/$number/g" "$1/model.rs" >"$package/src/m$number.rs"
        echo "pub mod m$number;" >>"$package/src/lib.rs"
    done
}

# Compiles the package again and appends the seconds of processor time to its list.
measure() {
    local TIMEFORMAT='%U %S'
    touch "$work/$1/src/lib.rs"
    { time (cd "$work/$1" && cargo "$2" --offline 2>&3); } 3>&2 2>>"$work/$1.$2"
}

median() {
    awk '{ print $1 + $2 }' "$1" | sort -n | awk '{ all[NR] = $1 } END { print (all[int((NR + 1) / 2)] + all[int(NR / 2) + 1]) / 2 }'
}

for contender in "${contenders[@]}"; do
    echo "building the dependencies of $contender" >&2
    write_package "$contender"
    rm -f "$work/$contender".{check,build}
    for command in check build; do
        (cd "$work/$contender" && cargo "$command")
    done
done
for round in $(seq "$rounds"); do
    echo "round $round of $rounds" >&2
    for contender in "${contenders[@]}"; do
        measure "$contender" check
        measure "$contender" build
    done
done

echo "| $models models | \`cargo check\` | ratio | \`cargo build\` | ratio |"
echo '|---|---|---|---|---|'
for contender in "${contenders[@]}"; do
    version=$(sed -n 's/.*version = "=\([0-9.]*\)".*/ \1/p' "$contender/Cargo.toml")
    row="| $contender$version |"
    for command in check build; do
        own=$(median "$work/$contender.$command")
        ours=$(median "$work/youku.$command")
        row+=$(awk -v own="$own" -v ours="$ours" 'BEGIN { printf " %.2f s | %.2f |", own, own / ours }')
    done
    echo "$row"
done

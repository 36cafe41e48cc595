#!/usr/bin/env bash
# What six everyday mistakes cost: how many errors and lines the compiler prints for each, here and with three other libraries.
#
#   tests/bench/diagnostics/run.sh [FOLDER]
#
# Each contender has one small model with an insert and a query, which compiles. A mistake is one edit of it, written
# below as the same mistake for every contender. Prints a Markdown table, `errors / lines`; `compiles` means that the
# mistake is found at run time or never. With FOLDER, the compiler's outputs are kept there to be read.
set -euo pipefail
cd "$(dirname "$0")"

contenders=(youku diesel sea-orm toasty)
mistakes=(key attribute type column value insert)
root=$(cd ../../.. && pwd)
work=${CARGO_TARGET_DIR:-$root/target}/bench/diagnostics
outputs=${1:-$work/outputs}
unset CARGO_TARGET_DIR
export CARGO_TERM_COLOR=never

declare -A says=(
    [key]='the key has lost its attribute'
    [attribute]='an attribute is misspelt'
    [type]='a field has a type that is no column'
    [column]='a query names a column that does not exist'
    [value]='a number is compared with a text'
    [insert]='an insert forgets a column'
)
without_functions='/^pub \(async \)\?fn/,$d'
declare -A edit=(
    [youku.key]='/primary_key/d'
    [diesel.key]='s/user (id)/user (key)/'
    [sea-orm.key]='/primary_key/d'
    [toasty.key]='/#\[key\]/d; /#\[auto\]/d'

    [youku.attribute]='s/(unique/(uniqe/'
    [diesel.attribute]='0,/table_name/s/table_name/table_nam/'
    [sea-orm.attribute]='s/(unique/(uniqe/'
    [toasty.attribute]='s/#\[unique/#[uniqe/'

    [youku.type]="$without_functions; s/pub age: i32/pub age: std::time::Instant/"
    [diesel.type]="$without_functions; 0,/pub age: i32/s//pub age: std::time::Instant/"
    [sea-orm.type]="$without_functions; s/pub age: i32/pub age: std::time::Instant/"
    [toasty.type]="$without_functions; s/pub age: i32/pub age: std::time::Instant/"

    [youku.column]='s/AGE/AGES/'
    [diesel.column]='s/user::age/user::ages/'
    [sea-orm.column]='s/COLUMN.age/COLUMN.ages/'
    [toasty.column]='s/\.age()/.ages()/'

    [youku.value]='s/(18)/("18")/'
    [diesel.value]='s/(18)/("18")/'
    [sea-orm.value]='s/(18)/("18")/'
    [toasty.value]='s/(18)/("18")/'

    [youku.insert]='s/, age: 36//'
    [diesel.insert]='s/, age: 36//'
    [sea-orm.insert]='s/ age: Set(36),//'
    [toasty.insert]='s/, age: 36//'
)

# Compiles the contender's model after an edit; the compiler's output goes to standard output.
compile() {
    local package=$work/$1
    mkdir -p "$package/src"
    sed "s|\.\./\.\./\.\./\.\.|$root|" "$1/Cargo.toml" >"$package/Cargo.toml"
    { echo '#![allow(unused)]' && sed "$2" "$1/model.rs"; } >"$package/src/lib.rs"
    (cd "$package" && cargo check --quiet 2>&1)
}

# What one mistake costs: `errors / lines`.
cost() {
    local output=$outputs/$1.$2
    if diff -q <(sed "${edit[$1.$2]}" "$1/model.rs") "$1/model.rs" >/dev/null; then
        echo "the edit for $1.$2 changes nothing" >&2
        return 1
    fi
    if compile "$1" "${edit[$1.$2]}" >"$output"; then
        echo compiles
        return
    fi
    # Cargo's own last line is not an error of the compiler.
    grep -v '^error: could not compile' "$output" >"$output.own" && mv "$output.own" "$output"
    echo "$(grep -c '^error' "$output") / $(wc -l <"$output")"
}

mkdir -p "$outputs"
for contender in "${contenders[@]}"; do
    echo "building $contender" >&2
    compile "$contender" ''
done
echo "| mistake |$(printf ' %s |' "${contenders[@]}")"
echo "|---|$(printf -- '---|%.0s' "${contenders[@]}")"
for mistake in "${mistakes[@]}"; do
    row="| ${says[$mistake]} |"
    for contender in "${contenders[@]}"; do
        row+=" $(cost "$contender" "$mistake") |"
    done
    echo "$row"
done

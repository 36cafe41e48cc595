#!/usr/bin/env bash
# How fast this mapper is compared with five other libraries and with code written by hand for its drivers.
#
#   tests/bench/speed/run.sh [ROUNDS] [CASE-PREFIX…]        default: 5 rounds, all cases
#   PLOTS=FOLDER tests/bench/speed/run.sh …                 where the plots go; default: next to the programs
#
# Each contender is a package of its own and includes `youku-orm/benches/speed/workload.rs`, which says what is timed
# on which data. They take turns in rounds, each round begun by another one, so that a busy machine is busy for all.
# SQLite is a file in `TMPDIR`, MariaDB a private server on the loopback interface. Prints the machine, the versions
# and for each database a table in Markdown, in whose cells stand the median and its ratio to the code written by hand.
# A run takes two minutes a round, building everything for the first time as many again.
set -euo pipefail
cd "$(dirname "$0")"

rounds=5
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
    rounds=$1
    shift
fi
libraries=(diesel diesel-async sea-orm sqlx toasty)
root=$(cd ../../.. && pwd)
# The same for the mapper and the other libraries; the workspace says `lto` in its manifest.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}/bench/speed
export CARGO_INCREMENTAL=0 CARGO_TERM_QUIET=true CARGO_PROFILE_RELEASE_LTO=thin
PLOTS=${PLOTS:-$CARGO_TARGET_DIR/plots}

# Diesel speaks to MySQL by the client library in C.
if ! command -v mariadb_config mysql_config >/dev/null; then
    echo "installing libmariadb-dev, which Diesel needs" >&2
    apt-get install -y libmariadb-dev >&2
fi

for package in "${libraries[@]}" report; do
    echo "building $package" >&2
    (cd "$package" && cargo build --release)
done
echo "building youku-orm" >&2
speed=$(cd "$root" && cargo build --release --locked -p youku-orm --bench speed --message-format=json-render-diagnostics |
    sed -n 's/.*"executable":"\([^"]*\/speed-[^"]*\)".*/\1/p')

databases=$(mktemp -d "${TMPDIR:-/tmp}/youku-speed.XXXXXX")
trap 'rm -rf "$databases"' EXIT
# The server ends when its standard input is closed, which is when this script has ended.
# It runs on one core, and so does a program that waits while the server works. Left alone, the kernel has the two on one
# core in one process and on two in the next, where each is woken by the other: the same case takes 40 µs or 90 µs then.
server_core=()
if taskset -c 0 true 2>/dev/null; then
    server_core=(taskset -c 0)
fi
coproc SERVER { "${server_core[@]}" ../../mariadb.sh; }
read -r server <&"${SERVER[0]}"
"$speed" prepare "$databases" "$server"

# What cargo has chosen for a package, from its lock file.
version() {
    sed -n "/^name = \"$1\"$/{n;s/version = \"\(.*\)\"/\1/p}" "$2/Cargo.lock" | head -n 1
}
echo "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, $(uname -sr)"
echo "$(. /etc/os-release && echo "$PRETTY_NAME"), $(rustc --version), $(mariadbd --version 2>/dev/null ||
    /usr/sbin/mariadbd --version), load before the run $(cut -d ' ' -f 1 /proc/loadavg)"
echo "youku-orm $(version youku-orm "$root"), rusqlite $(version rusqlite "$root"), mysql_async $(version mysql_async "$root")," \
    "libsqlite3-sys $(version libsqlite3-sys "$root")"
for library in "${libraries[@]}"; do
    echo "$library $(version "$library" "$library"), libsqlite3-sys $(version libsqlite3-sys "$library")"
done
"$CARGO_TARGET_DIR/release/report" "$speed" "$CARGO_TARGET_DIR/release" "$databases" "$server" "$PLOTS" "$rounds" "$@"

#!/usr/bin/env bash
# How fast the server moves movies and answers requests, compared with nginx, dufs and programs written by hand.
#
#   tests/bench/transfer/run.sh [SECTION…]        downloads, uploads, requests, idle; default: all
#
# It builds everything, starts everything on the loopback interface, and ends everything. The contenders take turns in
# five rounds, and the medians are printed as tables in Markdown: nginx (`sendfile on`) and dufs as their users
# install them, a loop that receives, hashes and writes, and a tokio server that answers with canned bytes, both in
# `src/handwritten.rs`. Data is in `TMPDIR`, which needs 5 GiB. A run takes about six minutes, building for the first time
# ten more. It needs Linux, for the counters in `/proc`.
set -euo pipefail
cd "$(dirname "$0")"

root=$(cd ../../.. && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
export CARGO_INCREMENTAL=0 CARGO_TERM_QUIET=true
dufs=0.47.0
[[ $# -gt 0 ]] || set -- downloads uploads requests idle

if ! command -v nginx >/dev/null; then
    echo "installing nginx" >&2
    apt-get install -y nginx-light >&2
fi
if ! [[ -x $target/bench/dufs/bin/dufs ]]; then
    echo "building dufs" >&2
    cargo install dufs --version "$dufs" --locked --root "$target/bench/dufs" --target-dir "$target/bench/dufs-build" >&2
fi
echo "building youku-server and the load" >&2
(cd "$root" && CARGO_TARGET_DIR=$target cargo build --profile dist --locked -p youku-server --bin youku-server)
CARGO_TARGET_DIR=$target/bench/transfer cargo build --release

# Ten thousand connections, and as many on the other side.
ulimit -n "$(ulimit -Hn)"
folder=$(mktemp -d "${TMPDIR:-/tmp}/youku-transfer.XXXXXX")
trap 'rm -rf "$folder"' EXIT

echo "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, $(uname -sr)," \
    "$(. /etc/os-release && echo "$PRETTY_NAME"), $(rustc --version)"
echo "$(nginx -v 2>&1), $("$target/bench/dufs/bin/dufs" --version)," \
    "load before the run $(cut -d ' ' -f 1 /proc/loadavg)"
for section; do
    arguments=("$section" "$target/dist/youku-server")
    [[ $section == uploads ]] && arguments+=("$target/bench/dufs/bin/dufs")
    mkdir "$folder/$section"
    echo
    "$target/bench/transfer/release/transfer" "${arguments[@]}" "$folder/$section"
    rm -rf "${folder:?}/$section"
done

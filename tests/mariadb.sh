#!/bin/sh
# A private MariaDB for tests, on a free loopback port and a unix socket, in a temporary folder.
#
# Prints the server's URL (`mysql://root@127.0.0.1:PORT`) as its only line of output once the server
# accepts connections, keeps it until standard input ends, then kills it and removes the folder.
# The process at the other end of standard input owns the server: the kernel closes a pipe however its
# owner dies, so no server outlives its tests.
#
# It offers TLS with a certificate for the name `localhost` by a private authority. The server's variable `ssl_ca` names the
# file with that authority's certificate. In the same folder is `other-ca.pem`, an authority that has certified nothing.
#
# Its arguments are options for the server, such as `--version=8.0.11`, with which it reports an old MySQL.
#
# Exit status 69 (EX_UNAVAILABLE of sysexits.h): MariaDB or openssl is not installed.
# The data are worthless, so the server does not wait for a disk, and it is killed instead of shut down.
# No option file is read, and no default is changed that a query could notice. The character set stays
# the compiled one (latin1 up to MariaDB 11.5), so that a table that does not state its own is detected.
set -eu

# On Debian a plain user's PATH lacks the folder of `mariadbd`.
PATH=$PATH:/usr/local/sbin:/usr/sbin
for program in mariadbd mariadb-install-db openssl; do
    command -v "$program" >/dev/null || exit 69
done

folder=$(mktemp -d "${TMPDIR:-/tmp}/youku-mariadb.XXXXXX")
log=$folder/log
server=
# A server that starts removes the temporary tables that it finds, and those of another server may be in use.
export TMPDIR="$folder/tmp"
mkdir "$TMPDIR"

stop() {
    if [ -n "$server" ]; then
        kill -KILL "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
fail() {
    echo "cannot start a private MariaDB: $1; its log:" >&2
    tail -n 20 "$log" >&2
    exit 1
}
trap stop EXIT
trap 'exit 143' TERM
# The terminal sends these to every process in the group, but the tests may still be tidying up.
trap '' INT HUP

# mariadbd refuses to run as root unless told to. The short form is not seen by `mariadb-install-db`, which
# would answer `--user` by changing the owner of a system folder.
user=
if [ "$(id -u)" = 0 ]; then
    user=-uroot
fi

mariadb-install-db --no-defaults --datadir="$folder/data" --skip-test-db --skip-name-resolve \
    --auth-root-authentication-method=normal $user --debug-no-sync --innodb-log-file-size=4M \
    </dev/null >"$log" 2>&1 || fail "mariadb-install-db failed"

certify() {
    key='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30'
    cd "$folder" && echo 'subjectAltName = DNS:localhost' >extensions &&
        openssl req -x509 $key -subj '/CN=test authority' -keyout ca-key.pem -out ca.pem &&
        openssl req -x509 $key -subj '/CN=other authority' -keyout other-key.pem -out other-ca.pem &&
        openssl req $key -subj '/CN=localhost' -keyout key.pem -out request.pem &&
        openssl x509 -req -in request.pem -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 30 \
            -extfile extensions -out certificate.pem
}
(certify) </dev/null >"$log" 2>&1 || fail "openssl made no certificate"

# Only a successful bind proves that a port is free, so the server itself tries them. The range is
# below the one from which the kernel gives ports to clients.
start() {
    port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
    mariadbd --no-defaults $user --datadir="$folder/data" --socket="$folder/socket" \
        --bind-address=127.0.0.1 --port="$port" --skip-name-resolve --max-connections=1000 --max-allowed-packet=8M \
        --debug-no-sync --innodb-flush-log-at-trx-commit=0 --innodb-log-file-size=64M \
        --ssl-ca="$folder/ca.pem" --ssl-cert="$folder/certificate.pem" --ssl-key="$folder/key.pem" "$@" \
        </dev/null >"$log" 2>&1 &
    server=$!
    polls=0
    until grep -q 'ready for connections' "$log"; do
        kill -0 "$server" 2>/dev/null || return 1
        polls=$((polls + 1))
        [ "$polls" -lt 3000 ] || fail "it is not ready after a minute"
        sleep 0.02
    done
}

attempts=1
until start "$@"; do
    grep -q 'Bind on TCP/IP port' "$log" || fail "it ended"
    attempts=$((attempts + 1))
    [ "$attempts" -le 20 ] || fail "no free port in 20 attempts"
done

echo "mysql://root@127.0.0.1:$port"
# Nothing more is written; a reader that waits for the end of the output would wait for the server to end.
exec >&-
while read -r _; do :; done

# Runs one throw-away PostgreSQL for as long as standard input stays open: whoever started this may end in any way, and nothing is left.
# $1 a folder that already holds `password`, `server.crt` and `server.key` and goes away in the end; $2 port; $3 max_connections; $4 ssl
set -eu
exec >/dev/null
umask 077
home=$1 port=$2 connections=$3 ssl=$4
trap 'cd / && rm -rf "$home"' EXIT
trap '' INT TERM HUP

newest=$(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -V | tail -n 1 || true)
PATH="$PATH${newest:+:$newest}"
command -v initdb >/dev/null && command -v postgres >/dev/null || exit 3

as=
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
    as="setpriv --reuid=$(id -u nobody) --regid=$(id -g nobody) --clear-groups"
    chown -R "$(id -u nobody):$(id -g nobody)" "$home"
fi

cd "$home"
$as initdb -D data -U postgres -A scram-sha-256 --pwfile=password --no-sync --no-instructions -E UTF8 --locale=C.UTF-8
rm password
$as postgres -D data \
    -c listen_addresses=127.0.0.1 -c port="$port" -c unix_socket_directories= -c max_connections="$connections" \
    -c ssl="$ssl" -c ssl_cert_file="$home/server.crt" -c ssl_key_file="$home/server.key" \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=16MB \
    -c log_connections=on -c log_line_prefix='%u|%e|' -c log_error_verbosity=terse -c log_min_error_statement=panic -c lc_messages=C &
server=$!
exec 2>/dev/null # the log ends when the server does
read -r _ || true
while kill -QUIT "$server"; do sleep 0.1; done # once is not enough while it still starts

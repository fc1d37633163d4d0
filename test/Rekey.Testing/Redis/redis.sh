# Runs one throw-away Redis for as long as standard input stays open: whoever started this may end in any way, and nothing is left.
# $1 a folder that already holds `redis.conf` and what that names, and goes away in the end
set -eu
umask 077
home=$1
trap 'cd / && rm -rf "$home"' EXIT
trap '' INT TERM HUP

command -v redis-server >/dev/null || exit 3
cd "$home"
redis-server "$home/redis.conf" &
server=$!
exec >/dev/null 2>&1 # the log ends when the server does
read -r _ || true
kill -KILL "$server"
wait "$server" || true

# The guard of a private PostgreSQL server: makes, starts and stops it as told
# on standard input, one word a line, and answers each with "done" or "failed".
# When the input ends, because the process of the tests did, it stops the server
# and removes everything. Arguments: the folder of the binaries, the server's.
bin=$1 dir=$2

quietly() { "$@" >>"$dir/log" 2>&1 </dev/null; }
make() { quietly "$bin/initdb" -D "$dir/data" -U postgres -E UTF8 --locale=C --locale-provider=icu --icu-locale=und \
	--auth-local=trust --auth-host=scram-sha-256 --no-sync --no-instructions &&
	cat "$dir/settings" >>"$dir/data/postgresql.conf"; }
start() { quietly "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -o "-p $1" -w -t 120 start; }
stop() { quietly "$bin/pg_ctl" -D "$dir/data" -m immediate -w -t 120 stop; }
finish() { stop; rm -rf "$dir"; }

cd /
trap '' PIPE
trap finish EXIT
trap 'exit 1' HUP INT TERM
while read -r word port; do
	case $word in
	make) make ;;
	start) start "$port" ;;
	stop) stop ;;
	*) false ;;
	esac && echo 'done' || echo failed
done

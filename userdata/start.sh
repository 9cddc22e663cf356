# shellcheck shell=bash
# Starts the server's container and waits until it answers; if need be with the settings with which one answered before.
steps=$(dirname "$(readlink -f "$0")")
kept=$MOUNT/host/parameters

ready() { # over TCP: while an image prepares a new cluster, its server listens on the socket alone
    docker exec "$CONTAINER" pg_isready -q -h 127.0.0.1 -p 5432 && sql 10 -c 'SELECT 1' >/dev/null 2>&1
}
answers() { # in time; 1 when the server ends by itself, again and again
    local deadline=$((SECONDS + ${READY_SECONDS:-900})) before='' found
    until ready; do
        sleep 0.5
        [ "$SECONDS" -lt "$deadline" ] || fail "the database was not ready in ${READY_SECONDS:-900} s"
        found=$(docker inspect --format '{{.State.Running}} {{.State.ExitCode}} {{.RestartCount}}' "$CONTAINER") || continue
        : "${before:=${found##* }}"
        case $found in
        true*) [ $((${found##* } - before)) -lt 5 ] || return 1 ;;
        'false 0 '*) fail "the database was stopped" ;;
        *) return 1 ;; # the engine has given up
        esac
    done
}
put_back() { # why: a file with one wrong line is not taken at all, and a server does not start with it
    [ -s "$kept" ] && ! cmp -s "$RUN/parameters" "$kept" || return
    log "database: the declared settings are refused, the last good ones stay: $1"
    event SettingsRefused 1
    sha256sum <"$RUN/parameters" | write "$MOUNT/host/refused" && bash "$steps/72-settings"
}
start() { # until it answers, at last with the settings with which it did before
    [ ! -e "$RUN/leaving" ] || fail "this host gives the volume back"
    docker start "$CONTAINER" >/dev/null
    answers && return
    docker logs --tail 20 "$CONTAINER" >&2
    put_back "the server does not start with them" || {
        [ -z "${tried:-}" ] || rm -f "$MOUNT/host/refused" # they are not what it fails of
        fail "the database does not start: its last words stand above"
    }
    tried=yes
    docker stop -t 100 "$CONTAINER" >/dev/null
    start
}

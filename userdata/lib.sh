# shellcheck shell=bash disable=SC2034 # its readers are other files
# What every part of the boot program shares: paths, log, atomic files, the metadata service, the AWS command line.
#
# The AWS command line comes with Amazon Linux 2023 and signs, retries and finds the role's credentials by itself; the
# Python SDK does not come with it. TSDB_ROOT puts every path of this program below another folder, for tests.

ROOT=${TSDB_ROOT:-}
ETC=$ROOT/etc/timescaledb-host
RUN=$ROOT/run/timescaledb-host # in memory: gone with the boot it describes
BY_ID=$ROOT/dev/disk/by-id
IMDS=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}
INITIALIZED=timescaledb-initialized # tag: a file system was made here, a blank disk is a loss and not a beginning
FORMATTING=timescaledb-formatting   # tag: the disk was proven blank and mkfs had begun; nothing was stored yet
LABEL=timescaledb
export PATH=$PATH:/usr/local/bin:/usr/sbin:/sbin AWS_PAGER='' AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS=4 LC_ALL=C.UTF-8

umask 077
mkdir -p "$RUN"
SCRATCH=$(mktemp -d "$RUN/scratch.XXXXXX")
trap 'rm -rf "$SCRATCH"' EXIT

# shellcheck source=/dev/null
. "$ETC/settings"
HELPER=$CONTAINER-archive
# shellcheck source=/dev/null
[ ! -r "$RUN/identity" ] || . "$RUN/identity"
# shellcheck source=/dev/null
[ ! -r "$RUN/volume" ] || . "$RUN/volume"

log() { printf '%s %s\n' "$(date -u +%FT%T.%3NZ)" "$*" >&2; } # standard output belongs to values

now() { date +%s%3N; }

# Refuse: one sentence for the log and for people, a metric for the alarm; nothing was changed.
refuse() {
    log "refused: $*"
    event BootRefused 1
    exit 2
}

fail() {
    log "failed: $*"
    exit 1
}

# Write standard input to a file so that a reader sees the old or the new one, also after a power cut or on a full disk:
# every line asks the one before, since a caller that goes on after a failure switches errexit off in here.
write() { # path [mode]
    local draft
    if draft=$(mktemp "$1.XXXXXX") && cat >"$draft" && chmod "${2:-600}" "$draft" && sync "$draft" &&
        mv -fT "$draft" "$1"; then
        sync "$(dirname "$1")"
    else
        rm -f "$draft"
        return 1
    fi
}

keep() { # from, to [mode]
    cmp -s "$1" "$2" || write "$2" "${3:-600}" <"$1"
}

# A value of the metadata service; returns 4 when there is none, 3 when the service does not answer.
imds() { # path below /latest/
    local attempt code
    for attempt in first second; do
        if [ ! -s "$RUN/token" ]; then
            curl -sf -m 2 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 21600' \
                "$IMDS/latest/api/token" >"$SCRATCH/token" || return 3
            mv -f "$SCRATCH/token" "$RUN/token"
        fi
        code=$(curl -s -m 2 -o "$SCRATCH/imds" -w '%{http_code}' \
            -H "X-aws-ec2-metadata-token: $(cat "$RUN/token")" "$IMDS/latest/$1") || return 3
        case $code in
        200) cat "$SCRATCH/imds" && return 0 ;;
        404) return 4 ;;
        401) rm -f "$RUN/token" && log "metadata: the $attempt token is no longer taken" ;;
        *) return 3 ;;
        esac
    done
    return 3
}

# The AWS command line with a bounded wait; error_is asks for the service's error code afterwards.
api() {
    aws --cli-connect-timeout 5 --cli-read-timeout 20 --output text "$@" 2>"$SCRATCH/error"
}

error_is() { grep -q "An error occurred ($1" "$SCRATCH/error"; }
error() { tr '\n' ' ' <"$SCRATCH/error"; }

# One value of one metric now, for what happens rarely. It never fails its caller.
event() { # metric value
    api cloudwatch put-metric-data --namespace "$NAMESPACE" --metric-name "$1" --value "$2" --unit Count \
        --dimensions "Database=$DATABASE_NAME" || log "metric $1 was not sent: $(error)"
}

# SQL on standard input, as superuser, inside the container; every wait is bounded.
sql() { # seconds [psql arguments]
    local seconds=$1
    shift
    timeout "$seconds" docker exec -i "$CONTAINER" psql -X -q -A -t -v ON_ERROR_STOP=1 -U "$DB_USER" -d postgres "$@"
}

running() { [ "$(docker inspect --format '{{.State.Running}}' "$1" 2>/dev/null)" = true ]; }
mounted() { findmnt -rn -M "$MOUNT" >/dev/null; }

# The cluster's identifier, the first eight bytes of its control file, and its version.
cluster_id() { echo "$(od -An -tu8 -N8 "$CLUSTER/global/pg_control" | tr -d ' ') $(cat "$CLUSTER/PG_VERSION")"; }

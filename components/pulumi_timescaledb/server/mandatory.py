"""Settings that do not follow from the machine: those a server of ours must have, and defaults a user may change.

The two stay apart because they answer differently to an override: a mandatory one is refused with the argument that
decides it, a default gives way.
"""

from __future__ import annotations

from collections.abc import Sequence

from .layout import Layout
from .setting import MANUAL, Setting, by_name

_LOGGING = MANUAL + "runtime-config-logging.html"
_CRON = "https://github.com/citusdata/pg_cron#setting-up-pg_cron"

# settings this library does not write but that would pull the server away from its container
DECIDED_BY_LAYOUT = {
    "config_file": "the image's own file is used",
    "data_directory": "declare image_family and data_path instead",
    "external_pid_file": "the image decides it",
    "hba_file": "the image's own file is used",
    "ident_file": "the image's own file is used",
    "port": "declare port, the published one; inside the container it is 5432",
    "unix_socket_directories": "the health check and pg_cron use the image's socket",
}
# mandatory settings that follow from an argument of the host
DECIDED_BY_ARGUMENT = {
    "listen_addresses": "declare host_ip to choose where the port is published",
    "shared_preload_libraries": "declare preload_libraries to add to it",
    "timescaledb.max_background_workers": "declare max_background_workers",
    "cron.database_name": "declare database",
    "timescaledb.telemetry_level": "it is off wherever there is telemetry",
}


def mandatory(layout: Layout, database: str, extra_libraries: Sequence[str] = ()) -> dict[str, Setting]:
    """The settings no override may touch.

    Args:
        layout: of the image family, for the libraries it must preload.
        database: the one pg_cron keeps its jobs in.
        extra_libraries: preloaded after ours, in the order given.
    """
    libraries = list(dict.fromkeys([*layout.preload_libraries, *extra_libraries]))
    settings = [
        Setting(
            "shared_preload_libraries",
            ",".join(libraries),
            "TimescaleDB works only when preloaded; pg_stat_statements counts what queries cost",
            "restart",
            MANUAL + "runtime-config-client.html#GUC-SHARED-PRELOAD-LIBRARIES",
        ),
        Setting(
            "listen_addresses",
            "*",
            "inside the container; where the port is published decides who can reach it",
            "restart",
            MANUAL + "runtime-config-connection.html",
        ),
        Setting(
            "password_encryption",
            "scram-sha-256",
            "md5 verifiers can be used without the password",
            "reload",
            MANUAL + "auth-password.html",
        ),
        Setting(
            "log_destination",
            "stderr",
            "the container's log is the one place to look, rotated there",
            "reload",
            _LOGGING,
        ),
        Setting("logging_collector", "off", "log files on the data volume would never be rotated", "restart", _LOGGING),
    ]
    if layout.has_telemetry:  # elsewhere the server would warn of a setting it does not know (run)
        settings.append(
            Setting(
                "timescaledb.telemetry_level",
                "off",
                "a database does not report to its vendor unless someone decided so",
                "reload",
                "https://github.com/timescale/timescaledb/blob/2.29.2/src/guc.c",
            )
        )
    if layout.preloads_cron:
        settings += [
            Setting("cron.database_name", database, "the database pg_cron keeps its jobs in", "restart", _CRON),
            Setting(
                "cron.host",
                "",
                "pg_cron connects over the socket, where the image's rules ask for no password",
                "restart",
                _CRON,
            ),
        ]
    return by_name(settings)


def defaults() -> dict[str, Setting]:
    """Settings of ours that an override replaces: what the log says."""
    return by_name(
        [
            Setting("log_timezone", "UTC", "logs of several hosts can be laid side by side", "reload", _LOGGING),
            Setting(
                "log_line_prefix",
                "%m [%p] %q%u@%d/%a ",
                "time, process, role, database and application of every line",
                "reload",
                _LOGGING,
            ),
            Setting("log_checkpoints", "on", "checkpoints explain pauses in writing", "reload", _LOGGING),
            Setting("log_lock_waits", "on", "a wait for a lock beyond deadlock_timeout is named", "reload", _LOGGING),
            Setting("log_temp_files", "10MB", "sorts that spill to disk ask for more work_mem", "reload", _LOGGING),
            Setting(
                "log_autovacuum_min_duration", "1s", "slow vacuums are the first sign of bloat", "reload", _LOGGING
            ),
            Setting(
                "log_min_duration_statement", "1s", "slow statements are named with their time", "reload", _LOGGING
            ),
            Setting(
                "track_io_timing",
                "on",
                "pg_stat_statements can tell reading from computing",
                "reload",
                MANUAL + "runtime-config-statistics.html",
            ),
        ]
    )

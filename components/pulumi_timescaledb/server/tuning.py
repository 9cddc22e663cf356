"""Settings that follow from the machine: timescaledb-tune 0.19.0, computed from declared numbers.

The tool itself runs once, at the first start of an image, and reads what the kernel reports: an "8 GiB" host then
falls in the class below 8 GiB and a later resize changes nothing. Here the same formulas take the *declared* memory
and CPUs, so that a resize is a change in the preview. Two things are ours and say so: the parallel group on one CPU,
which the tool leaves out, and a budget for autovacuum.
"""

from __future__ import annotations

from dataclasses import dataclass

from .refusals import OutOfRange
from .setting import MANUAL, TUNE, Setting, by_name
from .sizes import GIB, KIB, MIB, postgres_size

SMALLEST_MEMORY = 256 * MIB
DEFAULT_BACKGROUND_WORKERS = 16
FEWEST_CONNECTIONS = 25  # Patroni replaces anything lower by 100 (misc.go)
AUTOVACUUM_WORKERS = 10

_LARGEST_MAINTENANCE = 2047 * MIB
_SMALLEST_WORK = 64 * KIB
_WORK_PER_GIB = 400 * MIB  # 16 MB a connection at 1 GiB and 2 CPUs; it was 128 MB before 0.19.0
_RESOURCES = MANUAL + "runtime-config-resource.html"
_CONNECTIONS = MANUAL + "runtime-config-connection.html"
_PLANNER = MANUAL + "runtime-config-query.html"
_WAL = MANUAL + "runtime-config-wal.html"
_VACUUM = MANUAL + "runtime-config-vacuum.html"


@dataclass(frozen=True)
class Machine:
    """The numbers that tuning starts from.

    Attributes:
        memory: bytes given to the database, declared and not measured; at least 256 MiB.
        cpus: whole CPUs, at least 1.
        background_workers: ``timescaledb.max_background_workers``, at least 16.
        max_connections: None for the step of the memory; else at least 25.
        wal_disk: bytes of a disk that holds only WAL; None where WAL shares the data's disk.

    Raises:
        OutOfRange: on a number below what works, named as the hosts' arguments are.
    """

    memory: int
    cpus: int
    background_workers: int = DEFAULT_BACKGROUND_WORKERS
    max_connections: int | None = None
    wal_disk: int | None = None

    def __post_init__(self) -> None:
        """Refuse numbers no formula holds for."""
        if self.memory < SMALLEST_MEMORY:
            raise OutOfRange("memory", "is below 256MiB", 'declare at least "256MiB", better "1GiB"')
        if self.cpus < 1:
            raise OutOfRange("cpus", f"is {self.cpus}", "declare at least one CPU")
        if self.background_workers < DEFAULT_BACKGROUND_WORKERS:
            problem = f"is {self.background_workers}, below timescaledb-tune's minimum of {DEFAULT_BACKGROUND_WORKERS}"
            raise OutOfRange("max_background_workers", problem, "leave it out or declare a higher number")
        if self.max_connections is not None and self.max_connections < FEWEST_CONNECTIONS:
            problem = f"is {self.max_connections}, below timescaledb-tune's minimum of {FEWEST_CONNECTIONS}"
            raise OutOfRange('settings["max_connections"]', problem, "leave it out or declare a higher number")
        if self.wal_disk is not None and self.wal_disk < 64 * MIB:
            raise OutOfRange("wal_disk", "is below 64MiB", "declare the size of the disk that holds the WAL")

    @property
    def connections(self) -> int:
        """K: the declared number, else 25, 50, 75 or 100 up to 2, 4, 6 GiB and above."""
        if self.max_connections is not None:
            return self.max_connections
        steps = ((2, 25), (4, 50), (6, 75))
        return next((count for gib, count in steps if self.memory <= gib * GIB), 100)

    @property
    def gather_workers(self) -> int:
        """round(C / 2), halves up: the helpers one parallel query may take."""
        return (self.cpus + 1) // 2


def tune(machine: Machine) -> dict[str, Setting]:
    """Every setting of timescaledb-tune for this machine, by name."""
    return by_name([*_memory(machine), *_workers(machine), *_wal(machine), *_rest(machine)])


def work_memory(machine: Machine) -> int:
    """Bytes of ``work_mem``: max(64 kB, G x (400 MB / K) / round(C / 2))."""
    share = machine.memory / GIB * (_WORK_PER_GIB / machine.connections) / machine.gather_workers
    return max(_SMALLEST_WORK, int(share))


def maintenance_memory(machine: Machine) -> int:
    """Bytes of ``maintenance_work_mem``: min(G x 128 MB, 2047 MB)."""
    return min(int(machine.memory / GIB * 128 * MIB), _LARGEST_MAINTENANCE)


def _memory(machine: Machine) -> list[Setting]:
    source = TUNE + "memory.go; " + _RESOURCES
    buffers, cache = machine.memory // 4, machine.memory * 3 // 4
    maintenance = maintenance_memory(machine)
    vacuum = max(MIB, maintenance // AUTOVACUUM_WORKERS)
    return [
        Setting("shared_buffers", postgres_size(buffers), "a quarter of the memory caches pages", "restart", source),
        Setting(
            "effective_cache_size",
            postgres_size(cache),
            "the planner may count on the page cache too; nothing is allocated",
            "reload",
            TUNE + "memory.go; " + _PLANNER,
        ),
        Setting(
            "maintenance_work_mem",
            postgres_size(maintenance),
            "index builds and VACUUM run by hand; an eighth of the memory",
            "reload",
            source,
        ),
        Setting(
            "work_mem",
            postgres_size(work_memory(machine)),
            "all connections sorting at once, helpers included, stay within 400 MB a GiB",
            "reload",
            source,
        ),
        Setting(
            "autovacuum_work_mem",
            postgres_size(vacuum),
            f"ours: {AUTOVACUUM_WORKERS} autovacuum workers with a whole maintenance_work_mem each could take more "
            "than the container has",
            "reload",
            _RESOURCES,
        ),
    ]


def _workers(machine: Machine) -> list[Setting]:
    source = TUNE + "parallel.go; " + _RESOURCES
    alone = machine.cpus == 1
    # with one CPU the tool writes none of these and PostgreSQL's 8 processes starve 16 TimescaleDB workers
    why_gather = "one CPU: a helper would only take turns with its leader" if alone else "half the CPUs for one query"
    return [
        Setting(
            "timescaledb.max_background_workers",
            str(machine.background_workers),
            "schedulers and jobs of all databases together",
            "restart",
            source,
        ),
        Setting(
            "max_worker_processes",
            str(3 + machine.background_workers + machine.cpus),
            "PostgreSQL's own three, TimescaleDB's workers and one parallel worker a CPU",
            "restart",
            source,
        ),
        Setting("max_parallel_workers", str(machine.cpus), "one parallel worker a CPU", "reload", source),
        Setting(
            "max_parallel_workers_per_gather",
            "0" if alone else str(machine.gather_workers),
            why_gather,
            "reload",
            source,
        ),
    ]


def _wal(machine: Machine) -> list[Setting]:
    source = TUNE + "wal.go; " + _WAL
    small = machine.memory < 2 * GIB
    buffers = int(machine.memory / GIB * 7864 * KIB) if small else 16 * MIB
    largest = GIB
    if machine.wal_disk is not None:
        segment = 16 * MIB
        largest = -(-(machine.wal_disk * 60 // 100) // segment) * segment
    return [
        Setting(
            "wal_buffers", postgres_size(buffers), "one WAL segment, less where memory is small", "restart", source
        ),
        Setting(
            "max_wal_size", postgres_size(largest), "a checkpoint is forced beyond this much WAL", "reload", source
        ),
        Setting("min_wal_size", postgres_size(largest // 2), "WAL files kept for re-use", "reload", source),
    ]


def _rest(machine: Machine) -> list[Setting]:
    misc = TUNE + "misc.go; "
    gib = machine.memory / GIB
    locks = next((count for least, count in ((32, 1024), (16, 512), (8, 256)) if gib >= least), 128)
    vacuum_page = misc + _VACUUM
    return [
        Setting("max_connections", str(machine.connections), "a step of the memory", "restart", misc + _CONNECTIONS),
        Setting(
            "max_locks_per_transaction",
            str(locks),
            "a query over a hypertable locks every chunk it opens",
            "restart",
            misc + MANUAL + "runtime-config-locks.html",
        ),
        Setting(
            "autovacuum_max_workers",
            str(AUTOVACUUM_WORKERS),
            "many chunks need many vacuums",
            "restart",
            vacuum_page,
        ),
        Setting("autovacuum_naptime", "10", "seconds; chunks fill within minutes", "reload", vacuum_page),
        Setting(
            "checkpoint_completion_target",
            "0.9",
            "spreads a checkpoint's writes over its interval",
            "reload",
            misc + _WAL,
        ),
        Setting("default_statistics_target", "100", "PostgreSQL's default, stated", "reload", misc + _PLANNER),
        Setting("random_page_cost", "1.1", "solid state disks seek for free", "reload", misc + _PLANNER),
        Setting(
            "effective_io_concurrency",
            "256",
            "read ahead for solid state disks (PostgreSQL 13 and newer)",
            "reload",
            misc + _RESOURCES,
        ),
        Setting(
            "default_toast_compression",
            "lz4",
            "faster than pglz at like size (PostgreSQL 14 and newer)",
            "reload",
            misc + MANUAL + "runtime-config-client.html",
        ),
        Setting(
            "jit", "off", "compiling costs more than it saves on plans over many chunks", "reload", misc + _PLANNER
        ),
    ]

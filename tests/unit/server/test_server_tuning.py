"""timescaledb-tune's formulas and table, and what is ours around them.

Not proved here: that a server starts with these values, or that they are good ones; only that they are the tool's.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.server import GIB, KIB, MIB, Machine, OutOfRange, tune, values
from pulumi_timescaledb.server.overrides import size_of
from pulumi_timescaledb.server.tuning import AUTOVACUUM_WORKERS, SMALLEST_MEMORY

# the table of timescaledb-tune 0.19.0 as recorded: one column a machine of (GiB, CPUs)
MACHINES = [(1, 2), (2, 2), (4, 2), (8, 2), (16, 4), (32, 8), (64, 16)]
TABLE = {
    "shared_buffers": ["256MB", "512MB", "1GB", "2GB", "4GB", "8GB", "16GB"],
    "effective_cache_size": ["768MB", "1536MB", "3GB", "6GB", "12GB", "24GB", "48GB"],
    "maintenance_work_mem": ["128MB", "256MB", "512MB", "1GB", "2047MB", "2047MB", "2047MB"],
    "work_mem": ["16MB", "32MB", "32MB", "32MB", "32MB", "32MB", "32MB"],
    "max_connections": ["25", "25", "50", "100", "100", "100", "100"],
    "max_locks_per_transaction": ["128", "128", "128", "256", "512", "1024", "1024"],
    "wal_buffers": ["7864kB", "16MB", "16MB", "16MB", "16MB", "16MB", "16MB"],
    "max_worker_processes": ["21", "21", "21", "21", "23", "27", "35"],
    "max_parallel_workers": ["2", "2", "2", "2", "4", "8", "16"],
    "max_parallel_workers_per_gather": ["1", "1", "1", "1", "2", "4", "8"],
}
CONSTANTS = {
    "timescaledb.max_background_workers": "16",
    "max_wal_size": "1GB",
    "min_wal_size": "512MB",
    "checkpoint_completion_target": "0.9",
    "default_statistics_target": "100",
    "random_page_cost": "1.1",
    "autovacuum_max_workers": "10",
    "autovacuum_naptime": "10",
    "effective_io_concurrency": "256",
    "default_toast_compression": "lz4",
    "jit": "off",
}
OURS = {"autovacuum_work_mem"}

memories = st.integers(SMALLEST_MEMORY // MIB, 2048 * 1024).map(lambda mib: mib * MIB)
cpus = st.integers(1, 128)
machines = st.builds(Machine, memory=memories, cpus=cpus)


def tuned(memory: int, cores: int, **more: int) -> dict[str, str]:
    """The settings as texts."""
    return values(tune(Machine(memory, cores, **more)))


def size(settings: dict[str, str], name: str) -> int:
    """A size among the settings in bytes."""
    found = size_of(settings[name], 1)
    assert found is not None
    return found


@pytest.mark.parametrize("name", TABLE)
def test_every_row_of_the_table_is_met(name: str) -> None:
    """Each column of the tool's table comes out, character by character."""
    assert [tuned(gib * GIB, cores)[name] for gib, cores in MACHINES] == TABLE[name]


@pytest.mark.parametrize(("gib", "cores"), MACHINES)
def test_the_constants_are_the_same_on_every_machine(gib: int, cores: int) -> None:
    """What the tool writes without a formula is written."""
    settings = tuned(gib * GIB, cores)
    assert {name: settings[name] for name in CONSTANTS} == CONSTANTS


def test_nothing_is_tuned_that_the_table_does_not_know() -> None:
    """A setting added later needs a row here, or a place among ours."""
    assert set(tuned(GIB, 2)) == {*TABLE, *CONSTANTS, *OURS}


@pytest.mark.parametrize(
    ("memory", "connections"),
    [(2 * GIB, 25), (2 * GIB + 1, 50), (4 * GIB, 50), (4 * GIB + 1, 75), (6 * GIB, 75), (6 * GIB + 1, 100)],
)
def test_connections_step_just_above_each_bound(memory: int, connections: int) -> None:
    """The bounds 2, 4 and 6 GiB belong to the lower step."""
    assert tuned(memory, 2)["max_connections"] == str(connections)


@pytest.mark.parametrize(
    ("memory", "locks"),
    [(8 * GIB - 1, 128), (8 * GIB, 256), (16 * GIB - 1, 256), (16 * GIB, 512), (32 * GIB - 1, 512), (32 * GIB, 1024)],
)
def test_locks_step_at_each_bound(memory: int, locks: int) -> None:
    """The bounds 8, 16 and 32 GiB belong to the upper step, as declared and not as the kernel reports."""
    assert tuned(memory, 2)["max_locks_per_transaction"] == str(locks)


def test_one_cpu_gets_the_workers_the_tool_leaves_out() -> None:
    """On one CPU the tool skips the group and 16 workers would share PostgreSQL's 8 processes."""
    settings = tuned(GIB, 1)
    assert settings["timescaledb.max_background_workers"] == "16"
    assert settings["max_worker_processes"] == "20"
    assert settings["max_parallel_workers"] == "1"
    assert settings["max_parallel_workers_per_gather"] == "0"


@pytest.mark.parametrize(("cores", "helpers"), [(2, "1"), (3, "2"), (4, "2"), (5, "3"), (7, "4")])
def test_half_the_cpus_is_rounded_up_at_halves(cores: int, helpers: str) -> None:
    """round(C / 2) is Go's rounding and not Python's, which would turn 5 into 2."""
    assert tuned(8 * GIB, cores)["max_parallel_workers_per_gather"] == helpers


def test_work_mem_has_a_floor() -> None:
    """Many CPUs on little memory leave each sort 64 kB."""
    assert tuned(256 * MIB, 1024)["work_mem"] == "64kB"
    assert tuned(GIB, 2, max_connections=100)["work_mem"] == "4MB"


@pytest.mark.parametrize(
    ("disk", "largest", "least"), [(10, "6GB", "3GB"), (100, "60GB", "30GB"), (1, "624MB", "312MB")]
)
def test_a_wal_disk_gives_three_fifths_in_whole_segments(disk: int, largest: str, least: str) -> None:
    """60 % of a disk of its own, rounded up to 16 MB, and half of that kept."""
    settings = tuned(GIB, 2, wal_disk=disk * GIB)
    assert (settings["max_wal_size"], settings["min_wal_size"]) == (largest, least)


@pytest.mark.parametrize(
    ("numbers", "argument"),
    [
        ({"memory": 256 * MIB - 1, "cpus": 1}, "memory"),
        ({"memory": GIB, "cpus": 0}, "cpus"),
        ({"memory": GIB, "cpus": 1, "background_workers": 15}, "max_background_workers"),
        ({"memory": GIB, "cpus": 1, "max_connections": 24}, 'settings["max_connections"]'),
        ({"memory": GIB, "cpus": 1, "wal_disk": MIB}, "wal_disk"),
    ],
)
def test_numbers_without_a_formula_are_refused(numbers: dict[str, int], argument: str) -> None:
    """The refusal names the argument, so that a host can pass it on as it is."""
    with pytest.raises(OutOfRange) as refused:
        Machine(**numbers)
    assert refused.value.argument == argument


@given(machines)
def test_the_worst_case_fits_the_declared_memory(machine: Machine) -> None:
    """Cache, every connection sorting with its helpers, one index build, every autovacuum and the WAL together."""
    settings = values(tune(machine))
    sorts = max(1, int(settings["max_parallel_workers_per_gather"]))
    if size(settings, "work_mem") > 64 * KIB:  # at the floor nothing is left to divide
        worst = (
            size(settings, "shared_buffers")
            + machine.connections * sorts * size(settings, "work_mem")
            + size(settings, "maintenance_work_mem")
            + AUTOVACUUM_WORKERS * size(settings, "autovacuum_work_mem")
            + size(settings, "wal_buffers")
        )
        assert worst < machine.memory


@given(cpus, memories, memories)
def test_more_memory_never_lowers_a_setting(cores: int, one: int, other: int) -> None:
    """Except work_mem, which is a share per connection: with the connections fixed it does not fall either."""
    less, more = sorted((one, other))
    before, after = (tuned(memory, cores, max_connections=50) for memory in (less, more))
    for name in ("shared_buffers", "effective_cache_size", "maintenance_work_mem", "work_mem", "wal_buffers"):
        assert size(before, name) <= size(after, name), name
    assert int(before["max_locks_per_transaction"]) <= int(after["max_locks_per_transaction"])
    assert Machine(less, cores).connections <= Machine(more, cores).connections


@given(machines)
def test_there_are_processes_for_every_worker(machine: Machine) -> None:
    """PostgreSQL needs three beside TimescaleDB's workers and the parallel ones, on any machine."""
    settings = values(tune(machine))
    workers = int(settings["timescaledb.max_background_workers"]) + int(settings["max_parallel_workers"])
    assert int(settings["max_worker_processes"]) == 3 + workers
    assert int(settings["max_parallel_workers_per_gather"]) <= int(settings["max_parallel_workers"])


@given(machines)
def test_every_setting_says_why_and_where_from(machine: Machine) -> None:
    """No setting without a reason and a source that can be opened."""
    for setting in tune(machine).values():
        assert setting.why
        assert "https://www.postgresql.org/docs/" in setting.source
        assert setting.takes in ("reload", "restart")

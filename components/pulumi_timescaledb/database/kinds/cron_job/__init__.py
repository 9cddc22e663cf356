"""Jobs of pg_cron: the scheduler of the Apache edition, which has no jobs of its own."""

from ...kind import Kind
from .change import compare, release
from .found import read
from .sql import statements

KIND = Kind("cron_job", read, compare, statements, release=release)

"""The alarm table: one theme a file, in the order in which they are read.

Thresholds come from AWS's recommended alarms, cloudposse's rds-cloudwatch-sns-alarms (CPU 80, credits, swap 256 MB)
and ministryofjustice's RDS module (wraparound at 1e9), except where a row's sentence says otherwise.
"""

from __future__ import annotations

from ..row import Row
from . import backup, database, host, machine, volume

ROWS: tuple[Row, ...] = (*host.ROWS, *volume.ROWS, *machine.ROWS, *database.ROWS, *backup.ROWS)

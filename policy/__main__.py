"""The pack that the engine starts: every rule of `timescaledb_policy.rules`, mandatory unless it says otherwise."""

from __future__ import annotations

from pulumi_policy import EnforcementLevel, PolicyPack
from timescaledb_policy.rules import RULES
from timescaledb_policy.wiring import policy

PolicyPack("timescaledb", [policy(rule) for rule in RULES], enforcement_level=EnforcementLevel.MANDATORY)

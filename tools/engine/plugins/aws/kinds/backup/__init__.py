"""AWS Backup: vaults and their locks, plans and selections, restore tests."""

from __future__ import annotations

from tools.engine.plugins.aws.kind import Kind
from tools.engine.plugins.aws.kinds.backup.plan import Plan, Selection
from tools.engine.plugins.aws.kinds.backup.testing import RestoreTestingPlan, RestoreTestingSelection
from tools.engine.plugins.aws.kinds.backup.vault import Vault, VaultLockConfiguration

KINDS: tuple[type[Kind], ...] = (
    Vault, VaultLockConfiguration, Plan, Selection, RestoreTestingPlan, RestoreTestingSelection,
)  # fmt: skip

"""aws.backup.Vault and VaultLockConfiguration."""

from __future__ import annotations

from typing import Any, ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws.errors import gone_is_fine
from tools.engine.plugins.aws.fields import only, same, to_wire
from tools.engine.plugins.aws.kind import Kind

GONE = ("ResourceNotFoundException", "AccessDeniedException")
"""AWS answers the second for a vault that is not there."""


def vault(client: Any, name: str) -> dict[str, Any] | None:
    """A live vault, or None when there is none of that name."""
    try:
        return dict(client.describe_backup_vault(BackupVaultName=name))
    except client.exceptions.ClientError as error:
        if error.response["Error"]["Code"] not in GONE:
            raise
        return None


class Vault(Kind):
    """A vault; `forceDestroy` means nothing here, where no recovery points are made."""

    pulumi_type: ClassVar = "aws:backup/vault:Vault"
    supported: ClassVar = frozenset({"forceDestroy", "kmsKeyArn", "name"})
    renews: ClassVar = frozenset({"kmsKeyArn", "name"})
    defaults: ClassVar = {"forceDestroy": False}
    unread: ClassVar = frozenset({"forceDestroy"})
    name: ClassVar = "name"
    tagging: ClassVar = "backup"

    def create(self, inputs: Props, region: str) -> str:
        key = {"EncryptionKeyArn": inputs["kmsKeyArn"]} if inputs.get("kmsKeyArn") else {}
        self.aws.client("backup", region).create_backup_vault(
            BackupVaultName=inputs["name"], BackupVaultTags=inputs["tags"], **key
        )
        return str(inputs["name"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        live = vault(self.aws.client("backup", region), identifier)
        if live is None:
            return None
        return {
            "arn": live["BackupVaultArn"],
            "kmsKeyArn": live.get("EncryptionKeyArn"),
            "name": live["BackupVaultName"],
            "recoveryPoints": live.get("NumberOfRecoveryPoints", 0),
        }

    def tagged(self, identifier: str, outputs: Props) -> tuple[str, dict[str, str]]:
        return str(outputs["arn"]), {}

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        """Only tags change in place."""

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        with gone_is_fine(*GONE):
            self.aws.client("backup", region).delete_backup_vault(BackupVaultName=identifier)


LOCK = same("changeableForDays", "maxRetentionDays", "minRetentionDays")


class VaultLockConfiguration(Kind):
    """A vault's lock; without `changeableForDays` it is governance mode, which can be taken off."""

    pulumi_type: ClassVar = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
    supported: ClassVar = frozenset(LOCK) | {"backupVaultName"}
    renews: ClassVar = supported
    defaults: ClassVar = {"maxRetentionDays": 0, "minRetentionDays": 0}
    unread: ClassVar = frozenset({"changeableForDays"})

    def create(self, inputs: Props, region: str) -> str:
        self.aws.client("backup", region).put_backup_vault_lock_configuration(
            BackupVaultName=inputs["backupVaultName"], **to_wire(LOCK, only(inputs, LOCK))
        )
        return str(inputs["backupVaultName"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        live = vault(self.aws.client("backup", region), identifier)
        if live is None or not live.get("Locked"):
            return None
        return {
            "backupVaultArn": live["BackupVaultArn"],
            "backupVaultName": identifier,
            "maxRetentionDays": live.get("MaxRetentionDays"),
            "minRetentionDays": live.get("MinRetentionDays"),
        }

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        """Nothing changes in place."""

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        with gone_is_fine(*GONE):
            self.aws.client("backup", region).delete_backup_vault_lock_configuration(BackupVaultName=identifier)

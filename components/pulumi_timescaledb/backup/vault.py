"""The component: a vault, its plan, and what the plan needs; nothing calculated."""

from typing import Any

import pulumi
import pulumi_aws as aws

from ..hosts import left_behind
from ..hosts.inputs import known
from ..program import refusing
from . import role, wanted
from .args import VaultArgs
from .retention import COMPLETION_MINUTES, START_MINUTES, Retention

LONGEST_NAME = 45  # of the 50 characters of a vault's name, what is left before "-copy"
# AWS says this of a vault that is not there, even to somebody who may see every vault
_NO_VAULT = "AccessDeniedException"


class Vault(pulumi.ComponentResource):
    """Recovery points of one volume, made daily by AWS Backup and kept in a vault of their own."""

    vault_name: pulumi.Output[str]
    """The vault's name, for ``tsdb verify`` and for alarms on failed backups."""
    plan_id: pulumi.Output[str]
    """The backup plan."""

    def __init__(self, name: str, args: VaultArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare vault and plan.

        Args:
            name: of the component; the names of its children derive from it.
            args: see :class:`VaultArgs`.
            opts: of the component; providers and protection pass to the children.

        Raises:
            pulumi.RunError: one sentence that names the argument which cannot be used.
        """
        super().__init__("timescaledb:backup:Vault", name, {}, opts)
        self._args, self._name = args, name
        with refusing():
            kept = wanted.vault(args, known(args), VaultArgs.__annotations__, VaultArgs.__required_keys__)
        vault = self._vault("vault", args["vault_name"], kept)
        role_arn = self._role(vault, kept)
        plan = self._plan(vault, kept)
        aws.backup.Selection(
            f"{name}-selection",
            name=args["vault_name"],
            plan_id=plan.id,
            iam_role_arn=role_arn,
            resources=[args["volume_arn"]],
            opts=self._child(),
        )
        if kept.drill:
            self._drill(vault, role_arn, kept)
        self.vault_name, self.plan_id = vault.name, plan.id
        self.register_outputs({"plan_id": self.plan_id, "vault_name": self.vault_name})

    def _child(self, **more: Any) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, **more)

    def _lasting(self, **more: Any) -> pulumi.ResourceOptions:
        """Options of what stays with the recovery points: AWS deletes no vault that holds any, and a program that
        forgets them must not either."""
        return self._child(retain_on_delete=self._args.get("retain", True), **more)

    def _vault(self, child: str, vault_name: str, kept: Retention, region: str | None = None) -> aws.backup.Vault:
        made = aws.backup.Vault(
            f"{self._name}-{child}",
            name=vault_name,
            # a key of this region does not work in another
            kms_key_arn=None if region else self._args.get("kms_key_arn"),
            region=region,
            tags=left_behind.marked(self._args.get("tags"), vault_name),
            opts=self._lasting(
                # the provider reads no such thing, so that what is imported would differ from its default
                ignore_changes=["force_destroy"],
                # an id with a region in it is never the state's, so that a copy would be taken back each time anew
                import_=None if region else self._left_behind(vault_name),
            ),
        )
        if kept.lock != "none":
            aws.backup.VaultLockConfiguration(
                f"{self._name}-{child}-lock",
                backup_vault_name=made.name,
                min_retention_days=kept.lock_days if region is None else min(kept.lock_days, kept.copy_days),
                # without this number the lock is governance, which its owner can take off
                changeable_for_days=kept.grace_days or None,
                region=region,
                # made first, the new lock of a changed one would go with the old: a vault has one
                opts=self._lasting(delete_before_replace=True),
            )
        return made

    def _left_behind(self, vault_name: str) -> str | None:
        """The vault's id where it is there already, as a stack that went has left it."""
        what = f"vault_name {vault_name!r}"
        there = left_behind.found(aws.backup.get_vault, self, what, _NO_VAULT, name=vault_name)
        if not there or not left_behind.is_ours(there.tags):
            return None
        key = self._args.get("kms_key_arn")
        if isinstance(key, str):
            with refusing():
                left_behind.refuse_another_key(vault_name, key, there.kms_key_arn, "another vault_name")
        return vault_name

    def _role(self, vault: aws.backup.Vault, kept: Retention) -> pulumi.Output[str]:
        # points that outlive the stack are ended by AWS Backup with this role (developer guide, "Deleting backups")
        kept_too = self._lasting()
        made = aws.iam.Role(
            f"{self._name}-role", assume_role_policy=role.trust(), tags=self._args.get("tags"), opts=kept_too
        )
        policies = {"backup": role.BACKUP, **({"restore": role.RESTORE} if kept.drill else {})}
        for which, policy in policies.items():
            aws.iam.RolePolicyAttachment(
                f"{self._name}-role-{which}",
                role=made.name,
                policy_arn=vault.arn.apply(_managed(policy)),
                opts=kept_too,
            )
        return made.arn

    def _plan(self, vault: aws.backup.Vault, kept: Retention) -> aws.backup.Plan:
        copies: list[Any] = []
        if kept.copy_region:
            copy = self._vault("copy", f"{self._args['vault_name'][:LONGEST_NAME]}-copy", kept, kept.copy_region)
            copies = [{"destination_vault_arn": copy.arn, "lifecycle": {"delete_after": kept.copy_days}}]
        rules: list[Any] = [
            {
                "rule_name": which,
                "target_vault_name": vault.name,
                "schedule": schedule,
                "start_window": START_MINUTES,
                "completion_window": COMPLETION_MINUTES,
                "lifecycle": {"delete_after": days},
                "copy_actions": copies if copies and which == "daily" else None,
            }
            for which, (schedule, days) in kept.rules.items()
        ]
        return aws.backup.Plan(
            f"{self._name}-plan",
            name=self._args["vault_name"],
            rules=rules,
            tags=self._args.get("tags"),
            opts=self._child(),
        )

    def _drill(self, vault: aws.backup.Vault, role_arn: pulumi.Output[str], kept: Retention) -> None:
        # names of restore testing take letters, digits and _ alone
        plain = self._args["vault_name"].replace("-", "_")
        testing = aws.backup.RestoreTestingPlan(
            f"{self._name}-drill",
            name=plain,
            schedule_expression=kept.drill,
            recovery_point_selection={
                "algorithm": "LATEST_WITHIN_WINDOW",
                "include_vaults": [vault.arn],
                "recovery_point_types": ["SNAPSHOT"],
                "selection_window_days": min(kept.daily_days, 7),
            },
            tags=self._args.get("tags"),
            opts=self._child(),
        )
        aws.backup.RestoreTestingSelection(
            f"{self._name}-drill-volume",
            name=plain,
            restore_testing_plan_name=testing.name,
            protected_resource_type="EBS",
            protected_resource_arns=[self._args["volume_arn"]],
            iam_role_arn=role_arn,
            validation_window_hours=kept.drill_hours,
            opts=self._child(),
        )


def _managed(policy: str) -> Any:
    return lambda arn: role.managed_policy(arn, policy)

"""The state of a stack whose database is as declared, as an ``up`` would have left it, for ``pulumi stack import``.

Nothing is asked of a database and nothing runs: the inputs are those that :class:`.objects.DatabaseObjects` sends and
the provider's check lets through, the outputs those that its create returns. A test holds both against a real ``up``.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pulumi.dynamic.dynamic import serialize_provider

from ..database import declared as declarations
from ..database.capabilities import Capabilities
from ..database.plan import order
from .converge import Converge, answering, converged, identity, outline
from .inputs import PLAN, PROVIDER, READY, common, plan_of
from .resources import RESOURCES, Converged, DatabaseReady, Plan

VERSION = 3  # of the deployment's form (apitype.DeploymentSchemaVersionCurrent in pulumi's sdk/go)
STACK, PROVIDERS = "pulumi:pulumi:Stack", "pulumi:providers:pulumi-python"
OBJECTS = "timescaledb:database:DatabaseObjects"
HELD_BACK = "system_identifier"  # the one input that comes from another resource


@dataclass(frozen=True)
class Host:
    """The component that the objects' connection comes from: its type and outputs."""

    type: str
    outputs: Mapping[str, Any]


@dataclass
class Record:
    """A deployment that grows resource by resource.

    Attributes:
        project, stack: whose state it is.
        name: of the host and of the objects' component.
    """

    project: str
    stack: str
    name: str
    resources: list[dict[str, Any]] = field(default_factory=list)

    @property
    def root(self) -> str:
        """The stack itself."""
        return self.urn(STACK, f"{self.project}-{self.stack}")

    @property
    def parent(self) -> str:
        """The component that holds the objects."""
        return self.urn(OBJECTS, self.name)

    def urn(self, type_: str, name: str) -> str:
        """The URN of a resource that has no parent but the stack; of a child its type begins with its parents'."""
        return f"urn:pulumi:{self.stack}::{self.project}::{type_}::{name}"

    def component(self, type_: str, name: str, outputs: Mapping[str, Any]) -> None:
        """A resource without a provider."""
        urn = self.urn(type_, name)
        resource: dict[str, Any] = {"urn": urn, "custom": False, "type": type_, "outputs": dict(outputs)}
        self.resources.append(resource if urn == self.root else resource | {"parent": self.root})

    def provider(self) -> str:
        """The default provider of dynamic resources; the reference by which they name it."""
        # any id will do, and the same state written twice should be the same text
        own = str(uuid.uuid5(uuid.NAMESPACE_URL, self.root))
        urn = self.urn(PROVIDERS, "default")
        self.resources.append({"urn": urn, "custom": True, "id": own, "type": PROVIDERS})
        return f"{urn}::{own}"

    def dynamic(
        self,
        made: type[Converged],
        name: str,
        id_: str,
        sent: Mapping[str, Any],
        outputs: Mapping[str, Any],
        after: Sequence[str],
        provider: str,
    ) -> str:
        """A dynamic resource as the program sent it and the provider checked it; its URN."""
        type_ = f"pulumi-python:{made._resource_type_name}"
        urn = self.urn(f"{OBJECTS}${type_}", name)
        code = {PROVIDER: serialize_provider(Converge())}
        checked = Converge().check({}, dict(sent)).inputs if sent["kind"] not in (PLAN, READY) else sent
        self.resources.append(
            {
                "urn": urn,
                "custom": True,
                "id": id_,
                "type": type_,
                "inputs": {**checked, **code},
                "outputs": {**outputs, **code},
                "parent": self.parent,
                "dependencies": list(after),
                "provider": provider,
                "propertyDependencies": {key: after[:1] if key == HELD_BACK else [] for key in {**sent, **code}},
            }
        )
        return urn


def deployment(
    record: Record, host: Host, connection: Mapping[str, Any], objects: Sequence[Mapping[str, Any]],
    can: Capabilities, *, apache_fallback: bool, exports: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """The document that ``pulumi stack import`` takes.

    connection: as the host gives it. objects: declarations with their files filled in. exports: the stack's outputs.
    """
    record.component(STACK, f"{record.project}-{record.stack}", exports)
    record.component(host.type, record.name, host.outputs)
    identified = {"system_identifier": can.system_identifier, "edition": can.edition}
    record.component(OBJECTS, record.name, identified)
    provider, database = record.provider(), can.database
    sent = {"kind": READY, "connection": dict(connection)}
    answers = answering(sent["connection"], can)
    own = identity(READY, database)
    ready = record.dynamic(DatabaseReady, f"{record.name}-ready", own, sent, answers, [], provider)
    stack = f"organization/{record.project}/{record.stack}"
    shared = common(dict(connection), apache_fallback, can.system_identifier, stack)
    sent = plan_of(shared, objects, component=record.name, edition="", existing_server=True)
    own = identity(PLAN, database)
    plan = record.dynamic(Plan, f"{record.name}-plan", own, sent, outline(sent), [ready], provider)
    parsed = [declarations.read(each) for each in objects]
    given = {order.name(each): dict(declaration) for each, declaration in zip(parsed, objects, strict=True)}
    waits = order.edges(parsed)
    urns: dict[str, str] = {}
    for each in order.in_order(parsed, waits):
        name = order.name(each)
        sent = {**given[name], **shared}
        after = [ready, plan, *(urns[other] for other in waits[name])]
        own = identity(each.kind, database, each.key)
        child = f"{record.name}-{each.key}"
        urns[name] = record.dynamic(RESOURCES[each.kind], child, own, sent, converged(each, sent), after, provider)
    return {
        "version": VERSION,
        "deployment": {"manifest": {"time": "0001-01-01T00:00:00Z"}, "resources": record.resources},
    }

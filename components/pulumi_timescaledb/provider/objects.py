"""DatabaseObjects: the component a user writes to declare everything inside one database."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from typing_extensions import NotRequired, TypedDict

from ..database import declared as declarations
from ..database.arguments import form
from ..database.declared import migrations
from ..database.plan import order
from ..errors import Refusal
from ..program import refusing
from .declare import Declaration
from .inputs import READY, common, plan_of
from .resources import RESOURCES, DatabaseReady, Plan

_ARGUMENTS = ("connection", "objects", "edition", "apache_fallback", "data_volume")


class DatabaseObjectsArgs(TypedDict):
    """What a :class:`DatabaseObjects` takes.

    connection: the host's ``connection``. objects: declarations, in reading order; the order of work is computed.
    edition: "apache" or "community" to insist on one, default whatever is found. apache_fallback: on the Apache
    edition stand in for policies and aggregates with pg_cron and materialized views, default False. data_volume: the
    resource that holds the data; objects are forgotten when it goes and made anew when it is replaced.
    """

    connection: pulumi.Input[Mapping[str, Any]]
    objects: Sequence[Declaration]
    edition: NotRequired[str]
    apache_fallback: NotRequired[bool]
    data_volume: NotRequired[pulumi.Resource | None]


class DatabaseObjects(pulumi.ComponentResource):
    """Everything declared inside one database, with its live drift in every preview.

    Children: DatabaseReady (waits for the server), Plan (refuses for all at once), and one resource an object.
    Removing a declaration drops nothing. Raises ``pulumi.RunError`` for a declaration without a usable name.
    """

    system_identifier: pulumi.Output[str]
    edition: pulumi.Output[str]

    def __init__(self, name: str, args: DatabaseObjectsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """name: heads the names of all children. args: see :class:`DatabaseObjectsArgs`."""
        super().__init__("timescaledb:database:DatabaseObjects", name, {}, opts)
        with refusing():
            for key in args:
                if key not in _ARGUMENTS:
                    raise Refusal(f"DatabaseObjects: {key} is not an argument; write one of {', '.join(_ARGUMENTS)}")
            for key in ("objects", "connection"):
                if args.get(key) is None:
                    raise Refusal(f"DatabaseObjects: {key} is missing; write it")
            if isinstance(args["objects"], (str, Mapping)) or not isinstance(args["objects"], Sequence):
                raise Refusal(f"DatabaseObjects: objects is {form(args['objects'])}; write a list of declarations")
            if not isinstance(args.get("apache_fallback") or False, bool):
                raise Refusal("DatabaseObjects: apache_fallback is not true or false; write one, without quotes")
            objects = _with_migrated([_with_files(each) for each in args["objects"]])
            identified = [declarations.identify(each) for each in objects]
            waits = order.edges(identified)
        volume = args.get("data_volume")
        child = pulumi.ResourceOptions(
            parent=self,
            deleted_with=volume,
            replace_with=[volume] if volume is not None else None,
        )
        ready = DatabaseReady(
            f"{name}-ready",
            {"kind": READY, "connection": args["connection"], "system_identifier": None, "edition": None},
            child,
        )
        fallback = bool(args.get("apache_fallback", False))
        stack = f"{pulumi.get_organization() or 'organization'}/{pulumi.get_project()}/{pulumi.get_stack()}"
        shared = common(args["connection"], fallback, ready.system_identifier, stack)
        edition = args.get("edition") or ""
        plan_inputs = plan_of(shared, objects, component=name, edition=edition, existing_server=volume is None)
        plan = Plan(f"{name}-plan", plan_inputs, _after(child, [ready]))
        declarations_of = {order.name(each): declaration for each, declaration in zip(identified, objects, strict=True)}
        made: dict[str, pulumi.Resource] = {}
        for each in order.in_order(identified, waits):
            needed = [made[other] for other in waits[order.name(each)]]
            made[order.name(each)] = RESOURCES[each.kind](
                f"{name}-{each.key}",
                {**declarations_of[order.name(each)], **shared},
                _after(child, [ready, plan, *needed]),
            )
        self.objects = made
        self.system_identifier = ready.system_identifier
        self.edition = ready.edition
        self.register_outputs({"system_identifier": self.system_identifier, "edition": self.edition})


def _with_files(declaration: Declaration) -> Declaration:
    """A declaration of migrations with its files' checksums, so that a changed file is a change of the resource."""
    migrated = isinstance(declaration, Mapping) and declaration.get("kind") == "migrations"
    return migrations.filled(declaration) if migrated else declaration


def _with_migrated(objects: Sequence[Declaration]) -> list[Declaration]:
    """Grants on everything in a schema with a digest of the migrations, so that they are looked at again when a new
    file may have brought new objects."""
    # one that is no dictionary is refused in a sentence where it is read
    files = [each.get("files") for each in objects if isinstance(each, Mapping) and each.get("kind") == "migrations"]
    if not files:
        return list(objects)
    digest = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()[:12]
    return [
        {**each, "migrated": digest} if str(declarations.identify(each).target).startswith("all ") else each
        for each in objects
    ]


def _after(options: pulumi.ResourceOptions, needed: Sequence[pulumi.Resource]) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=list(needed)))

"""DatabaseObjects: the component a user writes to declare everything inside one database."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import pulumi
from typing_extensions import NotRequired

from ..database import declared as declarations
from ..database.kinds.migrations.wanted import checksums
from ..database.plan import order
from ..errors import Refusal
from ..program import refusing
from .declare import Declaration
from .inputs import PLAN, READY
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
            objects = [_with_files(each) for each in args["objects"]]
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
        shared = {
            "connection": args["connection"],
            "apache_fallback": bool(args.get("apache_fallback", False)),
            "stack": f"{pulumi.get_organization() or 'organization'}/{pulumi.get_project()}/{pulumi.get_stack()}",
            "system_identifier": ready.system_identifier,
        }
        plan_inputs = {
            "kind": PLAN,
            **shared,
            "edition": args.get("edition") or "",
            "existing_server": volume is None,  # then the preview lists what cannot be managed there
            "objects": objects,
        }
        plan = Plan(f"{name}-plan", plan_inputs, _after(child, [ready]))
        made: dict[str, pulumi.Resource] = {}
        for each, declaration in _in_order(identified, objects, waits):
            needed = [made[other] for other in waits[order.name(each)]]
            made[order.name(each)] = RESOURCES[each.kind](
                f"{name}-{each.key}", {**declaration, **shared}, _after(child, [ready, plan, *needed])
            )
        self.objects = made
        self.system_identifier = ready.system_identifier
        self.edition = ready.edition
        self.register_outputs({"system_identifier": self.system_identifier, "edition": self.edition})


def _with_files(declaration: Declaration) -> Declaration:
    """A declaration of migrations with its files' checksums, so that a changed file is a change of the resource."""
    if declaration.get("kind") != "migrations" or "files" in declaration:
        return declaration
    return {**declaration, "files": checksums(str(declaration.get("directory") or "migrations"))}


def _in_order(
    identified: Sequence[declarations.Declared], objects: Sequence[Declaration], waits: Mapping[str, Sequence[str]]
) -> list[tuple[declarations.Declared, Declaration]]:
    """Objects after those they wait for, otherwise as declared."""
    left = list(zip(identified, objects, strict=True))
    done: list[tuple[declarations.Declared, Declaration]] = []
    names: set[str] = set()
    while left:
        for pair in left:
            if names.issuperset(waits[order.name(pair[0])]):
                break
        left.remove(pair)
        done.append(pair)
        names.add(order.name(pair[0]))
    return done


def _after(options: pulumi.ResourceOptions, needed: Sequence[pulumi.Resource]) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=list(needed)))

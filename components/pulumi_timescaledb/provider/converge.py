"""The one provider class. Stateless and pickled by reference: its module path and name are in every state.

``check`` refuses, ``diff`` never raises (a refresh calls it too), ``read`` returns live values as inputs, ``create``
and ``update`` converge under the advisory lock, ``delete`` drops nothing. A refusal is ``CheckFailure("", sentence)``:
with a property's name the engine would print that property's value.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from ..database import declared as declarations
from ..database import read_as
from ..database.capabilities import Capabilities
from ..database.declared import Declared
from ..database.holds import in_force
from ..database.plan import apply, document, gate, order, plan_file, preview, view
from ..database.plan.document import Entry
from ..database.session import Connection
from ..database.snapshot import Reader, reader
from ..errors import Refusal, TimescaleDBError, Unreachable
from . import orphan, skip, waiting
from .inputs import DECLARED, PLAN, PROVIDER, READY, declaration, envelope, unknown
from .told import told

READY_POLL_SECONDS = 0.5


class Converge(ResourceProvider):
    """Brings one declared object of a database to its declaration, and shows how it differs."""

    serialize_as_secret_always = False  # nothing is captured, so the provider's bytes are no secret

    def configure(self, req: ConfigureRequest) -> None:
        """Take the acknowledgements of this run; only the program phase sees today's configuration."""
        orphan.end_with_engine()
        text = req.config.get("timescaledb:acknowledge")
        try:
            given = json.loads(text) if text else {}
        except ValueError:
            given = {}
        self.acknowledged: dict[str, str] = dict(given) if isinstance(given, dict) else {}

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Normalise the declaration, or refuse it; the plan resource refuses for all of them at once."""
        inputs = {key: value for key, value in news.items() if key != PROVIDER}
        try:
            if inputs.get("kind") == PLAN:
                failures = plan_file.settle(self._planned(_olds, inputs))
                return CheckResult(inputs, [CheckFailure("", each) for each in failures])
            skip.validate()
            if inputs.get("kind") == READY:
                waiting.seconds()  # refused in the preview, not once there is a host to wait for
            if not unknown(inputs.get("connection")):
                Connection.from_args(inputs.get("connection"))
            if inputs.get("kind") != READY and not unknown(declaration(inputs)):
                inputs = envelope(inputs) | view.normal(declarations.read(declaration(inputs)))
        except TimescaleDBError as error:
            return CheckResult(inputs, [CheckFailure("", str(error))])
        return CheckResult(inputs, [])

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Whether the declaration differs from what was last read; an unknown connection is no difference."""
        if news.get("kind") == PLAN or skip.skipped():
            return DiffResult(changes=False)
        if not unknown(news.get("connection")) and news.get("connection") != olds.get("connection"):
            return DiffResult(changes=True)
        if news.get("kind") == READY:
            return DiffResult(changes=self._renamed(olds, news))
        if unknown(declaration(news)) or unknown(news.get("system_identifier")):
            return DiffResult(changes=True)
        same = declaration(news) == declaration(olds) and all(
            news.get(key) == olds.get(key) for key in ("apache_fallback", "system_identifier")
        )
        return DiffResult(changes=not same and not self._held(news))

    @told
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Adopt what exists, make what is missing."""
        skip.refuse(_name(props))
        read_as.refuse(_name(props))
        connection = Connection.from_args(props["connection"])
        if props["kind"] == READY:
            return CreateResult(identity(READY, connection.database), self._ready(connection, props))
        if props["kind"] == PLAN:
            preview.insist(reader(connection), props["objects"], props, self.acknowledged)
            return CreateResult(identity(PLAN, connection.database), outline(props))
        declared, outs = self._converge(connection, props)
        return CreateResult(identity(declared.kind, connection.database, declared.key), outs)

    @told
    def update(self, _id: str, _olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Converge again; nothing is done where nothing differs."""
        skip.refuse(_name(news))
        read_as.refuse(_name(news))
        connection = Connection.from_args(news["connection"])
        if news["kind"] == READY:
            return UpdateResult(self._ready(connection, news))
        if news["kind"] == PLAN:
            return UpdateResult(outline(news))
        return UpdateResult(self._converge(connection, news)[1])

    @told
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """The live values as inputs; an object that is gone has no id, an unreachable server is an error."""
        kind = props["kind"]
        if kind == PLAN:
            return ReadResult(id_, outline(props))
        if skip.skipped():
            return ReadResult(id_, _bare(props))
        connection = Connection.from_args(props["connection"])
        live = reader(connection)
        identifier = live.snapshot().capabilities.system_identifier
        if kind == READY:
            # the recorded identity is kept: whether another server is meant is decided by the plan, not by a refresh
            return ReadResult(id_, _bare(props), inputs={"kind": kind, "connection": props["connection"]})
        if identifier != props.get("system_identifier", identifier):
            return ReadResult(id_, _bare(props))  # another server at this address says nothing of our object
        declared = declarations.read(json.loads(props[DECLARED]))
        if in_force(live.snapshot().holds, order.name(declared)):
            return ReadResult(id_, _bare(props))  # what differs is a note of the plan, and nothing to be undone
        values = view.View.of(live, bool(props.get("apache_fallback"))).live(declared)
        if values is None:
            return ReadResult("", {})
        inputs = envelope(props) | values
        return ReadResult(id_, inputs | {DECLARED: props[DECLARED]}, inputs=inputs)

    @told
    def delete(self, _id: str, props: dict[str, Any]) -> None:
        """Stop managing: remove the policies that we made, drop nothing."""
        if props["kind"] in (PLAN, READY) or skip.skipped():
            return
        read_as.refuse(_name(props))
        connection = Connection.from_args(props["connection"])
        live = reader(connection)
        if live.snapshot().capabilities.system_identifier != props.get("system_identifier"):
            return  # another server: nothing there is ours
        declared = declarations.read(json.loads(props[DECLARED]))
        fallback, stack = bool(props.get("apache_fallback")), str(props.get("stack") or "")
        apply.release(live, declared, apache_fallback=fallback, stack=stack)

    def _converge(self, connection: Connection, props: Mapping[str, Any]) -> tuple[Declared, dict[str, Any]]:
        declared = declarations.read(declaration(props))
        apply.converge(
            reader(connection),
            declared,
            apache_fallback=bool(props.get("apache_fallback")),
            acknowledged=self.acknowledged,
            stack=str(props.get("stack") or ""),
        )
        return declared, converged(declared, props)

    def _planned(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Entry:
        """The plan with every refusal at once, also where it cannot be made."""
        try:
            return self._plan(olds, news)
        except TimescaleDBError as error:
            return document.refused(str(news.get("component") or ""), str(error))

    def _plan(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Entry:
        """The plan; where the connection is not known yet, the last one still is."""
        skip.validate()
        connection, objects = news.get("connection"), news.get("objects")
        if skip.skipped():
            declared = objects if isinstance(objects, list) else []
            left = f"{len(declared)} objects are left alone ({skip.VARIABLE}={skip.SKIP})"
            return preview.unread(declared, news, f"database not read: {left}")
        if not unknown(connection):
            Connection.from_args(connection)
        else:
            connection = olds.get("connection")
        if unknown(objects):
            return preview.unread(
                objects if isinstance(objects, list) else [],
                news,
                "database not read: a declaration holds a value that is not known yet",
            )
        wanted = news["objects"]
        if connection is None or unknown(connection):
            view.parse(wanted)
            return preview.unread(wanted, news, "database not read: the server does not exist yet")
        live = reader(Connection.from_args(connection))
        try:
            return preview.show(live, wanted, olds.get("objects") or [], news, self.acknowledged)
        except Unreachable as error:
            if connection != olds.get("connection"):
                raise
            # a refresh would have failed before, so it was switched off; a write would fail, and is gated again
            return preview.unread(wanted, news, f"database not read: {error}")

    def _held(self, news: Mapping[str, Any]) -> bool:
        """Whether the object is left alone for now, so that no difference of it is an update."""
        if unknown(news.get("connection")):
            return False
        try:
            live = reader(Connection.from_args(news.get("connection"))).snapshot()
            return in_force(live.holds, order.name(declarations.identify(declaration(news))))
        except TimescaleDBError:
            return False  # diff never raises; the plan or the read before it has already said what is wrong

    def _renamed(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
        """Whether another server is there and was acknowledged."""
        connection = news.get("connection")
        if unknown(connection) or not isinstance(connection, Mapping):
            return False
        try:
            found = reader(Connection.from_args(connection)).snapshot().capabilities
        except TimescaleDBError:
            return False  # diff never raises; the read before it has already said what is wrong
        recorded = str(olds.get("system_identifier"))
        if found.system_identifier == recorded:
            return False
        needed = gate.identity(found.database, recorded, found.system_identifier)
        return not gate.missing([needed], self.acknowledged)

    def _ready(self, connection: Connection, props: Mapping[str, Any]) -> dict[str, Any]:
        """Wait until the server answers, and has a password: a host on AWS stores it at its first boot."""
        allowed = waiting.seconds()
        deadline = time.monotonic() + allowed
        live: Reader = reader(connection)
        while True:
            try:
                can = live.snapshot(fresh=True).capabilities
                break
            except Unreachable as error:
                if time.monotonic() > deadline:
                    raise Unreachable(waiting.late(connection, allowed, error)) from None
                time.sleep(READY_POLL_SECONDS)
        if can.standby:
            raise Refusal(f"{connection} is a standby and cannot be written; connect to its primary")
        return answering(props["connection"], can)


def answering(connection: Any, can: Capabilities) -> dict[str, Any]:
    """The outputs of a server that answers: which one it is, and what it is."""
    return {
        "kind": READY,
        "connection": connection,
        "system_identifier": can.system_identifier,
        "edition": can.edition,
        "postgres_version": can.postgres_version,
    }


def converged(declared: Declared, props: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs of an object that is as declared."""
    wanted = {"kind": declared.kind, **view.normal(declared)}
    return envelope(props) | wanted | {DECLARED: json.dumps(wanted, sort_keys=True)}


def identity(kind: str, database: str, key: str = "") -> str:
    """The id of a resource: its kind, its database, and for an object its key."""
    return f"{kind}:{database}/{key}" if key else f"{kind}:{database}"


def _name(props: Mapping[str, Any]) -> str:
    """What a message calls a resource."""
    if props.get("kind") in (PLAN, READY):
        return "the database"
    return order.name(declarations.identify(declaration(props)))


def _bare(props: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in props.items() if key != PROVIDER}


def outline(props: Mapping[str, Any]) -> dict[str, Any]:
    """The plan's outputs: not the declarations, which its inputs hold and which a refresh must not touch."""
    return {key: value for key, value in envelope(props).items() if key != "system_identifier"}

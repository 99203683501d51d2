"""Doing a command once: the one frame of every write, from its key to its commit.

What a command answers is stored under its key in the command's own transaction. Who asks again under the same key is
given the first answer (guarantee 1); a command that is refused stores nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from mpp.cases.recording.command import Command, Outcome, who
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause
from mpp.cases.storage.case_rows import find_id
from mpp.casework.access.actors import Actor
from mpp.casework.refusals import Refused
from mpp.crashpoints import reach
from mpp.json_values import JsonObject
from mpp.persistence import idempotency

Do = Callable[[Connection, Cause], JsonObject]
DoOnCase = Callable[[Connection, Cause, str], JsonObject]
Find = Callable[[Connection, str], str]
ANYBODY = Actor("anybody")


def by_clerk(host: CaseHost, command: Command, status: int, do: Do) -> Outcome:
    """A command of somebody with an account. Raises Refused 401 for anybody else, and whatever `do` raises."""
    actor = command.actor
    if actor is None:
        raise Refused(401, "token_missing")
    return _once(host, command, status, lambda tx: (actor, do))


def by_anybody(host: CaseHost, command: Command, status: int, do: Do) -> Outcome:
    """A command of somebody without an account and without a case. Raises Refused whatever `do` raises.

    All of them share one scope: the key is what tells them apart, and is as hard to guess as its sender made it.
    """
    return _once(host, command, status, lambda tx: (ANYBODY, do))


def on_case(host: CaseHost, command: Command, case_id: str, status: int, do: DoOnCase, find: Find = find_id) -> Outcome:
    """A command on a case, named by its id or tracking code, by a clerk or its applicant; `do` is given its id.

    Raises Refused 404 for a case that is not there or a wrong secret, and whatever `do` raises. `find` gives the id of
    what is no case, but has the secret of one.
    """

    def asked(tx: Connection) -> tuple[Actor, Do]:
        id_ = find(tx, case_id)
        actor = who(tx, host.secrets, command.actor, command.secret, id_)
        return actor, lambda tx, cause: do(tx, cause, id_)

    return _once(host, command, status, asked)


def scope_of(command: Command, actor: Actor) -> idempotency.Scope:
    """Within what a command's key names one command."""
    return idempotency.Scope(actor.id, command.method, command.path, command.key)


def _once(host: CaseHost, command: Command, status: int, asked: Callable[[Connection], tuple[Actor, Do]]) -> Outcome:
    now = host.clock.now()
    with host.database.transaction(command.deadline) as tx:
        actor, do = asked(tx)
        cause = Cause(actor, now, command.correlation_id)
        digest = idempotency.request_hash(command.body)
        body, replayed = idempotency.once(tx, scope_of(command, actor), digest, status, now, lambda: do(tx, cause))
        if not replayed:
            reach("command.before_commit")
    reach("command.after_commit")
    return Outcome(status, body, replayed)

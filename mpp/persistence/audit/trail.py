"""The audit trail: who did what, where, when and why, in the transaction that did it (guarantee 6).

The entries of a case form a chain (`mpp.audit.chain`). Place and hash are found by the statement that inserts (the
function `audit_append`, in `mpp.persistence.migrations`), so a writer makes no extra trip and waits for nobody: the
row of the case is locked anyway.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import BYTEA, JSONB

from mpp.audit import chain
from mpp.audit.plain import plain, plain_text
from mpp.casework.access.actors import Actor
from mpp.json_values import JsonObject
from mpp.persistence import pipelined

_APPEND = text(
    """
    SELECT audit_append(
        CAST(:chain AS uuid), :digest, :at, CAST(:case_id AS uuid), :actor, :office, :counter, :action, :reason,
        :details, :correlation_id
    )
    """
).bindparams(bindparam("digest", type_=BYTEA), bindparam("details", type_=JSONB))


def record(
    tx: Connection,
    *,
    at: datetime,
    actor: Actor,
    office: str | None,
    action: str,
    case_id: str | None = None,
    reason: str | None = None,
    details: JsonObject | None = None,
    correlation_id: str | None = None,
    chained: bool = True,
    behind_others: bool = False,
) -> int | None:
    """Append one entry; its id. With `behind_others` it goes with the next statement (`pipelined`), and has no id.

    With a `case_id` it joins the chain of the case, and the caller holds the lock of the case's row (or has just
    inserted it). `chained=False` is for who only looks at a case and locks nothing. Such an entry, and one without a
    case (a log-in, a search), stands alone; the sealer binds it like every other.

    Identity and phone numbers in `reason` and `details` are masked here. Names are not recognised: the caller does
    not pass them.
    """
    content = chain.Content(
        at=chain.moment(at),
        case_id=None if case_id is None else str(UUID(case_id)),
        actor=actor.id,
        office=office,
        counter=actor.counter,
        action=action,
        reason=None if reason is None else plain_text(reason),
        details=plain(details or {}),
        correlation_id=correlation_id,
    )
    values = {
        **{name: getattr(content, name) for name in chain.Content.__dataclass_fields__},
        "at": at,
        "chain": content.case_id if chained else None,
        "digest": chain.digest(content),
    }
    if behind_others:
        pipelined.later(tx, _APPEND, values)
        return None
    return int(tx.execute(_APPEND, values).scalar_one())

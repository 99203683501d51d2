"""The audit trail: who did what, where, when and why, in the transaction that did it (guarantee 6).

The entries of a case form a chain (`mpp.audit.chain`). Place and hash are found by the statement that inserts, so a
writer makes no extra trip and waits for nobody: the case's row is locked anyway.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Text, bindparam, text
from sqlalchemy.dialects.postgresql import BYTEA, JSONB

from mpp.audit import chain
from mpp.audit.plain import plain, plain_text
from mpp.casework.actors import Actor

# The hash is that of mpp.audit.chain.entry_hash. MATERIALIZED, because nextval may be asked once only. The id is drawn
# inside the INSERT: the sealer relies on the lock that an INSERT holds from before that until the commit.
_INSERT = text(
    r"""
    WITH place AS MATERIALIZED (
        SELECT nextval('audit_id_seq') AS id,
               CASE WHEN CAST(:chain AS uuid) IS NULL THEN 0 ELSE coalesce(last.seq, 0) + 1 END AS seq,
               coalesce(last.hash, :genesis) AS previous
        FROM (SELECT 1) AS one
        LEFT JOIN LATERAL (
            SELECT seq, hash FROM audit WHERE case_id = CAST(:chain AS uuid) AND seq IS NOT NULL
            ORDER BY seq DESC LIMIT 1
        ) AS last ON true
    )
    INSERT INTO audit
        (id, seq, hash, at, case_id, actor, office, counter, action, reason, details, correlation_id)
    OVERRIDING SYSTEM VALUE
    SELECT id, nullif(seq, 0),
           sha256(:prefix || previous || int8send(id) || int8send(seq) || :digest),
           :at, CAST(:case_id AS uuid), :actor, :office, :counter, :action, :reason, :details, :correlation_id
    FROM place
    RETURNING id
    """
).bindparams(
    bindparam("chain", type_=Text),
    bindparam("case_id", type_=Text),
    bindparam("genesis", chain.GENESIS, type_=BYTEA),
    bindparam("prefix", chain.ENTRY_PREFIX, type_=BYTEA),
    bindparam("digest", type_=BYTEA),
    bindparam("details", type_=JSONB),
)


def record(
    tx: Connection,
    *,
    at: datetime,
    actor: Actor,
    office: str | None,
    action: str,
    case_id: str | None = None,
    reason: str | None = None,
    details: Mapping[str, Any] | None = None,
    correlation_id: str | None = None,
    chained: bool = True,
) -> int:
    """Append one entry; its id.

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
    return int(tx.execute(_INSERT, values).scalar_one())

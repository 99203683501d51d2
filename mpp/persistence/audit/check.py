"""Reads the whole audit trail of one service, in one snapshot, for `mpp verify audit`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from mpp.audit.chain import Content
from mpp.audit.checking import check, read_checkpoints
from mpp.audit.checkpoints import Verifier, Written
from mpp.audit.findings import Report, Seal, Stored
from mpp.persistence.servers.server_words import said_by_server
from mpp.persistence.values import AnyRow

# The database sorts (on its disk if need be), we stream. Times and details come as text: an edited row may hold what
# Python cannot. A time before our era would look like one of it.
_ROWS = text(
    """
    SELECT s.position, s.audit_id, s.entry_hash, s.head, s.floor,
           a.id, a.seq, a.hash,
           CASE WHEN a.at >= '0001-01-01Z' THEN to_char(a.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
           END AS at,
           CAST(a.case_id AS text) AS case_id, a.actor, a.office, a.counter, a.action, a.reason,
           CAST(a.details AS text) AS details, a.correlation_id,
           lag(a.seq) OVER this_case AS previous_seq, lag(a.hash) OVER this_case AS previous_hash
    FROM audit a FULL JOIN audit_seals s ON s.audit_id = a.id
    WINDOW this_case AS (PARTITION BY a.case_id, a.seq IS NULL ORDER BY a.seq)
    ORDER BY s.position NULLS LAST, a.id
    """
)
_CHUNK = 1000


class Unreadable(Exception):
    """The database does not answer, or has no such tables; the text is the server's own, in one line."""


def check_service(
    url: str,
    service: str,
    notes: Iterable[Written],
    verifier: Verifier | None,
    reached: Callable[[int], None] = lambda _: None,
) -> Report:
    """Check the trail of a service against itself and its checkpoints; `reached` so many entries, now and then.

    Raises Unreadable.

    The checkpoints are read before the snapshot is taken: the trail is never behind them.
    """
    report = Report(service)
    checkpoints = read_checkpoints(notes, service, verifier, report)
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5})
    try:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True) as tx:
            result = tx.execution_options(stream_results=True, max_row_buffer=_CHUNK).execute(_ROWS)
            return check(_pairs(result, reached), checkpoints, report)
    except DBAPIError as error:
        raise Unreadable(said_by_server(error)) from error
    finally:
        engine.dispose()


def _pairs(rows: Iterable[AnyRow], reached: Callable[[int], None]) -> Iterator[tuple[Seal | None, Stored | None]]:
    for number, row in enumerate(rows, 1):
        if number % _CHUNK == 0:
            reached(number)
        seal = entry = None
        if row.position is not None:
            seal = Seal(row.position, row.audit_id, bytes(row.entry_hash), bytes(row.head), row.floor)
        if row.id is not None:
            entry = _stored(row)
        yield seal, entry


def _stored(row: AnyRow) -> Stored:
    content = Content(
        at=row.at,
        case_id=row.case_id,
        actor=row.actor,
        office=row.office,
        counter=row.counter,
        action=row.action,
        reason=row.reason,
        details=None,
        correlation_id=row.correlation_id,
    )
    previous = None if row.previous_hash is None else bytes(row.previous_hash)
    return Stored(row.id, row.seq, bytes(row.hash), content, row.details, row.previous_seq, previous)

"""What PostgreSQL does for a call of the mall: the plans of its very statements, and how many rows they touch."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from mpp.persistence import pipelined
from mpp.persistence.database import Database

Statement = tuple[str, Any]


class Scan:
    """A plan that was run: what it reads by which index, how many rows it touches, and whether it sorts."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        nodes = list(_walk(plan))
        self.indexes = {node["Index Name"] for node in nodes if "Index Name" in node}
        self.whole_tables = {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"}
        self.sorts = any("Sort" in node["Node Type"] for node in nodes)
        self.touched = sum(_touched(node) for node in nodes if "Scan" in node["Node Type"])

    def __repr__(self) -> str:
        return json.dumps(self.plan, indent=1)


def _walk(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(found for inner in node.get("Plans", ()) for found in _walk(inner))]


def _touched(node: dict[str, Any]) -> float:
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return float(node["Actual Loops"] * (node["Actual Rows"] + removed))


def sent_by(database: Database, call: Callable[[], Any]) -> list[Statement]:
    """The reads that a call sends, without what rides in front of them (`mpp.persistence.pipelined`)."""
    sent: list[Statement] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        last = in_full(statement.rpartition(";\n")[2].strip())
        if last.upper().startswith(("SELECT", "WITH")) and "FROM" in last.upper() and "audit_append" not in last:
            sent.append((last, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        call()
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return sent


def in_full(statement: str) -> str:
    """A statement as it would be if its session had not prepared it."""
    found = re.fullmatch(r"EXECUTE (\w+) \((.*)\)", statement)
    if found is None:
        return statement
    (known,) = [each for each in pipelined._statements.values() if each.name == found[1]]
    arguments = found[2].split(", ")
    body = known.prepare.partition(" AS ")[2].replace("%", "%%")
    return re.sub(r"\$(\d+)", lambda number: arguments[int(number[1]) - 1], body)


def explained(database: Database, statement: Statement, *, no_table_is_small: bool = False) -> Scan:
    """The plan of a statement that was sent. `no_table_is_small`: where an index fits at all, it is used."""
    raw: Any = database.engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute(f"SET enable_seqscan = {'off' if no_table_is_small else 'on'}")
        # rows count here, not pages: in a table of a hundred pages, read in order, passing over rows is cheap
        cursor.execute("SET random_page_cost = 1")
        cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + statement[0], statement[1])
        answer = cursor.fetchone()[0]
        raw.rollback()
    finally:
        raw.close()
    return Scan((answer if isinstance(answer, list) else json.loads(answer))[0]["Plan"])


def plan_of(database: Database, call: Callable[[], Any], table: str) -> Scan:
    """How the list of a call reads `table`: its one statement that limits its rows."""
    (found,) = [each for each in sent_by(database, call) if "LIMIT" in each[0] and table in each[0]]
    return explained(database, found)


def plans_of(database: Database, call: Callable[[], Any]) -> list[Scan]:
    """How a call that shows one thing reads: all of its statements, as if every table were large."""
    return [explained(database, each, no_table_is_small=True) for each in sent_by(database, call)]

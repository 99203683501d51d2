"""Which secret of its applicant a case has: never the secret itself, but by what it can be made again."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from mpp.cases.storage.tables import cases


def how_secret_was_made(tx: Connection, case_id: str) -> tuple[bool, int]:
    """Whether the secret of the filing was made with the key of the case's own service, and how many were given in
    its place. A case that is not there is like one that was filed now."""
    found = tx.execute(select(cases.c.own_secret, cases.c.secret_issue).where(cases.c.id == case_id)).first()
    return (True, 0) if found is None else (bool(found.own_secret), int(found.secret_issue))


def give_another_secret(tx: Connection, case_id: str) -> int:
    """The case's secret is another one from now on: which one, counted from the filing. The caller holds its row."""
    another = update(cases).where(cases.c.id == case_id).values(secret_issue=cases.c.secret_issue + 1)
    return int(tx.execute(another.returning(cases.c.secret_issue)).scalar_one())

"""A database of the first version, with levies in it, is brought to payments as rows of their own."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import create_engine, text

from mpp.clock import new_id
from mpp.hosting.definition import definitions
from mpp.persistence.servers import roles
from tests.support.former_schemas import former

CASE = """
INSERT INTO cases (id, tracking_code, service, service_version, state, version, office_of_origin, office, region, data,
                   ticks, clock, calendar_complete, submitted_at, since, reported, calendar)
VALUES (:id, :code, 'PRZ-PBG', 1, 'payment', 1, 'x', 'x', '35.15', '{}', '{}', '{}', true, now(), now(), 0, '')
"""
LEVY = """
INSERT INTO levies (id, number, case_id, amount, due_on, state, assessed_at, paid_at, how, reference)
VALUES (:id, :number, :case, 1000, '2026-12-23', :state, now(), CASE WHEN :state = 'paid' THEN now() END, :how, :ref)
"""


def test_what_was_paid_becomes_a_payment_and_what_was_void_says_why(make_database: Callable[..., str]) -> None:
    url = make_database()
    former("permits", "0001")(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        for number, state, how, reference in (
            ("SKRD/1", "paid", "bank", "B-1"),
            ("SKRD/2", "paid", "proof", None),
            ("SKRD/3", "open", None, None),
            ("SKRD/4", "void", None, None),
        ):
            case = new_id()
            connection.execute(text(CASE), {"id": case, "code": number})
            values = {"id": new_id(), "number": number, "case": case, "state": state, "how": how, "ref": reference}
            connection.execute(text(LEVY), values)
    roles.migrate_only(url, "permits", definitions()["permits"].migrations)
    with engine.begin() as connection:
        levies = connection.execute(text("SELECT number, state, version, void_reason FROM levies ORDER BY 1")).all()
        paid = connection.execute(
            text(
                "SELECT l.number, p.how, p.reference, p.amount, p.status, p.version"
                " FROM payments p JOIN levies l ON l.id = p.levy_id AND l.case_id = p.case_id ORDER BY 1"
            )
        ).all()
    engine.dispose()
    assert [tuple(row) for row in levies] == [
        ("SKRD/1", "paid", 2, None),
        ("SKRD/2", "paid", 2, None),
        ("SKRD/3", "open", 1, None),
        ("SKRD/4", "void", 1, "reassessed"),
    ]
    assert [tuple(row) for row in paid] == [
        ("SKRD/1", "bank", "B-1", 1000, "applied", 0),
        ("SKRD/2", "proof", None, 1000, "applied", 0),
    ]

"""The plain thing a team would write instead: one process, Flask + SQLAlchemy + PostgreSQL, behind waitress.

It takes the same four calls of a complaint and stores the same rows (report, offices, tasks, timeline, audit entry),
with the caller's token and If-Match checked. It has no events, no idempotency keys, no deadlines, no working calendar,
no catalogue: not part of the product, a yardstick for it. `python -m tests.load.baseline.app DATABASE_URL PORT`.
"""

from __future__ import annotations

import sys
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import waitress
from flask import Flask, Response, abort, g, jsonify, request
from sqlalchemy import JSON, ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

KEY = "a-key-of-the-baseline-that-is-long-enough"
THREADS = 16
# action: from, to, office of the next task (None: it ends)
STEPS = {
    "verify": ("received", "verified", "dinkominfo"),
    "refer": ("verified", "referred", None),
    "close": ("referred", "closed", None),
}


class Base(DeclarativeBase):
    type_annotation_map = {dict[str, Any]: JSON}


class Report(Base):
    __tablename__ = "reports"
    id: Mapped[str] = mapped_column(primary_key=True)
    tracking_code: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    version: Mapped[int]
    office_of_origin: Mapped[str]
    office: Mapped[str]
    applicant: Mapped[dict[str, Any]]
    data: Mapped[dict[str, Any]]
    submitted_at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    tasks: Mapped[list[Task]] = relationship(order_by="Task.opened_at")
    timeline: Mapped[list[Entry]] = relationship(order_by="Entry.version")


class ReportOffice(Base):
    __tablename__ = "report_offices"
    office: Mapped[str] = mapped_column(primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id"), primary_key=True)


class Task(Base):
    __tablename__ = "tasks"
    id: Mapped[str] = mapped_column(primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id"), index=True)
    office: Mapped[str] = mapped_column(index=True)
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    outcome: Mapped[str | None]


class Entry(Base):
    __tablename__ = "timeline"
    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    to_state: Mapped[str]


class Audit(Base):
    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]


app = Flask(__name__)
engine: Any = None


@app.before_request
def authenticate() -> None:
    """The account in the token."""
    try:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        g.account = jwt.decode(token, KEY, algorithms=["HS256"])["sub"]
    except (KeyError, jwt.PyJWTError):
        abort(401)


@app.post("/api/v1/complaints")
def open_report() -> tuple[Response, int, dict[str, str]]:
    """File a report."""
    body, now = request.get_json(), datetime.now(UTC)
    if not all(isinstance(body["data"].get(name), str) for name in ("title", "text", "classification")):
        abort(422)
    with Session(engine, expire_on_commit=False) as session, session.begin():
        report = Report(
            id=str(uuid.uuid4()), tracking_code="C" + uuid.uuid4().hex[:11], state="received", version=1,
            office_of_origin=g.account, office="dinkominfo", applicant=body["applicant"], data=body["data"],
            submitted_at=now, due_at=now + timedelta(days=60),
        )  # fmt: skip
        session.add(report)
        session.flush()
        session.add_all(ReportOffice(office=office, report_id=report.id) for office in (g.account, "dinkominfo"))
        _next_task(report, "dinkominfo", now)
        _note(session, report, "open", now)
    return jsonify(_shown(report)), 201, {"Location": f"/api/v1/complaints/{report.id}"}


@app.post("/api/v1/complaints/<report_id>/actions")
def act(report_id: str) -> Response:
    """Verify, refer or close a report."""
    body, now = request.get_json(), datetime.now(UTC)
    with Session(engine, expire_on_commit=False) as session, session.begin():
        report = session.scalars(select(Report).where(Report.id == report_id).with_for_update()).one_or_none()
        if report is None:
            abort(404)
        begin, end, office = STEPS[body["action"]]
        if request.headers.get("If-Match") != f'"{report.version}"':
            abort(412)
        if report.state != begin:
            abort(409)
        for task in report.tasks:
            task.outcome = task.outcome or "done"
        agency = body.get("data", {}).get("agency")
        report.state, report.version = end, report.version + 1
        report.data = {**report.data, body["action"]: body.get("data")}
        if agency:
            report.office = agency
            session.add(ReportOffice(office=agency, report_id=report.id))
        if office or agency:
            _next_task(report, agency or office, now)
        _note(session, report, body["action"], now)
    return jsonify(_shown(report))


def _next_task(report: Report, office: str, now: datetime) -> None:
    report.tasks.append(Task(id=str(uuid.uuid4()), office=office, opened_at=now, due_at=now + timedelta(days=3)))


def _note(session: Session, report: Report, action: str, now: datetime) -> None:
    report.timeline.append(Entry(version=report.version, at=now, actor=g.account, action=action, to_state=report.state))
    session.add(Audit(report_id=report.id, at=now, actor=g.account, action=action))


def _shown(report: Report) -> dict[str, Any]:
    return {
        "id": report.id, "tracking_code": report.tracking_code, "state": report.state, "version": report.version,
        "applicant": report.applicant, "data": report.data, "office": report.office,
        "due_at": report.due_at and report.due_at.isoformat(),
        "tasks": [{"id": t.id, "office": t.office, "outcome": t.outcome} for t in report.tasks],
        "timeline": [{"version": e.version, "at": e.at.isoformat(), "action": e.action} for e in report.timeline],
    }  # fmt: skip


def token(account: str) -> str:
    """A token of the baseline."""
    return jwt.encode({"sub": account}, KEY, algorithm="HS256")


if __name__ == "__main__":
    engine = create_engine(sys.argv[1], pool_size=THREADS, max_overflow=0)
    Base.metadata.create_all(engine)
    waitress.serve(app, host="127.0.0.1", port=int(sys.argv[2]), threads=THREADS)

"""What an operator watches of the work beside the commands: does each loop still run, and does a job get stuck."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Summary
from sqlalchemy import func, select

from mpp.persistence.database import Database
from mpp.persistence.tables import jobs

_LOOP = ["service", "loop"]

loop_last_run = Gauge("mpp_loop_last_run_timestamp_seconds", "When the loop last did its work without a failure", _LOOP)
loop_seconds = Summary("mpp_loop_seconds", "How long the passes of the loop took", _LOOP)
loop_failures = Counter("mpp_loop_failures_total", "Passes of the loop that were cut short", [*_LOOP, "reason"])

jobs_unsettled = Gauge("mpp_jobs", "Jobs that are not done, by status", ["service", "status"])
jobs_oldest = Gauge("mpp_jobs_oldest_age_seconds", "How long the oldest waiting job has been due", ["service"])
job_attempts = Counter("mpp_job_attempts_total", "Attempts by what became of them", ["service", "kind", "outcome"])

UNSETTLED = ("waiting", "running", "dead")


def refresh(database: Database, service: str) -> None:
    """Count what waits in the table, before the gauges are read. Raises DatabaseAway."""
    age = func.extract("epoch", func.now() - func.min(jobs.c.due_at))
    with database.transaction() as tx:
        for status in UNSETTLED:  # one by one: each has an index of its own, and what is done is not looked at
            number = tx.execute(select(func.count()).where(jobs.c.status == status)).scalar_one()
            jobs_unsettled.labels(service, status).set(number)
        oldest = tx.execute(select(age).where(jobs.c.status == "waiting")).scalar_one()
    jobs_oldest.labels(service).set(max(0.0, float(oldest or 0)))

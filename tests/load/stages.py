"""The measurements, in the order of a run. Each adds its figures; what one needs of another is kept in `Run`."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from mpp.hosting.definition import definitions
from tests.load import cost, floor, reading, seeded
from tests.load.baseline.app import token as baseline_token
from tests.load.figures import Figures, percentile
from tests.load.lifecycles import BIRTH, COMPLAINT, COUNTERS, LIFECYCLES, PERMIT
from tests.load.papers import papers
from tests.load.place import Place
from tests.load.portal import portal
from tests.load.processes import beside
from tests.support.mall import Mall, data_folder, processes_of
from tests.support.rabbitmq_node import free_port
from tests.support.wait import until

EMPTY = 0
FEED_SECONDS = 30.0
SMALL = 10_000  # what reads are compared with


@dataclass
class Run:
    """What is measured where, and what later stages compare with."""

    place: Place
    figures: Figures
    seconds: float
    full: bool
    errors: dict[str, int] = field(default_factory=dict)
    floor_cycles: float | None = None
    bare_echo: dict[int, float] = field(default_factory=dict)
    bare_publish: float | None = None
    plain_cycles: dict[int, float] = field(default_factory=dict)
    held: dict[int, float] = field(default_factory=dict)  # rows -> lifecycles per second at 10 users

    @property
    def sizes(self) -> list[int]:
        """The numbers of reports that are seeded."""
        return _numbers("BENCH_ROWS") or ([100_000, 1_000_000] if self.full else [100_000])

    @property
    def samples(self) -> int:
        """How often each thing is read on each side."""
        return 300 if self.full else 60

    @property
    def users(self) -> list[int]:
        """How many at once."""
        return _numbers("BENCH_USERS") or ([1, 10, 50] if self.full else [10])

    def databases(self, complaints: str) -> dict[str, str]:
        """The database of each service; that of the complaints is the one that grows."""
        return {name: f"bench_{name}" for name in definitions()} | {"complaints": complaints}

    def on(self, rows: int) -> None:
        """The services on fresh databases with so many reports."""
        place = self.place
        place.stop()
        for name in self.databases("bench_complaints").values():
            template = seeded.template(place, rows) if rows and name == "bench_complaints" else "template0"
            place.fresh(name, template)
        place.start(self.databases("bench_complaints"))

    def note_errors(self, found: dict[str, Any]) -> int:
        """Keep what went wrong; how often."""
        for error, count in found["errors"].items():
            self.errors[error] = self.errors.get(error, 0) + count
        return sum(found["errors"].values())

    def lifecycles(self, name: str, rows: int, users: int) -> float:
        """One closed loop: its figures; lifecycles per second."""
        spent = cost.Cpu(self.place)
        plan = {"kind": "closed", "lifecycle": name, "users": users, "seconds": self.seconds}
        found = self.place.generate(plan)
        cpu = spent.spent() | {"load_generator": found["cpu"]}
        rate = told_of(self, name, found, rows, users, self._compared(name, users))
        if users == 10:
            whole = len(found["cycles"])
            for process, seconds in cpu.items():
                per = 1000 * seconds / max(1, whole)
                self.figures.add(f"{name}.cpu_seconds_per_1000.{process}", per, "s", rows=rows, users=users)
        return rate

    def _compared(self, name: str, users: int) -> float | None:
        if name != COMPLAINT.name:
            return None
        return self.floor_cycles if users == 1 else self.plain_cycles.get(users)


def _numbers(name: str) -> list[int]:
    return [int(number) for number in os.environ.get(name, "").split(",") if number]


def told_of(
    run: Run, name: str, found: dict[str, Any], rows: int, users: int, baseline: float | None = None, prefix: str = ""
) -> float:
    """The figures of a closed loop; lifecycles per second."""
    begin = found["began"] + 1.0
    end = begin + run.seconds
    good = [c for c in found["cycles"] if c[2] and begin <= c[0] <= end]
    rate = len(good) / run.seconds
    add = run.figures.add
    add(f"{prefix}{name}.lifecycles", rate, "per s", rows=rows, users=users, baseline=baseline)
    calls = LIFECYCLES[name].calls
    for call in [*(c.name for c in calls), None]:
        times = [1000 * s for n, e, s, _ in found["calls"] if begin <= e <= end and call in (None, n.split(".")[1])]
        for share in (0.5, 0.95, 0.99):
            key = f"{prefix}{name}.{call or 'any_call'}.p{round(share * 100)}"
            add(key, percentile(times, share), "ms", rows=rows, users=users)
    add(f"{prefix}{name}.errors", run.note_errors(found), "calls", rows=rows, users=users)
    return rate


# ---------------------------------------------------------------- baselines


def database_floor(run: Run) -> None:
    """The same SQL by pgbench with one client, and how many statements each command has."""
    urls = {}
    for service in ("permits", "civil_registry", "complaints"):
        run.place.fresh(f"floor_{service}")
        urls[service] = run.place.url(f"floor_{service}")
    commands = floor.capture(urls)
    for command in commands:
        note = f"{len(command.trips)} trips, BEGIN and COMMIT with them"
        run.figures.add(f"complaint.{command.name}.statements", len(command.statements), "SQL statements", note=note)
    (run.place.folder / "statements.txt").write_text("\n".join(s for c in commands for s in [c.name, *c.statements]))
    run.floor_cycles = floor.pgbench(urls["complaints"], floor.script(commands), run.place.folder, run.seconds)
    run.figures.add("floor.pgbench.lifecycles", run.floor_cycles, "per s", users=1)


def messaging_floor(run: Run) -> None:
    """Request-reply and confirmed publishing by bare py-amqp."""
    uri, half = run.place.broker.amqp_uri, str(run.seconds / 2)
    for window in (1, 32):
        with beside("tests.load.bare", "serve", uri, half):
            run.bare_echo[window] = float(run.place.run("tests.load.bare", "ask", uri, half, str(window)))
        run.figures.add("floor.amqp.request_reply", run.bare_echo[window], "per s", users=window)
    run.bare_publish = float(run.place.run("tests.load.bare", "publish", uri, half))
    run.figures.add("floor.amqp.confirmed_publish", run.bare_publish, "per s", note="batches of 500, quorum queue")


def plain_program(run: Run) -> None:
    """The small Flask program on a database of its own."""
    for users in run.users:
        run.place.fresh("baseline")
        port = str(free_port())
        with beside("tests.load.baseline.app", run.place.url("baseline"), port, ready=int(port)):
            plan = {"kind": "closed", "lifecycle": COMPLAINT.name, "users": users, "seconds": run.seconds}
            accounts = {*COUNTERS, "admin.pengaduan"}
            plan["tokens"] = {account: baseline_token(account) for account in accounts}
            found = run.place.generate(plan, f"http://127.0.0.1:{port}")
        run.plain_cycles[users] = told_of(run, COMPLAINT.name, found, EMPTY, users, prefix="flask.")


# ---------------------------------------------------------------- lifecycles


def empty(run: Run) -> None:
    """Everything on an empty database."""
    run.on(EMPTY)
    for users in run.users:
        rate = run.lifecycles(COMPLAINT.name, EMPTY, users)
        if users == 10:
            run.held[EMPTY] = rate
    run.lifecycles(PERMIT.name, EMPTY, 10)
    run.lifecycles(BIRTH.name, EMPTY, 10)
    for window in (1, 32):
        uri, half = run.place.broker.amqp_uri, str(run.seconds / 2)
        rate = float(run.place.run("tests.load.inside", "echo", uri, half, str(window)))
        run.figures.add("rpc.echo", rate, "per s", users=window, baseline=run.bare_echo.get(window))
    resident = cost.resident(cost.groups(run.place))
    for name, size in resident.items():
        run.figures.add(f"resident.{name}", size, "MB")
    run.figures.add("resident.total", sum(resident.values()), "MB", note="four services, PostgreSQL, RabbitMQ")
    run.place.stop()


def many_rows(run: Run) -> None:
    """The complaint lifecycle on many reports, compared with the empty database; a burst; event latency."""
    for rows in run.sizes:
        run.on(rows)
        for users in run.users:
            rate = run.lifecycles(COMPLAINT.name, rows, users)
            if users == 10:
                run.held[rows] = rate
                if run.held.get(EMPTY):
                    run.figures.add("complaint.kept", rate, "per s", rows=rows, users=10, baseline=run.held[EMPTY])
        if rows == run.sizes[-1]:
            event_latency(run, rows)
            burst(run, rows)
    run.place.stop()


def event_latency(run: Run, rows: int) -> None:
    """From the commit to a partner's consumer, at half of the rate held."""
    rate = run.held[rows] / 2
    result = run.place.folder / "partner.json"
    seconds = str(run.seconds + 8)
    with beside("tests.load.partner", run.place.broker.amqp_uri, seconds, str(result)):
        plan = {"kind": "burst", "lifecycle": COMPLAINT.name, "users": 20, "steps": [[rate, run.seconds]]}
        run.note_errors(run.place.generate(plan))
        until(result.exists, what="the partner's notes")
    committed = {
        (case_id, version): float(at)
        for case_id, version, at in run.place.sql(
            "SELECT case_id::text, version, extract(epoch FROM pg_xact_commit_timestamp(xmin)) FROM timeline"
            f" WHERE at > now() - interval '{run.seconds + 60} seconds'",
            "bench_complaints",
        )
    }
    seen = [(subject, version, at) for subject, version, at in json.loads(result.read_text())]
    late = [1000 * (at - committed[s, v]) for s, v, at in seen if (s, v) in committed]
    for share in (0.5, 0.95, 0.99):
        run.figures.add(f"event_latency.p{round(share * 100)}", percentile(late, share), "ms", rows=rows)
    run.figures.add("event_latency.events", len(late), "events", rows=rows, note=f"at {rate:.1f} lifecycles/s")


def burst(run: Run, rows: int) -> None:
    """0.5 -> 1.0 -> 1.5 times the rate held and back, once or three times: errors, p95, and how soon it is over."""
    rate, each = run.held[rows], max(4.0, run.seconds / 2)
    times = 3 if run.full else 1
    wave = [[rate * share, each] for share in (0.5, 1.0, 1.5, 1.0, 0.5)]
    calm = [[rate * 0.5, 12.0]]
    plan = {"kind": "burst", "lifecycle": COMPLAINT.name, "users": 36, "steps": wave * times + calm}
    found = run.place.generate(plan)
    bad = run.note_errors(found)
    run.figures.add("burst.errors", bad, "calls", rows=rows, note=f"up to {1.5 * rate:.0f} lifecycles/s")
    lost = sum(1 for *_, good in found["cycles"] if not good)
    run.figures.add("burst.unfinished", lost, "lifecycles", rows=rows)
    times_of = [(end - found["began"], seconds) for end, seconds, _ in found["cycles"]]
    before = percentile([s for end, s in times_of if end < each], 0.95)
    run.figures.add("burst.p95", 1000 * percentile([s for _, s in times_of], 0.95), "ms a lifecycle", rows=rows)
    run.figures.add("burst.p95_before", 1000 * before, "ms a lifecycle", rows=rows)
    over = each * (5 * (times - 1) + 4)  # from here on less arrives than is held
    run.figures.add("burst.recovered", _recovered(times_of, over, before), "s after the burst", rows=rows)


def _recovered(times_of: list[tuple[float, float]], over: float, before: float) -> float:
    """Seconds after the burst from which on a lifecycle takes at most twice as long as before (p95 of each second)."""
    last = max(end for end, _ in times_of)
    bad = moment = over
    while moment < last:
        within = [s for end, s in times_of if moment <= end < moment + 1]
        if within and percentile(within, 0.95) > max(2 * before, 0.3):
            bad = moment + 1
        moment += 1
    return bad - over


# ---------------------------------------------------------------- reads


def reads(run: Run) -> None:
    """What people read, on few rows and on many: two malls that are asked in turns. Permits in the full run only."""
    collections = list(reading.READS) if run.full else ["complaints"]
    places = {SMALL: run.place, run.sizes[-1]: run.place.beside("many")}
    try:
        sides = {rows: _side(run, place, rows, collections) for rows, place in places.items()}
        plan, result = run.place.folder / "plan.json", run.place.folder / "result.json"
        plan.write_text(json.dumps({"sides": sides, "warm": 20, "samples": run.samples}))
        run.place.run("tests.load.paired", str(plan), str(result))
    finally:
        for place in places.values():
            place.stop()
        for rows in places:
            for service in definitions():
                run.place.sql(f'DROP DATABASE IF EXISTS "reads_{rows}_{service}" WITH (FORCE)')
    found = json.loads(result.read_text())
    run.note_errors(found)
    for name in next(iter(sides.values()))["reads"]:
        for share in (0.5, 0.95):
            few: float | None = None
            for rows in places:
                value = 1000 * percentile(found[name][str(rows)], share)
                run.figures.add(f"reads.{name}.p{round(share * 100)}.{rows}", value, "ms", baseline=few)
                few = value


def _side(run: Run, place: Place, rows: int, collections: list[str]) -> dict[str, Any]:
    """A mall over so many rows, running, and what is asked of it."""
    databases = {service: f"reads_{rows}_{service}" for service in definitions()}
    for service, name in databases.items():
        place.fresh(name, seeded.template(run.place, rows, service) if service in collections else "template0")
    place.start(databases)
    place.sql(_PEOPLE_ONLY, databases["gateway"])
    calls = {}
    for each in collections:
        found = reading.READS[each](partial(place.sql, database=databases[each]), run.samples)
        calls |= {f"{each}.{name}": made for name, made in found.items() if made}
    assert place.services is not None
    return {"url": place.services.url, "tokens": place.tokens, "reads": calls}


# The limit of searches per clerk and minute is meant for people: it counts, and never gets further than one.
_PEOPLE_ONLY = """
CREATE FUNCTION one() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.count := 1; RETURN NEW; END';
CREATE TRIGGER one BEFORE UPDATE ON attempts FOR EACH ROW EXECUTE FUNCTION one()
"""


# ---------------------------------------------------------------- relay and cost


def relay(run: Run) -> None:
    """A backlog that waits in the outbox: to the broker, then into the gateway's feed."""
    backlog = 50_000 if run.full else 5_000
    run.on(EMPTY)
    services = run.place.services
    assert services is not None
    run.place.generate({"kind": "closed", "lifecycle": COMPLAINT.name, "users": 2, "seconds": 2})
    services.end()
    run.place.sql(
        "INSERT INTO outbox (event_id, type, routing_key, subject, subject_version, headers, body, created_at) "
        "SELECT fresh.id, type, routing_key, fresh.id::text, 1, headers || jsonb_build_object('ce-id', fresh.id::text,"
        " 'ce-subject', fresh.id::text, 'ce-subjectversion', '1'), body, now() FROM "
        f"(SELECT gen_random_uuid() AS id, n % 4 AS kind FROM generate_series(1, {backlog}) AS n) AS fresh "
        "JOIN (SELECT DISTINCT ON (subject_version) * FROM outbox ORDER BY subject_version, id) AS real "
        "ON real.subject_version = fresh.kind + 1",
        "bench_complaints",
    )
    run.place.sql("UPDATE leases SET expires_at = now() - interval '1 minute'", "bench_complaints")
    url = run.place.url("bench_complaints")
    rate = float(run.place.run("tests.load.inside", "relay", run.place.broker.amqp_uri, url))
    run.figures.add("relay.events", rate, "per s", rows=backlog, baseline=run.bare_publish)
    before = int(run.place.sql("SELECT count(*) FROM feed_events", "bench_gateway")[0][0])
    services.start("gateway")
    began, first = 0.0, before
    while True:
        count = int(run.place.sql("SELECT count(*) FROM feed_events", "bench_gateway")[0][0])
        if count > before and not began:
            began, first = time.monotonic(), count
        if count >= before + backlog or (began and time.monotonic() - began > FEED_SECONDS):
            break
        time.sleep(0.1)
    rate = (count - first) / (time.monotonic() - began)
    run.figures.add("feed.events", rate, "per s", rows=backlog, note="gateway's inbox and feed")
    run.place.stop()


def starts(run: Run) -> None:
    """`make run` on an empty folder and again, and what the embedded mall takes."""
    with data_folder() as folder:
        for name in ("cold", "warm"):
            mall = Mall(folder)
            began = time.monotonic()
            mall.start()
            run.figures.add(f"make_run.{name}_start", time.monotonic() - began, "s")
            if name == "warm":
                pids = {mall.process.pid, *processes_of(folder)}
                resident = sum(cost.resident({str(pid): [cost.psutil.Process(pid)] for pid in pids}).values())
                run.figures.add("resident.embedded_mall", resident, "MB", note="after the start")
            mall.interrupt()
            until(lambda: not processes_of(folder), what="the end of the database")
    found = subprocess.run(
        ["docker", "image", "inspect", "--format", "{{.Size}}", "virtual-mpp:local"],
        check=False, capture_output=True, text=True,
    ) if _has_docker() else None  # fmt: skip
    if found is not None and found.returncode == 0:
        run.figures.add("image", int(found.stdout) / 1_000_000, "MB")


def _has_docker() -> bool:
    from tests.support import engine

    return engine.answers() is None


STAGES: dict[str, Callable[[Run], None]] = {
    "database_floor": database_floor,
    "messaging_floor": messaging_floor,
    "plain_program": plain_program,
    "empty": empty,
    "many_rows": many_rows,
    "papers": papers,
    "portal": portal,
    "reads": reads,
    "relay": relay,
    "starts": starts,
}

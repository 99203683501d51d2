"""Papers: what one costs, how long its signer waits, whether somebody else's request is held up meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mpp.operations.environment import Environment
from mpp.papers.signing import pades
from mpp.papers.worker.process import Worker
from mpp.persistence.database import Database
from mpp.regions.folder import DEFAULT, SHIPPED
from services.gateway.accounts import queries as accounts
from services.gateway.accounts.administration import NIK as HELD_NIK
from services.gateway.sealing import PEOPLE, Sealer
from tests.load import cost, watched
from tests.load.figures import percentile
from tests.load.lifecycles import COMPLAINT
from tests.load.processes import beside
from tests.load.signers import SIGNER
from tests.load.stand_in import NIK, PASSPHRASE

if TYPE_CHECKING:
    from tests.load.stages import Run

EMPTY = 0
MADE = 200  # papers while whose making the loops are watched
SINGLE, MANY = 40, 40  # signed one by one, and with one passphrase
SIGNERS = 10  # on one book of numbers
OTHERS = 4  # clerks who work meanwhile


def papers(run: Run) -> None:
    """All of it, in two malls over the same databases: offices that sign by the installation's key, and by BSrE."""
    place = run.place
    place.program = (sys.executable, "-W", "ignore", "-P", watched.__file__, str(place.folder))
    try:
        run.on(EMPTY)
        _cost(run)
        _one_by_one(run)
        with beside("tests.load.stand_in", str(place.folder / "stand_in")):
            _sign_by_bsre(run)
            _batch(run)
            _two_steps(run)
    finally:
        place.program = type(place).program
        for name in ("MPP_REGION", "MPP_BSRE_URL", "MPP_BSRE_USER", "MPP_BSRE_PASSWORD"):
            place.environment.pop(name, None)
        place.stop()


def _cost(run: Run) -> None:
    """`MADE` papers, by as many signers as there may be: papers per second, CPU by process, stalls of the loops."""
    _asked(run, "decide", cases=_ready(run, 10), users=1)  # what prints and what signs begin with the first paper
    cases, spent = _ready(run, MADE), cost.Cpu(run.place)
    found = _asked(run, "decide", cases=cases, users=SIGNERS)
    cpu, made = spent.spent(), len(found["files"])
    add = run.figures.add
    add("papers.made", made / (found["ended"] - found["began"]), "per s", users=SIGNERS)
    _valid(run, found["files"], len(cases), "papers.made")
    for name, seconds in cpu.items():
        add(f"papers.cpu_seconds_per_1000.{name}", 1000 * seconds / max(1, made), "s")
    add("papers.cpu_seconds_per_1000.all", 1000 * sum(cpu.values()) / max(1, made), "s")
    for service in ("gateway", "permits"):
        seen, ready, own = _stalls(run.place.folder / f"{service}.stalls", found["began"], found["ended"])
        add(f"papers.stall.{service}", 1000 * ready, "ms", note="without what the machine gave to others")
        add(f"papers.stall_as_seen.{service}", 1000 * seen, "ms")
        add(f"papers.stall_of_own_work.{service}", 1000 * own, "ms", note="on a processor")


def _one_by_one(run: Run) -> None:
    """From the signer's button to the file, while other clerks work."""
    cases = _ready(run, SINGLE)
    with _others(run):
        found = _asked(run, "decide", cases=cases, users=1)
    _valid(run, found["files"], SINGLE, "papers.one")
    for share in (0.5, 0.95):
        part = f"p{round(share * 100)}"
        run.figures.add(f"papers.one.decided.{part}", 1000 * percentile(found["decided"], share), "ms")
        run.figures.add(f"papers.one.held.{part}", 1000 * percentile(found["held"], share), "ms")


def _batch(run: Run) -> None:
    """The same for many papers with one passphrase."""
    cases = _ready(run, MANY)
    with _others(run):
        found = _asked(run, "batch", cases=cases, passphrase=PASSPHRASE)
    _valid(run, found["files"], MANY, "papers.batch")
    for share in (0.5, 0.95):
        run.figures.add(f"papers.batch.held.p{round(share * 100)}", 1000 * percentile(found["held"], share), "ms")
    run.figures.add("papers.batch.whole", found["whole"], "s", note=f"{MANY} papers, with the stand-in's work")


def _two_steps(run: Run) -> None:
    """The service's two steps alone, by ten signers on one book, without what prints and signs."""
    place = run.place
    plan, result = place.folder / "steps.json", place.folder / "steps.out"
    plan.write_text(json.dumps({"cases": _ready(run, MADE), "users": SIGNERS, "uri": place.broker.amqp_uri}))
    spent = cost.Cpu(place)
    place.run("tests.load.steps", str(plan), str(result), environment=place.environment)
    found, cpu = json.loads(result.read_text()), spent.spent()
    run.note_errors(found)
    for step in ("one", "two"):
        for share in (0.5, 0.95):
            value = 1000 * percentile(found[step], share)
            run.figures.add(f"papers.step_{step}.p{round(share * 100)}", value, "ms", users=SIGNERS)
    done = max(1, len(found["two"]))
    for name in ("permits", "postgresql"):
        run.figures.add(f"papers.steps.cpu_seconds_per_1000.{name}", 1000 * cpu[name] / done, "s", users=SIGNERS)


# ---------------------------------------------------------------- what it is done with


def _ready(run: Run, count: int) -> list[str]:
    """The addresses of so many applications that wait for their signer."""
    found: list[str] = _asked(run, "ready", count=count, users=8)["cases"]
    return found


def _asked(run: Run, kind: str, **plan: Any) -> dict[str, Any]:
    files = run.place.folder / "read"
    files.mkdir(exist_ok=True)
    asked = {"kind": kind, "folder": str(files), **plan}
    found = run.place.generate(asked, module="tests.load.signers")
    run.note_errors(found)
    return found


@contextmanager
def _others(run: Run) -> Iterator[None]:
    """Clerks of another service at work, for as long as the block takes."""
    place, plan = run.place, run.place.folder / "others.json"
    load = {"kind": "closed", "lifecycle": COMPLAINT.name, "users": OTHERS, "seconds": 600, "seed": time.time_ns()}
    assert place.services is not None
    plan.write_text(json.dumps({"url": place.services.url, "tokens": place.tokens, "warm": 0, **load}))
    command = [sys.executable, "-W", "ignore", "-m", "tests.load.users", str(plan), str(place.folder / "others.out")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(2.0)
        yield
    finally:
        process.kill()
        process.wait()


def _valid(run: Run, files: list[str], asked: int, name: str) -> None:
    """Whether there are as many files as were asked for, each with a good signature; looked at without a clock."""
    worker = Worker()
    try:
        found = [pades.inspect(worker, Path(file).read_bytes()) for file in files]
    finally:
        worker.close()
    good = sum(1 for signatures in found if len(signatures) == 1 and signatures[0].good)
    run.figures.add(f"{name}.without_a_good_signature", asked - good, "papers")


def _stalls(path: Path, began: float, ended: float) -> tuple[float, float, float]:
    """The longest of each of the meter's figures within these moments."""
    lines = [tuple(map(float, line.split())) for line in path.read_text().splitlines()]
    within = [each for each in lines if began <= each[0] <= ended + 1.0]
    seen, ready, own = (max(each[n] for each in within) for n in (1, 2, 3))
    return seen, ready, own


def _sign_by_bsre(run: Run) -> None:
    """The same mall again, whose licensing office signs by the service that stands beside it."""
    place = run.place
    region = place.folder / "region"
    region.mkdir(exist_ok=True)
    text = (SHIPPED / f"{DEFAULT}.yaml").read_text()
    changed = text.replace("{code: dpmptsp, ", "{code: dpmptsp, signature: bsre, ", 1)
    assert changed != text
    (region / "region.yaml").write_text(changed)
    url = (place.folder / "stand_in").read_text()
    place.environment |= {"MPP_REGION": str(region), "MPP_BSRE_URL": url}
    place.environment |= {"MPP_BSRE_USER": "mal", "MPP_BSRE_PASSWORD": "sandi-layanan"}
    place.start(run.databases("bench_complaints"))
    key = Environment(place.environment).key("MPP_DRAFT_KEY")
    assert key is not None
    sealed = Sealer(key, PEOPLE).sealed(SIGNER, HELD_NIK, {HELD_NIK: NIK})
    database = Database(place.url("bench_gateway"), name="gateway", pool_size=1)
    with database.transaction() as tx:
        accounts.set_person(tx, SIGNER, accounts.Person("Dra. Siti Contoh, M.Si.", "198001012006042001", sealed))
    database.dispose()

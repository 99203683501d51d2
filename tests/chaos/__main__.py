"""`make chaos`: load while everything is broken, then the check.

Exit status 0 only if every promise was kept and enough has happened to say so (`enough.py`): 1 for a broken promise, 2
for too little. CHAOS_SECONDS (90) is how long the storm is at least, CHAOS_MOST (300) how long it goes on while too
little has happened, CHAOS_SEED its order, CHAOS_ONLY the beginnings of the blows to strike with (all when empty),
CHAOS_KEEP=1 keeps the folder with all logs.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import requests

from mpp.hosting.definition import definitions
from tests.chaos import dump, enough, folder, judge, load, report, telling
from tests.chaos.checker import check
from tests.chaos.facts import Poison, read_ledger
from tests.chaos.ground import Ground
from tests.chaos.held import Held
from tests.chaos.nemesis import Nemesis
from tests.chaos.operator import Operator
from tests.chaos.poison import PRODUCER, Poisoner
from tests.chaos.processes import Processes, environment_of
from tests.support.providers import Provider

WORKERS = 10
STALLED_AFTER = 180.0
COPIES = dict.fromkeys(definitions(), 2)
_BEGAN = time.monotonic()


def say(line: str) -> None:
    """One line, with the seconds since the start."""
    print(f"{time.monotonic() - _BEGAN:7.1f} s  {line}", flush=True)


class Stalled(Exception):
    """Something did not come to its end; the text has the counts."""


def main() -> int:
    """The whole run; the exit status."""
    seconds = float(os.environ.get("CHAOS_SECONDS", "90"))
    seed = int(os.environ.get("CHAOS_SEED") or random.randrange(1_000_000))
    place = Path(tempfile.mkdtemp(prefix="mpp-chaos-"))
    place.chmod(0o711)  # as root the database has an account of its own, which must be able to pass
    print(f"CHAOS_SEED={seed} CHAOS_SECONDS={seconds:.0f} (logs: {place})", flush=True)
    kept = os.environ.get("CHAOS_KEEP") == "1"
    try:
        status = storm(place, seconds, seed)
        kept = kept or status != 0
    except BaseException:
        kept = True
        raise
    finally:
        if not kept:
            shutil.rmtree(place, ignore_errors=True)
    return status


def storm(place: Path, seconds: float, seed: int) -> int:
    """Start everything, let it be broken, heal, drain, check; the exit status."""
    ground = Ground(place)
    with telling.provider(seed) as running:
        return _storm(place, seconds, seed, ground, running)


def _storm(place: Path, seconds: float, seed: int, ground: Ground, running: Provider) -> int:
    try:
        ground.start()
        environment = environment_of(
            ground.urls(),
            ground.accounts(),
            MPP_RETRY_DELAYS="1,2,3,4",
            **ground.environment(),
            **telling.environment(place, running),
        )
        processes = Processes(place, ground.urls(admin=True), environment, COPIES)
        processes.prepare()
        dump.count_acts(processes.urls)
        dump.can_be_full(processes.urls)
        poisoner = Poisoner(ground.accounts()[PRODUCER], processes.urls["permits"])
        try:
            processes.start_all()
            say(f"the mall is up at {processes.url}: {', '.join(processes.names)}")
            operator = Operator(processes, ground, poisoner, environment)
            with telling.hurried(ground.urls(admin=True)):
                return rage(place, seconds, seed, ground, processes, poisoner, operator, running)
        finally:
            processes.end()
    finally:
        ground.stop()


def rage(
    place: Path,
    seconds: float,
    seed: int,
    ground: Ground,
    processes: Processes,
    poisoner: Poisoner,
    operator: Operator,
    running: Provider,
) -> int:
    """Load and storm on a mall that is up; then the check."""
    office = load.Office(processes.url, load.Ledger(place / "ledger"), seed, seconds, doors=processes.doors)
    working = load.clerks(office, WORKERS)
    only = tuple(filter(None, os.environ.get("CHAOS_ONLY", "").split(",")))
    nemesis = Nemesis(seed, processes, ground, poisoner, operator, say, only)

    def missing() -> list[str]:
        counts = enough.so_far(processes.urls) | office.counts | nemesis.blows
        return enough.too_little(counts, but=(enough.REPLAYED,))

    nemesis.rage(seconds, float(os.environ.get("CHAOS_MOST", "300")), missing)
    say(f"healing; {office.answered} commands answered so far")
    nemesis.heal()
    load.close(office, working)
    say(f"draining; {office.answered} commands answered")
    status = 0
    try:
        drain(ground, processes, office, poisoner)
        replayed = poisoner.repair_and_replay(processes.url, office.token("operator", requests.Session()))
        nemesis.blows[enough.REPLAYED] = replayed
        drain(ground, processes, office, poisoner, repaired=True)
    except Stalled as stalled:
        say(f"STALLED: {stalled}")
        status = 1
    with office.ledger.path.open() as lines:
        ledger = read_ledger(lines)
    databases = dump.read(processes.urls)
    hashes = {paper.sha256 for base in databases.values() for paper in base.papers if paper.sha256 is not None}
    files = folder.read(processes.files, hashes, processes.signing_key.certificate)
    found = check(ledger, databases, poisoner.injected, files)
    found.findings += telling.check(processes.urls, running, found.counts)
    judge.reconcile(processes.url, office.token("operator", requests.Session()), poisoner.injected, found)
    print(report.table(found, nemesis.blows, office.ledger.errors))
    refusals = Counter(c.code for c in ledger.values() if c.outcome == "refused")
    print(f"Refused, as they should be: {dict(refusals)}")
    if not found.holds or office.ledger.errors or status:
        print(f"PROMISES WERE BROKEN. Repeat with CHAOS_SEED={seed}", flush=True)
        return 1
    if few := enough.too_little(found.counts | nemesis.blows):
        print(f"TOO LITTLE HAPPENED to say that they are kept: {'; '.join(few)}", flush=True)
        return 2
    print("Every promise was kept.", flush=True)
    return 0


def drain(
    ground: Ground, processes: Processes, office: load.Office, poisoner: Poisoner, *, repaired: bool = False
) -> None:
    """Return when nothing is under way; Stalled with the counts when nothing has moved for three minutes."""
    end, seen, held = time.monotonic() + STALLED_AFTER, None, Held(office, processes.urls)
    poison = poisoner.injected
    expected = poison if repaired else Poison(poison.undecodable)
    while True:
        headers = {"Authorization": f"Bearer {office.token('mitra.bpjs', requests.Session())}"}
        requests.get(f"{processes.url}/api/v1/events", headers=headers, timeout=30)  # numbers the feed
        unfinished = dump.unfinished(processes.urls) | telling.unfinished(processes.urls)
        left = {name: count for name, count in unfinished.items() if count}
        found = check({}, dump.read(processes.urls), expected)
        missing = found.broken("event not received") + found.broken("event not settled")
        if not left and not missing and (repaired or poisoner.dead_here()):
            return
        if (left, missing) != seen:
            seen, end = (left, missing), time.monotonic() + STALLED_AFTER
        held.give_up()
        if time.monotonic() > end:
            raise Stalled(f"{left}, {missing} events not settled, in queues: {dict(ground.waiting_messages())}")
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())

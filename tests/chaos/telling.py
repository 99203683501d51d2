"""Citizens are told under the storm: a provider that fails and forgets, and the ledger of what it has had.

Messages wait for ten minutes, and after a failure for longer. Here nobody waits: what is to be tried is due at once.
"""

from __future__ import annotations

import random
import shutil
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response

from mpp.hosting.definition import case_services
from mpp.regions.folder import DEFAULT, SHIPPED
from tests.chaos import dump
from tests.chaos.finding import Finding
from tests.support import providers
from tests.support.providers import TOKEN, Provider

FAILS = {"500 before": 0.06, "500 after": 0.06, "busy": 0.06, "garbage": 0.04, "refuses": 0.02}
_HURRY = """
UPDATE jobs SET due_at = now() WHERE kind = 'messages.send' AND status = 'waiting' AND due_at > now()
"""
_STATES = "SELECT state, count(*) FROM messages GROUP BY state"
_WAITING = "SELECT count(*) FROM messages WHERE state IN ('waiting', 'sending')"
# Each case that names somebody to tell was told of when it was filed.
_UNTOLD = """
SELECT id FROM cases c WHERE applicant IS NOT NULL AND NOT coalesce((data->>'anonymous')::boolean, false)
AND NOT EXISTS (SELECT FROM messages m WHERE m.case_id = c.id AND m.case_version = 1)
"""
_SENT = "SELECT id, state, maybe_twice, unsure FROM messages"


def region_folder(place: Path, provider: Provider) -> Path:
    """The shipped region, with a provider of SMS and no quiet hours."""
    folder = place / "region"
    (folder / "messages").mkdir(parents=True)
    shutil.copy(SHIPPED / f"{DEFAULT}.yaml", folder / "region.yaml")
    lines = (
        'quiet: {from: "00:00", until: "00:00"}',
        "order: [sms]",
        f'sms: {{url: "{provider.url}/messages", ask: "{provider.url}/messages/{{id}}"}}',
    )
    (folder / "messages" / "channels.yaml").write_text("\n".join(lines), "utf-8")
    return folder


class Unsteady(Provider):
    """A provider that does what chance says. It keeps no repetition from anybody's phone."""

    seed = 0

    def _take(self, body: dict[str, object]) -> Response:
        chance = random.Random(f"{self.seed} {body['id']} {len(self.asked)}").random()
        self.does = "takes"
        for does, share in FAILS.items():
            if chance < share:
                self.does = does
                break
            chance -= share
        return super()._take(body)


@contextmanager
def provider(seed: int) -> Iterator[Provider]:
    """It runs as long as the storm."""
    with providers.running(Unsteady(dedupes=False)) as running:
        running.seed = seed  # type: ignore[attr-defined]
        yield running


def environment(place: Path, running: Provider) -> dict[str, str]:
    """What the mall is told of it."""
    return {"MPP_REGION": str(region_folder(place, running)), "MPP_SMS_TOKEN": TOKEN}


def _services(urls: Mapping[str, str]) -> dict[str, str]:
    return {d.name: urls[d.name] for d in case_services().values()}


@contextmanager
def hurried(urls: Mapping[str, str]) -> Iterator[None]:
    """Meanwhile no message waits; a database that is away is asked again."""
    over = threading.Event()

    def hurry() -> None:
        while not over.wait(1.0):
            for url in _services(urls).values():
                engine = create_engine(url, poolclass=NullPool)
                try:
                    with engine.begin() as tx:
                        tx.execute(text(_HURRY))
                except DBAPIError:
                    continue
                finally:
                    engine.dispose()

    thread = threading.Thread(target=hurry, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def unfinished(urls: Mapping[str, str]) -> dict[str, int]:
    """Messages that wait, by service."""
    return {f"{name} messages": int(dump.ask(url, _WAITING)[0][0]) for name, url in _services(urls).items()}


def check(urls: Mapping[str, str], running: Provider, counts: dict[str, int]) -> Iterator[Finding]:
    """Each step told, each message at most once at the provider, and on record what the provider has."""
    had = Counter(str(each["id"]) for each in running.sent)
    counts["messages sent"] = len(had)
    known: dict[str, str] = {}
    letters = {d.name: d.tracking_letter for d in case_services().values()}
    for name, url in _services(urls).items():
        for (case,) in dump.ask(url, _UNTOLD):
            yield Finding("told", f"{name}: {case} was filed, and nobody was told")
        for state, number in dump.ask(url, _STATES):
            counts[f"{name} messages {state}"] = int(number)
        for id_, state, twice, unsure in dump.ask(url, _SENT):
            known[f"{letters[name]}{id_}"] = f"{state}, unsure" if unsure and state == "withheld" else state
            if twice:
                yield Finding(
                    "told once", f"{name}: {id_} says that it was perhaps sent twice, though it could be asked"
                )
    for id_, number in had.items():
        if number > 1:
            yield Finding("told once", f"{id_} went out {number} times")
        # who died after a try of which nobody knows is told nothing more, and the row says so
        if known.get(id_) not in ("sent", "delivered", "call_list", "merged", "withheld, unsure"):
            yield Finding("told and on record", f"{id_} went out and is {known.get(id_)}")
    for id_, state in known.items():
        if state in ("sent", "delivered") and id_ not in had:
            yield Finding("told and on record", f"{id_} is {state}, and the provider never had it")

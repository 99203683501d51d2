"""Invented persons are planted everywhere a person can occur, and looked for everywhere a person must not.

Not in a message, routing key or queue name, not in a log line, a metric or the audit trail; also not where something
goes wrong: refused input, a database that is away, an error of the database that quotes the row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import kombu
import pytest
import requests
from sqlalchemy import make_url

from mpp.clock import new_id
from mpp.identity import demo as people
from mpp.messaging.brokers.topology import EVENTS
from tests.chaos import dump
from tests.chaos.load import PASSWORD
from tests.chaos.processes import Processes
from tests.support.broker import Vhost
from tests.support.wait import until

# Words and numbers that occur nowhere else. Words without a space: no way of encoding an address hides them.
WORDS = ("Zubaidah", "Mangaraja", "Wulandari", "Kenarikuning", "Pujasera77")
NIKS = ("3515990107809991", "3515994208819992", "3515990309829993", "3515994410839994", "3515991112849995")
PHONES = ("081298765401", "081298765402", "081298765403")
MOTHER, DECEASED = people.resident(1), people.resident(2)
SECRETS: list[str] = [PASSWORD, "sandi-Kenari-salah"]
# people write +62 as well as 0: what both have in common is searched for
CANARIES = (*WORDS, *NIKS, *(phone.lstrip("0") for phone in PHONES), MOTHER.nik, DECEASED.nik)

APPLICANT = {"kind": "person", "nik": NIKS[0], "name": f"{WORDS[0]} Kenari", "phone": PHONES[0]}
PROXY = {"nik": NIKS[1], "name": f"{WORDS[1]} Kenari", "phone": PHONES[1]}
NOTE = (
    f"Hubungi {WORDS[0]} (NIK {NIKS[2]}, {NIKS[3][:6]} {NIKS[3][6:12]} {NIKS[3][12:]}) di +62 812-9876-5403, {WORDS[3]}"
)
ACCOUNTS = ("petugas.mpp", "verifikator.dpmptsp", "verifikator.dukcapil", "pejabat.dukcapil", "mitra.bpjs")


class Counter:
    """A clerk's browser."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.tokens: dict[str, str] = {}
        for account in ACCOUNTS:
            answer = self.log_in(account, PASSWORD)
            answer.raise_for_status()
            self.tokens[account] = answer.json()["access_token"]
            SECRETS.append(self.tokens[account])

    def log_in(self, account: str, password: str) -> requests.Response:
        form = {"grant_type": "password", "username": account, "password": password}
        return requests.post(f"{self.url}/api/v1/auth/token", data=form, timeout=20)

    def send(self, account: str | None, path: str, body: Any = None, **headers: str) -> requests.Response:
        """A POST of `body` (JSON, or bytes as they are), or a GET without one."""
        sent = {"Idempotency-Key": new_id(), "Content-Type": "application/json"}
        if account is not None:
            sent["Authorization"] = f"Bearer {self.tokens[account]}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if body is None:
            return requests.get(self.url + path, headers=sent, timeout=20)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return requests.post(self.url + path, data=data, headers=sent, timeout=20)

    def file(self, collection: str, service: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
        body = {"service": service, "applicant": APPLICANT, "data": data, **more}
        answer = self.send("petugas.mpp", f"/api/v1/{collection}", body)
        assert answer.status_code == 201, answer.text
        case: dict[str, Any] = answer.json()
        SECRETS.append(case["secret"])
        return case | {"collection": collection}

    def act(self, account: str, case: dict[str, Any], action: str, note: str = NOTE) -> dict[str, Any]:
        path = f"/api/v1/{case['collection']}/{case['id']}/actions"
        answer = self.send(account, path, {"action": action, "note": note}, If_Match=f'"{case["version"]}"')
        assert answer.ok, answer.text
        return case | answer.json()


SIP = {
    "kind": "new",
    "str_number": "STR-1",
    "practice_name": f"Klinik {WORDS[3]}",
    "practice_address": f"Gang {WORDS[4]}",
    "practice_region": "35.15.14.2013",
    "requirements": {"str": True, "practice_place": True, "identity": True},
}
BIRTH = {
    "family_card": MOTHER.family_card,
    "mother_nik": MOTHER.nik,
    "child": {"name": f"{WORDS[2]} Kenari", "sex": "female", "birth_date": "2026-01-02", "birth_place": WORDS[3]},
    "requirements": {"birth_statement": True, "marriage": True, "family_card": True},
}
DEATH = {
    "deceased_nik": DECEASED.nik,
    "died_on": "2026-01-03",
    "place": WORDS[4],
    "requirements": {"death_statement": True, "family_card": True},
}
REPORT = {"title": f"Tentang {WORDS[0]}", "text": NOTE, "classification": "complaint"}


def a_day_at_the_office(counter: Counter) -> None:
    """Everything that is allowed, with notes that say too much."""
    sip = counter.file("permits", "PRZ-SIP-DR", SIP, proxy=PROXY)
    counter.send("verifikator.dpmptsp", f"/api/v1/permits/{sip['id']}/receipt")
    counter.send(None, f"/api/v1/track/{sip['tracking_code']}")
    counter.send(None, f"/api/v1/permits/{sip['id']}", X_Tracking_Secret=sip["secret"])
    counter.act("verifikator.dpmptsp", sip, "return")
    for service, data in (("ADM-LHR-01", BIRTH), ("ADM-MTI-01", DEATH)):
        case = counter.act("verifikator.dukcapil", counter.file("registrations", service, data), "verify")
        counter.act("pejabat.dukcapil", case, "sign")
    counter.act("petugas.mpp", counter.file("complaints", "PGD-LPR", REPORT), "withdraw")


def mistakes(counter: Counter) -> None:
    """What clerks and strangers get wrong: none of it is answered with a 5xx."""
    nik, name, clerk = NIKS[4], WORDS[0], "petugas.mpp"
    body = {"service": "PRZ-SIP-DR", "applicant": APPLICANT, "data": SIP}
    answers = [
        counter.log_in(nik, PASSWORD),
        counter.log_in(name, SECRETS[1]),
        counter.send(clerk, f"/api/v1/permits?q={nik}"),
        counter.send(clerk, f"/api/v1/permits?q={name}&{nik}={name}"),
        counter.send(clerk, f"/api/v1/permits/{nik}"),
        counter.send(clerk, f"/api/v1/{name}/{nik}"),
        counter.send(clerk, f"/api/v1/services/{nik}"),
        counter.send(None, f"/api/v1/track/{nik}"),
        counter.send(clerk, "/api/v1/permits", body, Idempotency_Key=f"{nik} {name}"),
        counter.send(clerk, "/api/v1/permits", body, Idempotency_Key=""),
        counter.send(clerk, "/api/v1/permits", body, If_Match=nik, User_Agent=nik, Accept_Language=name),
        counter.send(clerk, "/api/v1/permits", body, X_Request_ID=nik, X_Correlation_ID=nik, Traceparent=nik),
        counter.send(clerk, "/api/v1/permits", body | {nik: name}),
        counter.send(clerk, "/api/v1/permits", body | {"service": nik}),
        counter.send(clerk, "/api/v1/permits", body | {"data": SIP | {name: nik}}),
        counter.send(clerk, "/api/v1/permits", body | {"applicant": APPLICANT | {"nik": nik[:-1]}}),
        counter.send(clerk, "/api/v1/permits", json.dumps(body).encode()[:-5]),
        counter.send(clerk, "/api/v1/permits", body, Content_Type="text/plain"),
        counter.send(None, "/api/v1/permits", body, Authorization=f"Bearer {nik}"),
        counter.send("mitra.bpjs", f"/api/v1/events?after={nik}"),
        counter.send("mitra.bpjs", f"/api/v1/events?type={name}"),
    ]
    assert not [a.status_code for a in answers if a.status_code >= 500]


@contextmanager
def quoting_rows(url: str, table: str) -> Iterator[None]:
    """While this lasts the database refuses rows of the table, and its error repeats them."""
    function = "BEGIN RAISE EXCEPTION 'refused: %', NEW; END"
    dump.execute(url, f"CREATE FUNCTION canary() RETURNS trigger LANGUAGE plpgsql AS $$ {function} $$")
    dump.execute(url, f"CREATE TRIGGER canary BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION canary()")
    yield
    dump.execute(url, "DROP FUNCTION canary CASCADE")


@contextmanager
def away(admin: str, url: str) -> Iterator[None]:
    """While this lasts nobody gets into the database."""
    name = make_url(url).database
    everybody = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    dump.execute(admin, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    dump.ask(admin, everybody)
    yield
    dump.execute(admin, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def accidents(counter: Counter, urls: dict[str, str], admin: str) -> None:
    """Errors that carry a row or come in the middle of one."""
    report = {"service": "PGD-LPR", "applicant": APPLICANT, "data": REPORT}
    with quoting_rows(urls["complaints"], "cases"):
        assert counter.send("petugas.mpp", "/api/v1/complaints", report).status_code == 500
    with quoting_rows(urls["permits"], "persons"):
        case = counter.file("registrations", "ADM-LHR-01", BIRTH)
        case = counter.act("verifikator.dukcapil", case, "verify")
        counter.act("pejabat.dukcapil", case, "sign")
        until(
            lambda: dump.ask(urls["permits"], "SELECT 1 FROM inbox WHERE status IN ('retry', 'dead')"), 20, "a failure"
        )
    with away(admin, urls["complaints"]):
        assert counter.send("petugas.mpp", "/api/v1/complaints", report).status_code == 503
    with away(admin, urls["gateway"]):
        counter.log_in(NIKS[4], PASSWORD)
    until(lambda: counter.send("petugas.mpp", "/api/v1/complaints", report).ok, what="the databases")


class Wiretap:
    """A queue of our own that hears every event."""

    def __init__(self, uri: str) -> None:
        self._connection = kombu.Connection(uri)
        self._queue = kombu.Queue("wiretap", kombu.Exchange(EVENTS, "topic"), routing_key="#", durable=True)
        self._bound = self._queue(self._connection.default_channel)
        self._bound.declare()

    def heard(self) -> list[str]:
        """Each message as one text: routing key, properties, headers, body."""
        found = []
        while (message := self._bound.get(no_ack=True)) is not None:
            body = message.body if isinstance(message.body, str) else bytes(message.body).decode()
            found.append(f"{message.delivery_info['routing_key']} {message.properties} {message.headers} {body}")
        return found

    def close(self) -> None:
        self._connection.release()


def names_on_the_broker(vhost: Vhost) -> list[str]:
    if vhost.broker.api is None:
        return []
    found = [
        item["name"]
        for what in ("queues", "exchanges")
        for item in vhost.broker.call("GET", f"{what}/{vhost.name}").json()
    ]
    connections = vhost.broker.call("GET", "connections").json()
    return found + [json.dumps(c) for c in connections if c.get("vhost") == vhost.name]


def rows(url: str, *tables: str) -> list[str]:
    present = [t for t in tables if dump.ask(url, f"SELECT to_regclass('{t}')")[0][0] is not None]
    return [r[0] for t in present for r in dump.ask(url, f"SELECT to_jsonb(t)::text FROM {t} t")]


def bodies(url: str) -> list[str]:
    kept = "SELECT convert_from(body, 'UTF8') FROM {} WHERE body IS NOT NULL"
    return [r[0] for table in ("outbox", "inbox") for r in dump.ask(url, kept.format(table))]


def without_street(row: str) -> str:
    """The reason of an entry is the clerk's own text without numbers and names; a street in it is beyond masking."""
    return row.replace(WORDS[3], "")


def traces(text: str) -> set[str]:
    """The canaries in a text, whatever the case of the letters; digits also when they are written in groups."""
    lower, squeezed = text.lower(), re.sub(r"[\s.\-/+]|%20", "", text)
    return {canary for canary in CANARIES if canary.lower() in lower or (canary.isdigit() and canary in squeezed)}


@pytest.mark.broker
def test_no_person_leaves_the_case(processes: Processes, vhost: Vhost, postgres_server: Any, tmp_path: Path) -> None:
    wiretap = Wiretap(vhost.uri)
    counter = Counter(processes.url)
    a_day_at_the_office(counter)
    mistakes(counter)
    accidents(counter, processes.urls, postgres_server.base)
    until(lambda: not any(dump.unfinished_messages(processes.urls).values()), what="the end of the retries")
    messages = wiretap.heard()
    wiretap.close()
    feed = counter.send("mitra.bpjs", "/api/v1/events?limit=100").text
    logs = {name: processes.log(name).read_text() for name in [*processes.names, "prepare"]}
    places: dict[str, list[str]] = {
        "messages": messages,
        "feed": [feed],
        "names on the broker": names_on_the_broker(vhost),
        **{f"log of {name}": text.splitlines() for name, text in logs.items()},
        **{f"metrics of {name}": processes.metrics(name).splitlines() for name in processes.names},
        **{
            f"outbox and inbox of {name}": [*rows(url, "outbox", "inbox"), *bodies(url)]
            for name, url in processes.urls.items()
        },
        **{
            f"audit trail of {name}": [without_street(r) for r in rows(url, "audit")]
            for name, url in processes.urls.items()
        },
        "counted attempts": rows(processes.urls["gateway"], "attempts"),
    }
    leaks = {place: found for place, texts in places.items() if (found := [(traces(t), t) for t in texts if traces(t)])}
    assert leaks == {}
    told = {place: [s[:12] for s in set(SECRETS) if any(s in t for t in texts)] for place, texts in places.items()}
    assert {place: found for place, found in told.items() if found} == {}
    assert_not_blind(processes, places)


def assert_not_blind(processes: Processes, places: dict[str, list[str]]) -> None:
    """The search would have found them: they are where they belong, and the other places are not empty."""
    planted = set().union(*(traces(t) for name in ("permits", "civil_registry", "complaints")
                            for t in rows(processes.urls[name], "cases", "timeline", "residents")))  # fmt: skip
    assert set(CANARIES) - planted <= {NIKS[4]}  # that one was only ever refused
    empty = {place for place, texts in places.items() if not texts}
    assert empty <= {"names on the broker", "audit trail of gateway"}
    assert any("inbox.failed" in line for line in places["log of permits"])
    assert any("rpc.failed" in line for line in places["log of complaints"])

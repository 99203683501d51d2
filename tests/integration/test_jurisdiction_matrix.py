"""Who may see and do what, over HTTP: role x relation of the office x action, against a table written by hand.

404 outside one's jurisdiction, 403 for what the role or office may not, 409 for what the state does not allow; the same
in lists, single reads, receipts, actions and the worklist. A route, a service or an action that the table does not
know fails the test, so that nobody adds one without saying who may use it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, product
from typing import Any

import pytest

from mpp.cases.commands.holding import hold_open_cases
from mpp.cases.recording.work import Cause, work_on
from mpp.cases.storage import case_rows
from mpp.cases.time import due_steps
from mpp.casework.access.actors import ROLES as EVERY_ROLE
from mpp.casework.access.actors import SYSTEM, Actor, Assignment
from mpp.casework.rules import built_in
from mpp.clock import new_id
from mpp.hosting.definition import case_services
from services.civil_registry.register import marriages
from services.civil_registry.register.facts import Recorded
from services.civil_registry.register.marriages import Marriage
from tests.integration import jurisdiction_table
from tests.integration.jurisdiction_permits import PERMIT_WAYS
from tests.integration.jurisdiction_table import (
    BUILT_IN,
    ROLES,
    Way,
    divorcing,
    of_built_in,
    of_declared,
    sees,
)
from tests.support import accounts
from tests.support.counter import Counter, fill_gateway
from tests.support.desks import Desks, doctor, fill
from tests.support.postgres import TestPostgres
from tests.support.trial import trial

WAYS = {**jurisdiction_table.WAYS, **PERMIT_WAYS}
RELATIONS = ("origin", "owner", "agency", "parent", "top", "sibling", "unrelated")
NEAR = ("origin", "owner", "agency")
EVERYBODY = tuple(product(ROLES, RELATIONS))
# Far from the case one clerk stands for all who work there.
READERS = tuple((r, o) for r, o in EVERYBODY if o in NEAR or r in ("clerk", "supervisor", "inspectorate"))
_CASES = count()  # each of them about another resident
_ARRIVED: dict[tuple[int, str, str], tuple[dict[str, Any], str]] = {}
_OPENED: dict[str, Iterator[int]] = defaultdict(count)  # of each service
# Routes on cases that this test covers, and those that have no jurisdiction (or their own test).
COVERED = {
    ("GET", ""), ("POST", ""), ("GET", "/{id}"), ("POST", "/{id}/actions"), ("GET", "/{id}/receipt"),
    ("POST", "/search"),
}  # fmt: skip
ELSEWHERE = (
    "/auth", "/me", "/services", "/linked-services",
    "/track", "/events", "/operations", "/openapi", "/docs", "/register", "/verify",
    "/payments", "/offices", "/regions", "/colleagues", "/persons", "/drafts", "/papers", "/signatures", "/call-list",
    "/messages", "/satisfaction/",
)  # fmt: skip

HTTP_SECRETS = 3
SECRETS_WINDOW = timedelta(minutes=2)  # nobody may try many secrets in a minute

Case = dict[str, Any]


@pytest.fixture(scope="module")
def counter(postgres_server: TestPostgres) -> Iterator[Counter]:
    """The mall over HTTP, on a clock that stands still."""
    made = {
        d.name: postgres_server.create(postgres_server.template(f"service_{d.name}", fill(d.name)))
        for d in case_services().values()
    }
    gateway = postgres_server.create(postgres_server.template("gateway", fill_gateway))
    desks = married(Desks({name: postgres_server.url(database) for name, database in made.items()}))
    opened = Counter(desks, postgres_server.url(gateway))
    yield opened
    opened.close()
    desks.close()
    for database in (*made.values(), gateway):
        postgres_server.drop(database)


def married(desks: Desks) -> Desks:
    """Those who ask for a divorce are married."""
    day = date(2020, 1, 5)
    with desks.databases["civil_registry"].transaction() as tx:
        for n in range(10):
            pair = divorcing(n)
            by = Recorded(desks.clock.now(), day, "marriage", "system")
            marriages.register(tx, Marriage(pair["husband_nik"], pair["wife_nik"], day), by)
    return desks


def arrive(counter: Counter, service: str, state: str) -> tuple[Case, str]:
    """A case that has walked to this state, the same one for all who only try; the address of its collection."""
    key = (id(counter), service, state)
    if key not in _ARRIVED:
        _ARRIVED[key] = walk(counter, service, state)
    return _ARRIVED[key]


def walk(counter: Counter, service: str, state: str) -> tuple[Case, str]:
    """A case of its own that has walked to this state; the address of its collection."""
    way = WAYS[service]
    base = f"/api/v1/{counter.desks.collection(service)}"
    data = dict(way.opening(next(_OPENED[service])))
    if state == "incomplete":
        data["requirements"] = {}
    body = {"service": service, "applicant": doctor(5000 + next(_CASES)), "data": data}
    answer = counter.post(base, body, (way.office("origin"), "clerk"))
    assert answer.status_code == 201, answer.text
    case = answer.get_json()
    secret = case["secret"]
    for action in way.stations[state].path:
        if action == "DEEMED":
            case = deem_granted(counter, case, base)
            continue
        wanted = way.deeds[action]
        role = sorted(wanted.roles)[-1]
        answer = act(counter, case, base, way, action, (way.office(wanted.at), role))
        assert answer.status_code == 200, (action, answer.text)
        case = signed(counter, answer.get_json(), base)
    assert case["state"] == state
    return {**case, "secret": secret}, base


def signed(counter: Counter, case: Case, base: str) -> Case:
    """The case as it is when the papers that it may wait for were signed."""
    if case["signing"] is None:
        return case
    for paper in case["signing"]["papers"]:
        counter.desks.finish_paper(case["collection"], paper)
    answer = counter.get(f"{base}/{case['id']}", ("setda", "inspectorate"))
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def act(counter: Counter, case: Case, base: str, way: Way, action: str, who: tuple[str, str]) -> Any:
    body = {"action": action, "note": "catatan", "data": way.deeds[action].data}
    return counter.post(f"{base}/{case['id']}/actions", body, who, case["version"])


def every(service: str) -> list[tuple[str, str]]:
    return [(service, state) for state in WAYS[service].stations]


STATIONS = [pair for service in WAYS for pair in every(service)]


def test_the_table_knows_every_service_state_action_role_and_route(counter: Counter) -> None:
    shipped = {kind.code: kind for kind in counter.desks.runtime.catalogue}
    assert set(shipped) == set(WAYS)
    for code, way in WAYS.items():
        assert set(shipped[code].actions) == set(way.deeds), code
        assert set(shipped[code].states) == set(way.stations), code
    assert set(built_in.BUILT_IN) <= set(BUILT_IN)
    assert set(EVERY_ROLE) == set(ROLES)
    collections = {d.collection for d in case_services().values()}
    wanted = {(method, f"/api/v1/{name}{rest}") for name in collections for method, rest in COVERED}
    found = {
        (method, path)
        for method, path in counter.routes
        if path.startswith("/api/v1") and not path.removeprefix("/api/v1").startswith(ELSEWHERE)
        if "/documents" not in path  # tests/integration/cases: test_documents.py, test_taking_out.py
        and "/forms/" not in path  # tests/integration/gateway/test_forms_over_http.py
        and path not in ("/api/v1/worklist/counts", "/api/v1/worklist/export")  # permits: test_supervising.py
        and not path.endswith(("/{id}/messages", "/{id}/contact"))  # tests/integration/messages
        and "/online" not in path  # tests/integration/cases/test_filed_online.py
        and not path.endswith("/{id}/secret")  # tests/integration/cases/test_new_secret.py
        and not path.endswith("/{id}/satisfaction")  # tests/integration/cases/test_satisfaction.py
    }
    assert found == wanted | {("GET", "/api/v1/worklist")}


@pytest.mark.parametrize(("service", "state"), STATIONS)
def test_who_may_do_what(counter: Counter, service: str, state: str) -> None:
    """Nothing that is tried here is kept: an allowed command is stopped just before its commit.

    Everybody tries at the desk; over HTTP one of each answer, another one in each state, gets the same.
    """
    way = WAYS[service]
    case, base = arrive(counter, service, state)
    wrong, by_status = [], defaultdict(list)
    with trial(counter.desk_of(service), case["id"]) as tried:
        for role, relation in EVERYBODY:
            who = (way.office(relation), role)
            for action, expected in expectations(counter, service, state, role, relation):
                status = tried.act(who, action, data_of(way, action))
                by_status[expected].append((who, action))
                if status != expected:
                    wrong.append(f"{role} @ {relation}: {action} in {state}: {status} instead of {expected}")
    assert not wrong, "\n".join(wrong)
    for expected, tries in by_status.items():
        who, action = tries[STATIONS.index((service, state)) * 7 % len(tries)]
        status = attempt(counter, case, base, way, action, who)
        assert status == expected, f"{who} over HTTP: {action} in {state}: {status} instead of {expected}"
    after = counter.get(f"{base}/{case['id']}", (way.office("top"), "inspectorate")).get_json()
    assert after["version"] == case["version"], "refused and stopped commands changed nothing"


def expectations(counter: Counter, service: str, state: str, role: str, relation: str) -> list[tuple[str, int]]:
    """Every declared action, whatever the state; the built-in ones in two states, and at the end of the way."""
    way = WAYS[service]
    kind = counter.desks.runtime.catalogue.get(service)
    extensible = getattr(kind, "extension", None) is not None
    found = [(action, of_declared(way, state, role, relation, action)) for action in way.deeds]
    turning = {first(way), middle(way)} if way.met_agency else {first(way)}
    if state in turning or (state in way.final and relation == "owner"):
        found += [(action, of_built_in(way, state, role, relation, action, extensible)) for action in built_in.BUILT_IN]
    return found


def first(way: Way) -> str:
    """The state of a complete file."""
    return next(s for s, station in way.stations.items() if not station.path and s != "incomplete")


def middle(way: Way) -> str:
    """Where the case has met most offices and still waits for one."""
    return max((s for s in way.stations if s not in way.final), key=lambda s: (len(way.stations[s].met), s))


def telling(way: Way) -> set[str]:
    """The states that differ most in who sees them: a fresh case, one that has met most offices, a finished one."""
    return {first(way), middle(way), sorted(way.final)[0]}


def data_of(way: Way, action: str) -> dict[str, Any]:
    """What makes the action complete."""
    if action in way.deeds:
        return way.deeds[action].data
    built_in = {"assign": {"to": "rekan"}, "extend": {"by": "1wd"}, "amend": way.correction}
    return built_in.get(action, {})


def attempt(counter: Counter, case: Case, base: str, way: Way, action: str, who: tuple[str, str]) -> int:
    body: dict[str, Any] = {"action": action, "note": "catatan", "data": data_of(way, action)}
    if action == "assign":  # somebody who may do each open task of it
        held = tuple(Assignment(each["office"], each["role"]) for each in case["tasks"] if each["outcome"] is None)
        colleague = accounts.ensure(counter.database, Actor(f"rekan.{case['tracking_code'].lower()}", held))
        body["data"] = {"to": colleague.id}
    path = f"{base}/{case['id']}/actions"
    return counter.dry(lambda: counter.post(path, body, who, case["version"])).status_code


def test_who_sees_it(counter: Counter) -> None:
    """The case, the list, the worklist and the actions offered agree with each other and with the table."""
    # Who sees a case depends on the offices it has met, not on its service: three states of a brief way stand for all.
    shown = [(s, state) for s, state in STATIONS if not WAYS[s].brief or state in telling(WAYS[s])]
    lists = {(role, relation): Lists(counter) for role, relation in READERS}
    cases = {(service, state): arrive(counter, service, state) for service, state in shown}
    wrong = []
    for (service, state), (case, base) in cases.items():
        way = WAYS[service]
        with trial(counter.desk_of(service), case["id"]) as tried:
            for role, relation in READERS:
                if way.brief and relation not in NEAR:
                    continue
                who, here = (way.office(relation), role), way.stations[state]
                seen = sees(role, relation, here.met)
                outside = role in ("partner", "operator", "privacy")
                offered = tried.offers(who)
                expected = {
                    "seen": seen,
                    "list": 403 if outside else seen,
                    "worklist": 403 if outside else here.task == (role, relation),
                    "offers": {a for a in way.deeds if of_declared(way, state, role, relation, a) == 200},
                }
                got = {
                    "seen": offered is not None,
                    "list": lists[role, relation].holds(base, who, case["id"]),
                    "worklist": lists[role, relation].holds("/api/v1/worklist", who, case["id"]),
                    "offers": (offered or set()) & set(way.deeds),
                }
                wrong += [
                    f"{role} @ {relation}: {what} of {service} in {state}: {got[what]} instead of {expected[what]}"
                    for what in expected
                    if got[what] != expected[what]
                ]
    assert not wrong, "\n".join(wrong)


def test_read_and_receipt_over_http_show_what_the_desk_shows(counter: Counter) -> None:
    """In each state one who sees the case and one who does not, another one in each state."""
    for number, (service, state) in enumerate(STATIONS):
        way, (case, base) = WAYS[service], arrive(counter, service, state)
        for seen in (True, False):
            some = [r for r in READERS if sees(*r, way.stations[state].met) is seen]
            role, relation = some[number * 7 % len(some)]
            who = (way.office(relation), role)
            one = counter.get(f"{base}/{case['id']}", who)
            receipt = counter.get(f"{base}/{case['id']}/receipt", who)
            assert (one.status_code, receipt.status_code) == ((200, 200) if seen else (404, 404)), (service, state, who)
            if seen:
                wanted = {a for a in way.deeds if of_declared(way, state, role, relation, a) == 200}
                assert {a["action"] for a in one.get_json()["actions"]} & set(way.deeds) == wanted, (
                    service,
                    state,
                    who,
                )


@pytest.mark.parametrize("service", WAYS)
def test_a_search_finds_what_one_sees(counter: Counter, service: str) -> None:
    way = WAYS[service]
    state = middle(way)
    counter.desks.clock.advance(SECRETS_WINDOW)
    case, base = arrive(counter, service, state)
    wrong = []
    for role, relation in READERS:
        who = (way.office(relation), role)
        answer = counter.post(f"{base}/search", {"nik": case["applicant"]["nik"]}, who)
        seen = sees(role, relation, way.stations[state].met)
        expected = (403, None) if role in ("partner", "operator", "privacy") else (200, [case["id"]] if seen else [])
        found = [item["id"] for item in answer.get_json()["items"]] if answer.status_code == 200 else None
        if (answer.status_code, found) != expected:
            wrong.append(f"{role} @ {relation}: {answer.status_code}, {found} instead of {expected}")
    assert not wrong, "\n".join(wrong)


class Lists:
    """Lists and worklists, all their pages, each read once."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._known: dict[tuple[str, tuple[str, str]], set[str] | int] = {}

    def holds(self, path: str, who: tuple[str, str], case_id: str) -> bool | int:
        """Whether the list holds the case; the status where there is no list."""
        if (path, who) not in self._known:
            self._known[path, who] = self._read(path, who)
        known = self._known[path, who]
        return known if isinstance(known, int) else case_id in known

    def _read(self, path: str, who: tuple[str, str]) -> set[str] | int:
        found: set[str] = set()
        cursor = ""
        while True:
            answer = self._counter.get(f"{path}?limit=100{cursor}", who)
            if answer.status_code != 200:
                return int(answer.status_code)
            body = answer.get_json()
            found |= {item.get("case_id") or item["id"] for item in body["items"]}
            if body["next"] is None:
                return found
            cursor = f"&cursor={body['next']}"


@pytest.mark.parametrize("service", WAYS)
def test_only_a_clerk_files_a_case(counter: Counter, service: str) -> None:
    way = WAYS[service]
    base = f"/api/v1/{counter.desks.collection(service)}"
    body = {"service": service, "applicant": doctor(5000), "data": way.opening(next(_OPENED[service]))}
    # Who files is asked by role only, so that far from the case one who may not stands for all of them.
    for role, relation in READERS:
        if relation in NEAR or role == "clerk":
            answer = counter.dry(lambda: counter.post(base, body, (way.office(relation), role)))  # noqa: B023
            assert answer.status_code == (200 if role == "clerk" else 403), (role, relation, answer.text)


@pytest.mark.parametrize("service", WAYS)
def test_an_applicant_does_what_is_the_applicants_and_nothing_else(counter: Counter, service: str) -> None:
    way = WAYS[service]
    counter.desks.clock.advance(SECRETS_WINDOW)
    over_http = 0
    for state in way.stations:
        case, base = arrive(counter, service, state)
        tries = [(a, 200 if "applicant" in d.roles else 403) for a, d in way.deeds.items() if state in d.states]
        with trial(counter.desk_of(service), case["id"]) as tried:
            for action, expected in tries:
                data = data_of(way, action)
                assert tried.act(None, action, data, case["secret"]) == expected, (state, action)
                assert tried.act(None, action, data, "0" * len(case["secret"])) == 404, (state, action)
        if tries and over_http < HTTP_SECRETS:
            over_http += 1
            action, expected = tries[-1]
            body = {"action": action, "note": "catatan", "data": data_of(way, action)}
            path = f"{base}/{case['id']}/actions"
            mine = counter.dry(lambda: counter.post(path, body, None, case["version"], case["secret"]))  # noqa: B023
            assert mine.status_code == expected, (state, action, mine.text)
            other = counter.dry(lambda: counter.post(path, body, None, case["version"], "0" * len(case["secret"])))  # noqa: B023
            assert other.status_code == 404, (state, action, other.text)


@pytest.mark.parametrize(
    ("roles", "resume", "withdraw"),
    [
        ((("owner", "verifier"),), 200, 403),
        ((("owner", "supervisor"),), 200, 403),
        ((("top", "supervisor"),), 200, 403),
        ((("parent", "supervisor"),), 403, 403),
        ((("agency", "verifier"),), 403, 403),
        ((("origin", "verifier"),), 403, 403),
        ((("origin", "clerk"),), 403, 200),
        ((("origin", "signer"), ("sibling", "clerk")), 403, 403),
        ((("origin", "clerk"), ("sibling", "verifier")), 403, 200),
        ((("sibling", "clerk"), ("unrelated", "verifier")), 404, 404),
    ],
)
def test_a_role_held_elsewhere_opens_no_door(
    counter: Counter, roles: tuple[tuple[str, str], ...], resume: int, withdraw: int
) -> None:
    """On a case on hold, where somebody sees it from one office and holds the role at another."""
    way = WAYS["PRZ-SIP-DR"]
    case, base = walk(counter, "PRZ-SIP-DR", "recommendation")
    hold(counter, case["id"])
    people = tuple((way.office(relation), role) for relation, role in roles)
    for action, expected in (("resume", resume), ("withdraw", withdraw), ("recommend", 404 if resume == 404 else None)):
        body = {"action": action, "note": "catatan"}
        path = f"{base}/{case['id']}/actions"
        answer = counter.dry(lambda: counter.post(path, body, people, case["version"] + 1))  # noqa: B023
        assert answer.status_code == expected or (expected is None and answer.status_code in (403, 409)), answer.text
        if expected != 404:
            seen = counter.get(f"{base}/{case['id']}", people).get_json()
            offered = action in {a["action"] for a in seen["actions"]}
            assert offered == (expected == 200), f"{action} is offered to who may take it, and to nobody else"


def deem_granted(counter: Counter, case: Case, base: str) -> Case:
    """As the timer would when the limit has passed."""
    desk = counter.desks.desks["permits"]
    with counter.desks.databases["permits"].transaction() as tx:
        record = case_rows.find(tx, id_=case["id"], lock=True)
        assert record is not None
        due_steps.deem_granted(work_on(desk.host, tx, record, Cause(SYSTEM, counter.desks.clock.now(), new_id())))
    return dict(counter.get(f"{base}/{case['id']}", ("setda", "inspectorate")).get_json())


def hold(counter: Counter, case_id: str) -> None:
    """As a death report would."""
    desk = counter.desks.desks["permits"]
    with counter.desks.databases["permits"].transaction() as tx:
        record = case_rows.find(tx, id_=case_id)
        assert record is not None
        assert record.person is not None
        hold_open_cases(desk.host, tx, record.person, "person_deceased", correlation_id=new_id(), causation_id=new_id())

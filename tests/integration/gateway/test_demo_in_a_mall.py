"""Demo accounts open with a password that everybody knows: they are asked for, and have no place where people work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from mpp.clock import SystemClock, new_id
from mpp.hosting.definition import definitions
from mpp.hosting.seeding import WELL_KNOWN_PASSWORD, Seeding
from mpp.hosting.settings import ServiceSettings
from mpp.operations.checking.warnings import warnings_of
from mpp.operations.preparing.prepare import DemoRefused, seed
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings
from mpp.persistence.database import Database
from mpp.persistence.servers import roles
from mpp.persistence.tables import audit
from services.civil_registry.tables import residents
from services.gateway.accounts import queries
from services.gateway.accounts.passwords import Passwords
from services.gateway.accounts.seed import DEMO, demo
from services.gateway.tables import accounts
from services.gateway.threads import HereAndNow
from tests.integration.gateway.conftest import CHEAP, Mall

KEY = bytes(range(32))
OWN = "kopi-hujan-sepeda"


@pytest.fixture
def urls(make_database: Callable[..., str]) -> dict[str, str]:
    """The databases that demo data go to, as `mpp prepare` leaves them."""
    found = {}
    for name in ("civil_registry", "gateway"):
        found[name] = make_database()
        roles.migrate_only(found[name], name, definitions()[name].migrations or ())
    return found


def settings(
    urls: dict[str, str], *, proxies: int = 0, bind: str = "127.0.0.1", password: str | None = None
) -> Settings:
    return Settings(
        for_services=ServiceSettings(proxies=proxies), bind=bind, demo=True, demo_password=password,
        database_urls=urls, person_key=KEY,
    )  # fmt: skip


def fill(urls: dict[str, str], **changed: Any) -> None:
    services = {name: definitions()[name] for name in urls}
    seed(settings(urls, **changed), services, lambda _: None)


@pytest.fixture
def gateway(urls: dict[str, str]) -> Iterator[Database]:
    opened = Database(urls["gateway"], name="gateway")
    yield opened
    opened.dispose()


def names(database: Database) -> set[str]:
    with database.transaction() as tx:
        return set(tx.execute(select(accounts.c.name)).scalars())


def somebody(database: Database, name: str = "siti") -> None:
    with database.transaction() as tx:
        queries.add(tx, name, Passwords(HereAndNow(), CHEAP).hash(OWN), [], SystemClock().now())


@pytest.mark.parametrize("open_to_others", [{"proxies": 1}, {"bind": "0.0.0.0"}, {"bind": "10.1.2.3", "proxies": 2}])
@pytest.mark.parametrize("password", [None, WELL_KNOWN_PASSWORD])
def test_the_known_password_is_refused_where_others_reach_the_mall(
    urls: dict[str, str], gateway: Database, open_to_others: dict[str, Any], password: str | None
) -> None:
    with pytest.raises(Problem, match="MPP_DEMO=0"):
        fill(urls, password=password, **open_to_others)
    assert names(gateway) == set()


def test_a_training_mall_may_be_open_with_a_password_of_its_own(urls: dict[str, str], gateway: Database) -> None:
    fill(urls, proxies=1, password=OWN)
    assert names(gateway) == set(DEMO)
    assert warnings_of(definitions()["gateway"], urls["gateway"]) == []


@pytest.mark.parametrize("password", ["aaaaaaaaaa", "Rahasia_Demo", "sidoarjo-2026", "penyelia.dukcapil"])
def test_a_training_mall_has_no_password_that_is_guessed_first(
    urls: dict[str, str], gateway: Database, password: str
) -> None:
    with pytest.raises(Problem, match="MPP_DEMO_PASSWORD"):
        fill(urls, proxies=1, password=password)
    assert names(gateway) == set()


def test_no_demo_comes_into_a_mall_of_people(urls: dict[str, str], gateway: Database) -> None:
    somebody(gateway)
    with pytest.raises(DemoRefused):
        fill(urls)
    assert names(gateway) == {"siti"}
    register = Database(urls["civil_registry"], name="civil_registry")
    with register.transaction() as tx:
        assert tx.execute(select(residents.c.nik).limit(1)).first() is None, "nor demo residents"
    register.dispose()


def test_a_demo_in_which_somebody_made_an_account_stays_one(urls: dict[str, str], gateway: Database) -> None:
    fill(urls)
    somebody(gateway)
    fill(urls)
    assert names(gateway) == {*DEMO, "siti"}


def test_a_demo_that_was_ended_does_not_come_back(urls: dict[str, str], gateway: Database) -> None:
    fill(urls)
    somebody(gateway)
    with gateway.transaction() as tx:
        for name in DEMO:
            queries.disable(tx, name)
    with pytest.raises(DemoRefused):
        fill(urls)
    assert warnings_of(definitions()["gateway"], urls["gateway"]) == []


def test_a_start_warns_as_long_as_one_account_opens_with_the_known_password(
    urls: dict[str, str], gateway: Database
) -> None:
    fill(urls)
    first = warnings_of(definitions()["gateway"], urls["gateway"])
    assert f"{len(DEMO)} demo accounts" in first[0]
    with gateway.transaction() as tx:
        for name in DEMO:
            if name != "operator":
                queries.set_password(tx, name, Passwords(HereAndNow(), CHEAP).hash(OWN))
    assert "1 demo accounts open" in warnings_of(definitions()["gateway"], urls["gateway"])[0]
    with gateway.transaction() as tx:
        queries.set_password(tx, "operator", Passwords(HereAndNow(), CHEAP).hash(OWN))
    assert warnings_of(definitions()["gateway"], urls["gateway"]) == []


# ---------------------------------------------------------------- mpp accounts disable-demo


@pytest.fixture
def open_mall(mall: Mall) -> Mall:
    demo(mall.database, Seeding("35.15", b"k" * 32), mall.clock, Passwords(HereAndNow(), CHEAP))
    mall.account("siti", OWN)
    return mall


def disable_demo(mall: Mall, operator: str, key: str | None = None) -> dict[str, list[str]]:
    bearer = {"Authorization": f"Bearer {mall.token('operator', 'mpp-sidoarjo', operator)}"}
    path = "/api/v1/operations/accounts/disable-demo"
    answer = mall.client.post(path, json={}, headers={**bearer, "Idempotency-Key": key or new_id()})
    assert answer.status_code == 200, answer.text
    found: dict[str, list[str]] = answer.get_json()
    return found


def gets_in(mall: Mall, name: str, password: str) -> bool:
    return mall.client.post("/api/v1/auth/token", data={"username": name, "password": password}).status_code == 200


def test_one_command_shuts_every_demo_account_and_nobody_elses(open_mall: Mall) -> None:
    key = new_id()
    told = disable_demo(open_mall, "pengelola", key)
    assert (set(told["disabled"]), told["left"]) == (set(DEMO), [])
    assert not any(gets_in(open_mall, name, WELL_KNOWN_PASSWORD) for name in ("petugas.sukodono", "operator"))
    assert gets_in(open_mall, "siti", OWN)
    assert disable_demo(open_mall, "pengelola", key) == told, "repeated with its key"
    assert disable_demo(open_mall, "pengelola")["disabled"] == []
    with open_mall.database.transaction() as tx:
        rows = tx.execute(select(audit.c.actor, audit.c.details).where(audit.c.action == "account_disabled")).all()
    assert {row.details["account"] for row in rows} == set(DEMO)
    assert {row.actor for row in rows} == {"pengelola"}


def test_the_demo_operator_who_ends_the_demo_is_left_and_told(open_mall: Mall) -> None:
    told = disable_demo(open_mall, "operator")
    assert (set(told["disabled"]), told["left"]) == (set(DEMO) - {"operator"}, ["operator"])
    assert gets_in(open_mall, "operator", WELL_KNOWN_PASSWORD)


def test_nothing_waits_any_longer_for_a_demo_account_that_was_shut_nor_because_of_it(open_mall: Mall) -> None:
    bearer = {"Authorization": f"Bearer {open_mall.token('operator', 'mpp-sidoarjo', 'operator')}"}
    signer = [{"office": "dukcapil", "role": "signer"}]
    for name in ("siti", "petugas.mpp"):
        answer = open_mall.client.post(
            "/api/v1/operations/accounts/change",
            json={"account": name, "assignments": signer},
            headers={**bearer, "Idempotency-Key": new_id()},
        )
        assert len(answer.get_json()["pending"]) == 1, answer.text
    disable_demo(open_mall, "pengelola")
    with open_mall.database.transaction() as tx:
        assert queries.waiting(tx, open_mall.clock.now()) == []
        told = tx.execute(select(audit.c.details).where(audit.c.action == "grant_withdrawn")).scalars().all()
    assert {each["account"] for each in told} == {"siti", "petugas.mpp"}


def test_a_demo_account_with_a_password_of_its_own_is_somebodys(open_mall: Mall) -> None:
    with open_mall.database.transaction() as tx:
        queries.set_password(tx, "operator", open_mall.parts.passwords.hash(OWN))
    assert "operator" not in disable_demo(open_mall, "pengelola")["disabled"]
    assert gets_in(open_mall, "operator", OWN)

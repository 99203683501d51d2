"""What sees more than one office, signs, or gives roles is given by two: no operator makes himself one of those."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import Client, TestResponse

import mpp.catalogue
from mpp.catalogue import package_folder
from mpp.clock import new_id
from mpp.hosting.definition import definitions
from mpp.operations.problem import Problem
from mpp.persistence.tables import audit
from mpp.web.wsgi import Door, Headers
from services.gateway.accounts import queries
from services.gateway.accounts.first import official, operator
from services.gateway.accounts.grants import guarded_roles
from services.gateway.api.app import build
from services.gateway.feed.epochs.watch import Watch
from services.gateway.housekeeping import keep_house
from tests.integration.gateway.conftest import Mall

FIRST, OTHER = "kopi-hujan-sepeda", "gunung-payung-kereta"
SIGNER = {"office": "dukcapil", "role": "signer"}
CLERK = {"office": "35.15.14.2013", "role": "clerk"}
ASKING, SECOND, WATCHER = "operator", "operator.kedua", "inspektorat"
HOLD = {
    ASKING: ("operator", "mpp-sidoarjo"),
    SECOND: ("operator", "mpp-sidoarjo"),
    WATCHER: ("inspectorate", "inspektorat"),
}


def post(mall: Mall, who: str, path: str, body: Any) -> TestResponse:
    role, office = HOLD.get(who, ("clerk", "35.15.14.2013"))
    bearer = {"Authorization": f"Bearer {mall.token(role, office, who)}", "Idempotency-Key": new_id()}
    return mall.client.post(f"/api/v1/operations/{path}", json=body, headers=bearer)


def listed(mall: Mall, who: str) -> list[dict[str, Any]]:
    role, office = HOLD[who]
    bearer = {"Authorization": f"Bearer {mall.token(role, office, who)}"}
    found: list[dict[str, Any]] = mall.client.get("/api/v1/operations/grants", headers=bearer).get_json()["items"]
    return found


def codes(found: dict[str, Any]) -> list[dict[str, str]]:
    """The roles and offices of an account, or of what waits for it, without their names."""
    return [{name: each[name] for name in ("office", "role")} for each in found["assignments"]]


def create(mall: Mall, *held: dict[str, str], name: str = "siti", who: str = ASKING) -> dict[str, Any]:
    answer = post(mall, who, "accounts", {"account": name, "password": FIRST, "assignments": list(held)})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def held(mall: Mall, name: str = "siti") -> list[tuple[str, str]]:
    with mall.database.transaction() as tx:
        found = queries.find(tx, name)
    assert found is not None
    return sorted((a.role, a.office) for a in found.actor.assignments)


def told(mall: Mall) -> list[Any]:
    with mall.database.transaction() as tx:
        return list(tx.execute(select(audit).where(audit.c.action.like("grant%")).order_by(audit.c.id)).all())


# ---------------------------------------------------------------- which roles


def test_the_roles_are_found_by_what_they_see_and_sign() -> None:
    catalogue = mpp.catalogue.load([package_folder(d.catalogue) for d in definitions().values() if d.catalogue])
    assert guarded_roles(catalogue) == {"signer", "supervisor", "inspectorate", "operator", "privacy"}
    (kind, *_) = [kind for kind in catalogue if "sign" in kind.actions]
    signs = replace(kind.actions["sign"], roles=("verifier",), signature=True)
    elsewhere = mpp.catalogue.Catalogue([replace(kind, actions={"sign": signs})])
    assert "verifier" in guarded_roles(elsewhere), "where a service type lets verifiers sign, verifiers are such a role"


@pytest.mark.parametrize("role", ["clerk", "verifier", "officer", "partner"])
def test_other_roles_are_given_by_one(mall: Mall, role: str) -> None:
    made = create(mall, {"office": "dukcapil", "role": role})
    assert (held(mall), made["pending"]) == ([(role, "dukcapil")], [])


@pytest.mark.parametrize("role", ["signer", "supervisor", "inspectorate", "operator"])
def test_a_role_that_sees_more_or_signs_waits(mall: Mall, role: str) -> None:
    made = create(mall, CLERK, {"office": "dukcapil", "role": role})
    assert codes(made) == [CLERK], "the rest is given at once"
    (grant,) = made["pending"]
    assert (codes(grant), grant["requested_by"]) == ([{"office": "dukcapil", "role": role}], ASKING)
    assert held(mall) == [("clerk", "35.15.14.2013")]


def test_an_operator_does_not_make_himself_the_inspectorate(mall: Mall) -> None:
    mine = [{"office": "mpp-sidoarjo", "role": "operator"}, {"office": "inspektorat", "role": "inspectorate"}]
    mall.token("operator", "mpp-sidoarjo", ASKING)
    answer = post(mall, ASKING, "accounts/change", {"account": ASKING, "assignments": mine})
    (grant,) = answer.get_json()["pending"]
    assert held(mall, ASKING) == [("operator", "mpp-sidoarjo")]
    refused = post(mall, ASKING, f"grants/{grant['id']}/confirm", {})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "second_person")
    assert held(mall, ASKING) == [("operator", "mpp-sidoarjo")]


def test_an_operator_gives_himself_no_role_alone(mall: Mall) -> None:
    """He gives others what sees one office; giving it to himself, office after office, he would see them all."""
    mine = [{"office": "mpp-sidoarjo", "role": "operator"}, CLERK]
    mall.token("operator", "mpp-sidoarjo", ASKING)
    (grant,) = post(mall, ASKING, "accounts/change", {"account": ASKING, "assignments": mine}).get_json()["pending"]
    assert (codes(grant), held(mall, ASKING)) == ([CLERK], [("operator", "mpp-sidoarjo")])


def test_who_sees_cases_of_a_second_office_waits_for_it_and_who_moves_does_not(mall: Mall) -> None:
    verifier = {"office": "dukcapil", "role": "verifier"}
    partner = {"office": "bpjs", "role": "partner"}
    made = create(mall, CLERK, verifier, partner)
    assert [codes(grant) for grant in made["pending"]] == [[verifier]]
    assert held(mall) == [("clerk", "35.15.14.2013"), ("partner", "bpjs")], "a partner sees no case"
    moved = post(mall, ASKING, "accounts/change", {"account": "siti", "assignments": [verifier]}).get_json()
    assert (moved["pending"], held(mall)) == ([], [("verifier", "dukcapil")])
    clerk = {"office": "dukcapil", "role": "clerk"}
    more = post(mall, ASKING, "accounts/change", {"account": "siti", "assignments": [verifier, clerk]}).get_json()
    assert (more["pending"], held(mall)) == ([], [("clerk", "dukcapil"), ("verifier", "dukcapil")])


def test_a_signer_who_moves_to_another_office_waits(mall: Mall) -> None:
    signer(mall)
    there = {"office": "dpmptsp", "role": "signer"}
    moved = post(mall, ASKING, "accounts/change", {"account": "siti", "assignments": [there]}).get_json()
    assert ([codes(grant) for grant in moved["pending"]], held(mall)) == ([[there]], [])


def test_an_account_that_is_enabled_again_gets_back_what_one_may_give_and_waits_for_the_rest(mall: Mall) -> None:
    create(mall, CLERK, {"office": "35.15.14.2013", "role": "signer"})
    (grant,) = listed(mall, WATCHER)
    post(mall, WATCHER, f"grants/{grant['id']}/confirm", {})
    post(mall, ASKING, "accounts/change", {"account": "siti", "disabled": True})
    enabled = post(mall, ASKING, "accounts/change", {"account": "siti", "disabled": False}).get_json()
    assert (enabled["disabled"], codes(enabled)) == (False, [CLERK])
    assert [(g["kind"], codes(g)) for g in enabled["pending"]] == [
        ("roles", [{"office": "35.15.14.2013", "role": "signer"}])
    ]
    reset = post(mall, ASKING, "accounts/change", {"account": "siti", "password": OTHER}).get_json()
    assert {g["kind"] for g in reset["pending"]} == {"roles", "password"}, "nor a password, while the role waits"
    assert not gets_in(mall, OTHER)


# ---------------------------------------------------------------- the second person


@pytest.mark.parametrize("second", [SECOND, WATCHER])
def test_another_operator_or_the_inspectorate_confirms(mall: Mall, second: str) -> None:
    create(mall, CLERK, SIGNER)
    (grant,) = listed(mall, second)
    assert (grant["account"], grant["kind"]) == ("siti", "roles")
    answer = post(mall, second, f"grants/{grant['id']}/confirm", {})
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["pending"] == []
    assert held(mall) == [("clerk", "35.15.14.2013"), ("signer", "dukcapil")]
    assert listed(mall, second) == []
    asked, confirmed = told(mall)
    assert (asked.action, asked.actor, asked.details["assignments"]) == ("grant_requested", ASKING, [SIGNER])
    assert (confirmed.action, confirmed.actor, confirmed.details["requested_by"]) == ("grant_confirmed", second, ASKING)
    assert confirmed.office == HOLD[second][1]


def test_neither_who_asked_nor_who_gets_it_nor_anybody_else_confirms(mall: Mall) -> None:
    create(mall, {"office": "inspektorat", "role": "inspectorate"}, name=SECOND)
    (grant,) = listed(mall, ASKING)
    for who, status in ((ASKING, 403), (SECOND, 403), ("petugas", 403)):
        assert post(mall, who, f"grants/{grant['id']}/confirm", {}).status_code == status, who
    assert [g["id"] for g in listed(mall, ASKING)] == [grant["id"]]


def test_confirmed_twice_is_given_once(mall: Mall) -> None:
    create(mall, SIGNER)
    (grant,) = listed(mall, WATCHER)
    assert post(mall, WATCHER, f"grants/{grant['id']}/confirm", {}).status_code == 200
    assert post(mall, SECOND, f"grants/{grant['id']}/confirm", {}).status_code == 404


def test_what_is_refused_or_taken_back_is_not_given(mall: Mall) -> None:
    for who in (WATCHER, ASKING):
        post(
            mall,
            ASKING,
            "accounts/change",
            {"account": create(mall, name=f"siti.{who}")["account"], "assignments": [SIGNER]},
        )
        (grant,) = listed(mall, WATCHER)
        assert post(mall, who, f"grants/{grant['id']}/refuse", {}).get_json()["pending"] == []
        assert held(mall, f"siti.{who}") == []
    assert [e.actor for e in told(mall) if e.action == "grant_refused"] == [WATCHER, ASKING]


def test_what_nobody_confirms_in_a_week_is_over(mall: Mall) -> None:
    create(mall, SIGNER)
    (grant,) = listed(mall, WATCHER)
    mall.clock.advance(timedelta(days=7))
    assert listed(mall, WATCHER) == []
    assert post(mall, WATCHER, f"grants/{grant['id']}/confirm", {}).status_code == 404
    assert keep_house(mall.database, mall.clock.now(), Watch(mall.database, mall.clock, None))["grants"] == 1
    assert [(e.action, e.actor) for e in told(mall)][-1] == ("grant_expired", "system")
    assert held(mall) == []


def test_what_an_operator_asked_for_ends_with_him(mall: Mall) -> None:
    """Who was dismissed leaves nothing behind that a colleague confirms by mistake."""
    create(mall, SIGNER)
    assert len(listed(mall, WATCHER)) == 1
    mall.token("operator", "mpp-sidoarjo", SECOND)
    assert post(mall, SECOND, "accounts/change", {"account": ASKING, "disabled": True}).status_code == 200
    assert listed(mall, WATCHER) == []


def test_asked_again_it_waits_once(mall: Mall) -> None:
    create(mall, SIGNER)
    supervisor = {"office": "dukcapil", "role": "supervisor"}
    post(mall, ASKING, "accounts/change", {"account": "siti", "assignments": [supervisor]})
    (grant,) = listed(mall, WATCHER)
    assert codes(grant) == [supervisor]


def test_what_is_given_instead_replaces_what_waits(mall: Mall) -> None:
    """An operator who thought better of it, and gave the clerk's role alone, would find a signer in a week."""
    create(mall, CLERK, SIGNER)
    answer = post(mall, ASKING, "accounts/change", {"account": "siti", "assignments": [CLERK]})
    assert (answer.get_json()["pending"], listed(mall, WATCHER)) == ([], [])
    withdrawn = told(mall)[-1]
    assert (withdrawn.action, withdrawn.actor, withdrawn.details["assignments"]) == (
        "grant_withdrawn", ASKING, [SIGNER],
    )  # fmt: skip


def test_what_was_asked_for_in_the_moment_of_a_dismissal_is_not_given(mall: Mall) -> None:
    create(mall, SIGNER)
    (grant,) = listed(mall, WATCHER)
    with mall.database.transaction() as tx:
        queries.disable(tx, ASKING)  # what waited because of him was looked for just before
    assert post(mall, WATCHER, f"grants/{grant['id']}/confirm", {}).status_code == 404
    assert held(mall) == []


# ---------------------------------------------------------------- another password is another person


def signer(mall: Mall, name: str = "siti") -> None:
    create(mall, SIGNER, name=name)
    (grant,) = listed(mall, WATCHER)
    assert post(mall, WATCHER, f"grants/{grant['id']}/confirm", {}).status_code == 200


def gets_in(mall: Mall, password: str, name: str = "siti") -> bool:
    return mall.client.post("/api/v1/auth/token", data={"username": name, "password": password}).status_code == 200


def test_an_operator_does_not_become_a_signer_by_giving_him_a_password(mall: Mall) -> None:
    signer(mall)
    answer = post(mall, ASKING, "accounts/change", {"account": "siti", "password": OTHER})
    assert [g["kind"] for g in answer.get_json()["pending"]] == ["password"]
    assert (gets_in(mall, OTHER), gets_in(mall, FIRST)) == (False, True)
    (grant,) = listed(mall, SECOND)
    assert post(mall, SECOND, f"grants/{grant['id']}/confirm", {}).status_code == 200
    assert (gets_in(mall, OTHER), gets_in(mall, FIRST)) == (True, False)
    answer = mall.client.post("/api/v1/auth/token", data={"username": "siti", "password": OTHER})
    assert answer.get_json()["must_change_password"] is True


def test_who_knows_the_own_password_again_gets_no_other(mall: Mall) -> None:
    signer(mall)
    post(mall, ASKING, "accounts/change", {"account": "siti", "password": OTHER})
    (grant,) = listed(mall, SECOND)
    answer = mall.client.post("/api/v1/auth/token", data={"username": "siti", "password": FIRST})
    own = {"old_password": FIRST, "new_password": "lampu-sawah-perahu"}
    bearer = {"Authorization": f"Bearer {answer.get_json()['access_token']}"}
    assert mall.client.post("/api/v1/auth/password", json=own, headers=bearer).status_code == 200
    assert post(mall, SECOND, f"grants/{grant['id']}/confirm", {}).status_code == 404
    assert gets_in(mall, "lampu-sawah-perahu")
    assert [(e.action, e.actor) for e in told(mall)][-1] == ("grant_withdrawn", "siti")


def test_a_clerk_gets_another_password_from_one_operator(mall: Mall) -> None:
    create(mall, CLERK)
    assert post(mall, ASKING, "accounts/change", {"account": "siti", "password": OTHER}).get_json()["pending"] == []
    assert gets_in(mall, OTHER)


# ---------------------------------------------------------------- on the server itself


def alone(mall: Mall, name: str, *roles: tuple[str, str]) -> None:
    official(mall.database, "35.15", name, roles, lambda: FIRST)


def test_the_first_officials_are_made_on_the_server_as_long_as_nobody_could_confirm_them(mall: Mall) -> None:
    assert operator(mall.database, "35.15", OTHER)
    alone(mall, "kepala.dinas", ("signer", "dpmptsp"))
    alone(mall, "inspektorat", ("inspectorate", "inspektorat"))
    with pytest.raises(Problem, match="mpp accounts confirm"):
        alone(mall, "kepala.lain", ("signer", "dukcapil"))
    assert held(mall, "kepala.dinas") == [("signer", "dpmptsp")]
    answer = mall.client.post("/api/v1/auth/token", data={"username": "kepala.dinas", "password": FIRST})
    assert answer.get_json()["must_change_password"] is True
    with mall.database.transaction() as tx:
        made = tx.execute(select(audit).where(audit.c.action == "account_created").order_by(audit.c.id)).all()
    assert [(e.actor, e.details.get("on_server")) for e in made] == [
        ("system", None),
        ("system", True),
        ("system", True),
    ]


def test_a_role_is_added_on_the_server_to_an_account_that_is_there(mall: Mall) -> None:
    create(mall, CLERK)

    def ask() -> str:
        raise AssertionError("its password stays")

    official(mall.database, "35.15", "siti", [("signer", "dukcapil")], ask)
    assert held(mall) == [("clerk", "35.15.14.2013"), ("signer", "dukcapil")]
    assert gets_in(mall, FIRST)


@pytest.mark.parametrize(
    ("name", "role", "office", "password"),
    [
        ("siti", "king", "dukcapil", FIRST),
        ("siti", "signer", "nowhere", FIRST),
        ("system", "signer", "dukcapil", FIRST),
        ("Siti Aminah", "signer", "dukcapil", FIRST),
        ("siti", "signer", "dukcapil", "pendek"),
        ("siti", "signer", "dukcapil", "dukcapil-2026"),
    ],
)
def test_what_cannot_be_is_one_line_and_makes_nothing(
    mall: Mall, name: str, role: str, office: str, password: str
) -> None:
    with pytest.raises(Problem) as told_so:
        official(mall.database, "35.15", name, [(role, office)], lambda: password)
    assert password not in str(told_so.value)
    with mall.database.transaction() as tx:
        assert queries.find(tx, name) is None


def test_a_second_copy_of_the_gateway_knows_of_what_waits(mall: Mall) -> None:
    create(mall, SIGNER)
    (grant,) = listed(mall, WATCHER)
    other = Client(Headers(Door(build(mall.parts))))
    role, office = HOLD[WATCHER]
    headers = {"Authorization": f"Bearer {mall.token(role, office, WATCHER)}", "Idempotency-Key": new_id()}
    assert other.post(f"/api/v1/operations/grants/{grant['id']}/confirm", json={}, headers=headers).status_code == 200
    assert held(mall) == [("signer", "dukcapil")]

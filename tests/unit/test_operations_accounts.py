"""`mpp accounts`: what is sent to the mall, and that a password is never an argument."""

from __future__ import annotations

from typing import Any

import pytest
from typer.testing import CliRunner

from mpp.operations.commands import accounts
from mpp.operations.problem import Problem

SHOWN = {"account": "petugas.baru", "disabled": False, "assignments": [{"office": "dpmptsp", "role": "clerk"}]}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What reaches the mall."""
    found: list[tuple[str, Any]] = []

    class Told:
        def __init__(self, url: str, account: str) -> None:
            pass

        def post(self, path: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
            found.append((path, body))
            return SHOWN

        def get(self, path: str, after: str | None) -> dict[str, Any]:
            found.append((path, after))
            return {"items": [SHOWN], "next": "petugas.baru" if after is None else None}

    monkeypatch.setattr(accounts, "Client", Told)
    return found


def run(*words: str, typed: str = "") -> Any:
    return CliRunner().invoke(accounts.app, list(words), input=typed)


def test_an_account_is_made_with_a_password_that_was_typed_twice(sent: list[tuple[str, Any]]) -> None:
    made = run("create", "petugas.baru", "--role", "clerk@dpmptsp", typed="sandi-pertama\nsandi-pertama\n")
    assert made.exit_code == 0
    assert sent[0][1] == {
        "account": "petugas.baru",
        "password": "sandi-pertama",
        "assignments": [{"office": "dpmptsp", "role": "clerk"}],
    }
    assert "sandi-pertama" not in made.output


def test_each_change_names_only_what_changes(sent: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPP_NEW_PASSWORD", "sandi-kedua-1")
    run("disable", "petugas.baru")
    run("enable", "petugas.baru")
    run("password", "petugas.baru")
    run("assign", "petugas.baru", "--role", "clerk@dpmptsp", "--role", "verifier@dinkes")
    assert {path for path, _ in sent} == {"/api/v1/operations/accounts/change"}
    assert [{k: v for k, v in body.items() if k != "account"} for _, body in sent] == [
        {"disabled": True},
        {"disabled": False},
        {"password": "sandi-kedua-1"},
        {"assignments": [{"office": "dpmptsp", "role": "clerk"}, {"office": "dinkes", "role": "verifier"}]},
    ]


def test_the_list_is_read_to_its_end(sent: list[tuple[str, Any]]) -> None:
    listed = run("list")
    assert listed.output.splitlines() == ["petugas.baru\taktif (active)\tclerk@dpmptsp"] * 2
    assert [after for _, after in sent] == [None, "petugas.baru"]


@pytest.mark.parametrize("role", ["clerk", "@dpmptsp", "clerk@", ""])
def test_a_role_without_an_office_is_told_before_anything_is_asked(sent: list[tuple[str, Any]], role: str) -> None:
    told = run("create", "petugas.baru", "--role", role)
    assert isinstance(told.exception, Problem)
    assert sent == []

"""`mpp accounts`: what is sent to the mall, and that a password is never an argument."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from typer.testing import CliRunner

from mpp.operations.client import Client
from mpp.operations.commands import accounts
from mpp.operations.problem import Problem

SHOWN = {
    "account": "petugas.baru", "disabled": False, "assignments": [{"office": "dpmptsp", "role": "clerk"}],
    "must_change_password": False, "pending": [], "full_name": "Siti Contoh", "nip": "199901012025011001",
    "nik_known": False,
}  # fmt: skip
GRANT = {
    "id": "01a2", "account": "kepala", "kind": "roles", "assignments": [{"office": "dpmptsp", "role": "signer"}],
    "requested_by": "operator", "requested_at": "2026-11-27T01:02:03+00:00", "expires_at": "2026-12-04T01:02:03+00:00",
}  # fmt: skip


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What reaches the mall."""
    found: list[tuple[str, Any]] = []

    class Told(Client):
        def __init__(self, url: str, account: str) -> None:
            pass

        def post(self, path: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
            found.append((path, body))
            return SHOWN

        password = "sandi-lama"

        def post_once(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
            found.append((path, body))
            return {}

        def get(self, path: str, after: str | None = None) -> dict[str, Any]:
            found.append((path, after))
            if path.endswith("/grants"):
                return {"items": [GRANT]}
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


def test_who_a_person_is_is_said_and_a_nik_is_no_argument(
    sent: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = run(
        "person", "kepala", "--full-name", "Siti Contoh, S.H.", "--nip", "198001012006041001", "--nik", typed="1\n"
    )
    assert told.exit_code == 0
    monkeypatch.setenv("MPP_NEW_NIK", "3515144107909990")
    assert "3515144107909990" not in run("person", "kepala", "--nik").output
    assert [body for _, body in sent] == [
        {"account": "kepala", "full_name": "Siti Contoh, S.H.", "nip": "198001012006041001", "nik": "1"},
        {"account": "kepala", "nik": "3515144107909990"},
    ]
    assert isinstance(run("person", "kepala").exception, Problem)


def test_the_list_is_read_to_its_end(sent: list[tuple[str, Any]]) -> None:
    listed = run("list")
    head, *rows = listed.output.splitlines()
    assert re.split(" {2,}", head)[:4] == ["akun", "nama, NIP", "keadaan", "tugas"]
    assert [re.split(" {2,}", row) for row in rows] == [
        ["petugas.baru", "Siti Contoh, 199901012025011001", "aktif (active)", "clerk@dpmptsp", "-"]
    ] * 2
    assert [after for _, after in sent] == [None, "petugas.baru"]


def test_a_program_reads_the_lists_as_the_mall_told_them(sent: list[tuple[str, Any]]) -> None:
    assert [json.loads(line) for line in run("list", "--json").output.splitlines()] == [SHOWN] * 2
    assert json.loads(run("pending", "--json").output) == GRANT


@pytest.mark.parametrize("role", ["clerk", "@dpmptsp", "clerk@", ""])
def test_a_role_without_an_office_is_told_before_anything_is_asked(sent: list[tuple[str, Any]], role: str) -> None:
    told = run("create", "petugas.baru", "--role", role)
    assert isinstance(told.exception, Problem)
    assert sent == []


def test_the_own_password_is_changed_with_the_old_one(
    sent: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MPP_NEW_PASSWORD", "kopi-hujan-sepeda")
    done = run("own-password", "--account", "kepala")
    assert done.exit_code == 0
    assert sent == [("/api/v1/auth/password", {"old_password": "sandi-lama", "new_password": "kopi-hujan-sepeda"})]
    assert "sepeda" not in done.output


def test_what_waits_is_listed_with_what_confirm_takes(sent: list[tuple[str, Any]]) -> None:
    (row,) = run("pending").output.splitlines()[1:]
    assert row.split() == ["kepala", "signer@dpmptsp", "operator", "2026-12-04", "01a2"]
    for word in ("confirm", "refuse"):
        assert run(word, "01a2", "--account", "inspektorat").exit_code == 0
    assert [path for path, _ in sent[1:]] == [
        f"/api/v1/operations/grants/01a2/{word}" for word in ("confirm", "refuse")
    ]


def test_what_waits_shows_under_its_account(sent: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SHOWN, "pending", [GRANT])
    monkeypatch.setitem(SHOWN, "must_change_password", True)
    told = run("assign", "petugas.baru", "--role", "signer@dpmptsp").output
    assert "sandi pertama (first password)" in told
    assert told.splitlines()[1].endswith("signer@dpmptsp, nomor (id) 01a2")

"""`mpp accounts ...`: who may log in, over the operator's endpoints of the mall."""

from __future__ import annotations

import os
import uuid
from typing import Annotated

import typer

from mpp.json_values import JsonObject, array, objects, optional_text, text, truth
from mpp.operations.client import DEFAULT_URL, Client
from mpp.operations.problem import Problem

app = typer.Typer(no_args_is_help=True, help="Akun petugas, mitra dan operator (accounts).")
_PATH = "/api/v1/operations/accounts"

Url = Annotated[str, typer.Option(envvar="MPP_URL", help="Alamat mal (address).")]
Account = Annotated[str, typer.Option(envvar="MPP_ACCOUNT", help="Akun operator; sandi dari MPP_PASSWORD.")]
Name = Annotated[str, typer.Argument(help="Nama akun (name), mis. petugas.sukodono.")]
Roles = Annotated[list[str], typer.Option("--role", help="peran@kantor (role@office), mis. clerk@35.15.14.2013.")]


@app.command("list")
def list_(url: Url = DEFAULT_URL, account: Account = "operator") -> None:
    """Semua akun, satu baris tiap akun (name, state, roles)."""
    client, after = Client(url, account), None
    while True:
        page = client.get(_PATH, after=after)
        for item in objects(page, "items"):
            _print(item)
        after = optional_text(page, "next")
        if after is None:
            return


@app.command()
def create(name: Name, role: Roles, url: Url = DEFAULT_URL, account: Account = "operator") -> None:
    """Buat akun; sandi pertama ditanyakan, atau dari MPP_NEW_PASSWORD (make an account)."""
    held, password = _assignments(role), _new_password()
    _print(_post(url, account, _PATH, {"account": name, "password": password, "assignments": held}))


@app.command()
def assign(name: Name, role: Roles, url: Url = DEFAULT_URL, account: Account = "operator") -> None:
    """Ganti semua tugas akun (its roles from now on); token lamanya berakhir (its tokens end)."""
    _print(_post(url, account, f"{_PATH}/change", {"account": name, "assignments": _assignments(role)}))


@app.command()
def password(name: Name, url: Url = DEFAULT_URL, account: Account = "operator") -> None:
    """Beri sandi baru; ditanyakan, atau dari MPP_NEW_PASSWORD (another password; its tokens end)."""
    _print(_post(url, account, f"{_PATH}/change", {"account": name, "password": _new_password()}))


@app.command()
def disable(name: Name, url: Url = DEFAULT_URL, account: Account = "operator") -> None:
    """Nonaktifkan akun; tokennya berakhir seketika (nobody can use it any more, from the next request on)."""
    _print(_post(url, account, f"{_PATH}/change", {"account": name, "disabled": True}))


@app.command()
def enable(name: Name, url: Url = DEFAULT_URL, account: Account = "operator") -> None:
    """Aktifkan lagi (let it log in again)."""
    _print(_post(url, account, f"{_PATH}/change", {"account": name, "disabled": False}))


@app.command("disable-demo")
def disable_demo(url: Url = DEFAULT_URL, account: Account = "operator") -> None:
    """Nonaktifkan semua akun demo: sandinya dikenal umum (nobody can log in to a demo account any more)."""
    answer = _post(url, account, f"{_PATH}/disable-demo", {})
    gone, left = array(answer, "disabled"), array(answer, "left")
    typer.echo(f"{len(gone)} akun demo dinonaktifkan | {len(gone)} demo accounts disabled")
    for name in left:
        typer.echo(
            f"{name}: akun Anda sendiri, masih bersandi demo: beri sandi sendiri | "
            "your own account still has the demo password: give it one of your own"
        )


def _post(url: str, account: str, path: str, body: JsonObject) -> JsonObject:
    return Client(url, account).post(path, str(uuid.uuid4()), body)


def _assignments(roles: list[str]) -> list[dict[str, str]]:
    pairs = [role.partition("@") for role in roles]
    if not all(role and office for role, _, office in pairs):
        raise Problem("--role harus berbentuk peran@kantor", "--role must look like role@office, e.g. clerk@dpmptsp")
    return [{"office": office, "role": role} for role, _, office in pairs]


def _new_password() -> str:
    """Never an argument: those are seen by everybody on the machine, and kept by the shell."""
    given = os.environ.get("MPP_NEW_PASSWORD")
    return given or str(typer.prompt("Sandi baru (new password)", hide_input=True, confirmation_prompt=True, err=True))


def _print(item: JsonObject) -> None:
    roles = " ".join(f"{text(a, 'role')}@{text(a, 'office')}" for a in objects(item, "assignments")) or "-"
    state = "nonaktif (disabled)" if truth(item, "disabled") else "aktif (active)"
    typer.echo("\t".join((text(item, "account"), state, roles)))

"""`mpp accounts ...`: who may log in, over the operator's endpoints of the mall."""

from __future__ import annotations

import os
import uuid
from typing import Annotated

import typer

from mpp.hosting.definition import definitions, resolve
from mpp.hosting.seeding import FirstOfficial
from mpp.json_values import JsonObject, array, objects, text, truth
from mpp.operations.client import DEFAULT_URL, Client
from mpp.operations.commands.table import AsJson, shown
from mpp.operations.problem import Problem

app = typer.Typer(no_args_is_help=True, help="Akun petugas, mitra dan operator (accounts).")
_PATH = "/api/v1/operations/accounts"
_GRANTS = "/api/v1/operations/grants"
_OWN = "/api/v1/auth/password"
_COLUMNS = {
    "account": "akun",
    "person": "nama, NIP",
    "state": "keadaan",
    "roles": "tugas",
    "waits": "menunggu orang kedua (a second person)",
}
_WAITING = {
    "account": "akun", "asked": "yang diminta", "requested_by": "oleh", "expires_at": "paling lambat", "id": "nomor",
}  # fmt: skip

Url = Annotated[str, typer.Option(envvar="MPP_URL", help="Alamat mal (address).")]
Account = Annotated[str, typer.Option(envvar="MPP_ACCOUNT", help="Akun operator; sandi dari MPP_PASSWORD.")]
Name = Annotated[str, typer.Argument(help="Nama akun (name), mis. petugas.sukodono.")]
Grant = Annotated[str, typer.Argument(help="Nomor permintaan, dari `mpp accounts pending` (its id).")]
Roles = Annotated[list[str], typer.Option("--role", help="peran@kantor (role@office), mis. clerk@35.15.14.2013.")]

FullName = Annotated[str | None, typer.Option("--full-name", help="Nama dengan gelar, seperti di surat (full name).")]
Nip = Annotated[str | None, typer.Option("--nip", help="NIP atau NIPD, seperti di surat.")]


@app.command("list")
def list_(as_json: AsJson = False, url: Url = DEFAULT_URL, account: Account = "operator") -> None:
    """Semua akun: nama, keadaan, tugas, yang menunggu orang kedua (name, state, roles, what waits)."""
    found = [item for page in Client(url, account).pages(_PATH) for item in objects(page, "items")]
    shown(_COLUMNS, found if as_json else [_row(item) for item in found], as_json=as_json)


@app.command()
def add(name: Name, role: Roles) -> None:
    """Di server: akun pejabat pertama, selama belum ada orang kedua (on the server, while nobody could confirm it)."""
    # only here: what talks to a database takes longer to import than everything that the other commands do
    from mpp.operations.databases import databases_of
    from mpp.operations.settings import Settings, required
    from mpp.persistence.database import Database

    services = definitions()
    settings = Settings.read(os.environ, services)
    with databases_of(settings) as settings:
        for service, definition in services.items():
            if definition.first_official is not None:
                make: FirstOfficial = resolve(definition.first_official)
                held = [(each["role"], each["office"]) for each in _assignments(role)]
                url = required(settings.database_urls.get(service), f"{service.upper()}_DATABASE_URL")
                database = Database(url, name=service, pool_size=2)
                make(database, settings.for_services.region, name, held, _new_password)
                database.dispose()
    typer.echo(f"{name}: siap; sandinya diganti pada pemakaian pertama | ready; its password is changed at first use")


@app.command()
def create(
    name: Name,
    role: Roles,
    full_name: FullName = None,
    nip: Nip = None,
    url: Url = DEFAULT_URL,
    account: Account = "operator",
) -> None:
    """Buat akun; sandi pertama ditanyakan, atau dari MPP_NEW_PASSWORD (make an account)."""
    held, password = _assignments(role), _new_password()
    person = _person(full_name, nip)
    _print(_post(url, account, _PATH, {"account": name, "password": password, "assignments": held, **person}))


@app.command()
def person(
    name: Name,
    full_name: FullName = None,
    nip: Nip = None,
    nik: Annotated[bool, typer.Option("--nik", help="NIK, untuk BSrE; ditanyakan, atau dari MPP_NEW_NIK.")] = False,
    url: Url = DEFAULT_URL,
    account: Account = "operator",
) -> None:
    """Siapa pemegang akun: nama, NIP, NIK, seperti di surat yang ditandatanganinya (who the person is, on papers)."""
    told = _person(full_name, nip)
    if nik:  # never an argument, as a password is none
        told["nik"] = os.environ.get("MPP_NEW_NIK") or str(typer.prompt("NIK", hide_input=True, err=True))
    if not told:
        raise Problem("sebutkan --full-name, --nip atau --nik", "say --full-name, --nip or --nik")
    _print(_post(url, account, f"{_PATH}/change", {"account": name, **told}))


@app.command()
def assign(name: Name, role: Roles, url: Url = DEFAULT_URL, account: Account = "operator") -> None:
    """Ganti semua tugas akun (its roles from now on); token lamanya berakhir (its tokens end)."""
    _print(_post(url, account, f"{_PATH}/change", {"account": name, "assignments": _assignments(role)}))


@app.command("own-password")
def own_password(url: Url = DEFAULT_URL, account: Account = "operator") -> None:
    """Ganti sandi sendiri: yang lama dari MPP_PASSWORD, yang baru ditanyakan (change one's own password)."""
    client = Client(url, account)
    client.post_once(_OWN, {"old_password": client.password, "new_password": _new_password()})
    typer.echo(f"{account}: sandi diganti | password changed")


@app.command()
def pending(as_json: AsJson = False, url: Url = DEFAULT_URL, account: Account = "operator") -> None:
    """Yang menunggu orang kedua, satu baris tiap permintaan (what waits for a second person)."""
    found = objects(Client(url, account).get(_GRANTS), "items")
    shown(_WAITING, found if as_json else [_asked(grant) for grant in found], as_json=as_json)


@app.command()
def confirm(grant: Grant, url: Url = DEFAULT_URL, account: Account = "operator") -> None:
    """Setujui permintaan orang lain, sebagai operator lain atau inspektorat (confirm what another person asked for)."""
    _print(_post(url, account, f"{_GRANTS}/{grant}/confirm", {}))


@app.command()
def refuse(grant: Grant, url: Url = DEFAULT_URL, account: Account = "operator") -> None:
    """Tolak, atau tarik permintaan sendiri (refuse it, or take it back)."""
    _print(_post(url, account, f"{_GRANTS}/{grant}/refuse", {}))


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
            f"{name}: akun Anda sendiri, masih bersandi demo | "
            "your own account still has the demo password: mpp accounts own-password"
        )


def _post(url: str, account: str, path: str, body: JsonObject) -> JsonObject:
    return Client(url, account).post(path, str(uuid.uuid4()), body)


def _person(full_name: str | None, nip: str | None) -> dict[str, str]:
    return {key: value for key, value in (("full_name", full_name), ("nip", nip)) if value is not None}


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
    shown(_COLUMNS, [_row(item)], as_json=False)


def _row(item: JsonObject) -> JsonObject:
    state = "nonaktif (disabled)" if truth(item, "disabled") else "aktif (active)"
    if truth(item, "must_change_password"):
        state += ", sandi pertama (first password)"
    waits = "; ".join(f"{_wanted(grant)}, nomor (id) {text(grant, 'id')}" for grant in objects(item, "pending"))
    named = ", ".join(text(item, key) for key in ("full_name", "nip") if item.get(key) is not None)
    return {
        "account": text(item, "account"),
        "person": named or None,
        "state": state,
        "roles": _roles(item),
        "waits": waits,
    }


def _asked(grant: JsonObject) -> JsonObject:
    """What is asked for, by whom, until when, and the id that `confirm` takes."""
    return {**grant, "asked": _wanted(grant), "expires_at": text(grant, "expires_at")[:10]}


def _wanted(grant: JsonObject) -> str:
    return _roles(grant) or "sandi baru (another password)"


def _roles(item: JsonObject) -> str:
    return " ".join(f"{text(a, 'role')}@{text(a, 'office')}" for a in objects(item, "assignments"))

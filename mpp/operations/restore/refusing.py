"""Why a mall is not brought back, in words for who stands before it; and what is left to do when it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mpp.cases.storage.standing import Standing
from mpp.operations.backup.beside import region_code
from mpp.operations.backup.fingerprints import fingerprints
from mpp.operations.backup.manifest import Manifest
from mpp.operations.problem import Problem
from mpp.operations.restore.held import Held
from mpp.operations.restore.pieces_check import wrong_pieces
from mpp.operations.settings import Settings
from mpp.persistence.servers.swapping import Connected

# Who signs in anew notices it, and nobody else: such a key is changed on purpose, as after a theft.
_CHANGES = ("MPP_TOKEN_PUBLIC_KEY",)


@dataclass(frozen=True)
class Wish:
    """What the operator has said: that what stands may be replaced; that the keys are other ones, since the former
    are lost; and how many legal numbers are passed over in each book where nothing knows how many were given out."""

    replace: bool = False
    other_keys: bool = False
    margin: int | None = None


def running(sessions: Sequence[Connected]) -> Problem:
    """Somebody uses the databases."""
    named = ", ".join(f"{each.database} ({each.account}: {each.number})" for each in sessions)
    return Problem(
        f"layanan masih memakai basis data: {named}; hentikan semua layanan dulu (docs/runbook.md, bagian 7)",
        f"services still use the databases: {named}; stop all services first (section 7 of the runbook)",
    )


def in_use(told: str) -> Problem:
    """Somebody has begun to use them in the last moment."""
    return Problem(
        f"ada yang baru saja memakai basis data ({told}); mal tidak diubah: hentikan semua layanan, lalu ulangi",
        "somebody has just begun to use a database; the mall is as it was: stop all services, and run it again",
    )


def wrong_backup(held: Held, settings: Settings, wish: Wish) -> Iterator[str]:
    """What is wrong with the backup for this mall, a line each."""
    manifest = held.manifest
    yield from wrong_pieces(held.folder, manifest, held.envelope)
    yield from held.wrong_services()
    here = region_code(settings)
    if manifest.region != here and "/" not in manifest.region + here:  # some name a path
        yield (
            f"cadangan ini dari wilayah {manifest.region}, mal ini {here}: taruh dulu folder wilayahnya (di sebelah "
            "cadangan, bila di dalamnya ada) di region/ | it is of another region: put its region folder (beside the "
            "backup now, where it holds one) into region/ first"
        )
    if not wish.other_keys:
        yield from _wrong_keys(manifest, fingerprints(settings))


def _wrong_keys(manifest: Manifest, known: Mapping[str, str]) -> Iterator[str]:
    for name, fingerprint in manifest.keys.items():
        if name in _CHANGES or known.get(name) == fingerprint:
            continue
        how, way = (
            ("tidak ada di sini", "is not known here")
            if name not in known
            else ("bukan kunci mal yang dicadangkan", "is not the key of the mall that was backed up")
        )
        yield (
            f"{name} {how}: kembalikan dulu .env atau keys.json; bila kunci itu hilang untuk selamanya: --other-keys "
            f"| {way}: put .env or keys.json back first; where it is lost for good: --other-keys"
        )


def stands(manifest: Manifest, standing: Mapping[str, Standing | None]) -> Iterator[str]:
    """A mall is there already."""
    newest = max((each.newest for each in standing.values() if each and each.newest), default=None)
    at = "" if newest is None else f", {_local(newest)}"
    yield (
        f"di sini sudah ada mal ({', '.join(standing)}{at}); cadangan ini dari {_local(manifest.as_of)}. "
        "Ulangi dengan --replace: yang ada disimpan dengan nama lain | there is a mall here already; "
        "run it again with --replace: what stands is kept under another name"
    )


def afterwards(folder: Path, *, kept: bool, queues: bool) -> Iterator[str]:
    """What the operator does next; `queues`: the backup knows those of partners."""
    yield "1. jalankan mal | start the mall: `make run`, atau | or `docker compose up -d`"
    yield "2. periksa | check: `mpp doctor`, `mpp verify audit`, `mpp verify numbers`"
    yield "3. berita acara nomor | the official note on numbers: `mpp numbers gaps`"
    if queues:
        yield f"   RabbitMQ baru | a new RabbitMQ: `mpp restore {folder} --queues`"
    if kept:
        yield "4. bila semuanya baik | when all is well: `mpp drop-former --yes`"


def _local(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S %Z}"

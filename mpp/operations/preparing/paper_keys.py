"""The keys of papers in a `.env`: the list of a mall that was updated, and another key in the place of one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from mpp.operations import keys
from mpp.operations.environment import KEY_BYTES, Environment
from mpp.operations.problem import Problem
from mpp.operations.settings import PAPER_KEYRING, Settings, paper_key_name
from mpp.papers.qr.keys import Keyring, PaperKey, PaperSigner


def with_new_keys(given: Mapping[str, str], fresh: Mapping[str, str]) -> str:
    """The list of public keys that belongs to a `.env`, where keys that it lacks are taken from a fresh one."""
    settings = Settings.read({PAPER_KEYRING: given.get(PAPER_KEYRING, "")}, ())
    kept, made = settings.paper_keyring or Keyring(), Keyring.read(fresh[PAPER_KEYRING])
    added = []
    for service in keys.signing_papers():
        own, new = Environment(given).key(paper_key_name(service)), made.current(service)
        if new is not None and own and kept.current(service) is None:
            added.append(replace(new, public=PaperSigner(own).public))
        elif new is not None and not own:
            added.append(new)
    ended = {key.service: key.since for key in added}
    return Keyring((*(_ended(key, ended.get(key.service)) for key in kept.keys), *added)).listed()


def rotated(settings: Settings, service: str, today: date) -> dict[str, str]:
    """A new key for the papers of a service; the one that it has stays in the list, with an end: the lines of
    the `.env` that change, by their names. Raises Problem.

    The day on which it ends is the next one: in the east of Indonesia it has begun already, and the service signs with
    the former key until it is started again.
    """
    if service not in keys.signing_papers():
        known = ", ".join(keys.signing_papers())
        raise Problem(f"{service} tidak menandatangani surat: {known}", f"{service} signs no papers: {known}")
    kept, seed = settings.paper_keyring or Keyring(), secrets.token_bytes(KEY_BYTES)
    if kept.current(service) is None:
        raise Problem(
            f"{PAPER_KEYRING} tidak memuat kunci {service}: jalankan `mpp secrets --missing` dulu",
            f"{PAPER_KEYRING} has no key of {service}: run `mpp secrets --missing` first",
        )
    new = PaperKey(service, PaperSigner(seed).public, today)
    listed = Keyring((*(_ended(k, today) if k.service == service else k for k in kept.keys), new)).listed()
    return {paper_key_name(service): seed.hex(), PAPER_KEYRING: listed}


def _ended(key: PaperKey, on: date | None) -> PaperKey:
    return key if on is None or key.until is not None else replace(key, until=on + timedelta(days=1))

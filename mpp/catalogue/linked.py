"""`kind: linked`: the file of a service that another application serves, in a catalogue folder beside the others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mpp.casework.rules.linked import LinkedService
from mpp.catalogue.check import wrong_code
from mpp.catalogue.life_events import life_event_mistakes
from mpp.catalogue.parse import PUBLISHED
from mpp.catalogue.region_sets import read_defaults
from mpp.catalogue.said import said
from mpp.yaml_files import Section

LINKED = "linked"  # the kind of the file
ADDRESS_MAX = 200
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
_REST = re.compile(r"[A-Za-z0-9._~/?&=%+-]*")  # nothing that would need care where it is shown


def read_linked(top: Section) -> LinkedService:
    """What a file of this kind says. Raises CatalogueError."""
    defaults = read_defaults(top)
    standard = top.section("standard")
    found = LinkedService(
        code=top.text("code"),
        name=top.texts("name"),
        owner=top.text("owner"),
        standard={key: standard.texts(key) for key in PUBLISHED},
        loket=top.texts("loket"),
        address=top.text("address", None),
        life_events=top.words("life_events", []),
        defaults=defaults,
        file=top.file,
    )
    standard.done()
    top.done()
    return found


def linked_mistakes(service: LinkedService) -> Iterator[str]:
    """Every reason to refuse it, each `place: Indonesian | English`; offices are not looked at."""
    yield from wrong_code(service.code)
    yield from life_event_mistakes(service.life_events)
    if service.address is not None and not _good(service.address):
        yield said(
            "address",
            f"harus alamat https biasa, paling panjang {ADDRESS_MAX} karakter, tanpa nama pengguna dan tanpa #",
            f"an ordinary https address is wanted, of at most {ADDRESS_MAX} characters, without a user and without #",
        )


def _good(address: str) -> bool:
    """Whether a browser may be sent there: encrypted, a name and no number, nobody's name before it."""
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    fits = len(address) <= ADDRESS_MAX and scheme == "https" and _HOST.fullmatch(host) is not None
    return fits and not host.rsplit(".", 1)[-1].isdigit() and _REST.fullmatch(slash + path) is not None

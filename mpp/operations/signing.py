"""What the environment says of signing papers: the installation's own key, and BSrE's client service."""

from __future__ import annotations

from urllib.parse import urlsplit

from mpp.operations.environment import Environment
from mpp.operations.problem import Problem
from mpp.outgoing import safe_url
from mpp.papers.signing.settings import BsreSettings, LocalKey

SIGNING_KEY = "MPP_SIGNING_KEY"
_BSRE = ("MPP_BSRE_URL", "MPP_BSRE_USER", "MPP_BSRE_PASSWORD")
_LOOKUP = "MPP_BSRE_LOOKUP"
_HASH = "{sha256}"


def signing_key(given: Environment) -> LocalKey | None:
    """The key of simulated signatures. Raises Problem."""
    written = given.text(SIGNING_KEY)
    try:
        return None if written is None else LocalKey.read(written)
    except ValueError:
        raise Problem(
            f"{SIGNING_KEY} bukan kunci dengan sertifikatnya (buat dengan `mpp secrets`)",
            f"{SIGNING_KEY} is no key with its certificate (make it with `mpp secrets`)",
        ) from None


def bsre(given: Environment) -> BsreSettings | None:
    """The client service; None where its address is empty. Raises Problem for half of it, and for an address at which
    anybody on the way could read a passphrase."""
    url, user, password = (given.text(name) for name in _BSRE)
    if url is None:
        return None
    if user is None or password is None:
        missing = _BSRE[1] if user is None else _BSRE[2]
        raise Problem(f"{missing} belum diisi, padahal {_BSRE[0]} diisi", f"{missing} is not set, but {_BSRE[0]} is")
    if not safe_url(url) or urlsplit(url).query:
        raise Problem(
            f"{_BSRE[0]} harus https://..., atau http:// dalam jaringan sendiri (10.x, 192.168.x, nama tanpa titik)",
            f"{_BSRE[0]} must be https://..., or http:// in one's own network (10.x, 192.168.x, a name without dots)",
        )
    lookup = given.text(_LOOKUP)
    if lookup is not None and (_HASH not in lookup or not lookup.startswith("/")):
        raise Problem(
            f"{_LOOKUP} harus jalur dengan {_HASH}, seperti /api/dokumen/{_HASH}",
            f"{_LOOKUP} must be a path with {_HASH}, such as /api/dokumen/{_HASH}",
        )
    return BsreSettings(url.rstrip("/"), user, password, lookup)

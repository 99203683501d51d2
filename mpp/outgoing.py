"""Requests to services of others, which may be away, slow, silent, or answer without end.

What matters to whoever asks is whether the request may have gone out: then it may have been done, too.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import NewConnectionError

from mpp import json_text
from mpp.json_values import JsonObject

_PIECE = 8 * 1024  # bytes that are read at once


@dataclass(frozen=True)
class Answered:
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def kind(self) -> str:
        """Its media type, without parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def told(self) -> JsonObject | None:
        """The JSON object that it is; None where it is none."""
        try:
            found = json_text.read(self.body)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None


@dataclass(frozen=True)
class Unanswered:
    """No answer. `sent`: the request may have gone out; `begun`: an answer came that was too large or too slow."""

    sent: bool
    begun: bool = False


@dataclass(frozen=True)
class Limits:
    """Seconds to be reached, seconds for an answer as a whole, and its largest size in bytes."""

    connect: float
    whole: float
    largest: int


def exchange(
    method: str,
    url: str,
    limits: Limits,
    *,
    headers: Mapping[str, str] | None = None,
    data: bytes | str | Mapping[str, str] | None = None,
    files: Mapping[str, tuple[str, bytes, str]] | None = None,
    auth: AuthBase | None = None,
) -> Answered | Unanswered:
    """The answer, or why there is none. Redirects are not followed.

    Nothing of requests leaves this function: its errors hold what was sent.
    """
    ends = time.monotonic() + limits.whole
    try:
        with requests.Session() as session:
            session.trust_env = False  # no proxy, and no .netrc, that somebody set for other programs
            response = session.request(
                method,
                url,
                headers=headers,
                data=data,
                files=files,
                auth=auth,
                timeout=(limits.connect, limits.whole),
                allow_redirects=False,
                stream=True,
            )
            with response:
                found = bytearray()
                for piece in response.iter_content(_PIECE):
                    found += piece
                    if len(found) > limits.largest or time.monotonic() > ends:
                        return Unanswered(sent=True, begun=True)
                return Answered(response.status_code, response.headers, bytes(found))
    except (requests.ConnectTimeout, requests.exceptions.SSLError):
        return Unanswered(sent=False)
    except requests.ConnectionError as error:
        return Unanswered(sent=not isinstance(getattr(error.args[0], "reason", None), NewConnectionError))
    except requests.RequestException:
        return Unanswered(sent=True)


def safe_url(url: str) -> bool:
    """Whether nobody on the way can read what is sent there: https, or http within one's own network."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.fragment:
        return False
    if parts.scheme == "https":
        return True
    try:
        own = ipaddress.ip_address(host).is_private
    except ValueError:
        own = "." not in host
    return parts.scheme == "http" and own

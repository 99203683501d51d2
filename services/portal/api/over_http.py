"""The interface at an address: for `mpp serve portal`."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import requests

from services.portal.api.calls import Answer, Away, Call, Stream

_SECONDS = (3.0, 20.0)  # to be let in, and between two parts of the answer: more than the mall itself takes
_TAKING = (3.0, 90.0)  # until a file was looked at, too


class OverHttp:
    """One mall; each thread keeps connections of its own. A proxy among proxies: it says for whom it asks."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")
        self._here = threading.local()

    def send(self, call: Call) -> Answer:
        """See `Interface.send`."""
        visitor = call.visitor
        hops = [hop for hop in (visitor.forwarded, visitor.address) if hop]
        headers = {
            **call.headers,
            "Host": visitor.host,
            "X-Forwarded-For": ", ".join(hops),
            "X-Forwarded-Proto": visitor.scheme,
        }
        try:
            got = self._session().request(
                call.method, self._address + call.path, params=dict(call.query), data=_sent(call),
                headers=headers, timeout=_SECONDS if call.stream is None else _TAKING, allow_redirects=False,
            )  # fmt: skip
        except requests.RequestException as error:
            raise Away from error
        return Answer(got.status_code, {name.lower(): value for name, value in got.headers.items()}, got.content)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._here, "session", None)
        if session is None:
            session = self._here.session = requests.Session()
            session.trust_env = False  # no proxy of the machine's, no password file
        return session


class _Body:
    """A stream as `requests` sends it: with its length declared, part by part."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def __len__(self) -> int:
        return self._stream.length

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream.read, b"")

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        return self._stream.read(size)


def _sent(call: Call) -> _Body | bytes | None:
    return (call.body or None) if call.stream is None else _Body(call.stream)

"""The front of the mall as it ships, `deploy/nginx/mpp.conf` word for word but for its ports, run by nginx."""

from __future__ import annotations

import os
import re
import shutil
import signal
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ProtocolError, SSLError
from urllib3.util import Retry

from mpp.operations.embedded_postgres import child
from tests.support.broker import required_here
from tests.support.rabbitmq_node import free_port
from tests.support.wait import until

SHIPPED = Path(__file__).parents[2] / "deploy" / "nginx"
_AROUND = """\
{user}
worker_processes 2;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log notice;
events {{ worker_connections 512; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include mpp.conf;
}}
"""


@dataclass(frozen=True)
class Front:
    """A running nginx: its addresses, the certificate that it shows, and where it writes its log."""

    url: str
    plain: str
    certificate: Path
    log: Path

    def session(self) -> requests.Session:
        """A client that believes this certificate and no other."""
        made = requests.Session()
        made.verify = str(self.certificate)
        made.mount("https://", _Green(ssl.create_default_context(cafile=str(self.certificate))))
        return made


_CLOSED = (ConnectionError, ssl.SSLEOFError)


class _Again(Retry):
    """What browsers do, and RFC 9112 (9.3.1) tells clients to be ready for.

    A server may close a connection at the moment when a request is sent on it, as nginx does with its visitors' when it
    reads its configuration again. Where not a byte of an answer came, it is asked again, once.
    """

    def increment(self, *about: Any, error: Exception | None = None, **more: Any) -> Retry:
        assert error is not None
        if not isinstance(error, (ProtocolError, SSLError)) or not isinstance(error.args[-1], _CLOSED):
            raise error
        return super().increment(*about, error=error, **more)


class _Green(HTTPAdapter):
    """urllib3 was imported before eventlet's patches: what it makes of `ssl` by itself would call itself for ever."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(max_retries=_Again(1, allowed_methods=None, respect_retry_after_header=False))

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **words: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._context, **words)


def program() -> str | None:
    """nginx on this machine."""
    return shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")


def needed() -> str:
    """nginx; the test is skipped where there is none, and fails where one is required."""
    found = program()
    if found is None:
        assert not required_here(), "no nginx on this machine (apt-get install nginx-light)"
        pytest.skip("no nginx")
    return found


def certificate(folder: Path, name: str = "localhost") -> Path:
    """A self-signed one of this name in the folder, as the front looks for it."""
    folder.mkdir(parents=True)
    made = folder / "fullchain.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}"]
    words += ["-addext", f"subjectAltName=DNS:{name}", "-keyout", str(folder / "privkey.pem"), "-out", str(made)]
    subprocess.run(["openssl", *words], check=True, capture_output=True)
    return made


@contextmanager
def running(folder: Path, gateways: Sequence[int]) -> Iterator[Front]:
    """nginx before the gateways at these ports of 127.0.0.1; `folder` holds its files."""
    nginx, secure, plain = needed(), free_port(), free_port()
    text = (SHIPPED / "mpp.conf").read_text()
    for word, port in (("listen 443 ", secure), ("listen 80 ", plain)):
        assert text.count(word) == 1, word
        text = text.replace(word, f"listen 127.0.0.1:{port} ")
    shown = certificate(folder / "tls")
    (folder / "mpp").mkdir()
    (folder / "mpp.conf").write_text(text)
    (pattern,) = re.findall(r"(?m)^server .*$", (SHIPPED / "server" / "gateways").read_text())
    assert "127.0.0.1:8000" in pattern
    lines = [pattern.replace("8000", str(port)) + "\n" for port in gateways]
    (folder / "mpp" / "gateways").write_text("".join(lines))
    user = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(_AROUND.format(folder=folder, user=user))
    with (folder / "out").open("wb") as output:
        process = child.spawn([nginx, "-c", folder / "nginx.conf"], output=output)
        try:
            front = Front(f"https://localhost:{secure}", f"http://localhost:{plain}", shown, folder / "error.log")
            until(lambda: answers(front) or process.poll() is not None, what=f"nginx ({folder})")
            assert process.poll() is None, (folder / "out").read_text() + front.log.read_text()
            yield front
        finally:
            child.stop(process, [(signal.SIGQUIT, 5.0), (signal.SIGTERM, 5.0)])


def answers(front: Front) -> bool:
    """Whether nginx runs. Asked in plain HTTP: a handshake that is cut off leaves a socket behind."""
    try:
        return requests.get(front.plain, timeout=5, allow_redirects=False).status_code == requests.codes.moved
    except requests.RequestException:
        return False

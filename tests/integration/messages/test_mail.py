"""E-mail, on a real mail server: over STARTTLS, told once, and nobody can put a line into its head."""

from __future__ import annotations

import base64
import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mpp.clock import FixedClock
from mpp.messages.book import EmailChannel
from mpp.messages.channels.email import MailServer
from mpp.messages.channels.port import Failed, NotTaken, Outgoing, Taken
from mpp.messages.filling import Words
from tests.integration.messages.test_what_is_told import sip
from tests.support.desks import Desks
from tests.support.mail_server import PASSWORD, USER
from tests.support.telling import TEN, Telling

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server shows, and the mall trusts."""
    folder: Path = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begins = datetime.now(UTC) - timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, begins, begins + timedelta(days=9))
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    certificate = builder.add_extension(names, False).add_extension(constraints, True).sign(key, hashes.SHA256())
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    kinds = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(*kinds))
    return folder


class Mail:
    """The server in a process of its own, and the mall's side of it."""

    def __init__(self, folder: Path) -> None:
        words = [sys.executable, "-m", "tests.support.mail_server", str(folder / "cert.pem"), str(folder / "key.pem")]
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        trusted = ssl.create_default_context(cafile=str(folder / "cert.pem"))
        settings = EmailChannel("localhost", int(self._line()), "mall@contoh.go.id")
        self.server = MailServer(settings, FixedClock(NOW), USER, PASSWORD, trusted, seconds=10.0)

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def letter(self) -> tuple[list[str], EmailMessage]:
        """The next letter that the server has taken, and whom it is for."""
        told = json.loads(self._line())
        return told["to"], message_from_bytes(base64.b64decode(told["content"]), policy=policy.default)

    def close(self) -> list[str]:
        """What was taken and nobody has looked at."""
        self._process.terminate()
        assert self._process.stdout is not None
        left = self._process.stdout.read().splitlines()
        self._process.stdout.close()
        self._process.wait()
        return left


@pytest.fixture
def mail(folder: Path) -> Iterator[Mail]:
    opened = Mail(folder)
    yield opened
    assert opened.close() == [], "nothing else was sent"


def letter(to: str = "warga@contoh.id", subject: str = "Berkas P1 diterima", text: str = "Isi") -> Outgoing:
    return Outgoing("P0199", to, "id", Words(text, subject))


def test_a_letter_is_taken(mail: Mail) -> None:
    assert mail.server.send(letter(text="Tahap: Diajukan — “siap”\n.\nakhir")) == Taken(arrived=True)
    to, read = mail.letter()
    assert (read["From"], read["To"], to) == ("mall@contoh.go.id", "warga@contoh.id", ["warga@contoh.id"])
    assert (read["Subject"], read["Message-ID"]) == ("Berkas P1 diterima", "<P0199@contoh.go.id>")
    assert read.get_content().splitlines() == ["Tahap: Diajukan — “siap”", ".", "akhir"]
    assert read["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "to",
    [
        "warga@contoh.id\r\nBcc: x@contoh.id",
        "warga@contoh.id\nX: y",
        "a,b@contoh.id",
        "<warga@contoh.id>",
        "ü@contoh.id",
        "",
    ],
)
def test_nobody_writes_into_the_head_by_an_address(mail: Mail, to: str) -> None:
    assert mail.server.send(letter(to=to)) == NotTaken("address_malformed")


def test_nor_by_a_subject(mail: Mail) -> None:
    assert mail.server.send(letter(subject="a\r\nBcc: x@contoh.id")) == NotTaken("address_malformed")


@pytest.mark.parametrize(
    ("to", "outcome"),
    [
        ("rcpt.550@contoh.id", NotTaken("refused")),
        ("rcpt.451@contoh.id", Failed("provider_busy", maybe_sent=False)),
        ("data.554@contoh.id", NotTaken("refused")),
        ("data.452@contoh.id", Failed("provider_busy", maybe_sent=False)),
        ("data.hangs-up@contoh.id", Failed("provider_silent", maybe_sent=True)),
    ],
)
def test_what_the_server_says_no_to(mail: Mail, to: str, outcome: Any) -> None:
    assert mail.server.send(letter(to=to)) == outcome


def test_a_wrong_password(mail: Mail) -> None:
    assert replace(mail.server, password="salah").send(letter()) == Failed("provider_credentials", maybe_sent=False)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # eventlet's socket, which is collected
def test_a_server_that_nobody_vouches_for_gets_nothing(mail: Mail) -> None:
    strange = replace(mail.server, context=ssl.create_default_context())
    assert strange.send(letter()) == Failed("provider_away", maybe_sent=False)


def test_a_server_that_is_away(mail: Mail) -> None:
    away = replace(mail.server, settings=replace(mail.server.settings, port=9))
    assert away.send(letter()) == Failed("provider_away", maybe_sent=False)


def test_who_has_no_phone_is_told_by_mail(desks: Desks, mail: Mail) -> None:
    telling = Telling(desks, mail=mail.server)
    case = sip(desks, phone=None, email="warga@contoh.id")
    telling.work(TEN)
    (message,) = telling.of(case)
    assert (message.state, message.channel) == ("delivered", "email")
    assert message.settled_at == message.delivered_at == desks.clock.now()
    to, read = mail.letter()
    assert to == ["warga@contoh.id"]
    assert read["Subject"] == f"Berkas {case['tracking_code']} diterima"
    assert f"http://localhost:8000/lacak/{case['tracking_code']}" in read.get_content()

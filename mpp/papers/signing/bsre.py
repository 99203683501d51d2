"""`bsre`: the client service of BSrE (v1), which an agency runs beside its applications.

The passphrase is in the one request that signs and nowhere else. Whatever happens after that request was sent, other
than an answer that says no, leaves open whether the paper is signed: that is looked up before it is sent again.
"""

from __future__ import annotations

import hashlib
import logging
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import requests
from requests.auth import HTTPBasicAuth
from urllib3.exceptions import NewConnectionError

from mpp import json_text
from mpp.json_values import Json, JsonObject
from mpp.papers.signing import pades
from mpp.papers.signing.port import (
    AnswerRefused,
    NotRegistered,
    OutcomeUnknown,
    Passphrase,
    Signed,
    Signer,
    SigningUnavailable,
    WrongPassphrase,
)
from mpp.papers.signing.settings import BsreSettings
from mpp.papers.worker.process import Worker

NOT_REGISTERED, PASSPHRASE_WRONG = 2011, 2031
LARGEST = 32 * 2**20  # bytes of an answer
_PIECE = 64 * 1024
_REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,100}")
_PDF, _JSON = "application/pdf", "application/json"


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def kind(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def told(self) -> JsonObject:
        try:
            found = json_text.read(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class Bsre:
    """Signs by the client service; what comes back is checked in the worker. `roots`: certificates (DER) it trusts."""

    def __init__(self, worker: Worker, settings: BsreSettings, roots: tuple[bytes, ...] = ()) -> None:
        self._worker = worker
        self._settings = settings
        self._roots = roots
        logging.getLogger("urllib3").setLevel(logging.WARNING)  # it would tell addresses, in which NIK stand

    def registered(self, nik: str) -> bool:
        """Whether the service knows this signer. Raises SigningUnavailable."""
        answer = self._asked("GET", f"/api/user/status/{nik}")
        if answer is None or answer.status >= 500:
            raise SigningUnavailable("service_away")
        if answer.status in (401, 403):
            raise SigningUnavailable("service_credentials")
        code = answer.told().get("status_code")
        if answer.status >= 400 and code != NOT_REGISTERED:
            raise SigningUnavailable("service_refused")
        return code != NOT_REGISTERED

    def sign(self, pdf: bytes, signer: Signer, passphrase: Passphrase | None = None) -> Signed:
        """The signed file. Raises SigningFailed; after OutcomeUnknown: `look_up`."""
        if signer.nik is None:
            raise NotRegistered
        if passphrase is None:
            raise SigningUnavailable("passphrase_missing")
        if not self.registered(signer.nik):
            raise NotRegistered
        told = {"nik": signer.nik, "passphrase": passphrase.reveal(), "tampilan": "invisible"}
        answer = self._asked("POST", "/api/sign/pdf", told, pdf)
        del told
        if answer is None:
            raise OutcomeUnknown
        return self._signed(pdf, self._accepted(answer))

    def look_up(self, pdf: bytes, reference: str | None = None) -> Signed | None:
        """The signed file of this very one; None where the service says that it signed none. Raises OutcomeUnknown."""
        if reference is not None:
            return self._downloaded(pdf, reference)
        if self._settings.lookup is None:
            raise OutcomeUnknown("lookup_not_possible")
        sha256 = hashlib.sha256(pdf).hexdigest()
        answer = self._asked("GET", self._settings.lookup.replace("{sha256}", sha256))
        if answer is not None and answer.status == 404:
            return None
        if answer is None or answer.status != 200:
            raise OutcomeUnknown("lookup_failed")
        return self._signed(pdf, answer)

    def _accepted(self, answer: _Answer) -> _Answer:
        """The answer, where it is none that says no."""
        code = answer.told().get("status_code") if answer.status == 400 else None
        if code == NOT_REGISTERED:
            raise NotRegistered
        if code == PASSPHRASE_WRONG:
            raise WrongPassphrase
        if answer.status in (401, 403):
            raise SigningUnavailable("service_credentials")
        if 400 <= answer.status < 500:
            raise SigningUnavailable("service_refused")
        if answer.status != 200:
            raise OutcomeUnknown("service_failed")
        return answer

    def _signed(self, pdf: bytes, answer: _Answer) -> Signed:
        """The file in an answer, or at the address that it tells."""
        if answer.kind == _JSON:
            return self._downloaded(pdf, _reference(answer.told().get("id_dokumen")))
        reference = answer.headers.get("id_dokumen")
        known = reference if reference is not None and _REFERENCE.fullmatch(reference) else None
        return self._checked(pdf, answer, known)

    def _downloaded(self, pdf: bytes, reference: str) -> Signed:
        answer = self._asked("GET", f"/api/sign/download/{reference}")
        if answer is None or answer.status != 200:
            raise OutcomeUnknown("download_failed", reference)
        return self._checked(pdf, answer, reference)

    def _checked(self, pdf: bytes, answer: _Answer, reference: str | None) -> Signed:
        if answer.kind != _PDF:
            raise OutcomeUnknown("answer_content_type", reference)
        why = None
        try:
            return Signed(answer.body, pades.check(self._worker, pdf, answer.body, self._roots), reference)
        except (AnswerRefused, SigningUnavailable) as error:
            why = error.code
        raise OutcomeUnknown(why, reference)

    def _asked(
        self, method: str, path: str, told: Mapping[str, str] | None = None, pdf: bytes | None = None
    ) -> _Answer | None:
        """The whole answer; None where none came though it was sent. Raises SigningUnavailable where nothing was sent.

        Nothing of requests leaves this method: its errors hold what was sent.
        """
        try:
            return self._exchanged(method, path, told, pdf)
        except (requests.ConnectTimeout, requests.exceptions.SSLError):
            sent = False
        except requests.ConnectionError as error:
            sent = not isinstance(getattr(error.args[0], "reason", None), NewConnectionError)
        except requests.RequestException:
            sent = True
        if not sent:
            raise SigningUnavailable("service_away")
        return None

    def _exchanged(self, method: str, path: str, told: Mapping[str, str] | None, pdf: bytes | None) -> _Answer | None:
        ends = time.monotonic() + self._settings.whole
        with requests.Session() as session:
            session.trust_env = False  # no proxy, and no .netrc, that somebody set for other programs
            response = session.request(
                method,
                self._settings.url + path,
                data=told,
                files=None if pdf is None else {"file": ("paper.pdf", pdf, _PDF)},
                auth=HTTPBasicAuth(self._settings.user, self._settings.password),
                timeout=(self._settings.connect, self._settings.whole),
                allow_redirects=False,
                stream=True,
            )
            with response:
                found = bytearray()
                for piece in response.iter_content(_PIECE):
                    found += piece
                    if len(found) > LARGEST or time.monotonic() > ends:
                        return None
                return _Answer(response.status_code, response.headers, bytes(found))


def _reference(told: Json) -> str:
    if not isinstance(told, str) or not _REFERENCE.fullmatch(told):
        raise OutcomeUnknown("answer_no_reference")
    return told

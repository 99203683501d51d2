"""`bsre`: the client service of BSrE (v1), which an agency runs beside its applications.

The passphrase is in the one request that signs and nowhere else. Whatever happens after that request was sent, other
than an answer that says no, leaves open whether the paper is signed: that is looked up before it is sent again.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping

from requests.auth import HTTPBasicAuth

from mpp.json_values import Json
from mpp.outgoing import Answered, Limits, Unanswered, exchange
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
_REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,100}")
_PDF, _JSON = "application/pdf", "application/json"


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
        code = (answer.told() or {}).get("status_code")
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

    def _accepted(self, answer: Answered) -> Answered:
        """The answer, where it is none that says no."""
        code = (answer.told() or {}).get("status_code") if answer.status == 400 else None
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

    def _signed(self, pdf: bytes, answer: Answered) -> Signed:
        """The file in an answer, or at the address that it tells."""
        if answer.kind == _JSON:
            return self._downloaded(pdf, _reference((answer.told() or {}).get("id_dokumen")))
        reference = answer.headers.get("id_dokumen")
        known = reference if reference is not None and _REFERENCE.fullmatch(reference) else None
        return self._checked(pdf, answer, known)

    def _downloaded(self, pdf: bytes, reference: str) -> Signed:
        answer = self._asked("GET", f"/api/sign/download/{reference}")
        if answer is None or answer.status != 200:
            raise OutcomeUnknown("download_failed", reference)
        return self._checked(pdf, answer, reference)

    def _checked(self, pdf: bytes, answer: Answered, reference: str | None) -> Signed:
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
    ) -> Answered | None:
        """The answer; None where none came though it was sent. Raises SigningUnavailable where nothing was sent."""
        settings = self._settings
        found = exchange(
            method,
            settings.url + path,
            Limits(settings.connect, settings.whole, LARGEST),
            data=told,
            files=None if pdf is None else {"file": ("paper.pdf", pdf, _PDF)},
            auth=HTTPBasicAuth(settings.user, settings.password),
        )
        match found:
            case Answered():
                return found
            case Unanswered(sent=False):
                raise SigningUnavailable("service_away")
        return None


def _reference(told: Json) -> str:
    if not isinstance(told, str) or not _REFERENCE.fullmatch(told):
        raise OutcomeUnknown("answer_no_reference")
    return told

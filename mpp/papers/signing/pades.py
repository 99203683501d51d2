"""PAdES in the worker's process: signing by a key of the installation, and what any signed PDF is worth.

The functions that end in `_task` are what a worker is asked for; the others beside them ask. Nothing else of the mall
imports pyHanko: its work would hold up an event loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from mpp.json_values import JsonObject, objects, optional_moment, optional_text, text, texts, truth, whole
from mpp.papers.signing.compared import shows_other
from mpp.papers.signing.port import AnswerRefused, Signature, SigningUnavailable
from mpp.papers.worker.process import Answer, TaskRefused, Worker, WorkerFailed

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

FIELD = "TandaTangan"
MOST_SIGNATURES = 20
_ATTRIBUTES = 2048  # bytes of a signature beside its certificate. pyHanko finds that out by signing twice
_TASKS = "mpp.papers.signing.pades"


# ---------------------------------------------------------------- asking


def sign(worker: Worker, pdf: bytes, key: bytes, certificate: bytes, name: str, reason: str) -> tuple[bytes, Signature]:
    """The PDF with a signature more, by this key (PKCS#8) and its certificate (both DER); it may not be changed after.
    And that signature, as it was read back from the file.

    Raises SigningUnavailable.
    """
    try:
        answer = worker.ask(f"{_TASKS}:sign_task", {"name": name, "reason": reason}, [pdf, key, certificate])
    except (WorkerFailed, TaskRefused) as error:
        raise SigningUnavailable(f"signing_{error.code}") from None
    return answer.blobs[0], _read(answer.told)[0]


def inspect(worker: Worker, pdf: bytes, roots: Sequence[bytes] = ()) -> tuple[Signature, ...]:
    """The signatures of a PDF, oldest first; `roots` are the certificates (DER) that are trusted.

    Raises AnswerRefused for what is no PDF that can be read.
    """
    try:
        return _read(worker.ask(f"{_TASKS}:inspect_task", {}, [pdf, *roots]).told)
    except TaskRefused as error:
        raise AnswerRefused(error.code) from None
    except WorkerFailed as error:
        raise SigningUnavailable(f"signing_{error.code}") from None


def check(worker: Worker, sent: bytes, found: bytes, roots: Sequence[bytes] = ()) -> Signature:
    """The one signature by which `found` is more than what was sent.

    Raises AnswerRefused: `answer_other_document` where it does not begin with the bytes that were sent, or shows
    anything else than they do; `answer_not_signed`, `answer_signature_broken`, `answer_not_pdf`.
    """
    if not found.startswith(sent):
        raise AnswerRefused("answer_other_document" if found.startswith(b"%PDF-") else "answer_not_pdf")
    try:
        told = worker.ask(f"{_TASKS}:check_task", {"sent": len(sent)}, [found, *roots]).told
    except TaskRefused as error:
        raise AnswerRefused(error.code) from None
    except WorkerFailed as error:
        raise SigningUnavailable(f"signing_{error.code}") from None
    return _read(told)[0]


def _read(told: JsonObject) -> tuple[Signature, ...]:
    return tuple(
        Signature(
            intact=truth(each, "intact"),
            whole=truth(each, "whole"),
            trusted=truth(each, "trusted"),
            by=text(each, "by"),
            fingerprint=text(each, "fingerprint"),
            at=optional_moment(each, "at"),
            named=optional_text(each, "named"),
            revision=whole(each, "revision"),
            changed_after=truth(each, "changed_after"),
        )
        for each in objects(told, "signatures")
    )


def links(worker: Worker, pdf: bytes) -> tuple[str, ...]:
    """The addresses that the pages link to, each once: a paper links to what its QR code says. Raises as `inspect`."""
    try:
        return texts(worker.ask(f"{_TASKS}:links_task", {}, [pdf]).told, "links")
    except TaskRefused as error:
        raise AnswerRefused(error.code) from None
    except WorkerFailed as error:
        raise SigningUnavailable(f"signing_{error.code}") from None


# ---------------------------------------------------------------- in the worker


def sign_task(given: JsonObject, blobs: Sequence[bytes]) -> Answer:
    """Sign `blobs[0]` by the key and the certificate after it, and read the signature back."""
    from asn1crypto.keys import PrivateKeyInfo
    from asn1crypto.x509 import Certificate
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
    from pyhanko_certvalidator.registry import CertificateRegistry

    class Signer(SimpleSigner):
        """With a key that is kept: pyHanko loads it each time, and looking at it takes longer than signing."""

        def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
            return _loaded(key).sign(data, PKCS1v15(), SHA256())

    pdf, key, certificate = blobs
    signer = Signer(Certificate.load(certificate), PrivateKeyInfo.load(key), CertificateRegistry())
    meta = PdfSignatureMetadata(
        field_name=FIELD,
        name=text(given, "name"),
        reason=text(given, "reason"),
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    # hidden: what nobody sees needs no place in the structure that is read aloud (PDF/UA-1, 7.18)
    hidden = InvisSigSettings(set_print_flag=False, set_hidden_flag=True)
    field = SigFieldSpec(FIELD, invis_sig_settings=hidden, readable_field_name="Tanda tangan elektronik")
    out = BytesIO()
    PdfSigner(meta, signer, new_field_spec=field).sign_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf)), output=out, bytes_reserved=2 * (len(certificate) + _ATTRIBUTES)
    )
    signed = out.getvalue()
    facts = _facts(_signatures(_opened(signed))[-1], [certificate])
    if not (signed.startswith(pdf) and facts["intact"] and facts["whole"]):
        raise TaskRefused("broken")
    return Answer({"signatures": [facts]}, (signed,))


@cache
def _loaded(key: bytes) -> RSAPrivateKey:
    """The key, which was looked at when the settings were read."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    found = load_der_private_key(key, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(found, RSAPrivateKey):
        raise ValueError("not an RSA key")
    return found


def inspect_task(given: JsonObject, blobs: Sequence[bytes]) -> Answer:
    """What the signatures of `blobs[0]` are worth; the others are certificates that are trusted."""
    pdf, *roots = blobs
    reader = _opened(pdf)
    return Answer({"signatures": [_facts(each, roots) for each in _signatures(reader)]})


def check_task(given: JsonObject, blobs: Sequence[bytes]) -> Answer:
    """The one signature that `blobs[0]` has since its first `sent` bytes."""
    pdf, *roots = blobs
    before, reader = _opened(pdf[: whole(given, "sent")]), _opened(pdf)
    found = _signatures(reader)
    if len(found) != len(_signatures(before)) + 1:
        raise TaskRefused("answer_not_signed")
    facts = _facts(found[-1], roots)
    if not (facts["intact"] and facts["whole"]):
        raise TaskRefused("answer_signature_broken")
    if shows_other(before, reader):
        raise TaskRefused("answer_other_document")
    return Answer({"signatures": [facts]})


def links_task(given: JsonObject, blobs: Sequence[bytes]) -> Answer:
    """What the annotations of `blobs[0]` lead to."""
    from pypdf import PdfReader

    found: dict[str, None] = {}
    try:
        for page in PdfReader(BytesIO(blobs[0])).pages:
            for each in page.get("/Annots", ()):
                address = each.get_object().get("/A", {}).get("/URI")
                if address is not None:
                    found[str(address)] = None
    except Exception:  # as above
        raise TaskRefused("answer_not_pdf") from None
    return Answer({"links": list(found)})


def _opened(pdf: bytes) -> PdfFileReader:
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(BytesIO(pdf))
        _ = reader.root["/Pages"]
    except Exception:  # whatever a reader of files from anywhere stumbles over
        raise TaskRefused("answer_not_pdf") from None
    return reader


def _signatures(reader: PdfFileReader) -> list[EmbeddedPdfSignature]:
    try:
        found = list(reader.embedded_regular_signatures)
    except Exception:
        raise TaskRefused("answer_signature_broken") from None
    if len(found) > MOST_SIGNATURES:
        raise TaskRefused("answer_too_many_signatures")
    return found


def _facts(found: EmbeddedPdfSignature, roots: Sequence[bytes]) -> JsonObject:
    from asn1crypto.x509 import Certificate
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    trusted = [Certificate.load(root) for root in roots]
    context = ValidationContext(trust_roots=trusted, allow_fetching=False, moment=found.self_reported_timestamp)
    try:
        status = validate_pdf_signature(
            found, context, key_usage_settings=KeyUsageConstraints(key_usage=None, key_usage_forbidden=None)
        )
        intact, known, coverage = status.intact and status.valid, status.trusted, status.coverage
        changed = coverage != SignatureCoverageLevel.ENTIRE_FILE and not status.docmdp_ok
    except Exception:  # a signature that cannot be read is not good, whatever the reason
        intact, known, coverage, changed = False, False, SignatureCoverageLevel.UNCLEAR, True
    facts = Signature(
        intact=intact,
        whole=coverage == SignatureCoverageLevel.ENTIRE_FILE,
        trusted=known,
        by=_name_of(found.signer_cert),
        fingerprint=found.signer_cert.sha256.hex(),
        at=None,
        named=_named(found),
        revision=found.signed_revision + 1,
        changed_after=changed,
    )
    at: datetime | None = found.self_reported_timestamp
    return {**asdict(facts), "at": None if at is None else at.isoformat()}


def _name_of(certificate: Certificate) -> str:
    return str(certificate.subject.native.get("common_name") or certificate.subject.human_friendly)


def _named(found: EmbeddedPdfSignature) -> str | None:
    return str(found.sig_object["/Name"]) if "/Name" in found.sig_object else None

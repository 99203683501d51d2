"""What lies in the folder of the mall's files, and whether pyHanko finds its signatures valid."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from mpp.files.folder import Folder
from tests.chaos.facts import KeptFile


def read(root: Path, hashes: Iterable[str], certificate: bytes) -> dict[str, KeptFile]:
    """What is kept under these hashes; `certificate` (DER) is that of the installation's key."""
    folder = Folder(root)
    found = {sha256: folder.path(sha256) for sha256 in hashes}
    return {sha256: _read(path, certificate) for sha256, path in found.items() if path.is_file()}


def _read(path: Path, certificate: bytes) -> KeptFile:
    content = path.read_bytes()
    # the time of the change is that of the rename: when the file was in its place
    return KeptFile(
        hashlib.sha256(content).hexdigest(), len(content), path.stat().st_ctime, _good(content, certificate)
    )


def _good(content: bytes, certificate: bytes) -> bool:
    """Whether it has one signature, which is right about the whole file, by this certificate."""
    try:
        (signature,) = PdfFileReader(BytesIO(content)).embedded_regular_signatures
        context = ValidationContext(trust_roots=[Certificate.load(certificate)])
        return bool(validate_pdf_signature(signature, context).bottom_line)
    except (PdfError, ValueError):
        return False

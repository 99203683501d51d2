"""`mpp verify paper FILE.pdf`: is this file what the mall signed, and is its QR code the mall's? Asks nobody."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from mpp.hosting.definition import definitions
from mpp.operations import keys
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings
from mpp.papers.qr.keys import Keyring, with_kinds
from mpp.papers.qr.verifying import NotGenuine, verify
from mpp.papers.signing import pades
from mpp.papers.signing.port import AnswerRefused, Signature, SigningFailed
from mpp.papers.worker.process import Worker

_IN_ADDRESS = "/v/"
Trusted = Annotated[
    list[Path] | None, typer.Option("--trust", help="Sertifikat yang dipercaya, PEM atau DER (certificates to trust).")
]


def paper(file: Annotated[Path, typer.Argument(help="Berkas PDF (the file).")], trust: Trusted = None) -> None:
    """Periksa surat: tanda tangan dan kode QR; status 0 asli dan utuh, 1 tidak.

    (Check a paper: signatures and QR code; exit status 0 genuine and whole, 1 not. Whether it still holds, the mall
    says, at the address in the QR code.)
    """
    settings = keys.with_paper_keys(Settings.read(os.environ, definitions()))
    own = settings.for_services.signing_key
    roots = [*([] if own is None else [own.certificate]), *map(_certificate, trust or ())]
    worker = Worker(confined=True)
    try:
        pdf = _content(file)
        found, links = pades.inspect(worker, pdf, roots), pades.links(worker, pdf)
    except AnswerRefused:
        raise Problem(f"{file}: bukan PDF yang terbaca", f"{file}: not a PDF that can be read") from None
    except SigningFailed as failed:
        raise Problem(f"{file}: tidak dapat diperiksa ({failed.code})", f"{file}: cannot be checked") from None
    finally:
        worker.close()
    codes = [_qr(link, _keyring(settings)) for link in links if _IN_ADDRESS in link]
    for line in [*_signatures(found), *(line for line, _ in codes)]:
        typer.echo(line)
    if not codes:
        typer.echo("kode QR: tidak terbaca dari berkas | QR code: cannot be read from the file")
    genuine = bool(found) and all(each.good and each.trusted for each in found) and all(right for _, right in codes)
    typer.echo("asli dan utuh | genuine and whole" if genuine else "TIDAK TERBUKTI ASLI | NOT PROVEN GENUINE")
    raise typer.Exit(0 if genuine else 1)


def _signatures(found: Sequence[Signature]) -> Iterator[str]:
    if not found:
        yield "tanpa tanda tangan | not signed"
    for number, each in enumerate(found, 1):
        state = "utuh | whole"
        if not each.intact:
            state = "RUSAK: isinya diubah | BROKEN: the content was changed"
        elif each.changed_after:
            state = "DIUBAH sesudah ditandatangani | CHANGED after it was signed"
        elif not each.whole:
            state = "hanya sebagian berkas | a part of the file only"
        known = "dikenal | known" if each.trusted else "TIDAK DIKENAL | NOT KNOWN"
        named = "" if each.named is None else f", {each.named}"
        at = "" if each.at is None else f", {each.at.isoformat()}"
        yield f"tanda tangan | signature {number} (revisi | revision {each.revision}): {state}"
        yield f"  oleh | by {each.by}{named}{at}"
        yield f"  sertifikat | certificate {each.fingerprint[:16]}: {known}"


def _keyring(settings: Settings) -> Keyring | None:
    found = settings.paper_keyring
    return None if found is None else with_kinds(found, ((name, d.paper_kinds) for name, d in definitions().items()))


def _qr(address: str, keyring: Keyring | None) -> tuple[str, bool]:
    """What the QR code claims, and whether anything speaks against it."""
    told = f"kode QR | QR code: {address.partition('#')[0]}"
    if keyring is None:
        return f"{told} (tanpa kunci publik | without the public keys)", True
    try:
        claims = verify(address, keyring).claims
    except NotGenuine as error:
        return f"{told} TIDAK SAH | NOT GENUINE ({error.reason})", False
    said = (claims.kind, claims.number, claims.date.isoformat(), claims.holder)
    return f"{told} sah | genuine: {', '.join(each for each in said if each is not None)}", True


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise Problem(f"{file} tidak terbaca", f"{file} cannot be read") from None


def _certificate(file: Path) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    content = _content(file)
    try:
        pem = content.lstrip().startswith(b"-----BEGIN")
        found = x509.load_pem_x509_certificate(content) if pem else x509.load_der_x509_certificate(content)
    except ValueError:
        raise Problem(f"{file} bukan sertifikat", f"{file} is no certificate") from None
    return found.public_bytes(Encoding.DER)

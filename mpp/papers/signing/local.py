"""`local`: PAdES by a key of the installation, with a certificate that the installation made for itself.

It proves that a paper is the mall's own and unchanged. It is no certified signature (PP 71/2019), and what it signs
says so: "tanda tangan simulasi".
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key
from cryptography.x509.oid import NameOID

from mpp.papers.signing import pades
from mpp.papers.signing.port import Passphrase, Signed, Signer, SigningUnavailable
from mpp.papers.worker.process import Worker

NAME = "Tanda tangan simulasi (simulated signature)"
REASON = "Tanda tangan simulasi, bukan BSrE | simulated signature, not BSrE"
_BITS = 3072  # RSA: the curves would make the file one of PDF 2.0, which PDF/UA-1 does not know
_YEARS = 20  # a paper is looked at for long, and nobody renews what is simulated


class Local:
    """Signs with the installation's key (PKCS#8) and certificate, both DER; without them it says so when asked."""

    def __init__(self, worker: Worker, key: bytes | None, certificate: bytes | None) -> None:
        self._worker = worker
        self._key = key
        self._certificate = certificate

    def sign(self, pdf: bytes, signer: Signer, passphrase: Passphrase | None = None) -> Signed:
        """The signed file. Raises SigningFailed."""
        if self._key is None or self._certificate is None:
            raise SigningUnavailable("signing_key_missing")
        signed = pades.sign(self._worker, pdf, self._key, self._certificate, signer.name or signer.account, REASON)
        return Signed(signed, pades.check(self._worker, pdf, signed, [self._certificate]))

    def look_up(self, pdf: bytes, reference: str | None = None) -> Signed | None:
        """Nothing is anywhere that was not answered."""
        return None


def new_key(now: datetime) -> tuple[str, str]:
    """A fresh key and its certificate, each base64 of DER on one line, as the settings take them."""
    key = rsa.generate_private_key(65537, _BITS)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Mal Pelayanan Publik"),
            x509.NameAttribute(NameOID.COMMON_NAME, NAME),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return base64.b64encode(private).decode(), base64.b64encode(made.public_bytes(Encoding.DER)).decode()


def belong_together(key: bytes, certificate: bytes) -> bool:
    """Whether the certificate is that of the key; both DER. Raises ValueError for what is neither."""
    private = load_der_private_key(key, password=None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise ValueError("not an RSA key")
    return x509.load_der_x509_certificate(certificate).public_key() == private.public_key()

"""`local`: PAdES by a key of the installation, with a certificate that the installation made for itself.

It proves that a paper is the mall's own and unchanged. It is no certified signature (PP 71/2019), and what it signs
says so: "tanda tangan simulasi".
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from mpp.papers.signing import pades
from mpp.papers.signing.port import Passphrase, Signed, Signer, SigningUnavailable
from mpp.papers.signing.settings import LocalKey
from mpp.papers.worker.process import Worker

NAME = "Tanda tangan simulasi (simulated signature)"
REASON = "Tanda tangan simulasi, bukan BSrE | simulated signature, not BSrE"
_BITS = 3072  # RSA: the curves would make the file one of PDF 2.0, which PDF/UA-1 does not know
_YEARS = 20  # a paper is looked at for long, and nobody renews what is simulated


class Local:
    """Signs with the installation's key; without one it says so when asked."""

    def __init__(self, worker: Worker, key: LocalKey | None) -> None:
        self._worker = worker
        self._key = key

    def sign(self, pdf: bytes, signer: Signer, passphrase: Passphrase | None = None) -> Signed:
        """The signed file. Raises SigningFailed."""
        if self._key is None:
            raise SigningUnavailable("signing_key_missing")
        private, certificate = self._key.private, self._key.certificate
        return Signed(*pades.sign(self._worker, pdf, private, certificate, signer.name or signer.account, REASON))

    def look_up(self, pdf: bytes, reference: str | None = None) -> Signed | None:
        """Nothing is anywhere that was not answered."""
        return None


def new_key(now: datetime) -> LocalKey:
    """A fresh key with its certificate."""
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
    return LocalKey(private, made.public_bytes(Encoding.DER))

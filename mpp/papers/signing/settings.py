"""What an installation says of signing: its own key, and BSrE's client service where it has one."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field


@dataclass(frozen=True)
class LocalKey:
    """The installation's key (PKCS#8) and the certificate that it made for itself; both DER."""

    private: bytes = field(repr=False)
    certificate: bytes = field(repr=False)

    def written(self) -> str:
        """On one line, as the setting has it: both in base64, with a point between them."""
        return ".".join(base64.b64encode(each).decode() for each in (self.private, self.certificate))

    @classmethod
    def read(cls, written: str) -> LocalKey:
        """The inverse. Raises ValueError, also where the certificate is another key's."""
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric import rsa
        from cryptography.hazmat.primitives.serialization import load_der_private_key

        private, _, certificate = written.partition(".")
        try:
            found = cls(base64.b64decode(private, validate=True), base64.b64decode(certificate, validate=True))
            key = load_der_private_key(found.private, password=None)
            public = x509.load_der_x509_certificate(found.certificate).public_key()
        except (binascii.Error, ValueError, TypeError):
            raise ValueError("no key with a certificate") from None
        if not isinstance(key, rsa.RSAPrivateKey) or key.public_key() != public:
            raise ValueError("the certificate is not that of the key")
        return found


@dataclass(frozen=True)
class BsreSettings:
    """Where the client service is, and as whom it is asked.

    `lookup` is where it tells what became of a file, below its address and with `{sha256}` in it; None: this service
    cannot say. `connect` and `whole` are seconds: to be reached, and for one answer as a whole.
    """

    url: str
    user: str
    password: str = field(repr=False)
    lookup: str | None = None
    connect: float = 5.0
    whole: float = 60.0

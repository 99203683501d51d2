"""COSE_Sign1 with Ed25519 (RFC 9052, RFC 9053), as much of it as papers need."""

from __future__ import annotations

from dataclasses import dataclass

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mpp.papers.qr.keys import PaperSigner

_TAG = 18
_ALGORITHM, _KEY_ID = 1, 4
_EDDSA = -8


@dataclass(frozen=True)
class Signed:
    """A message whose signature is not checked yet."""

    protected: bytes
    payload: bytes
    signature: bytes
    key_id: str

    def is_by(self, public: bytes) -> bool:
        """Whether the signature is that of the key (32 bytes)."""
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(self.signature, _what(self.protected, self.payload))
        except InvalidSignature:
            return False
        return True


def sign(payload: bytes, signer: PaperSigner) -> bytes:
    """The signed message; it names the key, in the part that is signed."""
    protected = cbor2.dumps({_ALGORITHM: _EDDSA, _KEY_ID: signer.key_id.encode("ascii")}, canonical=True)
    signature = signer.sign(_what(protected, payload))
    return cbor2.dumps(cbor2.CBORTag(_TAG, [protected, {}, payload, signature]), canonical=True)


def read(message: bytes) -> Signed:
    """The parts of a message from anybody. Raises ValueError for what is no COSE_Sign1 by an Ed25519 key with an id."""
    found = _loaded(message)
    parts = found.value if isinstance(found, cbor2.CBORTag) and found.tag == _TAG else None
    if not isinstance(parts, list) or len(parts) != 4 or parts[1] != {}:
        raise ValueError("not a COSE_Sign1 message")
    protected, _, payload, signature = parts
    if not (isinstance(protected, bytes) and isinstance(payload, bytes) and isinstance(signature, bytes)):
        raise ValueError("not a COSE_Sign1 message")
    headers = _loaded(protected)
    key_id = headers.get(_KEY_ID) if isinstance(headers, dict) and headers.get(_ALGORITHM) == _EDDSA else None
    if not isinstance(key_id, bytes):
        raise ValueError("not signed by an Ed25519 key with an id")
    return Signed(protected, payload, signature, key_id.decode("ascii"))


def _loaded(encoded: bytes) -> object:
    try:
        found: object = cbor2.loads(encoded)
    except Exception as error:  # the reader of CBOR has many, and what it reads came from a stranger
        raise ValueError("not CBOR") from error
    return found


def _what(protected: bytes, payload: bytes) -> bytes:
    """What is signed: Sig_structure."""
    return cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)

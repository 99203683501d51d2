"""Is the paper in my hand the mall's? Answered without a network, from its QR code and the mall's list of keys.

    curl -s https://mpp.contoh.go.id/.well-known/jwks.json > keys.json        # now and then
    python check.py keys.json "https://mpp.contoh.go.id/v/P7K2...#0oRR..."    # what the scanner has read

Needs `pip install cbor2 cryptography` and nothing of the mall. Exit status 0: the mall made it. Whether it still holds,
only the mall knows: open the address.
"""

import base64
import json
import sys

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CLAIMS = {1: "issuer", 7: "code", -65537: "kind", -65538: "number", -65539: "date", -65540: "holder"}


class NotTheirs(Exception):
    """The mall did not make this."""


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def check(keys: list[dict], scanned: str) -> dict:
    """The claims of the paper, by name. Raises NotTheirs."""
    address, _, claims = scanned.partition("#")
    try:
        message = cbor2.loads(decoded(claims))
        protected, _, payload, signature = message.value  # COSE_Sign1
        headers = cbor2.loads(protected)
        key = next(key for key in keys if key["kid"].encode() == headers[4])
        signed = cbor2.dumps(["Signature1", protected, b"", payload])
        Ed25519PublicKey.from_public_bytes(decoded(key["x"])).verify(signature, signed)
        said = {CLAIMS[name]: value for name, value in cbor2.loads(payload).items() if name in CLAIMS}
        code = said["code"].decode()
    except StopIteration:
        raise NotTheirs("signed with a key that is not in the list: fetch the list again") from None
    except (ValueError, KeyError, TypeError, AttributeError, cbor2.CBORDecodeError, InvalidSignature):
        raise NotTheirs("not signed by the mall") from None
    if said["kind"] not in key["kinds"]:
        raise NotTheirs(f"{key['service']} signs no paper of the kind {said['kind']}")
    if key["until"] is not None and said["date"] > key["until"]:
        raise NotTheirs("dated after the last day of its key")
    if code != address.rpartition("/")[2]:
        raise NotTheirs("these claims belong to another paper")
    return {**said, "code": code}


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        listed = json.load(file)["keys"]
    try:
        found = check(listed, sys.argv[2])
    except NotTheirs as error:
        sys.exit(f"NOT THE MALL'S: {error}")
    for name, value in found.items():
        print(f"{name}: {value}")
    print("The mall made it; compare with the paper. Whether it still holds: open the address.")

"""What a paper claims of itself, as a CWT (RFC 8392): the claims of a CBOR map, and nothing personal but initials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import cbor2

MOST_INITIALS = 4
MOST_WORDS = 64  # of a name that is looked at
# Registered claims, and those of our own: keys below -65536 are for private use.
_ISSUER = 1
_CODE = 7
_KIND = -65537
_NUMBER = -65538
_DATE = -65539
_HOLDER = -65540


@dataclass(frozen=True)
class Claims:
    """`issuer` is a region and the office in it that issued the paper, `35.15/dpmptsp`; `date` the local day of issue.

    `number` is None for a paper that has none, `holder` (initials) for one that is nobody's. `code` is the verification
    code without its hyphens: it ties the claims to the address that they stand in.
    """

    issuer: str
    kind: str
    code: str
    date: date
    number: str | None = None
    holder: str | None = None

    def to_cbor(self) -> bytes:
        """The payload of the CWT; the same claims are always the same bytes."""
        said: dict[int, str | bytes] = {
            _ISSUER: self.issuer,
            _CODE: self.code.encode("ascii"),
            _KIND: self.kind,
            _DATE: self.date.isoformat(),
        }
        if self.number is not None:
            said[_NUMBER] = self.number
        if self.holder is not None:
            said[_HOLDER] = self.holder
        return cbor2.dumps(said, canonical=True)

    @classmethod
    def from_cbor(cls, payload: bytes) -> Claims:
        """The claims of a payload. Raises ValueError for one that is no map of them; other claims are passed over."""
        try:
            said = cbor2.loads(payload)
        except Exception as error:  # the reader of CBOR has many, and what it reads came from a stranger
            raise ValueError("not CBOR") from error
        if not isinstance(said, dict):
            raise ValueError("not a map of claims")
        code = said.get(_CODE)
        if not isinstance(code, bytes):
            raise ValueError("no code")
        issuer, kind, day = (_text(said.get(key)) for key in (_ISSUER, _KIND, _DATE))
        number, holder = (None if said.get(key) is None else _text(said[key]) for key in (_NUMBER, _HOLDER))
        return cls(issuer, kind, code.decode("ascii"), date.fromisoformat(day), number, holder)


def initials_of(name: str) -> str | None:
    """The initials of a name as they stand on a paper, `B.S.`; at most four. None where there is no letter in it."""
    words = name.split(maxsplit=MOST_WORDS)
    letters = [next((c for c in word if c.isalpha()), "") for word in words]
    found = [letter.upper()[0] for letter in letters if letter][:MOST_INITIALS]
    return "".join(f"{letter}." for letter in found) or None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a claim is not text")
    return value

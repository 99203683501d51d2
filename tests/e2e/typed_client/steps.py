"""What each walk does: log in, take what was answered, and look for what the document does not name."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import uuid4

import attrs
from mall_client import AuthenticatedClient, Client
from mall_client.api.accounts import log_in
from mall_client.models import Login, LoginGrantType, Problem, RegisterCaseData
from mall_client.types import Response

Found = TypeVar("Found")
PASSWORD = "rahasia-demo"


class Refused(Exception):
    """The mall did not do it."""


class Undocumented(Exception):
    """An answer has a field that the typed client does not know."""


class Desk:
    """A mall at an address, and its accounts, each logged in once."""

    def __init__(self, url: str) -> None:
        self._anybody = Client(base_url=url)
        self._url = url
        self._clerks: dict[str, AuthenticatedClient] = {}

    def clerk(self, account: str) -> AuthenticatedClient:
        """The client of an account."""
        if account not in self._clerks:
            form = Login(username=account, password=PASSWORD, grant_type=LoginGrantType.PASSWORD)
            token = sure(log_in.sync_detailed(client=self._anybody, body=form)).access_token
            self._clerks[account] = AuthenticatedClient(base_url=self._url, token=token)
        return self._clerks[account]

    @property
    def anybody(self) -> Client:
        """Without an account."""
        return self._anybody


def sure(answer: Response[Found | Problem]) -> Found:
    """What was answered. Raises Refused, or Undocumented."""
    if isinstance(answer.parsed, Problem) or answer.parsed is None:
        raise Refused(f"{answer.status_code}: {answer.content.decode(errors='replace')[:1000]}")
    unknown = unnamed(answer.parsed)
    if unknown:
        raise Undocumented(", ".join(sorted(unknown)))
    return answer.parsed


def unnamed(found: Any, where: str = "") -> set[str]:
    """Fields that stand in no schema; an object that is open on purpose has no field of its own."""
    if isinstance(found, list):
        return {name for item in found for name in unnamed(item, where)}
    if not attrs.has(type(found)) or not hasattr(found, "additional_properties"):
        return set()
    own = [field.name for field in attrs.fields(type(found)) if field.name != "additional_properties"]
    if not own:
        return set()
    inner = {name for field in own for name in unnamed(getattr(found, field), f"{where}.{field}")}
    return inner | {f"{where}.{name}" for name in found.additional_properties}


def version(case: Any) -> str:
    """For If-Match: the case as it was seen."""
    return f'"{case.version}"'


def key() -> str:
    """A new key of idempotency."""
    return str(uuid4())


def form(**fields: Any) -> RegisterCaseData:
    """The form of a service, whose fields the catalogue names."""
    return RegisterCaseData.from_dict(fields)

"""A case that waits for its signature, brought there over the pages."""

from __future__ import annotations

import re
from functools import cache

from tests.e2e.portal.filing import registered
from tests.e2e.portal.pages import Pages


@cache
def _staff(url: str, account: str) -> Pages:
    return Pages(url).sign_in(account)


def ready(url: str, index: int, **changed: str) -> str:
    """The code of a licence that was verified and recommended."""
    receipt = registered(_staff(url, "petugas.sukodono"), index, requirements__practice_place="1", **changed)
    code = str(re.findall(r'<dd class="code">(\w+)</dd>', receipt.text)[0])
    for account, action in (("verifikator.dpmptsp", "verify"), ("teknis.dinkes", "recommend")):
        act(url, account, code, action)
    return code


def act(url: str, account: str, code: str, action: str) -> None:
    """One step of somebody, on the page of the case."""
    case = _staff(url, account).open(f"/kasus/permits/{code}")
    form = next(each for each in case.parsed.forms if each.values.get("tindakan") == action)
    _staff(url, account).send(form)

"""Papers whose applicant died before they were signed: the case is held, so their signers give them up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import requests

from mpp.hosting.definition import definitions
from tests.chaos import dump, load
from tests.chaos.facts import Command

_HELD = """
SELECT p.id, p.case_id, p.signer FROM papers p JOIN cases c ON c.id = p.case_id
WHERE p.status = 'awaiting' AND c.held IS NOT NULL
"""


class Held:
    """Gives them up, each under one key however often it is asked to."""

    def __init__(self, office: load.Office, urls: Mapping[str, str]) -> None:
        self._office = office
        self._urls = urls
        self._keys: dict[str, str] = {}

    def give_up(self) -> None:
        """Those that there are now, as far as the mall answers."""
        for service, url in self._urls.items():
            collection = definitions()[service].collection
            if collection is not None:
                for paper, case, signer in dump.ask(url, _HELD):
                    self._give_up(collection, str(paper), str(case), signer)

    def _give_up(self, collection: str, paper: str, case: str, signer: str) -> None:
        office, session = self._office, requests.Session()
        key = self._keys.setdefault(paper, office.key())
        command = Command(key, "act", collection, id=case)
        office.ledger.write(command)
        try:
            token = office.token(signer, session, renew=True)
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
            body = {"reason": "mistake", "note": key}
            answer = session.post(
                f"{office.url}/api/v1/papers/{paper}/abandonment", json=body, headers=headers, timeout=20
            )
        except requests.RequestException:
            return
        if answer.ok:
            told = answer.json()
            office.ledger.write(
                replace(command, outcome="accepted", attempts=1, id=told["id"], version=told["version"])
            )
        elif answer.status_code == requests.codes.conflict:  # it was signed at this moment
            office.ledger.write(replace(command, outcome="refused", attempts=1, code=answer.json()["code"]))

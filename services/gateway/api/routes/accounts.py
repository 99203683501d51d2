"""For the operator: who has an account. Names stand in bodies, not in addresses: some are those of people."""

from __future__ import annotations

from typing import Any

from mpp.casework.access.actors import Assignment
from mpp.casework.refusals import FieldError, invalid
from mpp.web.routing import Answer, Exchange, Produces, Route
from services.gateway.accounts.administration import Administration, Change, Command, shown
from services.gateway.api.requests.schemas import AccountsQuery, ChangeAccount, CreateAccount
from services.gateway.api.responses import accounts as documents


class Accounts:
    """The endpoints of the role operator."""

    def __init__(self, administration: Administration) -> None:
        self._administration = administration

    def routes(self) -> list[Route]:
        """List, create, change."""
        base = "/api/v1/operations/accounts"
        shared: dict[str, Any] = {"tag": "operations", "roles": ("operator",)}
        return [
            Route(
                "GET", base, self.list, "list_accounts", "Accounts by name",
                produces={200: Produces("A page of accounts", documents.Accounts)},
                query=AccountsQuery, refuses=(403, 503), **shared,
            ),
            Route(
                "POST", base, self.create, "create_account", "Make an account",
                produces={201: Produces("The account", documents.Account)},
                body=CreateAccount, keyed=True, refuses=(403, 409, 422, 503), **shared,
                example={
                    "account": "petugas.contoh", "password": "kata-sandi-yang-panjang",
                    "assignments": [{"office": "dpmptsp", "role": "clerk"}],
                },
            ),
            Route(
                "POST", f"{base}/change", self.change, "change_account", "Disable, enable, assign, set a password",
                produces={200: Produces("The account", documents.Account)},
                body=ChangeAccount, keyed=True, refuses=(403, 404, 409, 422, 503), **shared,
                example={"account": "petugas.contoh", "disabled": True},
                description="What is not named stays. Each change but enabling ends the account's tokens at once.",
            ),
        ]  # fmt: skip

    def list(self, exchange: Exchange) -> Answer:
        limit = exchange.query["limit"]
        found = self._administration.page(exchange.query.get("after", ""), limit + 1, exchange.deadline)
        following = found[limit - 1].actor.id if len(found) > limit else None
        return Answer(200, {"items": [shown(account) for account in found[:limit]], "next": following})

    def create(self, exchange: Exchange) -> Answer:
        body = exchange.body
        held = _assignments(body["assignments"])
        return Answer(201, self._administration.create(body["account"], body["password"], held, _command(exchange)))

    def change(self, exchange: Exchange) -> Answer:
        body = exchange.body
        if body.keys() == {"account"}:
            raise invalid(FieldError("account", "nothing_changed"))
        held = _assignments(body["assignments"]) if "assignments" in body else None
        change = Change(body.get("disabled"), body.get("password"), held)
        return Answer(200, self._administration.change(body["account"], change, _command(exchange)))


def _assignments(listed: Any) -> tuple[Assignment, ...]:
    """In the order given, each once."""
    return tuple(dict.fromkeys(Assignment(a["office"], a["role"]) for a in listed))


def _command(exchange: Exchange) -> Command:
    assert exchange.actor is not None
    return Command(exchange.actor, exchange.path, exchange.key or "", exchange.deadline, exchange.correlation_id)

"""For the operator: who has an account. Names stand in bodies, not in addresses: some are those of people."""

from __future__ import annotations

from mpp.casework.access.actors import Assignment
from mpp.casework.refusals import FieldError, invalid
from mpp.identity.texts import tidy
from mpp.json_values import JsonObject, objects, optional_text, optional_truth, text, whole
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.accounts.administration import AccountChange, Administration, PersonTold
from services.gateway.accounts.commands import AccountCommand, shown
from services.gateway.accounts.queries import Wanted
from services.gateway.api.names import Names
from services.gateway.api.requests.accounts import AccountsQuery, ChangeAccount, CreateAccount
from services.gateway.api.requests.operations import Empty
from services.gateway.api.responses import accounts as bodies


class Accounts:
    """The endpoints of the role operator."""

    def __init__(self, administration: Administration, names: Names) -> None:
        self._administration = administration
        self._named = names.account

    def routes(self) -> list[Route]:
        """List, create, change."""
        base = "/api/v1/operations/accounts"
        return [
            Route(
                "GET", base, self.list, "list_accounts", "Accounts by name",
                "operations", {200: Produces("A page of accounts", bodies.Accounts)}, roles=("operator",),
                query=AccountsQuery, refuses=(403, 503),
            ),
            Route(
                "POST", base, self.create, "create_account", "Make an account",
                "operations", {201: Produces("The account", bodies.Account)}, roles=("operator",),
                body=CreateAccount, keyed=True, refuses=(403, 409, 422, 503),
                description="Its owner changes the password before anything else. Roles that see more than one office, "
                            "that sign or that give roles wait for a second person: they show as `pending`. So do "
                            "cases of a second office.",
                example={
                    "account": "petugas.contoh", "password": "kata-sandi-yang-panjang",
                    "assignments": [{"office": "dpmptsp", "role": "clerk"}],
                },
            ),
            Route(
                "POST", f"{base}/change", self.change, "change_account", "Change an account, or end its sessions",
                "operations", {200: Produces("The account", bodies.Account)}, roles=("operator",),
                body=ChangeAccount, keyed=True, refuses=(403, 404, 409, 422, 503),
                example={"account": "petugas.contoh", "disabled": True},
                description="What is not named stays. Each change but enabling, and but who the person is, ends the "
                            "account's tokens at once. What a second person must confirm shows as `pending`, as "
                            "after creating: also any new role for oneself, what an account held that is enabled "
                            "again, and another password for who holds such a role. New assignments replace those "
                            "that wait.",
            ),
            Route(
                "POST", f"{base}/disable-demo", self.disable_demo, "disable_demo_accounts", "Disable all demo accounts",
                "operations", {200: Produces("Which were disabled, and which is left", bodies.DisabledDemo)},
                roles=("operator",), body=Empty, keyed=True, refuses=(403, 409, 422, 503), example={},
                description="The caller's own account is left; with a password of its own it is demo data no more.",
            ),
        ]  # fmt: skip

    def list(self, request: HttpRequest) -> HttpResponse:
        limit, after = whole(request.query, "limit"), optional_text(request.query, "after") or ""
        wanted = Wanted(optional_text(request.query, "q"), optional_text(request.query, "office"))
        found = self._administration.page(after, limit + 1, request.deadline, wanted)
        following = found[limit - 1].actor.id if len(found) > limit else None
        return HttpResponse(
            200, {"items": [self._named(shown(account)) for account in found[:limit]], "next": following}
        )

    def create(self, request: HttpRequest) -> HttpResponse:
        name, password = text(request.body, "account"), text(request.body, "password")
        made = self._administration.create(
            name, password, _assignments(request.body), command_of(request), _person(request.body)
        )
        return HttpResponse(201, self._named(made))

    def change(self, request: HttpRequest) -> HttpResponse:
        body = request.body
        if body.keys() == {"account"}:
            raise invalid(FieldError("account", "nothing_changed"))
        change = AccountChange(
            disabled=optional_truth(body, "disabled"),
            password=optional_text(body, "password"),
            assignments=_assignments(body) if "assignments" in body else None,
            person=_person(body),
            end_sessions=optional_truth(body, "end_sessions") or False,
        )
        changed = self._administration.change(text(body, "account"), change, command_of(request))
        return HttpResponse(200, self._named(changed))

    def disable_demo(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, self._administration.disable_demo(command_of(request)))


def _assignments(body: JsonObject) -> tuple[Assignment, ...]:
    """In the order given, each once."""
    listed = objects(body, "assignments")
    return tuple(dict.fromkeys(Assignment(text(each, "office"), text(each, "role")) for each in listed))


def _person(body: JsonObject) -> PersonTold:
    full_name, nip = optional_text(body, "full_name"), optional_text(body, "nip")
    return PersonTold(full_name and tidy(full_name), nip and tidy(nip), optional_text(body, "nik"))


def command_of(request: HttpRequest) -> AccountCommand:
    """What a request asks of accounts."""
    assert request.actor is not None
    return AccountCommand(request.actor, request.path, request.key or "", request.deadline, request.correlation_id)

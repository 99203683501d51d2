"""Who acts: a clerk of one or more offices, the applicant with code and secret, or the mall itself."""

from __future__ import annotations

from dataclasses import dataclass, field

PRIVACY_ROLE = "privacy"  # who watches over the protection of personal data: sees who looked at whom, and no case
ROLES = ("clerk", "verifier", "officer", "signer", "supervisor", "inspectorate", "partner", "operator", PRIVACY_ROLE)
APPLICANT_ROLE = "applicant"
SYSTEM_ROLE = "system"
BANK_ROLE = "bank"  # whose callback at the gateway carried the right signature
KEEPER_ROLE = "keeper"  # what the mall's door does for itself: it signs papers, keeps their files and says so


@dataclass(frozen=True)
class Assignment:
    """One role at one office."""

    office: str
    role: str


@dataclass(frozen=True)
class Actor:
    """`id` is the account name, `applicant:<case id>` for a citizen, `bank`, or `system` for timers and reactions.

    `counter` is the counter at which a clerk sits, where that is known; `name` and `nip` are the person's, as
    they stand below what is signed, where the account says them.
    """

    id: str
    assignments: tuple[Assignment, ...] = ()
    counter: str | None = None
    name: str | None = field(default=None, repr=False)
    nip: str | None = field(default=None, repr=False)

    @property
    def offices(self) -> frozenset[str]:
        return frozenset(a.office for a in self.assignments)

    def has_role(self, *roles: str) -> bool:
        """Whether the actor holds one of the roles at any office."""
        return any(a.role in roles for a in self.assignments)

    def office_for(self, *roles: str) -> str | None:
        """The first office at which the actor holds one of the roles."""
        return next((a.office for a in self.assignments if a.role in roles), None)

    @property
    def is_applicant(self) -> bool:
        return self.has_role(APPLICANT_ROLE)

    @property
    def is_bank(self) -> bool:
        return self.has_role(BANK_ROLE)

    @property
    def is_keeper(self) -> bool:
        return self.has_role(KEEPER_ROLE)

    @property
    def is_system(self) -> bool:
        return self.has_role(SYSTEM_ROLE)


SYSTEM = Actor("system", (Assignment("system", SYSTEM_ROLE),))
BANK = Actor("bank", (Assignment("bank", BANK_ROLE),))


def applicant_of(case_id: str) -> Actor:
    """The citizen who proved the secret of this case."""
    return Actor(f"applicant:{case_id}", (Assignment("applicant", APPLICANT_ROLE),))

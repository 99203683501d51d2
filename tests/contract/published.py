"""What was published once must stay readable: one stored file per event type in `tests/contract/events`.

A new event type is stored by `python -m tests.contract.published`. It writes what is missing and never changes a file
that is there: whoever changes one breaks a promise to the partners.
"""

from __future__ import annotations

import json
import pkgutil
from pathlib import Path
from typing import Any

import mpp.contracts
from mpp.contracts import EventContract, contracts_of
from mpp.contracts.asyncapi import payload_schema

STORED = Path(__file__).parent / "events"


def producer_modules() -> list[str]:
    """Every module of the published language that holds events."""
    names = [f"mpp.contracts.{found.name}" for found in pkgutil.iter_modules(mpp.contracts.__path__)]
    without = ("base", "asyncapi", "papers", "permits_register", "persons", "residents")
    return [name for name in names if name.split(".")[-1] not in without]


def all_events() -> dict[str, EventContract]:
    """Every contract by type, whether its service is installed or not."""
    return {type_: contract for module in producer_modules() for type_, contract in contracts_of(module).items()}


def stored_form(contract: EventContract) -> dict[str, Any]:
    """What is kept of a contract: an example as it travelled, and what its fields were."""
    schema = payload_schema(contract.schema)
    return {
        "type": contract.type,
        "classification": contract.classification,
        "data": dict(contract.example),
        "properties": {name: without_prose(field) for name, field in schema["properties"].items()},
        "required": schema.get("required", []),
    }


def without_prose(field: Any) -> Any:
    """A field's schema without its descriptions: words may be improved."""
    if isinstance(field, dict):
        return {key: without_prose(value) for key, value in field.items() if key != "description"}
    return [without_prose(value) for value in field] if isinstance(field, list) else field


def main() -> None:
    """Store the events that are not stored yet."""
    STORED.mkdir(exist_ok=True)
    for type_, contract in sorted(all_events().items()):
        path = STORED / f"{type_}.json"
        if not path.exists():
            path.write_text(json.dumps(stored_form(contract), indent=1, ensure_ascii=False) + "\n", "utf-8")
            print(f"stored {path.name}")


if __name__ == "__main__":
    main()

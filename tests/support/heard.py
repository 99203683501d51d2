"""A person who sees nothing: the page is what the browser tells a screen reader, and is worked by what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession, Page

_TYPED = {"textbox", "searchbox", "combobox", "spinbutton", "Date", "InputTime"}
_SILENT = {"none", "generic", "paragraph", "LabelText", "Legend", "InlineTextBox", "LineBreak", "ListMarker"}


@dataclass(frozen=True)
class Told:
    """One line of what is read aloud; `number` is how the browser is told which one is meant."""

    role: str
    name: str
    value: str
    description: str
    states: frozenset[str]
    number: int

    def __str__(self) -> str:
        said = [self.role, f'"{self.name}"', *([f"= {self.value}"] if self.value else [])]
        return " ".join([*said, *([f"({self.description})"] if self.description else []), *sorted(self.states)])


class Listener:
    """One page as its accessibility tree tells it, nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._session: CDPSession = page.context.new_cdp_session(page)

    def tree(self) -> list[Told]:
        """All that is told, from the top."""
        nodes = {node["nodeId"]: node for node in self._session.send("Accessibility.getFullAXTree")["nodes"]}
        told, waiting = [], [next(iter(nodes))]
        while waiting:  # the browser tells them floor by floor; people hear them in the order of the page
            node = nodes[waiting.pop()]
            waiting += [each for each in reversed(node.get("childIds", [])) if each in nodes]
            if not node.get("ignored"):
                told.append(_told(node))
        return [each for each in told if each.role not in _SILENT]

    def text(self) -> str:
        """The same, printed: one line for each thing."""
        return "\n".join(map(str, self.tree()))

    def fill(self, name: str, text: str) -> None:
        """Type into what is called so."""
        self._on(_TYPED, name)
        self.page.keyboard.type(text)

    def choose(self, name: str, role: str = "checkbox") -> None:
        """Tick, or take one of several."""
        self._on({role}, name)
        self.page.keyboard.press("Space")

    def press(self, name: str, role: str = "button") -> None:
        """Press a button or follow a link, to the next page."""
        self._on({role}, name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def after(self, name: str) -> str:
        """What is read next after these words."""
        said = [each.name for each in self.tree() if each.role == "StaticText"]
        return said[said.index(name) + 1]

    def _on(self, roles: set[str], name: str) -> None:
        found = [each for each in self.tree() if each.role in roles and each.name.startswith(name)]
        assert found, f"nothing is called {name!r}:\n{self.text()}"
        self._session.send("DOM.focus", {"backendNodeId": found[0].number})


def _told(node: dict[str, Any]) -> Told:
    def said(name: str) -> str:
        return str(node.get(name, {}).get("value", "")).strip()

    states = {
        each["name"] if each["value"]["value"] in (True, "true") else f"{each['name']}={each['value']['value']}"
        for each in node.get("properties", [])
        if each["name"] in ("required", "invalid", "checked", "expanded", "level") and each["value"].get("value")
        and each["value"]["value"] != "false"
    }  # fmt: skip
    return Told(said("role"), said("name"), said("value"), said("description"), frozenset(states),
                int(node.get("backendDOMNodeId", 0)))  # fmt: skip

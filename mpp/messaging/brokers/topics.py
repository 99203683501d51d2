"""Topic routing as AMQP has it: words between dots, `*` for one word, `#` for any number of them."""

from __future__ import annotations


def binding_key(pattern: str) -> str:
    """The binding for a pattern on the type: any region (`a.*.c.v1` -> `a.*.c.v1.#`; a final `#` stays)."""
    return pattern if pattern == "#" or pattern.endswith(".#") else f"{pattern}.#"


def covers(pattern: str, key: str) -> bool:
    """Whether a pattern on the type takes events of this type, or with this routing key."""
    return matches(binding_key(pattern).split("."), key.split("."))


def matches(pattern: list[str], words: list[str]) -> bool:
    """Whether a key of these words fits a pattern of these."""
    if not pattern:
        return not words
    if pattern[0] == "#":
        return any(matches(pattern[1:], words[i:]) for i in range(len(words) + 1))
    return bool(words) and pattern[0] in ("*", words[0]) and matches(pattern[1:], words[1:])

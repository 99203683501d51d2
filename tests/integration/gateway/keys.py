"""The keys with which the tests' gateway signs tokens."""

from __future__ import annotations

from mpp.tokens.signed import new_keys

KEYS = new_keys()

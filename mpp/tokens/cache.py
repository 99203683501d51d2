"""A token is good or bad whoever asks and how often: its signature is checked once, its times at every use."""

from __future__ import annotations

from mpp.tokens.signed import Claims, TokenVerifier

_MOST = 2000  # a working day of a big mall; then it begins anew


class RememberingVerifier(TokenVerifier):
    """Keeps the claims of tokens whose signature was right, by their whole text; a wrong one is checked each time."""

    def __init__(self, public_key: str) -> None:
        super().__init__(public_key)
        self._known: dict[str, Claims] = {}

    def _claims(self, token: str) -> Claims:
        found = self._known.get(token)
        if found is None:
            found = super()._claims(token)
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[token] = found
        return found

"""A token is good or bad whoever asks and how often: its signature is checked once, its times at every use."""

from __future__ import annotations

from mpp.tokens.signed import AUDIENCE, Claims, TokenVerifier

_MOST = 2000  # sessions of a day at the gateway, minutes of a big mall at a service; then it begins anew


class RememberingVerifier(TokenVerifier):
    """Keeps the claims of tokens whose signature was right, by their whole text; a wrong one is checked each time."""

    def __init__(self, public_key: str, audience: str = AUDIENCE) -> None:
        super().__init__(public_key, audience)
        self._known: dict[str, Claims] = {}

    def _claims(self, token: str) -> Claims:
        found = self._known.get(token)
        if found is None:
            found = super()._claims(token)
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[token] = found
        return found

"""What the fields of the interface mean, once for each name.

A field whose name is here needs no more words. One that means something else says so where it is declared, by
`mpp.web.schemas.words.about` or by the first argument of the functions of `responses.common`. A test finds whoever has
forgotten both.
"""

from __future__ import annotations

from mpp.web.schemas.words import Words
from services.gateway.api.vocabulary import cases, operations, people

WORDS: Words = {**people.WORDS, **cases.WORDS, **operations.WORDS}

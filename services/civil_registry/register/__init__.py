"""The register of residents: every change of it goes through here, and is written down as a fact that never changes.

Operations are functions `operation(tx, what, by)`: `what` says what has happened, `by` (`Recorded`) when it holds
from, when it was written, on which document, and by whom. They lock what they change in one order (persons by NIK,
then cards by id, then marriages), so that two of them wait for each other and never for ever. They know no case.

Begin at `facts`: what is known of somebody on any day. `people` and `families` are what every operation stands on.
"""

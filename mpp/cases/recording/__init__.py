"""How a decision is written: case, timeline, audit entry and event in one transaction. Begin at `recorder`."""

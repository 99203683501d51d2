"""Working calendars, lengths of time, and clocks that count. Begin at `clock`; `counting` says how it counts."""

"""Working calendars, durations, the statutory clock. Begin at `clock`; `case_clocks` applies it to cases."""

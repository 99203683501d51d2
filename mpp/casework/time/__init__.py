"""Working calendars, durations and the statutory clock, of no case in particular. Begin at `clock`."""

"""The addresses of cases: open, read, act, hand in, track, search, pay."""

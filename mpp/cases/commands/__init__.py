"""What people do to cases: open, act, hand in documents; and what an operator does. Begin at `acting`."""

"""What a case is: its state, its tasks, and the timeline that rebuilds it. Begin at `case`."""

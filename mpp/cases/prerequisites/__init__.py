"""Papers of the mall that other applications need: found when named, followed by events. Begin at `finder`."""

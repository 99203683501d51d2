"""Taking connections: what a process that listens survives, how many it takes, and whom it sends away."""

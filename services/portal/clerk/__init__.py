"""What staff see after they have signed in: their work, a new case, a case."""

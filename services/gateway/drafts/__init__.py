"""Half-filled forms, kept for the account that writes them: encrypted, for seven days, and seen by nobody else."""

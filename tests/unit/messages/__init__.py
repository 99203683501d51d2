"""What messages say, and how a region says it."""

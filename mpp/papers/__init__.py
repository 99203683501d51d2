"""Papers: what the mall issues or hands out, from what is printed to the signed file. Knows no SQL and no framework."""

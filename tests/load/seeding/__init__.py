"""Demo cases in any number, for load tests and training."""

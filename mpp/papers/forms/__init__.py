"""Forms that people sign by hand: printed filled in as far as the mall knows, signed by nobody, kept nowhere."""

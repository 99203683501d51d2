"""What an operator asks for: calendars, books of numbers, dead letters, events that are sent again, comparisons."""

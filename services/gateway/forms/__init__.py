"""Forms that people sign by hand, printed when somebody asks: nothing of them is kept, logged or told."""

"""Messages to citizens, from the step that they tell of to the phone or the call list."""

"""What time does to cases by itself: `timer` finds them, `due_steps` takes the steps, `windows` begins windows."""

"""Work beside the commands: periodic loops."""

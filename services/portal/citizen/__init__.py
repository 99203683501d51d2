"""What anybody may see, and a citizen with the code and the secret of a case. All of it works without JavaScript."""

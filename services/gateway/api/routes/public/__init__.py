"""What anybody may ask of a paper: whether it is real and holds, and with which keys it was signed."""

"""What becomes of a claim between its draft and its end: states, disputes, what is left of it."""

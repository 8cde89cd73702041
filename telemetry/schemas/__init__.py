"""The wire shapes of movement, one module a subject."""

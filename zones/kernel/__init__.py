"""The cells of the index and what is compiled: exact, and a microsecond or so a position."""

"""How is much written down in one way to the server? In one statement, in steps."""

from functools import cache

# Nothing stands against what is to be written.
FITS = "SELECT"
# What tells whether it was written, by a row.
DONE = "SELECT FROM fits"


@cache
def in_steps(*steps: str, fits: str = FITS, told: str = DONE) -> str:
    """Join steps that do not read what the others write, each FROM `fits`: one row, or none."""
    named = "".join(f", step_{number} AS ({each})" for number, each in enumerate(steps))
    return f"WITH fits AS MATERIALIZED ({fits}){named} {told}"

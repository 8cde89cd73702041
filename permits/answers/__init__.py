"""Own what an answer holds beside its decision: alternatives, facts, prices, and publicity."""

"""Own the keys that callers prove themselves with, and who may what."""

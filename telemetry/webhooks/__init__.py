"""Tells whoever registered an address of alerts, over HTTP, signed, again until it is taken."""

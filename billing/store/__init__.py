"""The only place of billing with SQL; every function takes the caller's connection."""

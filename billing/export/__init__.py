"""Invoices for others' systems and eyes: one module a format, all from the same values."""

"""What operators owe, and how the city can prove it.

Owns tariffs, metering, fees, invoices, their numbering and the accounting exports.
Does not own why something was allowed: that is `permits`.
"""

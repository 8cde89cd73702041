"""What does the public accountant take charge of? PES V2 Recette 5.30: slips of titles.

Owns how claims become bordereaux, titres, lines and tiers, and how those are written. Does not own
the official schemas, which an installation has of its own, nor who judges: that is `judging`.
"""

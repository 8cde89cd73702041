"""Tariffs in the formats of others: MDS 2.0 Policy and the curb policies of CDS 1.1.

Owns what of a price each format can say, and what it cannot. Does not own prices, nor publishing.
"""

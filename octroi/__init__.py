"""Joins the parts into one product.

Owns settings, the only clock, wiring, embedded services, the HTTP app with its pages, and the
command line. Holds no rules of the city.
"""

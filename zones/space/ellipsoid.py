"""The ellipsoid of WGS84, in numbers alone: the kernel needs no more, and starts the sooner."""

SEMI_MAJOR_M = 6_378_137.0
ECCENTRICITY_SQUARED = 0.006_694_379_990_14

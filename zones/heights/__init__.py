"""Heights over ground, sea and ellipsoid: what each conversion knows, and what it does not."""

"""How zones are written down: one small module for each format, all with one signature."""

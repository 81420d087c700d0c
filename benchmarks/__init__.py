"""Measurements of the tool on the real packages: what it finds, and how fast it is."""

"""Demo data of the archive."""

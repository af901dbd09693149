"""Makers of records for tests: every field has a sensible value, so that a test names only what matters to it."""

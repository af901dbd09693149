"""Migrations: each safe with the program of the revision before still running."""

"""Digest: a newsletter and email digest service for newsrooms. docs/architecture.md draws a story's way."""

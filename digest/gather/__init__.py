"""Bytes from a feed, page or file become ParsedStory: fetched, read, cleaned and bounded. Nothing is kept here."""

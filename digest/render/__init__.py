"""Rendering: an edition becomes the parts of its mail, with slots for what is a reader's own. No I/O but templates."""

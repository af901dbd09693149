"""What stands around every view: the log of visits, headers, faults, and the bounds of a body (ASGI middleware)."""

"""SMTP: our own client. One connection to a relay in connection.py; what is said over it, and heard, beside it."""

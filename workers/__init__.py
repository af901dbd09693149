"""Celery: a beat's tick or a nudge, translated into one flow call. What is to do stands in the database alone."""

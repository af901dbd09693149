"""The JSON API at /api/v1, for the form in article pages and for apps: the flows of the pages, in JSON."""

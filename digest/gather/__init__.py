"""Bytes from a feed, page or file become ParsedStory: fetched, read, cleaned and bounded. Nothing is kept here.

What flows call: `fetching.fetcher` brings bytes, `documents` reads what was fetched, `files` what lies on this machine,
`fetching.backoff` says when to ask again. Below them `feeds`, `pages` and `exports` each read one family of formats
into a draft, know nothing of one another, and stand on `cleaning`, where every story is made sound.
"""

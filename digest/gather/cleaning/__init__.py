"""What all formats stand on: untrusted bytes, dates, JSON, HTML and URLs made sound, and the draft of a story.

Every story passes `draft.finish`, which cleans, bounds and judges it, whatever it was read from.
"""

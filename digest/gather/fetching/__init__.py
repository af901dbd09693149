"""A document brought over HTTP from an address that may be asked, within limits, and when to ask again."""

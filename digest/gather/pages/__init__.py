"""Article pages: one story from what a page says of itself in several places (`page.parse_page`)."""

"""Inlining: a page's style sheet moved into style attributes, for the mail programs that drop the sheet (premailer).

Nothing is fetched, and nothing but the page's own `<style>` is read. A second `<style data-premailer="ignore">` stays
a sheet: media queries and what only some programs understand.
"""

import logging

from premailer import Premailer


def inline(page: str) -> str:
    """Return a whole HTML page with its styles inlined.

    The page begins with `<!DOCTYPE html>`, in these letters: premailer drops any other. No pretty-printing: white
    space is the template's, so that what a passage becomes does not hang on its neighbours.
    """
    inliner = Premailer(
        page,
        strip_important=False,
        disable_validation=True,
        disable_basic_attributes=["width", "height"],
        allow_network=False,
        cssutils_logging_level=logging.CRITICAL,
    )
    return str(inliner.transform(pretty_print=False))

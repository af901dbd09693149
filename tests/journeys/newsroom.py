"""A newsroom's material, in the forms in which stories come: an export, a folder and a feed, of our own writing."""

from pathlib import Path

from tests.servers.http import HttpServer

EXPORT = """Omar Idris / Coastline Agency / Getty Images

Salvage crews lift ferry from harbour mouth

Families watch as crane raises the Marigold, nine days after it ran aground off the breakwater

Harbour workers began lifting the wreck of the ferry Marigold on Monday, nine days after it ran aground.

The salvage company said the work would take until Thursday if the wind held.


Related News

Ferries, Sailor's Rest

Find Harbour Television on your TV

Get email updates from Harbour Television

Sign up for our weekly newsletter


Ferries, Sailor's Rest

Get email updates from Harbour Television

Sign up for our weekly newsletter
"""
NIGHT_TRAIN = """---
title: "Night train & ferry share one ticket"
url: https://news.example.com/night-train?utm_source=folder
date: 2026-11-19T08:00:00Z
byline: Ines Okoro
tags: [FERRIES, Trains]
---
From Monday one ticket is good for both, the operators said. *It took eleven years* to agree on a price.
"""
FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>
<title>The Daily Example</title><link>https://news.example.com/</link>
<item><title>Sailor’s Rest &amp;amp; the last net loft</title><link>https://news.example.com/net-loft</link>
<guid>net-loft</guid><category>Sailor’s Rest</category><pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate>
<media:content url="https://pictures.example.com/loft.jpg" medium="image" width="1200" height="800"/>
<description>&lt;p onclick="steal()"&gt;The loft was sold.&lt;script&gt;alert(1)&lt;/script&gt;&lt;/p&gt;</description>
</item>
<item><title>Council votes on parking</title><link>https://news.example.com/parking</link><guid>parking</guid>
<category>City Hall</category><pubDate>Fri, 20 Nov 2026 09:00:00 GMT</pubDate>
<description>Nothing to do with ships.</description></item>
</channel></rss>"""
TOPIC_TITLES = (
    "Salvage crews lift ferry from harbour mouth",
    "Night train & ferry share one ticket",
    "Sailor’s Rest & the last net loft",
)


def publish(folder: Path, web: HttpServer) -> list[str]:
    """Write the files and serve the feed; return what `digest gather` is to be given."""
    (folder / "export.txt").write_text(EXPORT, encoding="utf-8")
    (folder / "stories").mkdir()
    (folder / "stories" / "night-train.md").write_text(NIGHT_TRAIN, encoding="utf-8")
    web.answer("/feed.xml", headers=[("Content-Type", "application/rss+xml")], body=FEED.encode())
    return ["export.txt", "stories", web.url("/feed.xml")]

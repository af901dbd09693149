"""Feeds: RSS and Atom (`xml_feed.parse_feed`), and JSON Feed (`json_feed.parse_json_feed`)."""

"""Files that newsrooms write or export: plain text, Markdown with front matter, JSON of stories.

Plain text (`text_export`) has no marks of what is what: `lines`, `head`, `foot`, `signatures`, `stamps` and
`newsroom_names` find out. `markdown` and `json_stories` name their fields, and share `story_fields`.
"""

"""The sample newsroom that `digest demo` plays with: its stories, its web server, its topics and its readers."""

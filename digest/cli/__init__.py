"""The `digest` command: it parses, calls one flow, and says what came of it. Heavy imports wait inside commands."""

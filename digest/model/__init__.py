"""The vocabulary: frozen records, enums and their allowed changes. No I/O, and nothing of the six steps."""

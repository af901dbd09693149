"""All SQL, the tables and their migrations. Functions take a transaction first, never commit, return records."""

"""The order of things, one file a sentence. Flows alone open transactions, and read the clock once."""

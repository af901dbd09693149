"""The reader's side: asking, confirming, choosing, pausing, leaving. One file a sentence."""

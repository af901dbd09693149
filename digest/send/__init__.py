"""Send: a message's bytes, the gate they pass, and the relay or mailbox they go to. What comes back lives elsewhere."""

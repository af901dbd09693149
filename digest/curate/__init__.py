"""Pure decisions: which stories make an edition, in what order, and why. No clock, no database, no network."""

"""What `benchmarks.send` stands on: a newsroom with many readers, runs of the program, and its peers."""

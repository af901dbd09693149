"""What `benchmarks.web` stands on: visitors in a process of their own, servers to visit, and requests to make."""

"""Tests of `workers/`: real workers and beats, on a real Redis and a real PostgreSQL, sending to a real server."""

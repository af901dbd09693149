"""Tests of the gather step."""

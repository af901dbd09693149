"""A real browser for tests: found on the machine or fetched by `make test`, and driven by Playwright."""

"""A fast SMTP server in a process of its own, for load and for faults: it takes mail, counts it and throws it away.

`python -m tests.servers.sink` starts one by hand; `tests.servers.sink.started` starts one for a test or a benchmark.
What it is asked to do wrong is in `orders`, and may change while it runs. It keeps no message: a test that looks into
its mail wants `tests.servers.smtp`.
"""

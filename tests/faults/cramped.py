"""A worker on a disk that is full: `main([OCTETS, *ARGS])` runs the command line, and no file of its grows beyond that.

To whoever writes a file, that limit (RLIMIT_FSIZE) is a disk with no room left.
"""

import resource
from collections.abc import Sequence

from digest.cli.main import main as digest


def main(args: Sequence[str]) -> None:
    """Run the command line in little room."""
    octets = int(args[0])
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, octets))
    digest(args[1:])

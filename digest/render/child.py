"""The child process in which an operator's templates are rendered: `python -m digest.render.child FOLDER ...`.

Reads questions and writes answers, a line of JSON each (digest/render/bounded.py asks). Bounds itself before it
reads the first: memory, no files written, no core dump.
"""

import json
import resource
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from digest.errors import RenderError
from digest.render.templates import Templates

MAX_MEMORY_OCTETS = 512 * 1024 * 1024
MAX_ANSWER_CPU_S = 30


def main() -> None:
    """Answer questions until there are no more."""
    bound_ourselves()
    templates = Templates([Path(folder) for folder in sys.argv[1:]])
    for question in sys.stdin:
        bound_next_answer()
        sys.stdout.write(json.dumps(answer(templates, question)) + "\n")
        sys.stdout.flush()


def bound_ourselves() -> None:
    """Bound what we may take, whatever a template does."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_OCTETS, MAX_MEMORY_OCTETS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def bound_next_answer() -> None:
    """Bound the processor time from here, for the case that nobody is left to stop this process."""
    limit_s = int(time.process_time()) + MAX_ANSWER_CPU_S
    resource.setrlimit(resource.RLIMIT_CPU, (limit_s, resource.RLIM_INFINITY))


def answer(templates: Templates, question: str) -> Mapping[str, str]:
    """Return `rendered`, or `error` in words."""
    asked = json.loads(question)
    try:
        return {"rendered": templates.render(asked["name"], asked["values"], markup=asked["markup"])}
    except RenderError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": f"template {asked['name']}: it used up its memory"}
    except RecursionError:
        return {"error": f"template {asked['name']}: it never comes to an end"}


if __name__ == "__main__":
    main()

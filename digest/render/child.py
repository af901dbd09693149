"""The child process in which an operator's templates are rendered: `python -m digest.render.child FOLDER ...`.

Reads questions and writes answers, a line of JSON each (digest/render/bounded.py asks). Bounds itself before it
reads the first: memory, no files written, no core dump.
"""

import json
import resource
import sys
from collections.abc import Mapping
from pathlib import Path

from digest.errors import RenderError
from digest.render.templates import Templates

MAX_MEMORY_OCTETS = 512 * 1024 * 1024


def main() -> None:
    """Answer questions until there are no more."""
    bound_this_process()
    templates = Templates([Path(folder) for folder in sys.argv[1:]])
    for question in sys.stdin:
        sys.stdout.write(json.dumps(answer(templates, question)) + "\n")
        sys.stdout.flush()


def bound_this_process() -> None:
    """Bound what this process may take, whatever a template does."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_OCTETS, MAX_MEMORY_OCTETS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


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

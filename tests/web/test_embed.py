"""What article pages load: small, free of what makes markup of text, and the same for everybody."""

import re
from pathlib import Path

import pytest

from tests.contracts.modules import ROOT
from tests.web.conftest import MakeWeb

STATIC = ROOT / "digest/web/static"


def test_the_script_is_small(make_web: MakeWeb) -> None:
    script = make_web().client.get("/embed.js")

    assert len(script.content) < 5000


@pytest.mark.parametrize("path", ["/embed.js", "/embed.css", "/solve.js"])
def test_what_articles_load_may_be_read_and_kept_by_anybody(make_web: MakeWeb, path: str) -> None:
    client = make_web().client

    answer = client.get(path)
    again = client.get(path, headers={"If-None-Match": answer.headers["etag"]})

    assert answer.headers["content-type"].split(";")[0] in {"text/javascript", "text/css"}
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"].startswith("public")
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("script", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_no_script_makes_markup_or_code_of_text(script: Path) -> None:
    text = script.read_text(encoding="utf-8")

    assert not re.search(
        r"(inner|outer)HTML|insertAdjacent|document\.write|\beval\b|Function\(|\.style\b|https?://", text
    )

"""The API's own document, held against what is served: schemathesis reads the one and asks the other."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.servers.web import Web

EXAMPLES = 25
REFUSALS = "[checks.negative_data_rejection]\nexpected-statuses = [400, 413, 415, 422]\n"
"""What says that a request is not as the document asks; by itself the judge does not count 413."""


def test_every_answer_stands_in_the_document_and_none_is_a_fault_of_ours(strict: Web, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(REFUSALS)
    url = f"{strict.url}/api/v1/openapi.json"
    asked = ["run", url, "--max-examples", str(EXAMPLES), "--checks", "all", "--no-color"]

    judged = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", *asked], check=False, capture_output=True, text=True, cwd=tmp_path
    )

    assert judged.returncode == 0, judged.stdout  # which ends with the seed
    assert "3 selected / 3 total" in judged.stdout


def test_so_it_is_for_sign_ups_with_a_form_that_was_opened_in_time(strict: Web) -> None:
    document = schemathesis.openapi.from_dict(strict.client.get("/api/v1/openapi.json").json())
    statuses: set[int] = set()

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=document["/subscriptions"]["POST"].as_strategy())
    def ask(case: schemathesis.Case[Any]) -> None:
        token = strict.client.get("/api/v1/form").json()["token"]
        strict.clock.advance(minutes=10)
        assert isinstance(case.body, dict)
        case.body |= {"form_token": token, "topics": ["harbour"], "website": ""}
        answer = case.call(base_url=f"{strict.url}/api/v1")
        case.validate_response(answer, excluded_checks=[positive_data_acceptance])  # no schema says what can be mailed
        statuses.add(answer.status_code)

    ask()

    assert statuses <= {202, 422, 428, 429}
    assert 422 in statuses

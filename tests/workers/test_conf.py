"""What Celery is told: only what it knows, or a misspelt setting would do nothing, and each with its reason."""

import pytest
from celery.app.defaults import DEFAULTS
from kombu.transport.redis import Channel

from tests.contracts.modules import ROOT
from workers.app import Conf, read_conf

REASONS = ROOT / "docs/decisions.md"
GIVEN_ELSEWHERE = {"broker_url", "beat_schedule", "broker_transport_options"}


@pytest.fixture
def conf(monkeypatch: pytest.MonkeyPatch) -> Conf:
    """What Celery is told where the Redis is on this machine."""
    monkeypatch.setenv("DIGEST_BROKER_URL", "redis://127.0.0.1:6379/0")
    return read_conf()


@pytest.fixture
def transport(conf: Conf) -> dict[str, object]:
    """What kombu's Redis transport is told."""
    options = conf["broker_transport_options"]
    assert isinstance(options, dict)
    return options


def test_celery_knows_each_setting(conf: Conf, transport: dict[str, object]) -> None:
    unknown = conf.keys() - DEFAULTS.keys(), transport.keys() - set(Channel.from_transport_options)

    assert unknown == (set(), set())


def test_each_setting_has_its_reason(conf: Conf, transport: dict[str, object]) -> None:
    written = REASONS.read_text(encoding="utf-8")

    named = (conf.keys() - GIVEN_ELSEWHERE) | transport.keys()

    assert {name for name in named if f"`{name}`" not in written} == set()


def test_results_are_not_kept(conf: Conf) -> None:
    assert conf["task_ignore_result"]
    assert "result_backend" not in conf

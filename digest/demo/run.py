"""The demo: the whole main job on the sample newsroom, in a home of its own, from feeds to a mailbox."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

from digest.bootstrap import MAILDIR, build_services
from digest.clock import FixedClock
from digest.config import Settings
from digest.demo.masthead import COURIER
from digest.demo.newsroom import LOOPBACK, Newsroom
from digest.demo.pictures import write_preview
from digest.demo.readers import READERS, DemoReader
from digest.demo.topics import TOPICS, DemoTopic
from digest.errors import InputError
from digest.flows.delivering import Progress
from digest.flows.editing import add_topic
from digest.flows.gathering import SourceReport, add_source, gather_these
from digest.flows.maintaining import set_up
from digest.flows.previewing import preview_edition
from digest.flows.sending import send_topic
from digest.flows.services import Services
from digest.flows.subscribing import add_confirmed_subscriber
from digest.gather.fetch import Fetcher
from digest.model.addresses import parse_address
from digest.model.tags import Tag, make_tag
from digest.model.topics import Schedule
from digest.store.topics import NewTopic

_MARK = ".digest-demo"
_WEEK = timedelta(days=7)

Say = Callable[[str], None]
"""Told what the demo is doing, one line each."""

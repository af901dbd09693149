"""What the sample newsroom promises of its readers."""

from digest.demo.readers import READERS
from digest.demo.topics import TOPICS
from digest.model.addresses import parse_address


def test_there_are_25_readers_each_with_an_address_that_no_mail_reaches() -> None:
    addresses = [parse_address(reader.email) for reader in READERS]

    assert len({address.key for address in addresses}) == 25
    assert {address.domain for address in addresses} == {"example.com", "example.org", "example.net"}


def test_every_reader_chose_topics_that_are_there() -> None:
    slugs = {topic.slug for topic in TOPICS}

    for reader in READERS:
        assert reader.topics
        assert set(reader.topics) <= slugs


def test_every_topic_has_readers() -> None:
    chosen = {slug for reader in READERS for slug in reader.topics}

    assert chosen == {topic.slug for topic in TOPICS}


def test_names_are_as_people_have_them() -> None:
    names = [reader.name for reader in READERS]

    assert any("’" in name for name in names)
    assert any("'" in name for name in names)
    assert any('"' in name for name in names)
    assert any("," in name for name in names)
    assert any(len(name) > 78 for name in names)
    assert any("\u0600" <= name[:1] <= "\u06ff" for name in names)
    assert "" in names

"""Publishers: how a story's is named, and when two stories have the same one."""

from urllib.parse import urlsplit

from digest.model.stories import Story


def publisher_of(story: Story) -> str:
    """Return the publisher's name, else the host of the story's URL without "www.", else an empty string."""
    return story.publisher or _host(story)


def is_same_publisher(one: Story, other: Story) -> bool:
    """Return whether two stories are from one publisher: by name, or by host where one of them has no name.

    Names go first, since many publishers share an aggregator's host. Two stories of which nothing is known are
    taken to be from one publisher.
    """
    if one.publisher and other.publisher:
        return one.publisher.casefold() == other.publisher.casefold()
    return _host(one) == _host(other)


def _host(story: Story) -> str:
    return (urlsplit(story.canonical_url).hostname or "").removeprefix("www.")

"""Row ids, each a type of its own, so that one cannot stand where another belongs."""

from typing import NewType

SourceId = NewType("SourceId", int)
StoryId = NewType("StoryId", int)
TagId = NewType("TagId", int)
TopicId = NewType("TopicId", int)
EditionId = NewType("EditionId", int)
SubscriberId = NewType("SubscriberId", int)
MailingId = NewType("MailingId", int)
DeliveryId = NewType("DeliveryId", int)
NoticeId = NewType("NoticeId", int)

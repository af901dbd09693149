"""What the API takes and gives, field by field: bounds, words and examples, from which its document is made (OpenAPI).

Bounds here only keep nonsense out; whether an address or a topic can be used, the flow says.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from digest.model.addresses import MAX_ADDRESS_OCTETS

MAX_TOPICS = 100
MAX_TAGS = 100

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Tags = Annotated[str, StringConstraints(max_length=2000)]
Lang = Annotated[str, StringConstraints(max_length=35)]

_GIVEN = ConfigDict(frozen=True)
_TAKEN = ConfigDict(frozen=True, strict=True, extra="forbid")


class TopicsQuery(BaseModel):  # type: ignore[explicit-any]  # pydantic's own generated methods
    """What a form is for. What is not known here presets nothing."""

    model_config = _GIVEN

    topic: list[str] = Field([], description="Topics to preset, by slug.", examples=[["harbour"]])
    tags: list[str] = Field([], description="What the page is about; commas may part them.", examples=[["Harbour"]])
    lang: str = Field("", description="The language of words (BCP 47); else the browser's.", examples=["en"])


class LatestEdition(BaseModel):  # type: ignore[explicit-any]
    """The latest edition of a topic."""

    model_config = _GIVEN

    title: str = Field(examples=["Harbour reopens after storm"])
    url: str = Field(examples=["https://news.example.com/editions/harbour/2026-11-22"])
    published_at: datetime


class Topic(BaseModel):  # type: ignore[explicit-any]
    """A topic on offer. `how_often` and `heading` are in the language asked for, the rest as the newsroom wrote it."""

    model_config = _GIVEN

    slug: str = Field(examples=["harbour"])
    name: str = Field(examples=["Harbour & Port"])
    description: str = Field(examples=["What comes in, what goes out."])
    lang: str = Field(description="The language of its editions (BCP 47).", examples=["en"])
    heading: str = Field(description="A heading for a form.", examples=["Get email updates on Harbour & Port"])
    how_often: str = Field(examples=["Every Sunday at 08:00, Lisbon time"])
    is_preset: bool = Field(description="Whether it was asked for by `topic`, or is about one of `tags`.")
    sign_up_url: str = Field(examples=["https://news.example.com/subscribe?topic=harbour"])
    latest: LatestEdition | None


class FormWords(BaseModel):  # type: ignore[explicit-any]
    """The words of a form, in the language asked for."""

    model_config = _GIVEN

    lang: str = Field(examples=["en"])
    dir: Literal["ltr", "rtl"]
    heading: str = Field(examples=["Get email updates"])
    address: str = Field(description="Label of the field for the address.", examples=["Your email address"])
    button: str = Field(examples=["Sign up"])
    wait: str = Field(description="To be shown while the form is sent.", examples=["One moment…"])
    asked: str = Field(description="To be shown when it was taken.", examples=["Check your inbox."])
    no_topic: str = Field(description="To be shown where none is ticked.", examples=["Please tick at least one topic."])
    agreement: str = Field(
        description="What the reader agrees to. **Show it by the button**: it is kept as evidence of what was asked.",
        examples=["By pressing the button you ask The Daily Example to send you these topics by email."],
    )


class TopicsOnOffer(BaseModel):  # type: ignore[explicit-any]
    """What a form lists and says."""

    model_config = _GIVEN

    topics: tuple[Topic, ...]
    form: FormWords


class OpenedForm(BaseModel):  # type: ignore[explicit-any]
    """What a form needs before it can be sent; good for one try. After a refusal other than 422, open another."""

    model_config = _GIVEN

    token: str = Field(description="Goes back as `form_token`.", examples=["5f00000000000000"])
    good_after_s: float = Field(description="How old a token must be, in seconds: nobody types faster.", examples=[2])
    good_for_s: float = Field(description="How old it may be, in seconds.", examples=[7200])
    challenge: dict[str, object] | None = Field(
        description="A proof of work (ALTCHA, PBKDF2/SHA-256) to solve before sending, while sign-ups run high."
    )


class SignUp(BaseModel):  # type: ignore[explicit-any]
    """Somebody asks for topics."""

    model_config = _TAKEN

    email: str = Field(max_length=2 * MAX_ADDRESS_OCTETS, examples=["reader@example.org"])
    topics: list[Slug] = Field(min_length=1, max_length=MAX_TOPICS, examples=[["harbour"]])
    form_token: str = Field(max_length=200, description="The token of `GET /form`.", examples=["5f00000000000000"])
    solution: str = Field("", max_length=4000, description="The solved challenge (ALTCHA's payload), if there was one.")
    name: str = Field("", max_length=200, description="How mails may greet the reader.", examples=["Ada"])
    lang: Lang = Field("", description="The language the reader speaks (BCP 47).", examples=["en"])
    page: str = Field(
        "",
        max_length=2000,
        description="Where the form stands; kept as evidence.",
        examples=["https://news.example.com/storm"],
    )
    tags: list[Tags] = Field(
        [], max_length=MAX_TAGS, description="What that page is about; commas may part them.", examples=[["Harbour"]]
    )
    website: str = Field("", max_length=200, description="A trap for robots: show it to nobody, and leave it empty.")


class Asked(BaseModel):  # type: ignore[explicit-any]
    """The form was taken: a mail asks the reader to confirm, unless it must not be sent. The answer is always this."""

    model_config = _GIVEN

    answer: Literal["asked"] = "asked"
    text: str = Field(description="To be shown to the reader.", examples=["Check your inbox."])


class Problem(BaseModel):  # type: ignore[explicit-any]
    """What was wrong (RFC 9457)."""

    model_config = _GIVEN

    type: Literal["about:blank"] = "about:blank"
    title: str = Field(description="What the status says.", examples=["Conflict"])
    status: int = Field(ge=400, le=599, examples=[409])
    detail: str = Field(description="What to do, to be shown to the reader.")
    fields: dict[str, str] = Field({}, description="A sentence for each field that is wrong.")

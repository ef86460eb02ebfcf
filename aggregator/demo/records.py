"""What the embedded newsroom is made of: sites, their stories, and the truth that a crawl is compared with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from aggregator.models import Kind, Outcome, Reason

Listing = Literal["rss", "atom", "rdf", "json", "news_sitemap", "sitemap_index", "section"]
Markup = Literal["json_ld", "meta", "microdata", "story_detail", "words", "time", "wordpress", "graph"]
MoreForm = Literal["list", "read_more", "cards", "dashes", "aside"]
Role = Literal[
    "article",
    "interview",
    "ranking",
    "gallery",
    "live_blog",
    "paywall_stub",
    "video_stub",
    "consent_wall",
    "soft_404",
    "opted_out",
    "missing",
    "forbidden",
    "script_link",
]
Change = Literal["new", "updated"]

EXPECTED: Final[dict[Role, tuple[Outcome, Reason | None, Kind | None]]] = {
    "article": ("new", None, Kind.ARTICLE),
    "interview": ("new", None, Kind.INTERVIEW),
    "ranking": ("new", None, Kind.LIST),
    "gallery": ("new", None, Kind.GALLERY),
    "live_blog": ("new", None, Kind.LIVE_BLOG),
    "paywall_stub": ("rejected", Reason.PAYWALL_STUB, None),
    "video_stub": ("rejected", Reason.VIDEO_STUB, None),
    "consent_wall": ("rejected", Reason.WALL, None),
    "soft_404": ("rejected", Reason.ERROR_PAGE, None),
    "opted_out": ("rejected", Reason.OPTED_OUT, None),
    "missing": ("error", Reason.HTTP_STATUS, None),
    "forbidden": ("skipped", Reason.ROBOTS, None),
    "script_link": ("skipped", Reason.BAD_SCHEME, None),
}
"""What becomes of each role: outcome, reason, kind of article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One story as it stands in a site's file. `hours_ago` counts back from the visit that brought it."""

    path: str
    title: str
    hours_ago: float
    text: str = ""
    description: str = ""
    authors: tuple[str, ...] = ()
    section: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""  # empty: the site's
    more: str = ""  # words over or before related links; empty: the site's
    listed_path: str = ""  # address in the listings, which redirects; empty: `path`
    role: Role = "article"
    visit: int = 1  # 2: it appears at the second visit
    story: str = ""  # the same story on several sites has the same name here
    copy_of: str = ""  # path of the story, on the first site, whose text this is
    swap: tuple[str, ...] = ()  # (old, new): the small edit that a copy got
    credit: str = ""  # a last line that names the source; not part of the text
    edited_title: str = ""  # title at the second visit
    edited_paragraph: int = 0  # paragraph, from 0, that the second visit finds changed
    edited_text: str = ""  # what it says then; empty: nothing was edited


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One outlet of the newsroom."""

    id: str
    name: str
    country: str
    language: str
    zone: str
    listing: Listing
    markup: Markup
    more_form: MoreForm
    more: str
    section_path: str
    nav: tuple[str, ...]  # labels: section, about, contact, subscribe
    newsletter: str
    footer: str
    headlines: tuple[str, ...]  # of other stories, for the related lists
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A piece at one visit: its address, text and instants are settled."""

    piece: Piece
    url: str
    listed_url: str
    title: str
    paragraphs: tuple[str, ...]
    published: datetime  # aware, in the site's zone
    modified: datetime  # the same as `published` unless it was edited
    language: str
    more: str
    change: Change | None = None  # what the second visit brought


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A site as one visit finds it, newest story first."""

    site: Site
    base: str  # such as http://127.0.0.11:8080
    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a site sends for one path. Validators are made of `identity`, so that what changes at each request leaves them alone."""

    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    body: bytes = b""
    identity: bytes = b""  # empty: the body
    modified: datetime | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a good crawl stores for one address.

    `paragraphs` is the text and nothing else. Of the addresses that share a `story`, the first that is fetched is new
    and the others are duplicates; `outcome` says `new` for the agency's own page and `duplicate` for the copies.
    """

    source: str
    url: str  # where the article lies, after redirects
    listed_url: str  # as the listings have it
    title: str
    paragraphs: tuple[str, ...]
    published: datetime
    modified: datetime | None
    language: str
    authors: tuple[str, ...]
    related_titles: tuple[str, ...]  # all that the related lists of the page may show
    outcome: Outcome
    reason: Reason | None = None
    kind: Kind | None = None
    story: str = ""
    change: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request that a site got."""

    source: str
    method: str
    path: str
    status: int
    at: datetime
    conditional: bool = False
    user_agent: str = ""

"""The records that travel between the rooms: frozen, typed, keyword-only. No dict crosses a module.

    Page ──process()──> Article | Rejection ──decide()──> Verdict ──> store

Names follow schema.org where it has one. All datetimes are aware; UTC unless a comment says otherwise.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Literal

from .counting import count_words as count_words
from .reasons import REASONS as REASONS
from .reasons import Reason as Reason

# ------------------------------------------------------------------------------------------------ vocabulary


class Kind(StrEnum):
    """What sort of article a page is."""

    ARTICLE = "article"
    LIVE_BLOG = "live_blog"
    GALLERY = "gallery"
    VIDEO = "video"
    REVIEW = "review"
    INTERVIEW = "interview"
    LIST = "list"


class Paywall(StrEnum):
    """How much of the article the page gave away."""

    FREE = "free"
    METERED = "metered"
    STUB = "stub"
    UNKNOWN = "unknown"


Outcome = Literal["new", "updated", "unchanged", "duplicate", "rejected", "error", "skipped", "listing", "part"]
"""How an address ended: an article (first four), no article, no answer, never asked for, a feed/sitemap/section that was read, or a
further page of an article."""

Precision = Literal["second", "minute", "day", "month", "year"]
ZoneKnowledge = Literal["stated", "proven", "assumed", "unknown"]
DateRole = Literal["published", "modified", "mentioned"]
Field = Literal[
    "title",
    "description",
    "body",
    "author",
    "published",
    "modified",
    "mentioned",
    "language",
    "canonical",
    "section",
    "kind",
    "paywall",
]
HintOrigin = Literal["feed", "sitemap", "news_sitemap", "section", "home", "start", "revisit"]
BlockTag = Literal["p", "h", "li", "quote", "caption", "row", "pre"]
FetchKind = Literal["page", "part", "feed", "sitemap", "section", "home"]
Relation = Literal["new", "same", "revision", "duplicate"]
Nature = Literal["correction", "update", "growth", "headline", "cosmetic", "date"]
"""What sort of change turned one version of an article into the next."""

# ------------------------------------------------------------------------------------------------ sources


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRules:
    """What a person wrote about one site in the source list. CSS selectors; patterns are regular expressions on the address."""

    title: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()  # selectors of parts that are never text
    strip_lines: tuple[str, ...] = ()  # regular expressions, matched against a whole line
    article_url: tuple[str, ...] = ()  # an article's address matches one of these (empty: any)
    not_article_url: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()  # keep only articles whose section or address path names one of these
    day_first: bool | None = None  # how the site writes 03/04/2024


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRules:
    """Rules for pages that were fetched before a day: the site had another markup then."""

    before: date  # UTC; the first day on which they hold no more
    rules: SiteRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One outlet: where its articles are found and what is known about it."""

    id: str  # lower-case letters, digits, hyphens
    name: str
    home: str  # address of the home page
    country: str | None = None  # ISO 3166-1 alpha-2
    language: str | None = None  # BCP 47
    zone: str | None = None  # IANA time zone, used only for dates without an offset
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()  # single article pages (ad-hoc crawls)
    follow: bool = False  # follow the home page's links (kind "site" of an ad-hoc crawl)
    enabled: bool = True
    render: bool = False  # a browser may show pages that have no text without their scripts
    every: int = 1800  # least seconds between two looks at the listings
    notes: str = ""
    evidence: str = ""  # where the addresses come from
    rules: SiteRules = field(default_factory=SiteRules)
    earlier: tuple[EarlierRules, ...] = ()

    def as_of(self, moment: datetime) -> "Source":
        """The source with the rules that held at a moment (aware) as its `rules`."""
        day = moment.astimezone(UTC).date()
        past = sorted((one for one in self.earlier if day < one.before), key=lambda one: one.before)
        return replace(self, rules=past[0].rules) if past else self


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What the place that led to a page said about it. All text as found there."""

    origin: HintOrigin
    origin_url: str
    url: str
    title: str | None = None
    summary: str | None = None
    published: str | None = None
    modified: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    guid: str | None = None
    image: str | None = None


# ------------------------------------------------------------------------------------------------ what came over the wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer, as it came. `headers` are lower-case (name, value) pairs; `body` is after content decoding."""

    url: str  # as asked for
    final_url: str  # after redirects
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    source: str | None = None
    hints: tuple[Hint, ...] = ()
    elapsed_ms: int | None = None
    redirects: tuple[str, ...] = ()
    parts: tuple["Page", ...] = ()  # further pages of the same article, in order
    incomplete: bool = False  # a further page gave no answer
    reserved: bool = False  # its host's tdmrep.json reserves it
    rendered: bytes = b""  # UTF-8 HTML after the page's scripts ran in a browser; empty: it was not shown by one

    def header(self, name: str) -> str | None:
        """The first value of a header, by lower-case name."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the pure stages may know beside the page. `segments` are hashes of text that repeats across the source's pages."""

    source: Source | None = None
    segments: frozenset[int] = frozenset()
    policy: Literal["obey", "mark", "ignore"] = "obey"  # what to do when a page opts out
    explain: bool = False  # say of each part that is not text what spoke most against it
    fetch_time_known: bool = True  # False: `Page.fetched_at` only bounds dates, "2 hours ago" cannot be resolved


# ------------------------------------------------------------------------------------------------ parts of an article


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement about one field, its origin, and whether it won."""

    field: Field
    value: str  # normalized; instants as UTC ISO 8601
    raw: str  # as printed, cut to 500 characters
    origin: str  # such as `json-ld:NewsArticle.datePublished`, `meta:og:title`, `feed`, `text`
    chosen: bool = False
    reason: str = ""  # why it won or lost
    precision: Precision | None = None  # dates only
    zone: ZoneKnowledge | None = None  # dates only


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A point in time with what is known of it. A day without a time is midnight of its zone, with precision `day`."""

    instant: datetime  # aware, with the offset of the wall clock
    precision: Precision
    zone: ZoneKnowledge
    origin: str
    confidence: float = 1.0  # 0 to 1

    @property
    def day(self) -> date:
        """The local calendar day."""
        return self.instant.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A date that the text mentions; never the publication date."""

    raw: str
    day: date
    position: int  # paragraph, from 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link inside a block."""

    url: str  # absolute
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A run of text of the page in reading order, before anything is decided about it.

    `path` has the tags and class tokens of its ancestors, innermost first, such as `("p", "div.story-detail", "article")`.
    """

    tag: BlockTag
    text: str
    links: tuple[Link, ...] = ()
    link_chars: int = 0  # how many characters of `text` are inside links
    path: tuple[str, ...] = ()
    level: int = 0  # of a heading, 1 to 6
    group: int = 0  # blocks of one list, table or container share a number
    within: tuple[int, ...] = ()  # numbers of the enclosing containers, innermost first
    keep: bool = True
    rule: str = ""  # why it is not kept
    why: str = ""  # what spoke most against it; filled in only when asked for (`Context.explain`)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedLink:
    """A story that the page pointed to. `url` is None where only the headline is known (text mode)."""

    title: str
    url: str | None
    position: int
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A line that was taken out, and the rule that did it. `position` counts the page's blocks or lines from 0."""

    text: str
    rule: str
    position: int
    why: str = ""  # the points that decided, such as `-3.1 points: text_sum -1.2, in_box1 -0.8`; only when asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of the article: its lead image, and those that stand in its text with a caption."""

    url: str  # absolute http(s) address
    caption: str | None = None  # without the credit, where that could be told apart
    credit: str | None = None  # who made it, as printed: "Ana Brandt/Reuters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a review is about, and its verdict. `rating` is on the scale from `worst` to `best`; None: no number is stated."""

    work: str | None  # name of the work
    work_type: str | None = None  # schema.org type, such as Movie, MusicAlbum, TVSeries
    rating: float | None = None
    best: float | None = None
    worst: float | None = None
    raw: str = ""  # the rating as stated
    origin: str = ""  # such as `json-ld:Review.reviewRating`, `text`, `title`


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a live blog. `paragraph` is the paragraph of the article's text that it begins with, from 0."""

    paragraph: int
    text: str
    title: str | None = None
    raw: str = ""  # its time as printed or stated
    posted: Dated | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What identity compares: an exact hash of the normalized text, and a sketch (sorted 63-bit ints) for near-duplicates."""

    content: str  # hex, 32 characters
    sketch: tuple[int, ...]


# ------------------------------------------------------------------------------------------------ results


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article: the raw beside the clean, and where each value came from.

    `url` is the canonical address; `text` has paragraphs separated by blank lines.
    """

    url: str
    title: str
    text: str
    description: str | None = None
    authors: tuple[str, ...] = ()
    agency: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    image: str | None = None
    image_caption: str | None = None
    image_credit: str | None = None
    pictures: tuple[Picture, ...] = ()  # the lead image first
    review: Review | None = None
    entries: tuple[Entry, ...] = ()  # of a live blog, in the order of the text
    parts: tuple[str, ...] = ()  # addresses of its further pages, where it is printed on several
    kind: Kind = Kind.ARTICLE
    paywall: Paywall = Paywall.UNKNOWN
    publication: Dated | None = None
    modification: Dated | None = None
    mentions: tuple[Mention, ...] = ()
    related: tuple[RelatedLink, ...] = ()
    removed: tuple[Removed, ...] = ()
    claims: tuple[Claim, ...] = ()
    directives: tuple[str, ...] = ()  # opt-outs that the page states: noarchive, noai, tdm-reservation ...
    quality: float = 0.0  # 0 to 1: how far the candidates agree
    requested_url: str = ""
    final_url: str = ""
    source: str | None = None
    fetched_at: datetime | None = None
    fingerprint: Fingerprint | None = None
    extractor: str = ""  # version of the rules that made it

    @property
    def published(self) -> datetime | None:
        """When it was published (aware), or None. See `published_precision`: `day` means that the time is not known."""
        return self.publication.instant if self.publication else None

    @property
    def published_precision(self) -> Precision | None:
        """How exact `published` is."""
        return self.publication.precision if self.publication else None

    @property
    def modified(self) -> datetime | None:
        """When it was last changed, as the page says (aware), or None."""
        return self.modification.instant if self.modification else None

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text as paragraphs."""
        return tuple(self.text.split("\n\n")) if self.text else ()

    @property
    def word_count(self) -> int:
        """Words of the text; scripts without spaces count two characters a word."""
        return count_words(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A page that did not become an article, and why. The reason is stored and counted."""

    url: str
    reason: Reason
    detail: str = ""
    final_url: str = ""
    source: str | None = None
    fetched_at: datetime | None = None
    title: str | None = None
    directives: tuple[str, ...] = ()

    def sentence(self) -> str:
        """The reason in words."""
        return f"{REASONS[self.reason]}: {self.detail}" if self.detail else REASONS[self.reason]


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanText:
    """What `clean_text` makes of text that somebody else extracted."""

    title: str | None
    description: str | None
    text: str
    related: tuple[RelatedLink, ...] = ()
    removed: tuple[Removed, ...] = ()
    mentions: tuple[Mention, ...] = ()

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text as paragraphs."""
        return tuple(self.text.split("\n\n")) if self.text else ()


# ------------------------------------------------------------------------------------------------ identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A stored article that an incoming one may be the same as, a version of, or a copy of."""

    id: int
    url: str
    title: str
    text: str
    source: str | None
    content: str  # Fingerprint.content
    published: datetime | None
    first_seen: datetime
    same_address: bool
    shared: int = 0  # how many sketch values both have
    duplicate_of: int | None = None
    paywall: Paywall = Paywall.UNKNOWN
    agency: str | None = None
    exact: bool = False  # `published` is an instant whose zone is known
    number: str = ""  # the site's own number, when it is what makes the address the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an incoming article is to what is stored.

    new: store it. same: only note that it was seen. revision: of `of`, replace its text and keep the old one.
    duplicate: store it as a copy of `of`; with `original`, store it and make `of` a copy of it.
    """

    relation: Relation
    of: int | None = None
    containment: float = 0.0  # share of the smaller text's shingles that the larger one has
    evidence: str = ""
    worse: bool = False  # with `same`: the incoming text is a stub or wall of what is stored
    original: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryCandidate:
    """A stored story that an article may belong to. `terms` are the weighted terms of its articles."""

    id: int
    last_seen: datetime
    language: str | None
    terms: tuple[tuple[str, float], ...]


# ------------------------------------------------------------------------------------------------ the store's records


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRecord:
    """One address that was asked for, or not asked for and why."""

    url: str
    final_url: str | None = None
    source: str | None = None
    kind: FetchKind = "page"
    outcome: Outcome
    reason: str | None = None  # a Reason code; None when all is well
    detail: str | None = None
    status: int | None = None
    bytes: int | None = None
    elapsed_ms: int | None = None
    fetched_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    next_look_at: datetime | None = None
    listed_modified: str | None = None
    found: int | None = None  # listings: how many addresses it listed


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRef:
    """Where a raw page lies: segment file name, byte offset and length of its WARC record."""

    segment: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A further page of an article that was fetched."""

    fetch: FetchRecord
    archive: ArchiveRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What is written in one transaction for one page: the article with its verdict, or the rejection, and the fetch."""

    fetch: FetchRecord
    article: Article | None = None
    verdict: Verdict | None = None
    story: int | None = None  # None: a story of its own
    story_terms: tuple[tuple[str, float], ...] = ()
    rejection: Rejection | None = None
    hints: tuple[Hint, ...] = ()
    archive: ArchiveRef | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of a unit."""

    article: int | None
    outcome: Outcome
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlResult:
    """How the crawl of one source ended."""

    source: str
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicate: int = 0
    rejected: tuple[tuple[str, int], ...] = ()  # (reason, how many)
    errors: tuple[tuple[str, int], ...] = ()
    skipped: tuple[tuple[str, int], ...] = ()
    listings: int = 0  # feeds, sitemaps and sections that answered
    found: int = 0  # addresses that they listed
    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0
    failure: str | None = None  # one sentence; None: all is well
    warnings: tuple[str, ...] = ()

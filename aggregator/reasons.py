"""Why an address did not become an article: a code for scripts, and a sentence for people."""

from enum import StrEnum


class Reason(StrEnum):
    """Why an address did not become an article (`fetch.reason`). Each has a sentence in `REASONS`."""

    # the page is something else (outcome `rejected`)
    LISTING = "listing"
    PRODUCT = "product"
    FORUM = "forum"
    PROFILE = "profile"
    SERVICE = "service"
    DOCUMENTATION = "documentation"
    WALL = "wall"
    PAYWALL_STUB = "paywall_stub"
    ERROR_PAGE = "error_page"
    VIDEO_STUB = "video_stub"
    SCRIPT_PAGE = "script_page"
    EMPTY = "empty"
    NO_TEXT = "no_text"
    NOT_HTML = "not_html"
    FILTERED = "filtered"
    OPTED_OUT = "opted_out"
    TOMBSTONE = "tombstone"
    WORSE_THAN_STORED = "worse_than_stored"
    NO_PART = "no_part"
    EXTRACTION_TIMEOUT = "extraction_timeout"
    EXTRACTION_CRASH = "extraction_crash"
    # nothing usable came over the wire (outcome `error`)
    HTTP_STATUS = "http_status"
    DNS = "dns"
    CONNECTION = "connection"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    TRUNCATED = "truncated"
    BAD_RESPONSE = "bad_response"
    REDIRECT_LOOP = "redirect_loop"
    EMPTY_BODY = "empty_body"
    HTML_INSTEAD_OF_FEED = "html_instead_of_feed"
    NOT_A_FEED = "not_a_feed"
    NOT_A_SITEMAP = "not_a_sitemap"
    EMPTY_LISTING = "empty_listing"
    SPIDER = "spider"
    INTERRUPTED = "interrupted"
    # never asked for (outcome `skipped`)
    ROBOTS = "robots"
    ROBOTS_UNREACHABLE = "robots_unreachable"
    PRIVATE_ADDRESS = "private_address"
    BAD_SCHEME = "bad_scheme"
    BAD_URL = "bad_url"
    OFF_SITE = "off_site"
    LIMIT = "limit"
    DEPTH = "depth"
    RETRY_LATER = "retry_later"
    NOT_DUE = "not_due"


REASONS: dict[Reason, str] = {
    Reason.LISTING: "the page lists other pages",
    Reason.PRODUCT: "the page sells something",
    Reason.FORUM: "the page is a discussion",
    Reason.PROFILE: "the page is about a person or an account",
    Reason.SERVICE: "the page presents a service or a company",
    Reason.DOCUMENTATION: "the page is documentation",
    Reason.WALL: "a consent, login or challenge page stands in front of the article",
    Reason.PAYWALL_STUB: "only the first lines of the article are free",
    Reason.ERROR_PAGE: "the page says that something went wrong, whatever its status",
    Reason.VIDEO_STUB: "the page has a video and hardly any text",
    Reason.SCRIPT_PAGE: "the text is filled in by scripts",
    Reason.EMPTY: "the page is empty",
    Reason.NO_TEXT: "no article text was found",
    Reason.NOT_HTML: "the answer is not HTML",
    Reason.FILTERED: "the source's own filters leave it out",
    Reason.OPTED_OUT: "the page asks not to be collected",
    Reason.TOMBSTONE: "it was removed on request and stays away",
    Reason.WORSE_THAN_STORED: "a better text of it is already stored",
    Reason.NO_PART: "the next page of an article turned out to be none of it",
    Reason.EXTRACTION_TIMEOUT: "extraction took too long and was stopped",
    Reason.EXTRACTION_CRASH: "extraction failed",
    Reason.HTTP_STATUS: "the server answered with an error status",
    Reason.DNS: "the host name could not be resolved",
    Reason.CONNECTION: "the connection failed",
    Reason.TIMEOUT: "the fetch took too long",
    Reason.TOO_LARGE: "the answer is larger than allowed",
    Reason.TRUNCATED: "the answer was cut off",
    Reason.BAD_RESPONSE: "the answer is not valid HTTP",
    Reason.REDIRECT_LOOP: "it redirects in a circle or too often",
    Reason.EMPTY_BODY: "the answer has no content",
    Reason.HTML_INSTEAD_OF_FEED: "HTML came instead of a feed",
    Reason.NOT_A_FEED: "the answer is not a feed",
    Reason.NOT_A_SITEMAP: "the answer is not a sitemap",
    Reason.EMPTY_LISTING: "it lists nothing",
    Reason.SPIDER: "reading the answer failed",
    Reason.INTERRUPTED: "the run was interrupted",
    Reason.ROBOTS: "robots.txt forbids it",
    Reason.ROBOTS_UNREACHABLE: "robots.txt could not be read, so nothing is allowed",
    Reason.PRIVATE_ADDRESS: "it leads to a private address",
    Reason.BAD_SCHEME: "only http and https are fetched",
    Reason.BAD_URL: "the address is not valid",
    Reason.OFF_SITE: "it leads to another site",
    Reason.LIMIT: "the run's budget for this source is used up",
    Reason.DEPTH: "it is too many links away from the start",
    Reason.RETRY_LATER: "the server asked to come back later",
    Reason.NOT_DUE: "it is not due yet",
}

"""Articles that are printed on several pages: which address has the next one. Pure.

Many links lead to a "next" page that is another article or a page of comments. So the next page of an article has the address of the
article with its number in one of the forms that content systems write, and the page has to call it so: `rel=next` (HTML living
standard, section 4.6.7), or a link in a pager or with the number or "next" as its text.
"""

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml.html import HtmlElement

from aggregator._project import load_table
from aggregator.document import parse_document
from aggregator.models import Page

from .markup import element_text

MOST: Final = 20
"""Pages of one article that are asked for."""

_NAMES: Final = ("page", "p", "pg", "pagina", "seite", "paged", "pageno", "page_no", "pn", "part")
_STEP: Final = re.compile(r"(?P<stem>.+?)/(?:(?:page|p|seite|pagina|part)[/-]?)?(?P<number>\d{1,2})/?")
_ENDING: Final = re.compile(r"(?P<stem>.+?)[-_,](?:page|p|s|seite)?[-_]?(?P<number>\d{1,2})(?P<end>\.s?html?|/?)")
_HREF: Final = re.compile(rb"""href\s{0,9}=\s{0,9}["']?([^"'\s>]{1,700})""", re.IGNORECASE)
_PAGER: Final = re.compile(
    r"pag(?:er|inat|e-?link|e-?num|es?-nav|enav|ing)|page-numbers|multi-?page|post-page|wp-link-pages|next-?page",
    re.IGNORECASE,
)
_COMMENTS: Final = re.compile(r"comment|kommentar|comentario|avis\b|discuss", re.IGNORECASE)


def next_page(page: Page) -> str | None:
    """The address of the next page of an article; None where it ends. `page` may have further pages already. Never raises."""
    last = page.parts[-1] if page.parts else page
    number = len(page.parts) + 2
    try:
        own = _Numbered.read(page.final_url)
        if number > MOST or not own.stem.strip("/") or not _worth_a_look(last, own, number):
            return None
    except ValueError:
        return None
    known = {page.final_url, *(part.final_url for part in page.parts)}
    document = parse_document(last.body, url=last.final_url, content_type=last.header("content-type"))
    for href, sure in _links(document.root, number):
        address = document.resolve(href)
        if address and address not in known and own.leads_to(address, number, sure=sure):
            return address.partition("#")[0]
    return None


def _worth_a_look(page: Page, own: "_Numbered", number: int) -> bool:
    """Whether any address on the page can be that of the next one: a look at the bytes, as most pages have none."""
    digit = str(number).encode()
    hrefs = {match[1] for match in _HREF.finditer(page.body) if digit in match[1]}
    addresses = (urljoin(page.final_url, unescape(href.decode("utf-8", "replace"))) for href in hrefs)
    return b"<base" in page.body[:20_000] or any(own.leads_to(address, number, sure=True) for address in addresses)


class _Numbered:
    """An article's address, and those of its further pages."""

    def __init__(self, host: str, stem: str, query: frozenset[tuple[str, str]]) -> None:
        self.host = host
        self.stem = stem
        self.query = query

    @classmethod
    def read(cls, url: str) -> "_Numbered":
        """The article's address; it may say that it is the first page. Raises ValueError for what is none."""
        parts = urlsplit(url)
        query = frozenset((k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k.lower() not in _NAMES)
        path = parts.path.rstrip("/")
        return cls((parts.hostname or "").removeprefix("www."), path.removesuffix("/1"), query)

    def leads_to(self, url: str, number: int, *, sure: bool) -> bool:
        """Whether an address is that of a page with this number of the article. `sure`: by `rel=next` or in a pager."""
        try:
            parts = urlsplit(url)
            pairs = parse_qsl(parts.query, keep_blank_values=True)
        except ValueError:
            return False
        if (parts.hostname or "").removeprefix("www.") != self.host or _COMMENTS.search(url):
            return False
        numbers = [value for name, value in pairs if name.lower() in _NAMES]
        others = frozenset(pair for pair in pairs if pair[0].lower() not in _NAMES)
        path = parts.path.rstrip("/")
        if numbers:
            return numbers == [str(number)] and others == self.query and path == self.stem
        return others == self.query and self._is_path(parts.path, number, sure=sure)

    def _is_path(self, path: str, number: int, *, sure: bool) -> bool:
        """`/story/2/`, `/story/page/2`; where the page is sure of it also `/story-2.html`, which can be another story's address."""
        step = _STEP.fullmatch(path)
        if step and int(step["number"]) == number:
            return step["stem"] in (self.stem, self.stem.rpartition(".")[0])
        ending = _ENDING.fullmatch(path) if sure else None
        return (
            ending is not None
            and int(ending["number"]) == number
            and ending["stem"] + ending["end"].rstrip("/") == self.stem
        )


def _links(root: HtmlElement, number: int) -> Iterator[tuple[str, bool]]:
    """(address as printed, whether the page is sure of it) of what may lead to the next page; the surest first."""
    rel = [
        link for tag in ("link", "a") for link in root.iter(tag) if "next" in (link.get("rel") or "").lower().split()
    ]
    yield from ((link.get("href") or "", True) for link in rel)
    words = _words()
    for link in root.iter("a"):
        if link.get("href") and (text := element_text(link, 40).strip(" \t[]()|").lower()):
            named = text == str(number) or text in words or text.strip(" »›>→") in words
            if named or _in_pager(link):
                yield link.get("href") or "", named and _in_pager(link)


def _in_pager(link: HtmlElement) -> bool:
    boxes = [link, *list(link.iterancestors())[:4]]
    return any(_PAGER.search(f"{box.get('class') or ''} {box.get('id') or ''}") for box in boxes)


@cache
def _words() -> frozenset[str]:
    return frozenset(load_table("metadata.toml")["pagination"]["next"])

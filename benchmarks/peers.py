"""Other extractors, for the rows beside ours in `benchmarks/extraction.py`. None of them is needed: those that are installed run."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from lxml import html as lxml_html


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an extractor makes of a page."""

    text: str
    title: str = ""
    authors: tuple[str, ...] = ()


Peer = Callable[[bytes | str, str | None], Found | None]
"""A page and its address to what was found; None where the extractor says or shows that there is no article."""


def trafilatura(html: bytes | str, url: str | None) -> Found | None:
    """trafilatura's own record, with its default settings."""
    found = import_module("trafilatura").bare_extraction(html, url=url, with_metadata=True)
    if found is None or not found.text:
        return None
    names = (name.strip() for name in (found.author or "").split(";"))
    return Found(text=found.text, title=found.title or "", authors=tuple(name for name in names if name))


def readability(html: bytes | str, url: str | None) -> Found | None:
    """readability-lxml: its text is that of the fragment that it cuts out; it names no authors."""
    document = import_module("readability").Document(html, url=url)
    fragment = lxml_html.fromstring(document.summary())
    lines = (" ".join("".join(map(str, node.itertext())).split()) for node in fragment.iter("p", "li", "h2", "h3"))
    text = "\n\n".join(lines)
    return Found(text=text, title=document.short_title() or "") if text.strip() else None


def resiliparse(html: bytes | str, url: str | None) -> Found | None:
    """resiliparse's main content: text only."""
    del url
    text = html if isinstance(html, str) else html.decode("utf-8", "replace")
    found = import_module("resiliparse.extract.html2text").extract_plain_text(text, main_content=True)
    return Found(text=found) if found.strip() else None


PEERS: dict[str, Peer] = {"trafilatura": trafilatura, "readability": readability, "resiliparse": resiliparse}


def installed() -> dict[str, Peer]:
    """The extractors that can be imported here."""
    return {name: peer for name, peer in PEERS.items() if find_spec(name) is not None}

"""Who wrote an article: candidates from structured data, meta tags and the byline, the first good source wins. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

from aggregator._project import load_table
from aggregator.document import Document, JsonNode, text_of, types_of
from aggregator.models import Hint

from .markup import class_tokens, element_text, is_outside, piece_text
from .names import Names, name_key, read_names, unique

_TOLD: Final = etree.XPath("//*[@class or @itemprop or @rel or self::a]")  # elements that can be marked as a byline
# Names of the article's writer; then those that content systems often fill with the publisher's name.
_GOOD_METAS: Final = (
    "article:author", "article:author_name", "byl", "byline", "parsely-author", "sailthru.author", "cxenseparse:author", "citation_author"
)  # fmt: skip
_METAS: Final = (
    "author",
    "dc.creator",
    "dcterms.creator",
    "dc.creator.author",
    "creator",
    "mediator_author",
    "vr:author",
)
_MAX_MARKED: Final = 60  # marked elements that are looked at
_BY: Final = re.compile(r"(?:written |words )?by\b", re.IGNORECASE)
_BY_LINES: Final = etree.XPath(
    "/html/body//*[self::p or self::span or self::div or self::li or self::h3 or self::h4 or self::address]"
    "[text()[starts-with(normalize-space(.), 'By') or starts-with(., 'by ') or starts-with(normalize-space(.), 'BY')"
    " or starts-with(normalize-space(.), 'Written by') or starts-with(normalize-space(.), 'Words by')]]"
)
_MAX_CLASS: Final = 500  # characters of a class attribute that are looked at, and kept in the cache
_MAX_LINE: Final = 90  # characters of an unmarked byline
_MAX_BYLINE: Final = 160  # characters; a longer element is a box with a biography, not a byline


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """What one place says about the authors."""

    names: Names
    raw: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The authors, the agency, and every place's statement with the winner first."""

    authors: tuple[str, ...] = ()
    agency: str | None = None
    bylines: tuple[Byline, ...] = ()
    reason: str = ""


def decide_authors(
    document: Document,
    *,
    nodes: tuple[JsonNode, ...],
    site_names: frozenset[str],
    selected: tuple[str, ...] = (),
    hints: tuple[Hint, ...] = (),
) -> Decision:
    """The people who wrote the page's article.

    The first place in order of trust that names people wins: the source's own selector, JSON-LD, meta tags, marked bylines,
    the feed. `selected` is what the source's selector found.
    """
    bylines = list(_stated(document, nodes, site_names, selected))
    if not any(byline.names.people for byline in bylines):
        # Reading the markup costs as much as all the rest: only where nothing plainer names anybody.
        bylines += _marked(document, site_names)
    bylines += _metas(document, _METAS, site_names)
    for hint in hints:
        bylines += _gathered(hint.origin, list(hint.authors), site_names)
    winner = next((byline for byline in bylines if byline.names.people), None)
    agency = next((byline.names.agency for byline in bylines if byline.names.agency), None)
    if winner is None:
        return Decision(agency=agency, bylines=tuple(bylines))
    fuller = _fuller(winner, bylines)
    rest = [byline for byline in bylines if byline is not fuller]
    reason = "names the same people and more" if fuller is not winner else "the most trusted place that names people"
    return Decision(authors=fuller.names.people, agency=agency, bylines=(fuller, *rest), reason=reason)


def _fuller(winner: Byline, bylines: list[Byline]) -> Byline:
    """A place that names all the winner's people and more, or their whole names."""
    keys = {name_key(name) for name in winner.names.people}
    for byline in bylines:
        others = {name_key(name) for name in byline.names.people}
        if byline.origin.startswith(("json-ld", "meta:")) and keys < others and len(others) <= 6:
            return byline
    return winner


# ------------------------------------------------------------------------------------------------ places


def _stated(
    document: Document, nodes: tuple[JsonNode, ...], site_names: frozenset[str], selected: tuple[str, ...]
) -> Iterator[Byline]:
    """What the source's selector, the structured data and the reliable meta tags say, the most trusted first."""
    yield from _gathered("rule", list(selected), site_names)
    for node in nodes[:3]:
        kind = min(types_of(node), default="")
        yield from _gathered(f"json-ld:{kind}.author", list(_json_names(node, document)), site_names)
    yield from _metas(document, _GOOD_METAS, site_names)
    if (document.meta("twitter:label1") or "").casefold() in load_table("metadata.toml")["byline"]["written"]:
        yield from _gathered("meta:twitter:data1", [document.meta("twitter:data1") or ""], site_names)


def _metas(document: Document, names: tuple[str, ...], site_names: frozenset[str]) -> Iterator[Byline]:
    for name in names:
        values = [meta.content for meta in document.metas if meta.name == name and "://" not in meta.content]
        yield from _gathered(f"meta:{name}", values, site_names)


def _gathered(origin: str, values: list[str], site_names: frozenset[str], *, strict: bool = False) -> Iterator[Byline]:
    """One byline from all values of one place; nothing where they name nobody."""
    read = [read_names(value, site_names=site_names, strict=strict) for value in values[:20]]
    people = unique([name for names in read for name in names.people])
    agency = next((names.agency for names in read if names.agency), None)
    if people or agency:
        yield Byline(names=Names(people=people, agency=agency), raw="; ".join(values)[:500], origin=origin)


def _json_names(node: JsonNode, document: Document) -> Iterator[str]:
    """The names in a node's author or creator; references by @id are followed."""
    stack = [node.get("author") or node.get("creator")]
    for _ in range(40):
        if not stack:
            return
        value = stack.pop()
        if isinstance(value, list):
            stack.extend(reversed(value[:20]))
        elif isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            yield from _json_person(value, document)


def _json_person(value: JsonNode, document: Document) -> Iterator[str]:
    name = value.get("name")
    if name is None and isinstance(value.get("@id"), str):
        value = next((node for node in document.json_ld if node.get("@id") == value["@id"] and "name" in node), value)
        name = value.get("name")
    for item in name if isinstance(name, list) else [name]:
        text = text_of(item)
        if text:
            yield text
    given, family = text_of(value.get("givenName")), text_of(value.get("familyName"))
    if name is None and given and family:
        yield f"{given} {family}"


# ------------------------------------------------------------------------------------------------ marked elements


def _marked(document: Document, site_names: frozenset[str]) -> Iterator[Byline]:
    """The byline in the markup: the marked elements that stand nearest to the headline, and those beside them."""
    above = _above_headline(document)
    found = list(islice(_elements(document), _MAX_MARKED * 2))
    inside = [element for element in found if not is_outside(element)]
    # A template may put the article's own head into a box named like one for other stories; then only exact marks count.
    elements = inside or [element for element in found if _mark(element) in {"itemprop", "rel"}]
    ranked = sorted(elements[:_MAX_MARKED], key=lambda element: -_nearness(element, above))
    for seed in ranked:
        if _names_of(seed, site_names):
            yield _merged(_beside(seed, elements[:_MAX_MARKED], above), site_names)
            return
    yield from _printed(document, above, site_names)


def _printed(document: Document, above: dict[HtmlElement, int], site_names: frozenset[str]) -> Iterator[Byline]:
    """A short line that begins with "By" and that nothing marks: the one nearest to the headline."""
    best: tuple[int, Byline] | None = None
    for element in _by_elements(document):
        line = _line_around(element)
        names = read_names(line, site_names=site_names, strict=True)
        near = _nearness(element, above)
        whole = any(" " in name for name in names.people)
        if whole and near and (best is None or near > best[0]) and not is_outside(element):
            best = (near, Byline(names=names, raw=line, origin="byline:text"))
    if best:
        yield best[1]


def _by_elements(document: Document) -> list[HtmlElement]:
    found = _BY_LINES(document.root)
    return [element for element in found[:40] if isinstance(element, HtmlElement)] if isinstance(found, list) else []


def _line_around(element: HtmlElement) -> str:
    """The line that a "By" stands in; empty where it is too long for one, such as a sentence or a box."""
    text = piece_text(element, _MAX_LINE + 1)
    return text if len(text) <= _MAX_LINE and _BY.match(text) else ""


def _elements(document: Document) -> Iterator[HtmlElement]:
    found = _TOLD(document.root)
    for element in found if isinstance(found, list) else []:
        if isinstance(element, HtmlElement) and _mark(element):
            yield element


def _mark(element: HtmlElement) -> str | None:
    """What marks an element as a byline, None for one that nothing marks."""
    if element.tag in {"html", "body"}:
        return None
    read = element.get
    if _names_author(read("itemprop")):
        return "itemprop"
    if _names_author(read("rel")):
        return "rel"
    if _is_author_class((read("class") or "")[:_MAX_CLASS]):
        return "class"
    address = (read("href") or "").lower() if element.tag == "a" else ""
    return "link" if address and _author_address().search(address) else None


@cache
def _author_address() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _list("author_path"))))


def _names_author(value: str | None) -> bool:
    return value is not None and "author" in value.lower().split()


@lru_cache(maxsize=4096)
def _is_author_class(value: str) -> bool:
    return any(map(_is_author_token, value.lower().split()))


def _is_author_token(token: str) -> bool:
    return any(word in token for word in _list("author")) and not any(word in token for word in _list("author_not"))


def _above_headline(document: Document) -> dict[HtmlElement, int]:
    """The ancestors of the first headline with their depth from the root."""
    heading = next((heading for heading in document.root.iter("h1") if not is_outside(heading)), None)
    chain = [*reversed(list(heading.iterancestors())), heading] if heading is not None else []
    return {element: depth for depth, element in enumerate(chain)}


def _nearness(element: HtmlElement, above: dict[HtmlElement, int]) -> int:
    """Depth of the innermost element that holds both this one and the headline."""
    return next((above[ancestor] for ancestor in element.iterancestors() if ancestor in above), 0)


def _beside(seed: HtmlElement, elements: list[HtmlElement], above: dict[HtmlElement, int]) -> list[HtmlElement]:
    """The marked elements in the box around the seed: three levels up, but not so far that it holds the headline."""
    box = seed
    for ancestor in islice(seed.iterancestors(), 3):
        if ancestor in above:
            break
        box = ancestor
    inside = [element for element in elements if element is box or box in islice(element.iterancestors(), 12)]
    return [element for element in inside if _is_like(element, seed)][:24]


def _is_like(element: HtmlElement, seed: HtmlElement) -> bool:
    """Whether two marked elements stand in one another, or are marked the same way."""
    if element is seed or element in islice(seed.iterancestors(), 12) or seed in islice(element.iterancestors(), 12):
        return True
    mark = _mark(seed)
    return _mark(element) == mark and (mark != "class" or class_tokens(element) == class_tokens(seed))


def _merged(group: list[HtmlElement], site_names: frozenset[str]) -> Byline:
    """The names of the innermost elements, or of the outermost where those name the same people and more."""
    read = {element: names for element in group if (names := _names_of(element, site_names))}
    around = {ancestor for element in read for ancestor in islice(element.iterancestors(), 12) if ancestor in read}
    within = [
        element for element in read if not any(ancestor in read for ancestor in islice(element.iterancestors(), 12))
    ]
    inner = unique([name for element, names in read.items() if element not in around for name in names.people])
    outer = unique([name for element in within for name in read[element].people])
    people = outer if {name_key(name) for name in inner} <= {name_key(name) for name in outer} else inner
    agency = next((names.agency for names in read.values() if names.agency), None)
    raw = "; ".join(element_text(element, _MAX_BYLINE) for element in within)[:500]
    return Byline(names=Names(people=people, agency=agency), raw=raw, origin=f"byline:{_mark(within[0])}")


def _names_of(element: HtmlElement, site_names: frozenset[str]) -> Names:
    """The names that an element states; a name of one word only where the mark is exact."""
    text = _one_text(element)
    names = read_names(text, site_names=site_names, strict=True)
    exact = _mark(element) in {"itemprop", "rel", "link"} or element.tag == "a"
    if names or not exact or len(text) > 25 or len(text.split()) > 2 or not text[:1].isupper():
        return names
    return read_names(text, site_names=site_names)


def _one_text(element: HtmlElement) -> str:
    """The name that an element states: of its itemprop="name", its content attribute, or its text if that is short."""
    for inner in element.iter():
        if inner.get("itemprop") == "name":
            return inner.get("content") or element_text(inner, _MAX_BYLINE)
    text = element.get("content") or piece_text(element, _MAX_BYLINE + 1)
    return text if len(text) <= _MAX_BYLINE else ""


@cache
def _list(name: str) -> tuple[str, ...]:
    return tuple(load_table("metadata.toml")["markup"][name])

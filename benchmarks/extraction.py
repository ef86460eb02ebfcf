"""How well the text, the title and the authors of pages with known truth come out, and what it costs.

    python -m benchmarks.extraction CORPUS [--sets wcxb-dev ent-gold-a ...] [--limit 100] [--json FILE]

Below our row of each set stand those of the other extractors that are installed (peers.py; `--alone` leaves them out). What one of
them does not tell, such as authors, counts as not found; a page on which one fails is a page without text.

CORPUS holds one folder a set, with `pages.jsonl` (one object a page: id, url, page_type, title, authors, body, paragraphs,
optional, with, without, charset) and `html/<id>.html.gz`. Only articles are scored, but for the column `art`.

F1, P, R: bag-of-words, mean over pages; optional paragraphs count all or not at all, whichever is better. tail / lead: share
of texts that go on for ten words or more after the truth's last (before its first) run of five words. snip: pooled F1 of the
snippets that must and must not be there. title: equal but for case and punctuation. authors: F1 pooled over the pages that
state them. refused: articles called something else. art: F1 of "is an article" over all page types. ms: CPU a page.
"""

import argparse
import gzip
import json
import random
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any, TypeVar

from aggregator import Article, NotAnArticle, extract
from benchmarks.peers import Found, Peer, installed

T = TypeVar("T")
WORD = re.compile(r"\w+")
DEFAULT_SETS = ("wcxb-dev", "fundus-fixtures-a", "ent-gold-a", "trafilatura-eval", "postlight-a")


@dataclass
class Tally:
    """Sums of one set."""

    f1: list[float] = field(default_factory=list)
    precision: list[float] = field(default_factory=list)
    recall: list[float] = field(default_factory=list)
    tail: list[bool] = field(default_factory=list)
    lead: list[bool] = field(default_factory=list)
    title: list[bool] = field(default_factory=list)
    refused: list[bool] = field(default_factory=list)
    snippets: Counter[str] = field(default_factory=Counter)
    authors: Counter[str] = field(default_factory=Counter)
    articles: Counter[str] = field(default_factory=Counter)
    ms: list[float] = field(default_factory=list)


def words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def overlap(found: Sequence[str], truth: Sequence[str]) -> tuple[float, float, float]:
    """F1, precision, recall of two bags of words."""
    hits = sum((Counter(found) & Counter(truth)).values())
    if not hits:
        return 0.0, 0.0, 0.0
    p, r = hits / len(found), hits / len(truth)
    return 2 * p * r / (p + r), p, r


def edges(found: Sequence[str], truth: Sequence[str], run: int = 5) -> tuple[int, int] | None:
    """Words before the first and after the last run that both have; None when they have none in common."""
    run = min(run, len(truth)) or 1
    known = {tuple(truth[i : i + run]) for i in range(len(truth) - run + 1)}
    hits = [i for i in range(len(found) - run + 1) if tuple(found[i : i + run]) in known]
    return (hits[0], len(found) - hits[-1] - run) if hits else None


def normal(text: str) -> str:
    return " ".join(WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def truths(page: dict[str, Any]) -> list[str]:
    """The text with its optional paragraphs and without them."""
    core = [text for i, text in enumerate(page["paragraphs"] or ()) if i not in page["optional"]]
    return [page["body"], *(["\n\n".join(core)] if page["optional"] else [])]


def pages(folder: Path, limit: int) -> Iterator[tuple[dict[str, Any], bytes]]:
    """The set's pages, or a sample of them that is always the same."""
    lines = (folder / "pages.jsonl").read_text(encoding="utf-8").strip("\n").split("\n")
    if limit:
        random.Random(7).shuffle(lines)
        lines = lines[:limit]
    for line in lines:
        page = json.loads(line)
        yield page, gzip.decompress((folder / "html" / f"{page['id']}.html.gz").read_bytes())


def ours(html: bytes | str, url: str | None) -> Article | None:
    """A page through the public door."""
    try:
        return extract(html, url=url)
    except NotAnArticle:
        return None


def run(page: dict[str, Any], html: bytes, tally: Tally) -> Article | None:
    """One page by our own extractor."""
    return timed(ours, page, html, tally)


def timed(extractor: Callable[[bytes | str, str | None], T], page: dict[str, Any], html: bytes, tally: Tally) -> T:
    """What an extractor makes of a page; bytes that were re-encoded are handed over as text. The CPU time goes to the tally."""
    given = html.decode("utf-8", "replace") if page["charset"] == "utf-8" else html
    start = time.process_time()
    try:
        return extractor(given, page["url"] or None)
    finally:
        tally.ms.append((time.process_time() - start) * 1000)


def by_peer(peer: Peer, page: dict[str, Any], html: bytes, tally: Tally) -> Found | None:
    """One page by another extractor."""
    try:
        return timed(peer, page, html, tally)
    except Exception:  # noqa: BLE001 - whatever another project's code does with a page, the others are still to be measured
        return None


def score(page: dict[str, Any], article: Article | Found | None, tally: Tally) -> None:
    is_article, said = page["page_type"] == "article", article is not None
    tally.articles.update(hit=is_article and said, said=said, true=is_article)
    if not is_article:
        return
    tally.refused.append(not said)
    text = article.text if article else ""
    if page["body"]:
        found = words(text)
        f1, p, r = max(overlap(found, words(truth)) for truth in truths(page))
        tally.f1.append(f1)
        tally.precision.append(p)
        tally.recall.append(r)
        edge = edges(found, words(page["body"])) if found else None
        if edge:
            tally.lead.append(edge[0] >= 10)
            tally.tail.append(edge[1] >= 10)
    flat = " ".join(text.split())
    tally.snippets.update(
        hit=sum(" ".join(part.split()) in flat for part in page["with"]),
        leak=sum(" ".join(part.split()) in flat for part in page["without"]),
        true=len(page["with"]),
    )
    if page["title"]:
        tally.title.append(normal(article.title if article else "") == normal(page["title"]))
    if page["authors"] is not None:
        found_names, names = (
            {normal(name) for name in (article.authors if article else ())},
            {normal(name) for name in page["authors"]},
        )
        tally.authors.update(hit=len(found_names & names), said=len(found_names), true=len(names))


def f1_of(counts: Counter[str]) -> float | None:
    return 2 * counts["hit"] / (counts["said"] + counts["true"]) if counts["true"] else None


def figures(tally: Tally) -> dict[str, float | None]:
    """The columns of one set; None where it does not know the truth."""

    def mean(values: Sequence[float]) -> float | None:
        return round(fmean(values), 4) if values else None

    snippets = Counter(
        hit=tally.snippets["hit"], said=tally.snippets["hit"] + tally.snippets["leak"], true=tally.snippets["true"]
    )
    found = {"snip": f1_of(snippets), "authors": f1_of(tally.authors), "art": f1_of(tally.articles)}
    return {
        "F1": mean(tally.f1),
        "P": mean(tally.precision),
        "R": mean(tally.recall),
        "tail": mean(tally.tail),
        "lead": mean(tally.lead),
        "title": mean(tally.title),
        "refused": mean(tally.refused),
        **{name: None if value is None else round(value, 4) for name, value in found.items()},
        "ms": mean(tally.ms),
    }


def measured(folder: Path, limit: int, peers: dict[str, Peer]) -> dict[str, Tally]:
    """The sums of one set by extractor; ours is the empty name."""
    tallies = {name: Tally() for name in ("", *peers)}
    for page, html in pages(folder, limit):
        score(page, run(page, html, tallies[""]), tallies[""])
        for name, peer in peers.items():
            score(page, by_peer(peer, page, html, tallies[name]), tallies[name])
    return tallies


def sets_in(corpus: Path, names: Sequence[str]) -> list[str]:
    """The named sets that are there; says so on stderr when none is."""
    found = [name for name in names if (corpus / name / "pages.jsonl").is_file()]
    if not found:
        print(f"{corpus}: none of the sets {', '.join(names)} is there", file=sys.stderr)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--sets", nargs="+", default=DEFAULT_SETS)
    parser.add_argument("--limit", type=int, default=0, help="pages of each set (0: all)")
    parser.add_argument("--alone", action="store_true", help="only our own row")
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    options = parser.parse_args()
    found = sets_in(options.corpus, options.sets)
    if not found:
        return 2
    peers = {} if options.alone else installed()
    results: dict[str, dict[str, float | None]] = {}
    for name in found:
        for who, tally in measured(options.corpus / name, options.limit, peers).items():
            row = f"{name} {who}".strip()
            results[row] = figures(tally)
            if len(results) == 1:
                print(f"{'set':32}{'pages':>6}", *(f"{column:>8}" for column in results[row]), sep="")
            cells = (
                "-" if value is None else f"{value:.1f}" if column == "ms" else f"{value:.3f}"
                for column, value in results[row].items()
            )
            print(f"{row:32}{len(tally.ms):6}", *(f"{cell:>8}" for cell in cells), sep="", flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

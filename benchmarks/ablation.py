"""What each part of the extraction is worth: the figures with it switched off, one part at a time.

    python -m benchmarks.ablation CORPUS [--sets wcxb-dev ent-gold-a ...] [--limit 100] [--jobs 2]

Prints a Markdown table: for each part and set the change of word F1, of the share of texts that run on past their end (tail) and of
texts that are word for word the truth (same), in points of a hundred; of the newsroom's pages F1, those with another story's
headline left, and exact texts. The parts of the models (words, second look) are not here but for the second look as a whole: a
model has to be fitted again without a part, and `benchmarks.train` prints what that gives on sites that it has not seen. CORPUS
as for benchmarks.extraction.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from pathlib import Path
from statistics import fmean
from typing import Any

from aggregator.extraction.features import Measured
from benchmarks.extraction import edges as edges_of
from benchmarks.extraction import ours, overlap, pages, sets_in, truths, words
from benchmarks.floors import newsroom_scores

SETS = ("wcxb-dev", "fundus-fixtures-a", "ent-gold-a")
Figures = dict[str, tuple[float, float, float]]


def nothing(*_: Any, **__: Any) -> None:
    return None


def none_of_them(*_: Any, **__: Any) -> tuple[()]:
    return ()


def nowhere(*_: Any, **__: Any) -> frozenset[int]:
    return frozenset()


def first_look(measured: Measured, _why: dict[int, str] | None = None) -> list[float]:
    """Points without the look at how the neighbours were judged."""
    select = import_module("aggregator.extraction.select")
    cards, weights = select.load_cards("block", select.BLOCK_CARDS), select.load_weights("text")
    points = [select.MENU_POINTS] * len(measured.blocks)
    for i, block in enumerate(measured.blocks):
        if not measured.menu[i]:
            bins = cards.bins((*measured.row(i), *select.text_features(block.text, weights)))
            points[i] = select.total(cards.first, bins) + select._path_points(block.path)[0]  # noqa: SLF001 - what is switched off is private
    return points


SELECT, CLEAN = "aggregator.extraction.select", "aggregator.clean.blocks"
PARTS: dict[str, tuple[tuple[str, str, Callable[..., Any]], ...]] = {
    "second look": ((SELECT, "judge", first_look),),
    "articleBody as evidence": (("aggregator.processing", "article_body", nothing),),
    "text of the data where the page has none": (
        ("aggregator.extraction.blocks", "_from_data", none_of_them),
        ("aggregator.processing", "data_blocks", none_of_them),
    ),
    "rule: fellows of the text": ((SELECT, "_take_fellows", nothing),),
    "rule: clock times of live blogs": ((SELECT, "_take_stamps", nothing),),
    "rule: lists that are announced": ((SELECT, "_drop_announced", nothing),),
    "rule: headline": ((SELECT, "_drop_headline", nothing),),
    "rule: what stands above": ((SELECT, "_drop_above", nothing),),
    "rule: copies": ((SELECT, "_drop_copies", nothing),),
    "rule: loose ends": ((SELECT, "_drop_loose_ends", nothing),),
    "rule: standfirst": ((SELECT, "standfirst_blocks", nowhere),),
    "other stories: the whole layer": ((CLEAN, "_one_pass", nothing),),
    "other stories: markers": ((CLEAN, "_markers", nothing),),
    "other stories: edges": ((CLEAN, "_edges", nothing),),
    "other stories: stamps": ((CLEAN, "_stamps", nothing),),
    "other stories: announced": ((CLEAN, "_announced", nothing),),
    "other stories: runs of links": ((CLEAN, "_link_runs", nothing),),
    "other stories: single links": ((CLEAN, "_single_links", nothing),),
    "other stories: plain runs": ((CLEAN, "_plain_runs", nothing),),
    "other stories: end": ((CLEAN, "_end", nothing),),
    "article or not: the page model": (("aggregator.extraction.classify", "_other_page", nothing),),
}


Places = tuple[tuple[str, str, Callable[..., Any]], ...]
"""Module, name in it, and what stands in for it."""


def without(part: str) -> AbstractContextManager[None]:
    """One part switched off."""
    return switched_off(PARTS.get(part, ()))


@contextmanager
def switched_off(part: Places) -> Iterator[None]:
    """The functions of a part replaced, and back in their places afterwards."""
    places = [(import_module(module), name, stand_in) for module, name, stand_in in part]
    before = [getattr(module, name) for module, name, _ in places]
    for module, name, stand_in in places:
        setattr(module, name, stand_in)
    try:
        yield
    finally:
        for (module, name, _), whole in zip(places, before, strict=True):
            setattr(module, name, whole)


def measured(part: str, corpus: Path, sets: Sequence[str], limit: int) -> Figures:
    """F1, tail and same of each set without a part, and of the newsroom F1, leaks and exact texts."""
    with without(part):
        found = {name: of_set(corpus / name, limit) for name in sets}
        room = newsroom_scores()
    return {**found, "newsroom": (room["F1"], 1 - room["clean"], room["exact"])}


def of_set(folder: Path, limit: int) -> tuple[float, float, float]:
    rows = [
        of_page(page, html) for page, html in pages(folder, limit) if page["page_type"] == "article" and page["body"]
    ]
    tails = [tail for _, tail, _ in rows if tail is not None]
    return fmean(f1 for f1, _, _ in rows), fmean(tails) if tails else 0.0, fmean(same for _, _, same in rows)


def of_page(page: dict[str, Any], html: bytes) -> tuple[float, bool | None, bool]:
    """F1, whether the text runs on past its end (None where it has nothing of the truth), whether it is the truth."""
    article = ours(html.decode("utf-8", "replace") if page["charset"] == "utf-8" else html, page["url"] or None)
    found = words(article.text if article else "")
    bodies = [words(truth) for truth in truths(page)]
    edge = edges_of(found, words(page["body"])) if found else None
    return max(overlap(found, body)[0] for body in bodies), edge[1] >= 10 if edge else None, found in bodies


def table(whole: Figures, parts: dict[str, Figures]) -> str:
    """The whole in its own figures, each part by what its absence changes."""
    head = [f"{name}: F1, tail, same" for name in whole]
    lines = ["| without | " + " | ".join(head) + " |", "| --- " * (len(head) + 1) + "|"]
    lines.append(
        "| nothing: all parts | " + " | ".join(" ".join(f"{100 * v:.1f}" for v in row) for row in whole.values()) + " |"
    )
    for part, figures in parts.items():
        cells = (
            " ".join(f"{100 * (value - before):+.1f}" for value, before in zip(figures[name], row, strict=True))
            for name, row in whole.items()
        )
        lines.append(f"| {part} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--limit", type=int, default=0, help="pages of each set (0: all)")
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    sets = sets_in(options.corpus, options.sets)
    if not sets:
        return 2
    with ProcessPoolExecutor(options.jobs) as pool:
        jobs = {part: pool.submit(measured, part, options.corpus, sets, options.limit) for part in ("", *PARTS)}
        found = {part: job.result() for part, job in jobs.items()}
    print(table(found.pop(""), found))
    return 0


if __name__ == "__main__":
    sys.exit(main())

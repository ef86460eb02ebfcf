"""Quality floors: scores that may rise and must not sink, pinned in floors.json.

    python -m benchmarks.floors                 the newsroom that comes with the program; the tests run this
    python -m benchmarks.floors CORPUS          also the labelled sets of a corpus folder (see benchmarks/extraction.py)
    python -m benchmarks.floors CORPUS --pin    raise the floors to what was measured; a floor is never lowered by this

Exit status 0: every floor holds; 1: a score has sunk; 2: the corpus is not there.
"""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from urllib.parse import urlsplit

from aggregator import NotAnArticle, extract
from aggregator.demo.newsroom import load_sites
from aggregator.demo.records import Truth
from aggregator.demo.web import Newsroom
from benchmarks.extraction import DEFAULT_SETS, Tally, figures, overlap, pages, run, score, words

FILE = Path(__file__).with_name("floors.json")
NOISE = 0.002  # one page in a set of 500
NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)  # of the newsroom, so that no score depends on the hour
COLUMNS = ("F1", "P", "R", "title", "authors", "art")  # more is better

Scores = dict[str, float]


def newsroom_scores() -> Scores:
    """The newsroom's articles through `extract`: text, title, day and other stories, beside their truth."""
    with Newsroom(now=NOW) as web:
        sites = {site.id: site for site in load_sites()}
        found = [
            _article_scores(truth, web.reply(sites[truth.source], urlsplit(truth.url).path).body)
            for truth in web.truth()
            if truth.outcome == "new"
        ]
    return {name: round(fmean(scores[name] for scores in found), 4) for name in found[0]}


def _article_scores(truth: Truth, body: bytes | str) -> Scores:
    try:
        article = extract(body, url=truth.url, fetched_at=NOW)
    except NotAnArticle:
        return dict.fromkeys(("F1", "exact", "title", "day", "clean"), 0.0)
    f1, _, _ = overlap(words(article.text), words("\n".join(truth.paragraphs)))
    day = article.publication.day if article.publication else None
    return {
        "F1": f1,
        "exact": float(article.text.split() == " ".join(truth.paragraphs).split()),
        "title": float(article.title == truth.title),
        "day": float(day == truth.published.date()),
        "clean": float(not any(title in article.text for title in truth.related_titles)),
    }


def corpus_scores(corpus: Path) -> dict[str, Scores]:
    """The labelled sets that are there, whole."""
    found: dict[str, Scores] = {}
    for name in DEFAULT_SETS:
        if (corpus / name / "pages.jsonl").is_file():
            tally = Tally()
            for page, html in pages(corpus / name, 0):
                score(page, run(page, html, tally), tally)
            measured = figures(tally)
            found[name] = {column: value for column in COLUMNS if (value := measured[column]) is not None}
    return found


def sunk(floors: dict[str, Scores], measured: dict[str, Scores]) -> tuple[str, ...]:
    """One sentence for each score that is under its floor by more than the noise."""
    return tuple(
        f"{name}: {column} is {measured[name].get(column, 0.0)}, its floor is {floor}"
        for name, scores in floors.items()
        if name in measured
        for column, floor in scores.items()
        if measured[name].get(column, 0.0) < floor - NOISE
    )


def raised(floors: dict[str, Scores], measured: dict[str, Scores]) -> dict[str, Scores]:
    """The floors with every score that is higher now; none is lowered."""
    names = {**floors, **measured}
    return {
        name: {
            column: max(floors.get(name, {}).get(column, 0.0), measured.get(name, {}).get(column, 0.0))
            for column in {**floors.get(name, {}), **measured.get(name, {})}
        }
        for name in names
    }


def load_floors() -> dict[str, Scores]:
    """The pinned floors, by set."""
    floors: dict[str, Scores] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return floors


def main() -> int:
    """Measure, compare, and with --pin raise the floors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("--pin", action="store_true", help="raise the floors to what was measured")
    options = parser.parse_args()
    measured = {"newsroom": newsroom_scores()}
    if options.corpus:
        found = corpus_scores(options.corpus)
        if not found:
            print(f"{options.corpus}: none of the sets {', '.join(DEFAULT_SETS)} is there", file=sys.stderr)
            return 2
        measured |= found
    floors = load_floors()
    for name, scores in measured.items():
        print(f"{name:20}", *(f"{column} {value:.3f}" for column, value in scores.items()))
    for sentence in sunk(floors, measured):
        print(f"sunk: {sentence}", file=sys.stderr)
    if options.pin:
        FILE.write_text(json.dumps(raised(floors, measured), indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return 1 if sunk(floors, measured) else 0


if __name__ == "__main__":
    sys.exit(main())

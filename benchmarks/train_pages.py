"""Fits `data/page_model.json`: is a page an article?

    python -m benchmarks.train_pages CORPUS [--out data/page_model.json]

Run it after `train.py`, as the blocks that are kept are counted. CORPUS as there; the sets' `page_type` is the truth. Needs NumPy
and CatBoost, which the project itself does not; the same corpus and versions give the same bytes. The threshold is the one at which
19 in 1,000 articles of unseen sites are refused.
"""

import argparse
import gzip
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from catboost import CatBoostClassifier, Pool

from aggregator.document import parse_document
from aggregator.extraction.blocks import read_blocks
from aggregator.extraction.metadata import read_metadata
from aggregator.extraction.page import PAGE_NAMES, WORD_KINDS, WORD_NAMES, PageFacts, word_features
from aggregator.extraction.select import select
from aggregator.extraction.structured import article_body
from benchmarks.train import fold_of, site_of

SETS = {"wcxb-dev": 1.0, "fundus-fixtures-a": 0.7, "ent-gold-a": 0.7, "trafilatura-eval": 0.3, "postlight-a": 0.5}
REFUSED = 0.019
FOLDS, SITES, WORDS = 5, 4, 1500  # sites that a word must have been seen on; words of a kind that get a weight
TREES, DEPTH = 200, 4

Table = Any  # a NumPy array
Words = tuple[dict[str, float], ...]


@dataclass
class Sample:
    """One page: what is counted on it, its words by kind, and whether it is an article."""

    name: str
    site: str
    fold: int
    weight: float
    row: tuple[float, ...]
    words: tuple[frozenset[str], ...]
    article: bool


def samples(corpus: Path) -> Iterator[Sample]:
    for name, weight in SETS.items():
        for line in (corpus / name / "pages.jsonl").read_text(encoding="utf-8").strip("\n").split("\n"):
            page = json.loads(line)
            html = gzip.decompress((corpus / name / "html" / f"{page['id']}.html.gz").read_bytes())
            facts = facts_of(page, html)
            url, id_ = page["url"] or "", page["id"]
            yield Sample(
                name,
                site_of(url, id_),
                fold_of(url, id_, FOLDS),
                weight,
                facts.row(),
                facts.words(),
                page["page_type"] == "article",
            )


def facts_of(page: dict[str, Any], html: bytes) -> PageFacts:
    content_type = "text/html; charset=utf-8" if page["charset"] else None
    document = parse_document(html, url=page["url"] or None, content_type=content_type)
    meta = read_metadata(document)
    blocks = select(
        read_blocks(document), title=meta.title, description=meta.description, article_body=article_body(document)
    )
    return PageFacts(document, meta.title, blocks)


def learn_words(pages: Sequence[Sample]) -> Words:
    """Log odds of each word that a page is an article, beside all pages' odds; the surest words of enough sites."""
    return tuple(_weights(pages, kind) for kind in range(len(WORD_KINDS)))


def _weights(pages: Sequence[Sample], kind: int) -> dict[str, float]:
    counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    sites = defaultdict(set)
    for page in pages:
        for word in page.words[kind]:
            counts[page.article][word] += page.weight  # type: ignore[assignment]
            sites[word].add(page.site)
    totals = {side: sum(page.weight for page in pages if page.article == side) for side in (True, False)}
    found = {
        word: round(math.log((counts[True][word] + 1) / totals[True] / ((counts[False][word] + 1) / totals[False])), 3)
        for word, seen in sites.items()
        if len(seen) >= SITES
    }
    best = sorted(found, key=lambda word: (-abs(found[word]) * math.sqrt(len(sites[word])), word))[:WORDS]
    return {word: found[word] for word in sorted(best)}


def row_of(page: Sample, words: Words) -> tuple[float, ...]:
    pairs = zip(page.words, words, strict=True)
    return (*page.row, *(value for own, known in pairs for value in word_features(own, known)))


def fit(x: Table, y: Table, w: Table) -> CatBoostClassifier:
    model = CatBoostClassifier(
        iterations=TREES,
        depth=DEPTH,
        learning_rate=0.08,
        l2_leaf_reg=5,
        random_seed=1,
        thread_count=1,
        verbose=False,
        allow_writing_files=False,
    )
    return model.fit(Pool(x, y, weight=w))


def unseen(pages: Sequence[Sample]) -> tuple[Table, Table]:
    """The rows, each measured with other sites' words, and the points that models give which have not seen its site."""
    fold = np.array([page.fold for page in pages])
    words = {k: learn_words([page for page in pages if page.fold != k]) for k in range(FOLDS)}
    x = np.array([row_of(page, words[page.fold]) for page in pages])
    y, w = np.array([float(page.article) for page in pages]), np.array([page.weight for page in pages])
    found = np.zeros(len(pages))
    for k in range(FOLDS):
        seen = fold != k
        found[~seen] = fit(x[seen], y[seen], w[seen]).predict(x[~seen], prediction_type="RawFormulaVal")
    return x, found


def report(pages: Sequence[Sample], found: Table, limit: float) -> str:
    wcxb = np.array([page.name == "wcxb-dev" for page in pages])
    article = np.array([page.article for page in pages])
    said, true = found[wcxb] > limit, article[wcxb]
    p, r = (said & true).sum() / said.sum(), (said & true).sum() / true.sum()
    refused = float((found[article] <= limit).mean())
    return f"threshold {limit:.2f}: wcxb-dev P {p:.3f} R {r:.3f} F1 {2 * p * r / (p + r):.3f}; articles of all sets refused {refused:.3f}"


def exported(model: CatBoostClassifier, folder: Path) -> tuple[list[list[list[float]]], float]:
    """The trees as rows of (features, borders, leaves), and the bias."""
    file = folder / "catboost.json"
    model.save_model(str(file), format="json")
    table = json.loads(file.read_text(encoding="utf-8"))
    file.unlink()
    scale, (bias,) = table["scale_and_bias"]
    trees = [
        [
            [split["float_feature_index"] for split in tree["splits"] or ()],
            [round(split["border"], 5) for split in tree["splits"] or ()],
            [round(scale * leaf, 4) for leaf in tree["leaf_values"]],
        ]
        for tree in table["oblivious_trees"]
    ]
    return trees, round(bias, 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "data" / "page_model.json")
    options = parser.parse_args()
    pages = list(samples(options.corpus))
    x, found = unseen(pages)
    y, w = np.array([float(page.article) for page in pages]), np.array([page.weight for page in pages])
    threshold = float(np.quantile(found[y > 0], REFUSED))
    for limit in (threshold, 0.0, 0.5):
        print(report(pages, found, limit))
    trees, bias = exported(fit(x, y, w), options.out.parent)
    table = {
        "about": "Fitted by benchmarks/train_pages.py. Do not edit by hand.",
        "features": [*PAGE_NAMES, *WORD_NAMES],
        "threshold": round(threshold, 3),
        "bias": bias,
        "words": dict(zip(WORD_KINDS, learn_words(pages), strict=True)),
        "trees": trees,
    }
    options.out.write_text(json.dumps(table, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"wrote {options.out}")


if __name__ == "__main__":
    main()

"""Fits `data/lexicon.json` and the scorecards of `data/scorecard.json` on pages with known text.

    python -m benchmarks.train CORPUS [--out data] [--folds 5]

CORPUS holds one folder a set, with `pages.jsonl` (id, url, page_type, body, paragraphs, optional, with, without) and
`html/<id>.html.gz`. Needs NumPy, which the project itself does not. It also prints word F1 of pages whose site the model has not
seen. The same corpus gives the same bytes. Run `train_pages.py` after it.

First the words get their weights (lexicon); each page is measured with the weights that other sites' pages gave. Then two additive
models are fitted one after the other by boosting single-feature tables (a generalized additive model, Hastie and Tibshirani 1986;
cyclic gradient boosting as in Lou, Caruana and Gehrke 2012): the first sees a block and its surroundings, the second also how the
first judged these.
"""

import argparse
import gzip
import hashlib
import json
import math
import re
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from aggregator.document import parse_document
from aggregator.extraction.blocks import read_blocks
from aggregator.extraction.context import CONTEXT_NAMES, Context
from aggregator.extraction.features import Measured, path_features
from aggregator.extraction.lexicon import Weights, mark_features, path_words, text_features, text_words
from aggregator.extraction.metadata import read_metadata
from aggregator.extraction.select import BLOCK_CARDS, MENU_POINTS, PATH_CARDS
from aggregator.extraction.structured import article_body
from aggregator.models import Block

Table = Any  # a NumPy array

WORD = re.compile(r"\w+")
THRESHOLD = 0.25  # of the thresholds tried, the one with the fewest foreign lines at the same F1
ROUNDS, RATE, RIDGE, BINS = 40, 0.25, 2.0, 20
SETS = {"wcxb-dev": 1.0, "fundus-fixtures-a": 1.3, "ent-gold-a": 2.0, "trafilatura-eval": 0.3}
"""Weight of a page: small sets that are closest to the task count more; of the last one only some lines are known."""
SNIPPETS = "trafilatura-eval"
SITES, TEXT_WORDS, MARK_WORDS = 4, 2500, 1500  # sites that a word must have been seen on; words that get a weight
Lexicon = dict[str, Weights]


@dataclass
class Sample:
    """One page: its measured blocks, the labels of those that are judged, and the truth's words."""

    name: str
    site: str
    fold: int
    measured: Measured
    judged: list[int]
    labels: list[tuple[int, float]]  # (belongs to the text, words that the error would cost)
    truths: list[Counter[str]]
    weight: float


def words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def shingles(tokens: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(tokens[i : i + 3]) for i in range(len(tokens) - 2)}


def share(tokens: Sequence[str], known: set[tuple[str, ...]]) -> float:
    runs = [tuple(tokens[i : i + 3]) for i in range(len(tokens) - 2)]
    return sum(run in known for run in runs) / len(runs) if runs else 0.0


def label(blocks: Sequence[Block], page: dict[str, Any]) -> list[tuple[int, float]]:
    """Which blocks are the truth's: by runs of three words, short ones by the whole run and only near sure ones."""
    body = words(page["body"])
    known, flat = shingles(body), f" {' '.join(body)} "
    optional: set[tuple[str, ...]] = set()
    for i in page["optional"]:
        optional |= shingles(words(page["paragraphs"][i]))
    found = []
    for block in blocks:
        tokens = words(block.text)
        if len(tokens) < 5:
            hit = bool(tokens) and f" {' '.join(tokens)} " in flat
            found.append((int(hit), len(tokens) * (0.3 if hit else 1.0)))
        else:
            hit = share(tokens, known) >= 0.6
            free = hit and share(tokens, optional) >= 0.6
            found.append((int(hit), 0.0 if free else float(len(tokens))))
    return near_sure(blocks, found, flat)


def near_sure(blocks: Sequence[Block], found: list[tuple[int, float]], flat: str) -> list[tuple[int, float]]:
    """Short and repeated texts count only near sure ones, and as often as the truth has them."""
    texts = [" ".join(words(block.text)) for block in blocks]
    counts = Counter(texts)
    sure = [
        i
        for i, ((hit, _), text) in enumerate(zip(found, texts, strict=True))
        if hit and text.count(" ") >= 9 and counts[text] == 1
    ]
    if not sure:
        return found

    def distance(i: int) -> int:
        k = bisect(sure, i)
        return min(abs(i - sure[j]) for j in (k - 1, k) if 0 <= j < len(sure))

    doubtful = defaultdict(list)
    for i, ((hit, _), text) in enumerate(zip(found, texts, strict=True)):
        if hit and (text.count(" ") < 9 or counts[text] > 1):
            doubtful[text].append(i)
    for text, places in doubtful.items():
        often = max(1, flat.count(f" {text} ")) if text.count(" ") >= 2 else 99
        for rank, i in enumerate(sorted(places, key=distance)):
            if rank >= often or distance(i) > 8:
                found[i] = (0, found[i][1])
    return found


def label_snippets(blocks: Sequence[Block], page: dict[str, Any]) -> list[tuple[int, float]]:
    """The blocks that hold a line that the text must have, or must not have; the others cost nothing."""
    wanted, foreign = ([_squash(line) for line in page[key]] for key in ("with", "without"))
    found = []
    for block in blocks:
        text = _squash(block.text)
        has = any(line and line in text for line in wanted)
        not_has = any(line and line in text for line in foreign)
        found.append((int(has and not not_has), float(len(words(block.text))) if has != not_has else 0.0))
    return found


def _squash(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())


def site_of(url: str, name: str) -> str:
    """The registered domain, roughly: the last two labels."""
    return ".".join((urlsplit(url).hostname or name).split(".")[-2:])


def fold_of(url: str, name: str, folds: int) -> int:
    """Pages of one site are in one fold."""
    return int(hashlib.md5(site_of(url, name).encode()).hexdigest(), 16) % folds


def samples(corpus: Path, folds: int) -> Iterator[Sample]:
    for name in SETS:
        text = (corpus / name / "pages.jsonl").read_text(encoding="utf-8")
        for line in text.strip("\n").split("\n"):  # not splitlines: texts hold U+2028
            page = json.loads(line)
            if page["page_type"] == "article" and (page["body"] or name == SNIPPETS):
                html = gzip.decompress((corpus / name / "html" / f"{page['id']}.html.gz").read_bytes())
                sample = sample_of(name, page, html, folds)
                if sample is not None and any(cost for _, cost in sample.labels):
                    yield sample


def sample_of(name: str, page: dict[str, Any], html: bytes, folds: int) -> Sample | None:
    content_type = "text/html; charset=utf-8" if page["charset"] else None
    document = parse_document(html, url=page["url"] or None, content_type=content_type)
    blocks = read_blocks(document)
    if not blocks:
        return None
    meta = read_metadata(document)
    measured = Measured(blocks, title=meta.title, description=meta.description, article_body=article_body(document))
    judged = [i for i in range(len(blocks)) if not measured.menu[i]]
    core = [text for i, text in enumerate(page["paragraphs"] or ()) if i not in page["optional"]]
    bodies = [page["body"], *(["\n".join(core)] if page["optional"] else [])] if page["body"] else []
    labels = label(blocks, page) if page["body"] else label_snippets(blocks, page)
    return Sample(
        name,
        site_of(page["url"], page["id"]),
        fold_of(page["url"], page["id"], folds),
        measured,
        judged,
        [labels[i] for i in judged],
        [Counter(words(body)) for body in bodies],
        SETS[name],
    )


# ------------------------------------------------------------------------------------------------ words


def lexicon(pages: Sequence[Sample]) -> Lexicon:
    """The weights of the words that these pages teach; pages of which only some lines are known teach none."""
    known = [page for page in pages if page.truths]
    return {
        "text": weights(known, lambda block: text_words(block.text), TEXT_WORDS),
        "marks": weights(known, lambda block: frozenset().union(*path_words(block.path)), MARK_WORDS),
    }


def weights(pages: Sequence[Sample], words_of: Callable[[Block], frozenset[str]], most: int) -> dict[str, float]:
    """Log odds of each word, a page counting once for and once against; the surest words of enough sites."""
    texts, others, sites = Counter[str](), Counter[str](), defaultdict(set)
    for page in pages:
        kept: set[str] = set()
        left: set[str] = set()
        for i, (hit, cost) in zip(page.judged, page.labels, strict=True):
            if cost:
                (kept if hit else left).update(words_of(page.measured.blocks[i]))
        texts.update(kept)
        others.update(left)
        for word in kept | left:
            sites[word].add(page.site)
    found = {
        word: round(math.log((texts[word] + 1.5) / (others[word] + 1.5)), 2)
        for word, seen in sites.items()
        if len(seen) >= SITES
    }
    best = sorted(found, key=lambda word: (-abs(found[word]) * math.sqrt(len(sites[word])), word))[:most]
    return {word: found[word] for word in sorted(best)}


# ------------------------------------------------------------------------------------------------ fitting


def cut_points(column: Table) -> list[float]:
    """Bin borders at quantiles; few values get a bin each."""
    values = np.unique(column)
    if len(values) <= BINS:
        return [round(float(v), 4) for v in (values[1:] + values[:-1]) / 2]
    inner = np.quantile(column, np.linspace(0, 1, BINS + 1)[1:-1])
    tail = column[column > inner[-1]]
    return sorted({round(float(v), 4) for v in (*inner, *(np.quantile(tail, [0.5, 0.9]) if len(tail) else ()))})


def bins_of(rows: Table, cuts: list[list[float]]) -> Table:
    return np.stack([np.searchsorted(c, rows[:, j], side="right") for j, c in enumerate(cuts)]).astype(np.uint8)


def fit(bins: Table, sizes: list[int], y: Table, w: Table) -> list[Table]:
    """Points per feature and bin; the base rate is spread over the first feature."""
    tables = [np.zeros(size) for size in sizes]
    rate = float((w * y).sum() / w.sum())
    base = np.log(rate / (1 - rate))
    points = np.full(len(y), base)
    for number in range(ROUNDS):
        for j in np.random.default_rng(number).permutation(len(sizes)):
            p = 1 / (1 + np.exp(-points))
            slope = np.bincount(bins[j], w * (y - p), sizes[j])
            curve = np.bincount(bins[j], w * p * (1 - p), sizes[j])
            step = RATE * slope / (curve + RIDGE)
            tables[j] += step
            points += step[bins[j]]
    tables[0] += base
    return tables


def predict(bins: Table, tables: list[Table]) -> Table:
    return sum(table[row] for table, row in zip(tables, bins, strict=True))


def pages_weights(pages: list[Sample]) -> Table:
    """Each page weighs about the same, each block by the root of its words."""
    parts = []
    for page in pages:
        own = np.sqrt([min(cost, 100.0) for _, cost in page.labels])
        parts.append(own / (own.sum() + 30) * 60 * page.weight)
    return np.concatenate(parts)


def first_rows(pages: list[Sample], lexicons: dict[int, Lexicon]) -> Table:
    """A row a judged block, each measured with the words of other sites."""
    return np.array([row(page, i, lexicons[page.fold]) for page in pages for i in page.judged], dtype=np.float64)


def row(page: Sample, i: int, known: Lexicon) -> tuple[float, ...]:
    block = page.measured.blocks[i]
    path = (*path_features(block.path), *mark_features(block.path, known["marks"]))
    return (*path, *page.measured.row(i), *text_features(block.text, known["text"]))


def context_rows(pages: list[Sample], points: Table) -> Table:
    rows, start = [], 0
    for page in pages:
        all_points = [MENU_POINTS] * len(page.measured.blocks)
        for i, value in zip(page.judged, points[start : start + len(page.judged)], strict=True):
            all_points[i] = float(value)
        start += len(page.judged)
        context = Context(page.measured, all_points)
        rows += [context.row(i) for i in page.judged]
    return np.array(rows, dtype=np.float64)


def out_of_fold(bins: Table, sizes: list[int], y: Table, w: Table, fold: Table) -> Table:
    """Each block judged by a model that has not seen its site."""
    points = np.zeros(len(y))
    for k in np.unique(fold):
        seen = fold != k
        known = seen & (w > 0)
        points[~seen] = predict(bins[:, ~seen], fit(bins[:, known], sizes, y[known], w[known]))
    return points


def scores(pages: list[Sample], points: Table, threshold: float) -> dict[str, str]:
    """Word F1, precision and recall per set."""
    found: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    start = 0
    for page in pages:
        kept = [
            page.measured.blocks[i].text
            for i, value in zip(page.judged, points[start:], strict=False)
            if value > threshold
        ]
        start += len(page.judged)
        if not page.truths:
            continue
        text, best = Counter(words("\n".join(kept))), (0.0, 0.0, 0.0)
        for truth in page.truths:
            hits = sum((text & truth).values())
            if hits:
                p, r = hits / sum(text.values()), hits / sum(truth.values())
                best = max(best, (2 * p * r / (p + r), p, r))
        found[page.name].append(best)
    return {name: "F1 {:.4f} P {:.4f} R {:.4f}".format(*np.mean(rows, axis=0)) for name, rows in found.items()}


def section(names: Sequence[str], cuts: list[list[float]], **looks: list[Table]) -> dict[str, Any]:
    """One part of the table: by feature, its borders and the points of its bins at each look."""
    return {
        name: {"cuts": cuts[j], **{look: [round(float(v), 3) for v in tables[j]] for look, tables in looks.items()}}
        for j, name in enumerate(names)
    }


def written(table: dict[str, Any]) -> str:
    """JSON with a feature a line."""
    parts = [
        f"{json.dumps(name)}: {{\n"
        + ",\n".join(f"{json.dumps(key)}: {json.dumps(row)}" for key, row in part.items())
        + "}"
        for name, part in table.items()
    ]
    return "{\n" + ",\n".join(parts) + "}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "data")
    parser.add_argument("--folds", type=int, default=5)
    options = parser.parse_args()
    pages = list(samples(options.corpus, options.folds))
    labels = [pair for page in pages for pair in page.labels]
    y, w = np.array([hit for hit, _ in labels], dtype=float), pages_weights(pages)
    fold = np.concatenate([np.full(len(page.judged), page.fold) for page in pages])
    print(f"{len(pages)} pages, {len(y)} judged blocks; blocks that are the truth's: {scores(pages, y, 0.5)}")

    lexicons = {k: lexicon([page for page in pages if page.fold != k]) for k in range(options.folds)}
    rows = first_rows(pages, lexicons)
    names = [*PATH_CARDS, *BLOCK_CARDS]
    cuts = [cut_points(rows[:, j]) for j in range(len(names))]
    bins, sizes = bins_of(rows, cuts), [len(c) + 1 for c in cuts]
    unseen = out_of_fold(bins, sizes, y, w, fold)
    print("first look, unseen sites:", scores(pages, unseen, 0.0))
    known = w > 0
    first = fit(bins[:, known], sizes, y[known], w[known])

    rows = context_rows(pages, unseen)  # what the second model learns from must look like what it will meet
    more_cuts = [cut_points(rows[:, j]) for j in range(len(CONTEXT_NAMES))]
    more_bins = np.concatenate([bins_of(rows, more_cuts), bins])
    more_sizes = [len(c) + 1 for c in more_cuts] + sizes
    unseen = out_of_fold(more_bins, more_sizes, y, w, fold)
    for threshold in (-0.5, 0.0, THRESHOLD, 0.5):
        print(f"second look, unseen sites, threshold {threshold}:", scores(pages, unseen, threshold))
    second = fit(more_bins[:, known], more_sizes, y[known], w[known])

    inner, context = len(PATH_CARDS), len(CONTEXT_NAMES)
    own = second[context:]
    table = {
        "about": {"note": "Points per feature and bin, fitted by benchmarks/train.py. Do not edit by hand."},
        "constants": {"threshold": THRESHOLD},
        "path": section(PATH_CARDS, cuts, first=first, second=own),
        "block": section(BLOCK_CARDS, cuts[inner:], first=first[inner:], second=own[inner:]),
        "context": section(CONTEXT_NAMES, more_cuts, second=second),
    }
    (options.out / "scorecard.json").write_text(written(table), encoding="utf-8")
    text = json.dumps(lexicon(pages), ensure_ascii=False, indent=0, sort_keys=True)
    (options.out / "lexicon.json").write_text(text + "\n", encoding="utf-8")
    print(f"wrote scorecard.json and lexicon.json in {options.out}")


if __name__ == "__main__":
    main()

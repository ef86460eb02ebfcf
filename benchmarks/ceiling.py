"""How far the figures could rise with the pages as they are: what is not on the page, or not apart from other text, no rule can find.

    python -m benchmarks.ceiling CORPUS [--sets wcxb-dev ent-gold-a ...] [--limit 100]

For each set: word F1, the share of texts that run on past the truth's end (tail) and of texts that are word for word the truth
(same), when the truth itself chooses among our blocks; the share of titles that some place of the page states (data, headings, or
a part of its `title`); and of authors whose name stands anywhere on the page. CORPUS as for benchmarks.extraction.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean
from typing import Any

from aggregator.document import Document, parse_document
from aggregator.extraction import read_blocks
from benchmarks.extraction import edges, normal, overlap, pages, sets_in, truths, words
from benchmarks.train import label

SETS = ("wcxb-dev", "fundus-fixtures-a", "ent-gold-a")
SEPARATORS = (" | ", " - ", " – ", " — ", ": ", " · ", " » ", " :: ")


def document_of(page: dict[str, Any], html: bytes) -> Document:
    return parse_document(
        html, url=page["url"] or None, content_type="text/html; charset=utf-8" if page["charset"] else None
    )


def text_ceiling(page: dict[str, Any], document: Document) -> tuple[float, bool, bool]:
    """F1, tail and same of the blocks that are the truth's."""
    blocks = read_blocks(document)
    chosen = [block.text for block, (hit, _) in zip(blocks, label(blocks, page), strict=True) if hit]
    found = words("\n".join(chosen))
    bodies = [words(truth) for truth in truths(page)]
    edge = edges(found, words(page["body"])) if found else None
    return max(overlap(found, body)[0] for body in bodies), bool(edge and edge[1] >= 10), found in bodies


def titles(document: Document) -> Iterator[str]:
    """What any place of the page could mean as its title."""
    for meta in document.metas:
        if "title" in meta.name:
            yield meta.content
    for node in document.json_ld:
        yield from (
            value for key in ("headline", "name", "alternativeHeadline") if isinstance(value := node.get(key), str)
        )
    for tag in ("h1", "h2", "h3"):
        yield from (" ".join(element.text_content().split()) for element in document.root.iter(tag))
    whole = document.root.findtext(".//title") or ""
    yield whole
    for separator in SEPARATORS:
        parts = whole.split(separator)
        yield from (separator.join(parts[:n]) for n in range(1, len(parts)))
        yield from (separator.join(parts[n:]) for n in range(1, len(parts)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--limit", type=int, default=0, help="pages of each set (0: all)")
    options = parser.parse_args()
    sets = sets_in(options.corpus, options.sets)
    if not sets:
        return 2
    print("| set | F1 | tail | same | title | authors |\n| --- | --- | --- | --- | --- | --- |")
    for name in sets:
        texts, stated, named = [], [], []
        for page, html in pages(options.corpus / name, options.limit):
            if page["page_type"] != "article":
                continue
            document = document_of(page, html)
            if page["body"]:
                texts.append(text_ceiling(page, document))
            if page["title"]:
                stated.append(normal(page["title"]) in {normal(title) for title in titles(document)})
            flat = normal(html.decode("utf-8", "replace")) if page["authors"] else ""
            named += [normal(author) in flat for author in page["authors"] or ()]
        f1, tail, same = (fmean(column) for column in zip(*texts, strict=True))
        print(
            f"| {name} | {f1:.3f} | {tail:.3f} | {same:.3f} | {fmean(stated):.3f} | {fmean(named) if named else 1:.3f} |",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The errors that are left in the articles' texts, by class, with counts.

    python -m benchmarks.errors CORPUS [--sets wcxb-dev ent-gold-a ...] [--limit 100] [--show CLASS]

Each paragraph of the text that the truth does not have is foreign, by where it stands (before the truth's first paragraph, among
its paragraphs, behind its last) and what it is (paragraph, heading, item, row ...). Each paragraph of the truth that the text does
not have is lost, by the rule of the block that has it; `no block` means that no block of the page has it: scripts, pictures,
another wording. A paragraph counts as had when six in ten of its runs of three words are there. Prints a Markdown table a set:
pages, paragraphs and words of each class, and what the words are of all words of the truth. `--show` prints the paragraphs of a
class. CORPUS as for benchmarks.extraction.
"""

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aggregator.clean import clean_blocks
from aggregator.document import parse_document
from aggregator.extraction import classify, read_blocks, read_metadata, select
from aggregator.extraction.structured import article_body
from aggregator.models import Block, Kind
from benchmarks.extraction import pages, sets_in, words

SETS = ("wcxb-dev", "fundus-fixtures-a", "ent-gold-a")
HAD = 0.6
NAMES = {
    "p": "paragraph",
    "h": "heading",
    "li": "item",
    "row": "row",
    "quote": "quote",
    "caption": "caption",
    "pre": "code",
}


@dataclass
class Count:
    """How often a class of errors comes."""

    pages: set[str] = field(default_factory=set)
    paragraphs: int = 0
    words: int = 0


def runs(tokens: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(tokens[i : i + 3]) for i in range(max(1, len(tokens) - 2))}


def share(tokens: Sequence[str], known: set[tuple[str, ...]], flat: str) -> float:
    """How much of a paragraph is known; of a short one all or nothing."""
    if len(tokens) < 5:
        return float(f" {' '.join(tokens)} " in flat)
    own = runs(tokens)
    return len(own & known) / len(own)


def errors(page: dict[str, Any], html: bytes) -> Iterator[tuple[str, str]]:
    """(class, paragraph) of each error of a page."""
    document = parse_document(
        html, url=page["url"] or None, content_type="text/html; charset=utf-8" if page["charset"] else None
    )
    meta = read_metadata(document)
    blocks = select(
        read_blocks(document), title=meta.title, description=meta.description, article_body=article_body(document)
    )
    if not isinstance(kind := classify(document, meta, blocks), Kind):
        yield f"refused: {kind.reason}", page["body"]
        return
    cleaned = clean_blocks(blocks, title=meta.title or "", language=meta.language, authors=meta.authors)
    by_line = {line.text: line.rule for line in cleaned.removed}
    yield from foreign(page, cleaned.text.split("\n\n"), blocks)
    yield from lost(page, cleaned.text, blocks, by_line)


def foreign(page: dict[str, Any], paragraphs: Sequence[str], blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    body = words(page["body"])
    known, flat = runs(body), f" {' '.join(body)} "
    true = [share(words(text), known, flat) >= HAD for text in paragraphs]
    places = [i for i, is_true in enumerate(true) if is_true]
    tags = {block.text: block.tag for block in blocks if block.keep}
    for i, text in enumerate(paragraphs):
        if not true[i] and words(text):
            where = "no truth" if not places else "before" if i < places[0] else "behind" if i > places[-1] else "among"
            yield f"foreign, {where}: {NAMES[tags.get(text, 'p')]}", text


def lost(
    page: dict[str, Any], text: str, blocks: Sequence[Block], by_line: dict[str, str]
) -> Iterator[tuple[str, str]]:
    own = words(text)
    known, flat = runs(own), f" {' '.join(own)} "
    held = [(block, words(block.text)) for block in blocks]
    for paragraph in re.split(r"\n+", page["body"]):
        tokens = words(paragraph)
        if tokens and share(tokens, known, flat) < HAD:
            runs_of, line = runs(tokens), f" {' '.join(tokens)} "
            holders = [block for block, has in held if has and _holds(has, runs_of, line)]
            rules = [by_line.get(block.text, "" if block.keep else block.rule) for block in holders]
            rule = next((rule for rule in rules if rule), "kept in part" if holders else "no block")
            yield f"lost: {rule}", paragraph


def _holds(block: Sequence[str], paragraph: set[tuple[str, ...]], line: str) -> bool:
    if len(block) < 5:
        return f" {' '.join(block)} " in line
    return len(runs(block) & paragraph) >= 0.5 * min(len(paragraph), len(runs(block)))


def table(name: str, counts: dict[str, Count], total: int, number: int) -> str:
    lines = [
        f"**{name}**: {number} articles, {total} words",
        "",
        "| class | pages | paragraphs | words | of all |",
        "| --- | --- | --- | --- | --- |",
    ]
    for kind, count in sorted(counts.items(), key=lambda pair: -pair[1].words):
        lines.append(
            f"| {kind} | {len(count.pages)} | {count.paragraphs} | {count.words} | {100 * count.words / total:.2f} % |"
        )
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--limit", type=int, default=0, help="pages of each set (0: all)")
    parser.add_argument("--show", metavar="CLASS", help="print the paragraphs of the classes that begin so")
    options = parser.parse_args()
    sets = sets_in(options.corpus, options.sets)
    if not sets:
        return 2
    for name in sets:
        counts: dict[str, Count] = defaultdict(Count)
        total = number = 0
        for page, html in pages(options.corpus / name, options.limit):
            if page["page_type"] == "article" and page["body"]:
                total, number = total + len(words(page["body"])), number + 1
                for kind, paragraph in errors(page, html):
                    counts[kind].pages.add(page["id"])
                    counts[kind].paragraphs += 1
                    counts[kind].words += len(words(paragraph))
                    if options.show and kind.startswith(options.show):
                        print(f"{page['id']}\t{kind}\t{paragraph[:200]}")
        print(table(name, counts, total, number), end="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

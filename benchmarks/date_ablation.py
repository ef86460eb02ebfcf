"""What each place and each rule of the dates is worth: the figures with it switched off, one at a time.

    python -m benchmarks.date_ablation CORPUS [--every N] [--jobs 2]

Prints a Markdown table: days right, wrong and missing in points of a hundred, and exact instants, with everything and without each
part. CORPUS as for benchmarks.dates.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.ablation import Places, none_of_them, switched_off
from benchmarks.dates import pages, read_page

MACHINE, SEEN, DECIDE = "aggregator.dates.machine", "aggregator.dates.seen", "aggregator.dates.decide"


def first(best: Any, *_: Any, **__: Any) -> Any:
    """The claim, or the claims, as they were."""
    return best


def as_stated(value: Any, *_: Any, **__: Any) -> Any:
    return value, "stated"


def no_words() -> tuple[str, ...]:
    return ()


PARTS: Mapping[str, Places] = {
    "": (),
    "JSON-LD": ((MACHINE, "_from_json_ld", none_of_them),),
    "meta tags": ((MACHINE, "_from_metas", none_of_them),),
    "microdata": ((SEEN, "_from_microdata", none_of_them),),
    "the address": ((MACHINE, "_from_url", none_of_them),),
    "lines around the headline": ((SEEN, "_from_lines", none_of_them),),
    "a lead that begins with its date": ((SEEN, "_from_lead", none_of_them),),
    "`time` elsewhere": ((SEEN, "_from_time", none_of_them),),
    "parts named for dates": ((SEEN, "_from_classed", none_of_them),),
    "data of scripts": ((SEEN, "_from_state", none_of_them),),
    "the only date of the page": ((SEEN, "_from_anywhere", none_of_them),),
    "lines that tell of the article itself": ((SEEN, "_itself", no_words),),
    "the folder of the lead picture": (("aggregator.dates.claims", "picture_claims", none_of_them),),
    "rule: an update printed as publication": ((DECIDE, "_not_the_update", first),),
    "rule: outvoted by two other places": ((DECIDE, "_not_outvoted", first),),
    "rule: padded 1 January": ((DECIDE, "_not_padded", first),),
    "rule: day and month swapped": ((DECIDE, "_right_order", first),),
    "rule: month of the address": ((DECIDE, "_of_the_month", first),),
    "rule: the page's own offset": ((DECIDE, "_true_offset", as_stated),),
}


def measured(part: str, corpus: Path, every: int) -> tuple[float, float, float, float]:
    """Days right, wrong and missing, and instants right, as shares, without a part."""
    with switched_off(PARTS[part]):
        results = [read_page(row, html) for row, html in pages(corpus, every)]
    days = Counter(result.outcome for result in results)
    instants = Counter(result.instant for result in results if result.instant)
    shares = (days[name] / max(1, len(results)) for name in ("right", "wrong", "missing"))
    right, wrong, missing = shares
    return right, wrong, missing, instants["right"] / max(1, instants.total())


def table(figures: Mapping[str, tuple[float, float, float, float]]) -> Iterator[str]:
    """Lines of Markdown: the whole, then each part as its difference."""
    whole = figures[""]
    yield "| without | day right | wrong | missing | instant right |"
    yield "| --- | --- | --- | --- | --- |"
    yield "| (nothing) | " + " | ".join(f"{value:.3f}" for value in whole) + " |"
    for part, values in figures.items():
        if part:
            cells = (f"{100 * (value - all_in):+.1f}" for value, all_in in zip(values, whole, strict=True))
            yield f"| {part} | {' | '.join(cells)} |"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only each n-th page")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    arguments = parser.parse_args()
    if not any(arguments.corpus.glob("*/pages.jsonl")):
        print(f"{arguments.corpus}: none of the sets is here", file=sys.stderr)
        return 2
    with ProcessPoolExecutor(arguments.jobs) as workers:
        found = workers.map(partial(measured, corpus=arguments.corpus, every=arguments.every), PARTS)
        for line in table(dict(zip(PARTS, found, strict=True))):
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())

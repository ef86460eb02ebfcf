"""How right are the dates? Pages and strings of a corpus with known truth, scored the strict way.

usage: python benchmarks/dates.py CORPUS [--every N] [--errors N]

CORPUS holds `<set>/pages.jsonl` (id, url, published, instant, stated, label_note, fetched_at) beside `<set>/html/<id>.html.gz`, and
`strings*.jsonl` (string, lang, url_tld, fetched_at, expected_local, expected_utc_iso, zone_in_string, precision, form, wrapped).

Pages, those with a bad label left out: day right (in the output's own offset, or an instant that the page states on the true day),
wrong, missing; exact instants within 60 s; CPU of the room a page. Strings: right as clean and as wrapped text.
"""

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import process_time
from typing import Any

from aggregator.dates import DateReading, parse_date, read_dates
from aggregator.document import parse_document

NOW = datetime.now(UTC)
BAD_LABELS = ("modified-day", "not-in-page")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResult:
    """How one page came out."""

    address: str
    wanted: str
    reading: DateReading
    outcome: str  # right, wrong, missing
    instant: str  # right, wrong, none; "" where the true instant is not known
    seconds: float


def moment(text: str | None) -> datetime | None:
    """An ISO date with time as a datetime."""
    return datetime.fromisoformat(text) if text and len(text) > 10 else None


def pages(corpus: Path, every: int) -> Iterator[tuple[dict[str, Any], str]]:
    """The dated pages with a sound label, each with its HTML."""
    count = 0
    for table in sorted(corpus.glob("*/pages.jsonl")):
        for line in table.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if not row.get("published") or row.get("label_note") in BAD_LABELS:
                continue
            count += 1
            if count % every == 0:
                packed = table.parent / "html" / f"{row['id']}.html.gz"
                yield row, gzip.decompress(packed.read_bytes()).decode("utf-8", "replace")


def judge_day(row: dict[str, Any], reading: DateReading) -> str:
    """right, wrong or missing."""
    if reading.published is None:
        return "missing"
    wanted, got = row["published"][:10], reading.published
    if got.day.isoformat() == wanted:
        return "right"
    stated = [moment(s) for s in row.get("stated") or () if s[:10] == wanted]
    return "right" if got.precision != "day" and got.instant in stated else "wrong"


def judge_instant(row: dict[str, Any], reading: DateReading) -> str:
    """right, wrong or none; "" where there is no true instant."""
    true = moment(row.get("instant"))
    if true is None or true.tzinfo is None:
        return ""
    if reading.published is None or reading.published.precision == "day":
        return "none"
    return "right" if abs((reading.published.instant - true).total_seconds()) <= 60 else "wrong"


def read_page(row: dict[str, Any], html: str) -> PageResult:
    """One page, with the CPU time of the dates room alone."""
    document = parse_document(html, url=row["url"])
    began = process_time()
    reading = read_dates(document, url=row["url"], fetched_at=moment(row.get("fetched_at")), now=NOW)
    return PageResult(
        address=row["url"],
        wanted=row["published"],
        reading=reading,
        outcome=judge_day(row, reading),
        instant=judge_instant(row, reading),
        seconds=process_time() - began,
    )


def judge_string(row: dict[str, Any]) -> str:
    """right, lost (the day alone), wrong or missing."""
    parsed = parse_date(row["string"], lang=row["lang"], tld=row["url_tld"], fetched_at=moment(row["fetched_at"]))
    if parsed is None or parsed.precision in ("month", "year"):
        return "missing"
    if row["form"].startswith("relative"):
        true = datetime.fromisoformat(row["expected_utc_iso"])
        value = parsed.value if isinstance(parsed.value, datetime) else None
        near = abs((value - true).total_seconds()) <= 86400 if value and value.tzinfo else parsed.day == true.date()
        return "right" if near else "wrong"
    if parsed.day.isoformat() != row["expected_local"][:10]:
        return "wrong"
    return "right" if row["precision"] == "day" or _same_time(row, parsed.value) else "lost"


def _same_time(row: dict[str, Any], value: object) -> bool:
    if not isinstance(value, datetime):
        return False
    if row["zone_in_string"]:
        true = datetime.fromisoformat(row["expected_utc_iso"])
        return value.tzinfo is not None and abs((value - true).total_seconds()) <= 60
    clock = datetime.fromisoformat(row["expected_local"])
    return abs((value.replace(tzinfo=None) - clock).total_seconds()) <= 60


def share(counts: Counter[str]) -> str:
    """Counts as `n 10: right .900 wrong .100`."""
    total = max(1, counts.total())
    parts = (f"{name} {counts[name] / total:.3f}" for name in sorted(counts, key=lambda n: -counts[n]))
    return f"n {counts.total()}: {' '.join(parts)}"


def report_pages(results: list[PageResult], errors: int) -> None:
    """The figures, then the first pages that are not right."""
    print("day     ", share(Counter(r.outcome for r in results)))
    print("instant ", share(Counter(r.instant for r in results if r.instant)))
    times = sorted(r.seconds * 1000 for r in results)
    print(
        f"CPU ms a page: mean {sum(times) / len(times):.2f} median {times[len(times) // 2]:.2f} worst {times[-1]:.1f}"
    )
    for result in [r for r in results if r.outcome != "right"][:errors]:
        got = result.reading.published
        print(
            f"  {result.outcome} {result.address[:90]} wanted {result.wanted} got {got and got.instant}: {result.reading.reason}"
        )


def main() -> None:
    """Run and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("corpus", type=Path)
    options.add_argument("--every", type=int, default=1, help="read every n-th page only")
    options.add_argument("--errors", type=int, default=0, help="print so many pages that are not right")
    chosen = options.parse_args()
    results = [read_page(row, html) for row, html in pages(chosen.corpus, chosen.every)]
    if results:
        report_pages(results, chosen.errors)
    for table in sorted(chosen.corpus.glob("strings*.jsonl")):
        rows = [json.loads(line) for line in table.read_text(encoding="utf-8").splitlines()]
        for wrapped in (False, True):
            counts = Counter(judge_string(row) for row in rows if bool(row["wrapped"]) == wrapped)
            print(f"{table.stem} {'wrapped' if wrapped else 'clean'}", share(counts))


if __name__ == "__main__":
    main()

"""Fits the section `page` of `data/scorecard.toml`: is a page an article?

    python benchmarks/train_pages.py CORPUS

Run it after `train.py`, whose tables it keeps. CORPUS as there; the sets' `page_type` is the truth. The threshold is the one
at which 13 in 1,000 articles of unseen sites are refused.
"""

import argparse
import gzip
import json
from pathlib import Path

import numpy as np

from aggregator.document import parse_document
from aggregator.extraction.blocks import read_blocks
from aggregator.extraction.page import PAGE_NAMES, PageFacts
from aggregator.extraction.select import select
from aggregator.extraction.structured import article_body
from benchmarks.train import bins_of, cut_points, fit, fold_of, out_of_fold, rough_title, section

SETS = {"wcxb-dev": 1.0, "fundus-fixtures-a": 0.7, "ent-gold-a": 0.7, "trafilatura-eval": 0.3, "postlight-a": 0.5}
REFUSED = 0.013


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "data" / "scorecard.toml")
    options = parser.parse_args()
    rows, truth, weights, folds, names = [], [], [], [], []
    for name, weight in SETS.items():
        for line in (options.corpus / name / "pages.jsonl").read_text(encoding="utf-8").strip("\n").split("\n"):
            page = json.loads(line)
            html = gzip.decompress((options.corpus / name / "html" / f"{page['id']}.html.gz").read_bytes())
            document = parse_document(
                html, url=page["url"] or None, content_type="text/html; charset=utf-8" if page["charset"] else None
            )
            title = rough_title(document)
            blocks = select(
                read_blocks(document),
                title=title,
                description=document.meta("og:description", "description"),
                article_body=article_body(document),
            )
            rows.append(PageFacts(document, title, blocks).row())
            truth.append(page["page_type"] == "article")
            weights.append(weight)
            folds.append(fold_of(page["url"], page["id"], 5))
            names.append((name, page["id"], page["page_type"]))
    x, y, w, fold = np.array(rows), np.array(truth, dtype=float), np.array(weights), np.array(folds)
    cuts = [
        cut_points(x[:, j])[::2] if len(np.unique(x[:, j])) > 12 else cut_points(x[:, j]) for j in range(x.shape[1])
    ]
    bins, sizes = bins_of(x, cuts), [len(c) + 1 for c in cuts]
    unseen = out_of_fold(bins, sizes, y, w, fold)
    threshold = float(np.quantile(unseen[y > 0], REFUSED))
    wcxb = np.array([name[0] == "wcxb-dev" for name in names])
    for limit in (threshold, 0.0, 0.5):
        said, true = unseen[wcxb] > limit, y[wcxb] > 0
        p, r = (said & true).sum() / said.sum(), (said & true).sum() / true.sum()
        refused = float((unseen[y > 0] <= limit).mean())
        f1 = 2 * p * r / (p + r)
        print(
            f"threshold {limit:.2f}: wcxb-dev P {p:.3f} R {r:.3f} F1 {f1:.3f}; articles of all sets refused {refused:.3f}"
        )
    text = options.out.read_text(encoding="utf-8").split("[page.", 1)[0].rstrip() + "\n"
    lines = [line for line in text.splitlines() if not line.startswith("page_threshold")]
    at = lines.index("[constants]") + 1
    lines.insert(at, f"page_threshold = {threshold:.3f}")
    options.out.write_text(
        "\n".join(lines) + "\n\n" + section("page", PAGE_NAMES, cuts, fit(bins, sizes, y, w)), encoding="utf-8"
    )


if __name__ == "__main__":
    main()

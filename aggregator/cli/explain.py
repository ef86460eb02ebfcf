"""`fetch --explain`: where every value came from, what was removed by which rule, what it would be a duplicate of."""

from itertools import groupby
from pathlib import Path

from aggregator.config import Config
from aggregator.models import Article, Claim, Removed, Verdict

from .output import plain

FIELDS = (
    "title",
    "description",
    "author",
    "published",
    "modified",
    "language",
    "section",
    "canonical",
    "body",
    "kind",
    "paywall",
)


def explanation(article: Article, config: Config) -> str:
    """The whole account of one article, for people."""
    parts = [plain(article.title), plain(article.url), ""]
    order = {name: index for index, name in enumerate(FIELDS)}
    claims = sorted(article.claims, key=lambda claim: (order.get(claim.field, len(order)), not claim.chosen))
    for name, group in groupby(claims, key=lambda claim: claim.field):
        parts += [f"{name}:", *(_claim_line(claim) for claim in group)]
    parts += ["", f"body: {len(article.paragraphs)} paragraphs, {article.word_count} words; kind {article.kind}"]
    parts += [f"  + {plain(text[:100])}{'...' if len(text) > 100 else ''}" for text in article.paragraphs]
    parts += ["", f"links to other stories: {len(article.related)}"]
    parts += [f"  {plain(link.title)}  [{link.rule}]  {plain(link.url or '')}" for link in article.related]
    parts += ["", f"removed: {len(article.removed)}"]
    parts += [f"  - {plain(line.text[:100])}  [{_why(line)}]" for line in article.removed]
    parts += ["", _identity(article, config)]
    return "\n".join(parts)


def _why(line: Removed) -> str:
    return f"{line.rule}; {line.why}" if line.why else line.rule


def _claim_line(claim: Claim) -> str:
    mark = "*" if claim.chosen else " "
    known = f" ({claim.precision}, zone {claim.zone})" if claim.precision else ""
    reason = f": {claim.reason}" if claim.reason else ""
    return f"  {mark} {plain(claim.value[:120])}{known}  [{plain(claim.origin)}]{plain(reason)}"


def _identity(article: Article, config: Config) -> str:
    """What the article would be to what is stored in the database."""
    if not Path(config.db).exists():
        return f"identity: there is no database {config.db} to compare it with"
    verdict, address = _verdict(article, config)
    if verdict.of is None:
        return f"identity: new to {config.db}"
    return f"identity: {verdict.relation} of {plain(address)} in {config.db} ({plain(verdict.evidence)})"


def _verdict(article: Article, config: Config) -> tuple[Verdict, str]:
    from aggregator.identity import decide
    from aggregator.store import open_reader
    from aggregator.urls import url_key

    with open_reader(config.db) as reader:
        keys = tuple({url_key(url) for url in (article.url, article.requested_url, article.final_url) if url})
        print_ = article.fingerprint
        candidates = reader.candidates(keys=keys, fingerprint=print_, url=article.url) if print_ else ()
    verdict = decide(article, candidates)
    return verdict, next((c.url for c in candidates if c.id == verdict.of), "")

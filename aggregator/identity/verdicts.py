"""The decision: what an incoming article is to the stored ones that may be related to it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta
from typing import Final

from aggregator.models import Article, Candidate, Paywall, Verdict
from aggregator.urls import canonical_url, tidy_url, url_key

from .copies import copy_evidence
from .fingerprints import TELLING, fingerprint
from .likeness import Likeness, Reading, compare, may_be_copies, read
from .originals import why_original
from .revisions import describe_revision, is_edit
from .words import words

COMPARED: Final = 3  # candidates whose texts are compared; they come best first, and copies of one text stand together
CERTAIN: Final = 0.8  # containment above which no better original is looked for

CUT: Final = 0.6  # a text with less of the stored one's words, and nothing else, is a cut
CUT_CONTAINMENT: Final = 0.8
WALL_WORDS: Final = 80  # a consent, login or payment notice is a few sentences
WALL_SHARE: Final = 0.4  # of the stored one's words
FOREIGN: Final = 0.1  # containment under which two texts have no more in common than two articles of one outlet
SLUG: Final = 12  # characters of the last part of an address that names an article
SUFFIX: Final = 16  # characters that may follow it: `-update-2`, `-corrected`
RETITLED: Final = 0.7  # of the shorter text: what a copy under an altogether different headline keeps
SAME_DATE: Final = timedelta(minutes=1)
SAME_DAY: Final = timedelta(hours=36)  # a bare day and an instant on it, whatever the zone


def decide(article: Article, candidates: Sequence[Candidate]) -> Verdict:
    """New, the same, a revision or a copy. Candidates come best first (Store.candidates). Never raises.

    In doubt an article is new: a copy too many can be seen in the file, a swallowed article cannot.
    """
    print_ = article.fingerprint or fingerprint(article.title, article.text, article.language)
    incoming = read(article.text)
    stored = _on_address(article, print_.content, incoming, candidates)
    if stored is not None:
        return _at_address(article, print_.content, incoming, stored)
    return _elsewhere(article, print_.content, incoming, candidates)


def spare_whole(article: Article, verdict: Verdict, candidates: Sequence[Candidate]) -> Verdict:
    """The verdict on an article of which a further page gave no answer: it takes no longer text's place."""
    stored = next((one for one in candidates if one.id == verdict.of), None)
    if verdict.relation != "revision" or stored is None or len(stored.text) <= len(article.text):
        return verdict
    return replace(verdict, relation="same", worse=True, evidence="same address, a further page of it gave no answer")


# ------------------------------------------------------------------------------------------------ the same address


def settle_address(article: Article, candidates: Sequence[Candidate]) -> Article:
    """The article under the address where it was found, if the one that it claims is that of a stored article with another text.

    A broken template names one canonical address on every page; what is stored there must not be overwritten. The claim itself
    stays in `claims`.
    """
    found = article.final_url or article.requested_url
    claimed = url_key(article.url)
    if not found or claimed in {url_key(url) for url in (article.final_url, article.requested_url) if url}:
        return article
    holder = next((stored for stored in candidates if stored.same_address and url_key(stored.url) == claimed), None)
    if holder is None or _related(article, read(article.text), holder):
        return article
    return replace(article, url=tidy_url(found))


def _on_address(article: Article, content: str, incoming: Reading, candidates: Sequence[Candidate]) -> Candidate | None:
    """The stored article that the address stands for.

    An address form can lead to another article: one that redirects to a newer story, a canonical link that lies.
    Only the same text, or the article's own address, or a text or headline in common make it the same.
    """
    here = [candidate for candidate in candidates if candidate.same_address]
    key = url_key(article.url) if here else ""
    tests = (
        lambda stored: url_key(stored.url) == key,
        lambda stored: stored.content == content,
        lambda stored: _related(article, incoming, stored),
    )
    return next((stored for test in tests for stored in here if test(stored)), None)


def _related(article: Article, incoming: Reading, stored: Candidate) -> bool:
    if words(article.title) == words(stored.title):
        return True
    return compare(incoming, read(stored.text)).containment >= FOREIGN


def _at_address(article: Article, content: str, incoming: Reading, stored: Candidate) -> Verdict:
    by = f"the site's own number {stored.number}" if stored.number else "same address"
    if stored.content == content:
        return _same_text(article, stored, seen=f"{by} and text")
    before = read(stored.text)
    likeness = compare(incoming, before)
    worse = _worse(article, incoming, stored, before, likeness)
    if worse:
        return Verdict(
            relation="same", of=stored.id, containment=_share(likeness), evidence=f"{by}, {worse}", worse=True
        )
    if not is_edit(stored.text, article.text):
        return _same_text(
            article, stored, containment=_share(likeness), seen=f"{by}, only lines around the text changed"
        )
    return _revision(article, stored, containment=_share(likeness), seen=by)


def _same_text(article: Article, stored: Candidate, *, seen: str, containment: float = 1.0) -> Verdict:
    """The text is the same; a new headline or date is still a new version."""
    if words(article.title) != words(stored.title) or _other_date(article, stored):
        return _revision(article, stored, containment=containment, seen=seen)
    return Verdict(relation="same", of=stored.id, containment=containment, evidence=seen)


def _revision(article: Article, stored: Candidate, *, containment: float, seen: str) -> Verdict:
    change = describe_revision(stored.title, stored.text, article.title, article.text)
    if _other_date(article, stored):
        change = f"{change}; date" if change else "date"
    return Verdict(relation="revision", of=stored.id, containment=containment, evidence=f"{seen}, changed: {change}")


def _other_date(article: Article, stored: Candidate) -> bool:
    """Whether the article now says another time of publication. One that is no longer stated, or less exactly, is not another."""
    if article.published is None:
        return False
    if stored.published is None:
        return True
    if article.published_precision in ("second", "minute"):
        return abs(article.published - stored.published) >= SAME_DATE
    if stored.published.time() == time.min:  # a bare day there too
        return article.published.date() != stored.published.date()
    return abs(article.published - stored.published) >= SAME_DAY


def _worse(article: Article, incoming: Reading, stored: Candidate, before: Reading, likeness: Likeness) -> str:
    """Why the incoming text must not replace the stored one; empty when it may."""
    now, then = len(incoming.tokens), len(before.tokens)
    sizes = f"{now} instead of {then} words"
    if now < then and article.paywall is Paywall.STUB and stored.paywall is not Paywall.STUB:
        return f"behind a paywall now: {sizes}"
    if now < CUT * then and likeness.containment >= CUT_CONTAINMENT:
        return f"only a part of it: {sizes}"
    if now < WALL_WORDS and now < WALL_SHARE * then and likeness.containment < 1 - CUT_CONTAINMENT:
        return f"a notice in its place: {sizes}"
    return ""


# ------------------------------------------------------------------------------------------------ another address


def _elsewhere(article: Article, content: str, incoming: Reading, candidates: Sequence[Candidate]) -> Verdict:
    """A copy of the candidate that is most like it, or new."""
    best: Verdict | None = None
    promising = [stored for stored in candidates if stored.shared >= TELLING or stored.content == content]
    for candidate in promising[:COMPARED]:
        verdict = _copy(article, content, incoming, candidate)
        if verdict is not None and (best is None or verdict.containment > best.containment):
            best = verdict
        if best is not None and best.containment >= CERTAIN:
            break
    if best is None:
        return Verdict(relation="new", evidence=_nearest(candidates))
    return _with_original(article, best, candidates)


def _with_original(article: Article, verdict: Verdict, candidates: Sequence[Candidate]) -> Verdict:
    """Which of the two is the original, where it can be told."""
    stored = next((one for one in candidates if one.id == verdict.of), None)
    why = why_original(article, stored) if stored is not None and verdict.relation == "duplicate" else ""
    return replace(verdict, original=True, evidence=f"{verdict.evidence}; {why}") if why else verdict


def _copy(article: Article, content: str, incoming: Reading, stored: Candidate) -> Verdict | None:
    original = stored.id if stored.duplicate_of is None else stored.duplicate_of
    if stored.content == content and incoming.tokens:
        return Verdict(relation="duplicate", of=original, containment=1.0, evidence="the same words at another address")
    before = read(stored.text)
    if not may_be_copies(incoming, before):
        return None
    likeness = compare(incoming, before)
    evidence = copy_evidence(likeness)
    if not evidence or _outgrows(article, incoming, stored, before) or _is_told_anew(article, stored, likeness):
        return None
    edited = _continues(article.url, stored.url) and is_edit(stored.text, article.text)
    if edited and not _worse(article, incoming, stored, before, likeness):
        return _revision(article, stored, containment=_share(likeness), seen="an address that continues its own")
    return Verdict(relation="duplicate", of=original, containment=_share(likeness), evidence=evidence)


def _outgrows(article: Article, incoming: Reading, stored: Candidate, before: Reading) -> bool:
    """Whether the stored text is only the free beginning of this one: as its copy, the full text would be out of sight."""
    if stored.paywall is not Paywall.STUB or article.paywall is Paywall.STUB or stored.duplicate_of is not None:
        return False
    return len(before.tokens) < CUT * len(incoming.tokens)


def _is_told_anew(article: Article, stored: Candidate, likeness: Likeness) -> bool:
    """Whether the headlines have no word in common and the texts are not nearly whole copies of each other.

    Retitled copies keep a name or a word of the old headline, or the whole text. Pages of one template that carry different articles
    between the same standing passages do neither.
    """
    if likeness.containment >= RETITLED:
        return False
    one, other = (frozenset(word for word in words(title) if len(word) > 3) for title in (article.title, stored.title))
    return bool(one and other) and one.isdisjoint(other)


def _continues(url: str, stored: str) -> bool:
    """Whether an address is that of the stored article with something behind it, as outlets do for `-update` and `-2`.

    The stored address must name an article: a slug of some length below the front page.
    """
    longer, shorter = canonical_url(url).rstrip("/"), canonical_url(stored).rstrip("/")
    slug = shorter.rpartition("/")[2]
    return len(slug) >= SLUG and longer.startswith(shorter) and len(longer) - len(shorter) <= SUFFIX


def _nearest(candidates: Sequence[Candidate]) -> str:
    return "shares passages with stored articles, but is no copy" if candidates else ""


def _share(likeness: Likeness) -> float:
    return round(likeness.containment, 3)

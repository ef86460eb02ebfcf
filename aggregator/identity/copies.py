"""When two texts at different addresses are one article. The thresholds stand in wide gaps between labelled copies and look-alikes."""

from typing import Final

from .likeness import Likeness

CONTAINMENT: Final = 0.5  # two reports of one event share up to 0.4 of their word triples through quotes; copies with many slips keep 0.6
LEAD: Final = 0.5  # of the words that one of them begins with
LEAD_BALANCE: Final = (
    0.65  # how alike they begin against how alike they are: a shared footer makes texts alike that begin differently
)
ORDER: Final = 0.8  # lists of the same names come in any order, copies keep it
OFFSET: Final = 80  # words before the shared part begins; a follow-up repeats the background behind its own news
SHORT: Final = 60  # shared shingles; below, one other name makes another item of the same formula
SHORT_CONTAINMENT: Final = 0.75  # of a text of a few sentences; half of one is a formula or one quote
CONFLICT_RATE: Final = (
    0.012  # other facts per shared shingle: light edits have half of it, the next issue of a column three times
)
QUOTED: Final = 40  # characters of a difference that the evidence shows
EARLY_NUMBERS: Final = 0.9  # containment below which another number or date in the lead makes another issue


def copy_evidence(likeness: Likeness) -> str:
    """What makes them copies, in words; empty when they are not."""
    needed = SHORT_CONTAINMENT if likeness.shared < SHORT else CONTAINMENT
    if likeness.containment < needed or likeness.order < ORDER or likeness.offset > OFFSET:
        return ""
    if likeness.best_lead < max(LEAD, LEAD_BALANCE * likeness.containment) or _is_next_issue(likeness):
        return ""
    parts = [f"{likeness.containment:.0%} of the shorter text, {likeness.coverage:.0%} of the longer"]
    parts.append(f"{likeness.best_lead:.0%} of the lead")
    parts += [f"{one[:QUOTED]} / {other[:QUOTED]}" for one, other in likeness.conflicts[:3]]
    return "; ".join(parts)


def _is_next_issue(likeness: Likeness) -> bool:
    """The same formula with other facts: horoscopes, box office, results, notices of births and deaths."""
    conflicts = len(likeness.conflicts)
    if not conflicts:
        return False
    if likeness.shared < SHORT:
        return True
    if likeness.early and likeness.numbers and likeness.containment < EARLY_NUMBERS:
        return True
    return conflicts > 1 and conflicts >= CONFLICT_RATE * likeness.shared

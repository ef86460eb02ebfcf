"""What an article is to what is stored: new, the same, a revision, a copy; and which story it tells."""

from .changes import Change, Wording, change_between
from .fingerprints import TELLING, fingerprint, sketches_agree
from .revisions import describe_revision
from .stories import choose_story, story_terms
from .verdicts import decide, settle_address, spare_whole

__all__ = [
    "TELLING",
    "Change",
    "Wording",
    "change_between",
    "choose_story",
    "decide",
    "describe_revision",
    "fingerprint",
    "settle_address",
    "sketches_agree",
    "spare_whole",
    "story_terms",
]

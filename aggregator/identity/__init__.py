"""What an article is to what is stored: new, the same, a revision, a copy; and which story it tells. Pure: no network, no disk, no clock."""

from .fingerprints import fingerprint
from .stories import choose_story, story_terms
from .verdicts import decide

__all__ = ["choose_story", "decide", "fingerprint", "story_terms"]

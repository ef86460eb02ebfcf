"""The real identity code over a store in a temporary SQLite file, one document after the other, as a crawl does it.

`Dedup` and `Stories` are made without arguments. `add(doc)` takes a dict with id, url, host, title, byline, text, published
(ISO 8601 with offset) and lang, and returns (group, relation): the group is the id of the first document of the article (of the
story), the relation `new`, `duplicate` or `update`.
"""

import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from aggregator.identity import choose_story, decide, fingerprint, story_terms
from aggregator.models import Article, FetchRecord, Unit, Verdict
from aggregator.store import open_store
from aggregator.urls import url_key

RELATIONS = {"new": "new", "same": "duplicate", "duplicate": "duplicate", "revision": "update"}
STORY_WINDOW = timedelta(days=5)  # as the pipeline has it


class _OverStore:
    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="identity-"))
        self._store = open_store(self._folder / "bench.db", now=datetime.fromisoformat("2000-01-01T00:00:00+00:00"))
        self._groups: dict[int, str] = {}  # stored id -> document
        self._bytes = 0

    def close(self) -> None:
        """Commit, and delete the file."""
        self._store.close()
        self._bytes = self.disk_bytes()
        shutil.rmtree(self._folder)

    def disk_bytes(self) -> int:
        """Bytes of the whole file as last committed: texts and full-text index too, not only what identity adds."""
        if not self._folder.exists():
            return self._bytes
        return sum(path.stat().st_size for path in self._folder.iterdir())

    def _put(
        self, article: Article, verdict: Verdict, *, story: int | None = None, terms: tuple[tuple[str, float], ...] = ()
    ) -> int | None:
        moment = article.fetched_at
        assert moment is not None
        fetch = FetchRecord(url=article.url, outcome="new", fetched_at=moment)
        unit = Unit(fetch=fetch, article=article, verdict=verdict, story=story, story_terms=terms)
        return self._store.put(unit, run=1, now=moment).article


class Dedup(_OverStore):
    """Is it new, a copy, or another version?"""

    def add(self, doc: Mapping[str, str]) -> tuple[str, str]:
        """Judge one document and store it."""
        article = read(doc)
        assert article.fingerprint is not None
        candidates = self._store.candidates(
            keys=(url_key(article.url),), fingerprint=article.fingerprint, url=article.url
        )
        verdict = decide(article, candidates)
        stored = self._put(article, verdict)
        group = doc["id"] if verdict.of is None else self._groups.get(verdict.of, doc["id"])
        if stored is not None:
            self._groups.setdefault(stored, group)
        return group, RELATIONS[verdict.relation]


class Stories(_OverStore):
    """Which event does it tell? Every document is stored as an article of its own, so that the story alone decides."""

    def add(self, doc: Mapping[str, str]) -> tuple[str, str]:
        """Choose the story of one document and store it."""
        article = read(doc)
        assert article.fetched_at is not None
        terms = story_terms(article)
        since = article.fetched_at - STORY_WINDOW
        candidates = self._store.story_candidates(
            terms=tuple(term for term, _ in terms), since=since, language=article.language
        )
        story = choose_story(terms, article, candidates)
        self._put(article, Verdict(relation="new"), story=story, terms=terms)
        if story is not None:
            return self._groups[story], "duplicate"
        self._groups[len(self._groups) + 1] = doc["id"]  # the store numbers stories from one
        return doc["id"], "new"


def read(doc: Mapping[str, str]) -> Article:
    """A document as the article that `process` would have made of it. A text is required: a bare headline stands for itself.

    `published` is when the document enters the stream, so it is the time of the fetch; what the page said of its date is not known.
    """
    moment = datetime.fromisoformat(doc["published"])
    text = doc["text"] or doc["title"] or "-"
    language = doc["lang"] or None
    return Article(
        url=doc["url"] or f"https://no-address.example/{doc['id']}",
        title=doc["title"],
        text=text,
        authors=(doc["byline"],) if doc["byline"] else (),
        language=language,
        fetched_at=moment,
        fingerprint=fingerprint(doc["title"], text, language),
    )

"""docs/schema.md, made from a fresh database: `python -m aggregator.store.schema_doc > docs/schema.md`."""

import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import Final

from . import migrations
from .files import APPLICATION_ID

_COLUMN: Final = re.compile(r"^  (?P<source>.+?),? -- (?P<comment>.+)$")
_CAST: Final = re.compile(r" AS (?P<type>[A-Z]+)\) AS \w+$")
_HEAD: Final = re.compile(r"^CREATE .*? -- (?P<comment>.+)$", re.MULTILINE)
_INTRO: Final = """\
# Schema

Made from the code by `python -m aggregator.store.schema_doc`; a test holds it. The names of views, tables and columns are a contract:
they stay within a major release.

Read the views: they need no join, and leave out copies and removed articles. The file is SQLite, schema version {version},
`application_id` {id:#x}.

- Instants are UTC text such as `2024-04-19T08:30:00Z`, so text order is time order. `published_at` is only `2024-04-19`, `2024-04` or
  `2024` when no more is known: midnight is never invented. `published_instant` is null then, for differences and time zones;
  `published_day` is the local calendar day, for grouping. [analysts.md](analysts.md) has the queries that people ask for.
- `authors`, `tags`, `directives`, `warnings` and `source_list` are JSON arrays (`json_each` takes them apart).
- Open it for reading only (`sqlite3 'file:news.db?mode=ro'`); readers never wait for a crawl and never stop one. Copy it with
  `aggregator backup`, not `cp`.

## Full text

Two indexes, because no tokenizer serves all scripts; `aggregator search` asks both.

- `article_fts` has title, description and body in words, accents folded:
  `SELECT url FROM articles WHERE id IN (SELECT rowid FROM article_fts WHERE article_fts MATCH 'queen tears')`. Its tokenizer is
  `unicode61 remove_diacritics 2` with marks as parts of words, without which words of Hindi and its relatives fall apart.
- `article_forms` has what that cannot find: scripts without spaces (Han, kana, Thai, Lao, Khmer, Myanmar) and Korean, one character a
  word, so that `MATCH '"눈 물"'` finds 눈물 anywhere, whatever its ending; and Arabic-script words (Urdu, Persian, Arabic) without vowel
  signs and with one form for each letter, where that differs from the text. A trigram index cannot find words of two characters, the
  usual length in Chinese and Korean.
"""


def schema_document() -> str:
    """The document, with every view and table and a comment for each column."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrations.apply(db)
        kinds = [("Views", "view"), ("Tables", "table")]
        parts = [_INTRO.format(version=migrations.NEWEST, id=APPLICATION_ID)]
        for title, kind in kinds:
            parts.append(f"## {title}\n")
            parts += [_section(db, name, sql) for name, sql in _objects(db, kind)]
    return "\n".join(parts)


def _objects(db: sqlite3.Connection, kind: str) -> Iterator[tuple[str, str]]:
    """Name and SQL of our own views or tables, in the order in which they were made."""
    rows = db.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = ? AND sql LIKE '% -- %' ORDER BY rowid", (kind,)
    )
    yield from rows.fetchall()


def _section(db: sqlite3.Connection, name: str, sql: str) -> str:
    head = _HEAD.match(sql)
    types = {row[1]: row[2] for row in db.execute(f'PRAGMA table_info("{name}")')}
    comments = [m for m in map(_COLUMN.match, sql.splitlines()) if m]
    rows = [f"| `{_name(m['source'])}` | {_type(types, m['source'])} | {m['comment']} |" for m in comments]
    title = head["comment"] if head else ""
    return "\n".join(
        (
            f"### {name}\n",
            f"{title[0].upper()}{title[1:]}.\n",
            "| column | type | meaning |",
            "| --- | --- | --- |",
            *rows,
            "",
        )
    )


def _name(source: str) -> str:
    """The column's name in `name TYPE ...`, `table.name` or `expression AS name`; `END AS name` closes a CASE."""
    if " AS " in source:
        return source.rsplit(" AS ", 1)[1]
    return source.split(maxsplit=1)[0].rsplit(".", 1)[-1]


def _type(types: dict[str, str], source: str) -> str:
    """A column's type in lower case. That of a computed column is read from its CAST: releases of SQLite name it differently."""
    cast = _CAST.search(source)
    return (cast["type"] if cast else types.get(_name(source), "")).lower()


if __name__ == "__main__":
    sys.stdout.write(schema_document())

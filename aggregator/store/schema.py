"""The tables, as the migrations create them. Each column stands on a line of its own with its comment; docs/schema.md is made of these.

Ids are made by the writer and stay. Instants are UTC text (`2024-04-19T08:30:00Z`); lists are JSON arrays.
"""

from typing import Final

CRAWL: Final = (
    """\
CREATE TABLE source ( -- an outlet that articles come from, and how it is doing
  id TEXT PRIMARY KEY, -- name in the source list: lower-case letters, digits, hyphens
  name TEXT NOT NULL, -- name for people
  home TEXT, -- address of the home page
  country TEXT, -- ISO 3166-1 alpha-2
  language TEXT, -- BCP 47
  zone TEXT, -- IANA time zone, used only for dates without an offset
  configured INTEGER NOT NULL DEFAULT 0, -- 1 when the source list has it switched on
  enabled INTEGER NOT NULL DEFAULT 1, -- 0 when it was switched off in this file
  saved_at TEXT, -- when the source list was last read into this row
  next_due_at TEXT, -- no crawl before then; null: due now
  last_run_at TEXT, -- when it was last crawled
  last_success_at TEXT, -- when that last went well
  last_new_at TEXT, -- when it last had a new article
  failures INTEGER NOT NULL DEFAULT 0, -- failed runs in a row
  last_error TEXT -- what the last failed run said
) STRICT""",
    """\
CREATE TABLE listing ( -- a feed, sitemap or section page, as last read
  url TEXT PRIMARY KEY, -- its address
  etag TEXT, -- validator of the last answer
  last_modified TEXT, -- validator of the last answer
  content TEXT, -- hash of the last body
  fetched_at TEXT, -- when it last answered
  newest_item_at TEXT, -- date of the newest item it ever listed
  failures INTEGER NOT NULL DEFAULT 0 -- failed readings in a row
) STRICT, WITHOUT ROWID""",
    """\
CREATE TABLE lease ( -- who may crawl what until when
  key TEXT PRIMARY KEY, -- a source, or the registered domain that several share
  owner TEXT NOT NULL, -- process that holds it
  until TEXT NOT NULL -- when it runs out
) STRICT, WITHOUT ROWID""",
    """\
CREATE TABLE run ( -- one crawl of the whole program
  id INTEGER PRIMARY KEY, -- made by the writer
  started_at TEXT NOT NULL, -- when it began
  finished_at TEXT, -- when it ended; null: it is running, or was killed
  status INTEGER, -- exit status (docs/cli.md); null: as above
  command TEXT NOT NULL, -- command line
  version TEXT NOT NULL -- release that ran
) STRICT""",
    """\
CREATE TABLE run_source ( -- what one source gave in one run
  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE, -- the run
  source TEXT NOT NULL, -- the source
  new INTEGER NOT NULL, -- articles stored for the first time
  updated INTEGER NOT NULL, -- articles with a new version
  unchanged INTEGER NOT NULL, -- articles seen again as they were
  duplicate INTEGER NOT NULL, -- copies of stored articles
  rejected INTEGER NOT NULL, -- pages that are no article
  errors INTEGER NOT NULL, -- addresses that gave no page
  skipped INTEGER NOT NULL, -- addresses that were not asked for
  reasons TEXT NOT NULL, -- JSON object: reason -> how many, for rejected, errors and skipped
  listings INTEGER NOT NULL, -- feeds, sitemaps and sections that answered
  found INTEGER NOT NULL, -- addresses that they listed
  requests INTEGER NOT NULL, -- requests made
  bytes INTEGER NOT NULL, -- bytes received
  seconds REAL NOT NULL, -- time taken
  failure TEXT, -- what went wrong; null: all is well
  warnings TEXT NOT NULL, -- JSON array of sentences
  PRIMARY KEY (run, source)
) STRICT, WITHOUT ROWID""",
    """\
CREATE TABLE fetch ( -- every address that was asked for, or not asked for and why
  id INTEGER PRIMARY KEY, -- made by the writer
  run INTEGER NOT NULL, -- the run that did it
  url TEXT NOT NULL, -- the address
  final_url TEXT, -- where redirects led; null: nowhere else
  source TEXT, -- the source
  kind TEXT NOT NULL, -- page, part (further page of an article), feed, sitemap, section, home or robots
  outcome TEXT NOT NULL, -- new, updated, unchanged, duplicate, rejected, error, skipped, listing or part
  reason TEXT, -- why it did not become an article; null: it did, or is a listing
  detail TEXT, -- more about the reason
  status INTEGER, -- HTTP status; null: no answer
  bytes INTEGER, -- size of the body
  elapsed_ms INTEGER, -- how long it took
  fetched_at TEXT NOT NULL, -- when
  found INTEGER, -- listings: addresses listed
  article INTEGER -- id of the article it became or is; kept when that is removed
) STRICT""",
    "CREATE INDEX fetch_run ON fetch (run)",
    "CREATE INDEX fetch_reason ON fetch (reason, source) WHERE reason IS NOT NULL",
)

PARTS: Final = (
    """\
CREATE TABLE picture ( -- pictures of an article: the lead image, and those in its text that have a caption
  article INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE, -- the article
  number INTEGER NOT NULL, -- order, from 0; the lead image is 0 where there is one (article.image)
  url TEXT NOT NULL, -- its address
  caption TEXT, -- its caption
  credit TEXT, -- who made it, as printed
  PRIMARY KEY (article, number)
) STRICT, WITHOUT ROWID""",
    """\
CREATE TABLE review ( -- what a review is about, and its verdict
  article INTEGER PRIMARY KEY REFERENCES article (id) ON DELETE CASCADE, -- the article
  work TEXT, -- name of the work
  work_type TEXT, -- schema.org type, such as Movie, MusicAlbum or TVSeries
  rating REAL, -- the verdict; null: none in numbers
  best REAL, -- greatest number of its scale; null: unknown
  worst REAL, -- least number of its scale; null: unknown
  raw TEXT NOT NULL, -- the verdict as stated
  origin TEXT NOT NULL -- where it stands: json-ld:..., text (a line of its own), title (only the work is known)
) STRICT""",
    """\
CREATE TABLE entry ( -- entries of live blogs
  article INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE, -- the article
  number INTEGER NOT NULL, -- order in the text, from 0
  paragraph INTEGER NOT NULL, -- paragraph of the article's body that it begins with, from 0
  title TEXT, -- its headline, where the page's data give one
  posted_at TEXT, -- UTC instant, or only the day; null: unknown
  posted_zone TEXT, -- how the offset is known: stated, assumed or unknown
  posted TEXT NOT NULL, -- its time as stated or printed
  body TEXT NOT NULL, -- its text, a part of the article's
  PRIMARY KEY (article, number)
) STRICT, WITHOUT ROWID""",
)

RENDERINGS: Final = (
    """\
CREATE TABLE rendering ( -- sources whose pages a browser had to show, and whether it helped
  source TEXT PRIMARY KEY, -- the source
  tried INTEGER NOT NULL, -- pages that a browser showed
  helped INTEGER NOT NULL, -- of them, those that became articles
  misses INTEGER NOT NULL -- pages since the last one that did
) STRICT, WITHOUT ROWID""",
)

NATURES: Final = (
    "ALTER TABLE revision RENAME TO revision_before",
    """\
CREATE TABLE revision ( -- what an article said before it was changed
  article INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE, -- the article
  number INTEGER NOT NULL, -- 1 is the oldest version
  seen_at TEXT NOT NULL, -- when this version was stored
  replaced_at TEXT NOT NULL, -- when the next one was
  kind TEXT NOT NULL, -- what the next one changed: title, text, date, joined by +
  nature TEXT, -- correction, update, growth (of a live blog), headline, cosmetic or date; null: stored by an earlier release
  words_added INTEGER, -- words that the next one has more; null: as nature
  words_removed INTEGER, -- words that it has no more; null: as nature
  returns_to INTEGER, -- number of the earlier version that the next one is again; null: of none
  summary TEXT NOT NULL, -- the change in words
  title TEXT NOT NULL, -- headline of this version
  description TEXT, -- its standfirst
  body TEXT, -- its text; null: the next version has the same
  published_at TEXT, -- its date
  content TEXT, -- its hash
  PRIMARY KEY (article, number)
) STRICT, WITHOUT ROWID""",
    """INSERT INTO revision (article, number, seen_at, replaced_at, kind, summary, title, description, body, published_at, content)
SELECT article, number, seen_at, replaced_at, kind, summary, title, description, body, published_at, content FROM revision_before""",
    "DROP TABLE revision_before",
    """\
CREATE TABLE ruling ( -- what a person said about two articles; no later crawl or reindex overrules it
  article INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE, -- the one with the smaller id
  other INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE, -- the other one
  original INTEGER, -- which of the two is the original of the other; null: they are two articles
  reason TEXT NOT NULL, -- why, as given
  ruled_at TEXT NOT NULL, -- when
  PRIMARY KEY (article, other)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX ruling_other ON ruling (other)",
)

NUMBERS: Final = (
    """\
CREATE TABLE site_number ( -- the numbers that sites give their articles, as the addresses show them
  site TEXT NOT NULL, -- host without www.
  shape TEXT NOT NULL, -- where it stands in the address: start or end of the last part, or alone
  number TEXT NOT NULL, -- the number
  article INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE, -- the article it leads to
  PRIMARY KEY (site, shape, number, article)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX site_number_article ON site_number (article)",
)

FETCHES: Final = ("CREATE INDEX fetch_url ON fetch (url)",)

ARTICLES: Final = (
    """\
CREATE TABLE story ( -- an event that one or several articles tell
  id INTEGER PRIMARY KEY, -- made by the writer, never reused
  title TEXT NOT NULL, -- headline of its first article
  language TEXT, -- BCP 47
  first_seen_at TEXT NOT NULL, -- when its first article was stored
  last_seen_at TEXT NOT NULL, -- when its latest article was stored
  terms TEXT NOT NULL DEFAULT '[]' -- JSON array of [term, weight], heaviest first, summed over its articles
) STRICT""",
    "CREATE INDEX story_last_seen ON story (last_seen_at)",
    """\
CREATE TABLE story_term ( -- finds stories by a term
  term TEXT NOT NULL, -- the term
  story INTEGER NOT NULL, -- a story that has it
  PRIMARY KEY (term, story)
) STRICT, WITHOUT ROWID""",
    """\
CREATE TABLE article ( -- one row per article, copies included (duplicate_of)
  id INTEGER PRIMARY KEY, -- made by the writer, never reused
  url TEXT NOT NULL UNIQUE, -- canonical address
  last_seen_at TEXT NOT NULL, -- when its page was last seen
  first_seen_at TEXT NOT NULL, -- when it was stored
  changed_at TEXT NOT NULL, -- when the stored text came
  source TEXT REFERENCES source (id), -- where it was found
  duplicate_of INTEGER REFERENCES article (id), -- the article that it copies; null: none
  containment REAL, -- copies: share of the shorter text that the other has
  evidence TEXT, -- copies: why it counts as one
  story_id INTEGER REFERENCES story (id), -- the event it tells
  revisions INTEGER NOT NULL DEFAULT 0, -- how many earlier versions are kept
  title TEXT NOT NULL CHECK (length(title) > 0), -- headline
  authors TEXT NOT NULL DEFAULT '[]', -- JSON array of names
  agency TEXT, -- news agency that the text is credited to
  section TEXT, -- section of the outlet
  tags TEXT NOT NULL DEFAULT '[]', -- JSON array of keywords
  language TEXT, -- BCP 47
  image TEXT, -- address of the main picture
  image_caption TEXT, -- its caption
  kind TEXT NOT NULL, -- article, live_blog, gallery, video, review, interview or list
  paywall TEXT NOT NULL, -- free, metered, stub or unknown
  published_at TEXT, -- UTC instant, or only the local day, month or year when no more is known
  published_day TEXT, -- local calendar day, for grouping
  published_precision TEXT, -- second, minute, day, month or year
  published_offset INTEGER, -- minutes that the outlet's clock was ahead of UTC; null: unknown
  published_zone TEXT, -- how the offset is known: stated, proven, assumed or unknown
  published_origin TEXT, -- the claim that won (table claim)
  published_confidence REAL, -- 0 to 1
  modified_at TEXT, -- as published_at: when the outlet last changed it
  modified_offset INTEGER, -- as published_offset
  directives TEXT NOT NULL DEFAULT '[]', -- JSON array of opt-outs that the page states
  quality REAL NOT NULL, -- 0 to 1: how far the candidates for each field agree
  word_count INTEGER NOT NULL, -- words of body
  extractor TEXT NOT NULL, -- version of the rules that made it
  content TEXT, -- hash of the normalized text
  sketch BLOB, -- values in near_dup, 8 bytes each, big-endian
  description TEXT, -- standfirst or teaser
  body TEXT NOT NULL CHECK (length(body) > 0) -- the text, paragraphs separated by blank lines
) STRICT""",
    "CREATE INDEX article_content ON article (content)",
    "CREATE INDEX article_published ON article (published_at)",
    # Counts by day, source, language and story are answered from these indexes alone: the rows with their texts are large.
    "CREATE INDEX article_day ON article (published_day, source, language, word_count, duplicate_of) WHERE duplicate_of IS NULL",
    "CREATE INDEX article_changed ON article (changed_at)",
    "CREATE INDEX article_first_seen ON article (first_seen_at)",
    "CREATE INDEX article_source ON article (source, published_at, duplicate_of)",
    "CREATE INDEX article_duplicate ON article (duplicate_of) WHERE duplicate_of IS NOT NULL",
    "CREATE INDEX article_story ON article (story_id, source, published_at) WHERE story_id IS NOT NULL",
    """\
CREATE TABLE url ( -- every form of a page's address that was seen, and what is known of it
  key TEXT PRIMARY KEY, -- what all spellings of an address share
  url TEXT NOT NULL, -- the address as it was asked for
  article INTEGER REFERENCES article (id) ON DELETE SET NULL, -- the article it leads to; null: none
  source TEXT, -- the source that asked for it
  first_seen_at TEXT NOT NULL, -- when it was first seen
  fetched_at TEXT, -- when it was last asked for; null: it is another form of an address that was
  outcome TEXT, -- how that ended (table fetch)
  reason TEXT, -- why it did not become an article
  etag TEXT, -- validator of the last answer
  last_modified TEXT, -- validator of the last answer
  failures INTEGER NOT NULL DEFAULT 0, -- failures in a row
  next_look_at TEXT, -- look again then; null: never
  listed_modified TEXT -- the modification date that a feed or sitemap gave for it when it was last asked for, as found there
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX url_article ON url (article) WHERE article IS NOT NULL",
    "CREATE INDEX url_due ON url (source, next_look_at) WHERE next_look_at IS NOT NULL",
    """\
CREATE TABLE revision ( -- what an article said before it was changed
  article INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE, -- the article
  number INTEGER NOT NULL, -- 1 is the oldest version
  seen_at TEXT NOT NULL, -- when this version was stored
  replaced_at TEXT NOT NULL, -- when the next one was
  kind TEXT NOT NULL, -- what the next one changed: title, text, date, joined by +
  summary TEXT NOT NULL, -- the change in words
  title TEXT NOT NULL, -- headline of this version
  description TEXT, -- its standfirst
  body TEXT, -- its text; null: the next version has the same
  published_at TEXT, -- its date
  content TEXT, -- its hash
  PRIMARY KEY (article, number)
) STRICT, WITHOUT ROWID""",
    """\
CREATE TABLE related_link ( -- the stories that a page pointed to; never part of the text
  article INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE, -- the article whose page it was
  number INTEGER NOT NULL, -- order on the page, from 0
  position INTEGER NOT NULL, -- block or line of the page
  title TEXT NOT NULL, -- headline as printed
  url TEXT, -- where it leads; null: unknown
  rule TEXT NOT NULL, -- rule that found it
  PRIMARY KEY (article, number)
) STRICT, WITHOUT ROWID""",
    """\
CREATE TABLE removed ( -- lines that were taken out of the text
  article INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE, -- the article
  number INTEGER NOT NULL, -- order on the page, from 0
  position INTEGER NOT NULL, -- block or line of the page
  rule TEXT NOT NULL, -- rule that did it
  line TEXT NOT NULL, -- the line
  PRIMARY KEY (article, number)
) STRICT, WITHOUT ROWID""",
    """\
CREATE TABLE claim ( -- each statement about a field, its origin, and whether it won
  article INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE, -- the article
  number INTEGER NOT NULL, -- order, from 0
  field TEXT NOT NULL, -- title, published, author ...
  value TEXT NOT NULL, -- normalized
  raw TEXT NOT NULL, -- as printed
  origin TEXT NOT NULL, -- where it stood, such as json-ld:NewsArticle.datePublished
  chosen INTEGER NOT NULL, -- 1: it won
  reason TEXT NOT NULL, -- why it won or lost
  precision TEXT, -- dates: second, minute, day, month or year
  zone TEXT, -- dates: stated, proven, assumed or unknown
  PRIMARY KEY (article, number)
) STRICT, WITHOUT ROWID""",
    """\
CREATE TABLE mention ( -- dates that a text mentions; none is its date of publication
  article INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE, -- the article
  number INTEGER NOT NULL, -- order, from 0
  position INTEGER NOT NULL, -- paragraph, from 0
  day TEXT NOT NULL, -- the day meant
  raw TEXT NOT NULL, -- as printed
  PRIMARY KEY (article, number)
) STRICT, WITHOUT ROWID""",
    """\
CREATE TABLE page ( -- where the raw page lies in the archive
  fetch INTEGER PRIMARY KEY, -- the fetch that brought it
  key TEXT NOT NULL, -- key of its address (table url)
  article INTEGER, -- the article it became; null: none
  segment TEXT NOT NULL, -- file in the archive folder
  start INTEGER NOT NULL, -- byte offset of its record
  length INTEGER NOT NULL -- bytes of its record
) STRICT""",
    "CREATE INDEX page_key ON page (key)",
    "CREATE INDEX page_article ON page (article) WHERE article IS NOT NULL",
    """\
CREATE TABLE tombstone ( -- addresses removed on request; they are never asked for again
  key TEXT PRIMARY KEY, -- key of the address; or site, shape and number of its own (table site_number), with blanks between
  url TEXT NOT NULL, -- the address
  article INTEGER, -- id that the article had
  reason TEXT NOT NULL, -- why it was removed
  removed_at TEXT NOT NULL -- when
) STRICT, WITHOUT ROWID""",
)

IDENTITY: Final = (
    """\
CREATE TABLE near_dup ( -- finds articles that share text: one row per value of an article's sketch
  value INTEGER NOT NULL, -- hash of a few neighbouring words
  article INTEGER NOT NULL, -- an article that has it
  PRIMARY KEY (value, article)
) STRICT, WITHOUT ROWID""",
    """\
CREATE TABLE segment ( -- text that a source's pages have in common, counted over a sample
  source TEXT NOT NULL, -- the source
  hash INTEGER NOT NULL, -- hash of the text; 0: the row that counts the pages
  pages INTEGER NOT NULL, -- on how many of them it stood
  seen_at TEXT NOT NULL, -- when it was last seen
  line TEXT, -- the text; null until it stands on a second page
  PRIMARY KEY (source, hash)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX segment_repeated ON segment (source, pages) WHERE pages > 1",
)

_TOKENIZER: Final = "unicode61 remove_diacritics 2 categories ''L* N* Co M*''"

FULL_TEXT: Final = (
    f"""\
CREATE VIRTUAL TABLE article_fts USING fts5( -- words of all texts; marks (M*) are parts of words, or Hindi falls apart
  title, -- article.title
  description, -- article.description
  body, -- article.body
  content="article", content_rowid = 'id',
  tokenize = '{_TOKENIZER}'
)""",
    f"""\
CREATE VIRTUAL TABLE article_forms USING fts5( -- articles in scripts that words do not serve: characters apart, Arabic-script words folded
  title, -- article.title in that form
  description, -- article.description
  body, -- article.body
  content = '',
  tokenize = '{_TOKENIZER}'
)""",
    """\
CREATE TRIGGER article_fts_insert AFTER INSERT ON article BEGIN
  INSERT INTO article_fts (rowid, title, description, body) VALUES (new.id, new.title, new.description, new.body);
END""",
    """\
CREATE TRIGGER article_fts_delete AFTER DELETE ON article BEGIN
  INSERT INTO article_fts (article_fts, rowid, title, description, body)
  VALUES ('delete', old.id, old.title, old.description, old.body);
END""",
    """\
CREATE TRIGGER article_fts_update AFTER UPDATE OF title, description, body ON article
WHEN old.title IS NOT new.title OR old.description IS NOT new.description OR old.body IS NOT new.body BEGIN
  INSERT INTO article_fts (article_fts, rowid, title, description, body)
  VALUES ('delete', old.id, old.title, old.description, old.body);
  INSERT INTO article_fts (rowid, title, description, body) VALUES (new.id, new.title, new.description, new.body);
END""",
    "INSERT INTO article_fts (article_fts) VALUES ('rebuild')",
)

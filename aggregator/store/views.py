"""The views that analysts and outside tools read. Their names and columns are a contract; they need no join.

Computed columns are CAST: without a declared type, tools that read one (DuckDB, SQLite's own `.schema`) take numbers for blobs.
"""

from typing import Final

VIEWS: Final = (
    """\
CREATE VIEW articles AS -- every article once: no copies, nothing that was removed
SELECT
  id, -- stays the same for ever
  url, -- canonical address
  title, -- headline
  description, -- standfirst or teaser
  body, -- the text, paragraphs separated by blank lines
  authors, -- JSON array of names
  source, -- id of the outlet
  section, -- section of the outlet
  tags, -- JSON array of keywords
  language, -- BCP 47
  published_at, -- UTC instant; only the day, month or year when no more is known
  CAST(CASE
    WHEN published_precision IN ('second', 'minute') THEN published_at
  END AS TEXT) AS published_instant, -- published_at, or null where no time of day is known: for arithmetic
  published_day, -- local calendar day; null: only the month or year is known, or nothing
  published_precision, -- second, minute, day, month or year
  published_offset, -- minutes that the outlet's clock was ahead of UTC
  published_zone, -- stated, proven, assumed or unknown
  published_origin, -- where the date comes from (table claim)
  published_confidence, -- 0 to 1: how sure the date is
  modified_at, -- as published_at: when the outlet last changed it
  first_seen_at, -- when it was stored
  last_seen_at, -- when its page was last seen
  changed_at, -- when the stored text came; copy what is newer than your last copy
  word_count, -- words of body
  kind, -- article, live_blog, gallery, video, review, interview or list
  paywall, -- free, metered, stub or unknown
  agency, -- news agency that the text is credited to
  image, -- address of the main picture
  image_caption, -- its caption
  story_id, -- the event it tells (view stories)
  revisions, -- earlier versions kept (view revisions)
  CAST((SELECT count(*) FROM article copy WHERE copy.duplicate_of = article.id) AS INTEGER) AS copies, -- copies stored (view duplicates)
  directives, -- JSON array of opt-outs that the page states
  quality, -- 0 to 1: how far the candidates for each field agree
  extractor, -- version of the rules that made it
  CAST((SELECT credit FROM picture WHERE picture.article = article.id AND picture.number = 0
    AND picture.url = article.image) AS TEXT) AS image_credit -- who made the main picture
FROM article WHERE duplicate_of IS NULL""",
    """\
CREATE VIEW articles_by_day AS -- how many articles each outlet published on each day
SELECT
  published_day AS day, -- local calendar day; null: unknown
  source, -- id of the outlet
  language, -- BCP 47
  CAST(count(*) AS INTEGER) AS articles, -- articles, copies left out
  CAST(sum(word_count) AS INTEGER) AS words -- their words
FROM article WHERE duplicate_of IS NULL GROUP BY published_day, source, language""",
    """\
CREATE VIEW stories AS -- events, and how many articles and outlets tell them
SELECT
  story.id AS story_id, -- stays the same
  story.title, -- headline of its first article
  story.language, -- BCP 47
  story.first_seen_at, -- when its first article was stored
  story.last_seen_at, -- when its latest article was stored
  CAST(min(article.published_at) AS TEXT) AS first_published_at, -- the earliest date of its articles
  CAST(count(*) AS INTEGER) AS articles, -- articles, copies included
  CAST(count(DISTINCT article.source) AS INTEGER) AS sources, -- outlets
  CAST(json_group_array(DISTINCT article.source) AS TEXT) AS source_list -- JSON array of the outlets
FROM story JOIN article ON article.story_id = story.id GROUP BY story.id""",
    """\
CREATE VIEW story_article AS -- which article tells which story
SELECT
  story_id, -- the story
  id AS article, -- id of the article
  url, -- its address
  title, -- its headline
  source, -- its outlet
  published_at, -- its date
  duplicate_of -- the article that it copies; null: none
FROM article WHERE story_id IS NOT NULL""",
    """\
CREATE VIEW duplicates AS -- copies, each with its original
SELECT
  copy.id AS article, -- id of the copy
  copy.url, -- address of the copy
  copy.title, -- its headline
  copy.source, -- its outlet
  copy.published_at, -- its date
  copy.first_seen_at, -- when it was stored
  original.id AS original_article, -- id of the original
  original.url AS original_url, -- address of the original
  original.title AS original_title, -- its headline
  original.source AS original_source, -- its outlet
  original.published_at AS original_published_at, -- its date
  copy.containment, -- share of the shorter text that the other has
  copy.evidence -- why it counts as a copy
FROM article copy JOIN article original ON original.id = copy.duplicate_of""",
    """\
CREATE VIEW revisions AS -- earlier versions of articles
SELECT
  revision.article, -- id of the article
  article.url, -- address
  revision.number, -- 1 is the oldest version
  revision.seen_at, -- when this version was stored
  revision.replaced_at, -- when the next one was
  revision.kind, -- what the next one changed: title, text, date, joined by +
  revision.summary, -- the change in words
  revision.title, -- headline of this version
  revision.description, -- its standfirst
  revision.body, -- its text; null: the next version has the same
  revision.published_at, -- its date
  article.title AS title_now, -- headline of the latest version
  article.source, -- outlet
  revision.nature, -- what sort of change that was: correction, update, growth (of a live blog), headline, cosmetic or date; null: not known
  revision.words_added, -- words that the next one has more
  revision.words_removed, -- words that it has no more
  revision.returns_to -- number of the earlier version that the next one is again; null: of none
FROM revision JOIN article ON article.id = revision.article""",
    """\
CREATE VIEW related AS -- the stories that an article's page pointed to; copies included
SELECT
  related_link.article, -- id of the article
  article.url, -- address of the article
  article.title, -- its headline
  related_link.number, -- order on the page, from 0
  related_link.title AS related_title, -- headline as printed
  related_link.url AS related_url, -- where it leads; null: unknown
  related_link.rule -- rule that found it
FROM related_link JOIN article ON article.id = related_link.article""",
    """\
CREATE VIEW reviews AS -- reviews with the work that they are about and their verdict; copies left out
SELECT
  article.id AS article, -- id of the article
  article.url, -- its address
  article.title, -- its headline
  article.source, -- its outlet
  article.authors, -- JSON array of names
  article.published_at, -- its date
  review.work, -- name of the work
  review.work_type, -- schema.org type, such as Movie, MusicAlbum or TVSeries
  review.rating, -- the verdict; null: none in numbers
  review.best, -- greatest number of its scale
  CAST(review.rating / review.best AS REAL) AS share, -- rating by best, 0 to 1: comparable across scales
  review.raw, -- the verdict as stated
  review.origin -- where it stands
FROM article JOIN review ON review.article = article.id WHERE article.duplicate_of IS NULL""",
    """\
CREATE VIEW live_entries AS -- entries of live blogs; copies left out
SELECT
  article.id AS article, -- id of the article
  article.url, -- its address
  article.title AS article_title, -- its headline
  article.source, -- its outlet
  entry.number, -- order in the text, from 0
  entry.title, -- headline of the entry
  entry.posted_at, -- when it was posted: UTC instant, or only the day
  entry.posted, -- its time as stated or printed
  entry.body -- its text
FROM article JOIN entry ON entry.article = article.id WHERE article.duplicate_of IS NULL""",
    """\
CREATE VIEW last_run AS -- the latest crawl, one row for each source
SELECT
  run.id AS run, -- the run
  run.started_at, -- when it began
  run.finished_at, -- when it ended; null: it is running, or was killed
  run.status, -- exit status; null: as above
  run_source.source, -- the source
  run_source.new, -- articles stored for the first time
  run_source.updated, -- articles with a new version
  run_source.unchanged, -- articles seen again as they were
  run_source.duplicate, -- copies of stored articles
  run_source.rejected, -- pages that are no article
  run_source.errors, -- addresses that gave no page
  run_source.skipped, -- addresses that were not asked for
  run_source.reasons, -- JSON object: reason -> how many
  run_source.listings, -- feeds, sitemaps and sections that answered
  run_source.found, -- addresses that they listed
  run_source.requests, -- requests made
  run_source.bytes, -- bytes received
  run_source.seconds, -- time taken
  run_source.failure, -- what went wrong; null: all is well
  run_source.warnings -- JSON array of sentences
FROM run LEFT JOIN run_source ON run_source.run = run.id WHERE run.id = (SELECT max(id) FROM run WHERE command = 'crawl')""",
    """\
CREATE VIEW source_health AS -- how each outlet is doing
SELECT
  source.id AS source, -- the outlet
  source.name, -- its name
  CAST(CASE
    WHEN NOT source.enabled OR NOT source.configured THEN 'off'
    WHEN source.last_run_at IS NULL THEN 'never run'
    WHEN source.failures > 0 THEN 'failing'
    WHEN coalesce(source.last_new_at, '') < strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-7 days') THEN 'nothing new for a week'
    ELSE 'fine'
  END AS TEXT) AS state, -- fine, failing, nothing new for a week, never run or off
  source.last_run_at, -- when it was last crawled
  source.last_success_at, -- when that last went well
  source.last_new_at, -- when it last had a new article
  source.next_due_at, -- no crawl before then; null: due now
  source.failures, -- failed runs in a row
  source.last_error, -- what the last failed run said
  CAST((SELECT count(*) FROM article WHERE article.source = source.id) AS INTEGER) AS articles, -- articles stored, copies included
  latest.new, -- new articles in its latest run
  latest.rejected, -- pages that were no article in its latest run
  latest.errors, -- addresses that gave no page in its latest run
  latest.warnings -- JSON array of sentences about its latest run
FROM source LEFT JOIN run_source latest ON latest.source = source.id
  AND latest.run = (SELECT max(run) FROM run_source WHERE run_source.source = source.id)""",
)

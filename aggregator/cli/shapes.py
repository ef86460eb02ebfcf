"""What the keys of the JSON mean, record by record: docs/cli.md prints these tables, and a test holds them against the records."""

from typing import Final

ARTICLE: Final = {
    "version": "of this shape; goes up when a key changes its meaning or goes away",
    "type": "`article`",
    "url": "canonical address",
    "final_url": "the address that answered, after redirects",
    "source": "id of the configured source that the page belongs to, or null",
    "title": "headline, without the site's name",
    "description": "summary that the page gives, or null",
    "authors": "list of names",
    "agency": "news agency that the text comes from, or null",
    "published_at": "ISO 8601 with the page's own offset; only `2024-04-19`, `2024-04` or `2024` when no more is known; or null",
    "published": "what is known of that date (see below), or null",
    "modified_at": "the last change that the page states, in the same form, or null",
    "language": "BCP 47, or null",
    "section": "section of the site, or null",
    "tags": "list of texts",
    "image": "address of the main image, or null",
    "image_caption": "its caption, or null",
    "image_credit": "who made it, as printed, or null",
    "pictures": "the main image and those in the text that have a caption (see below)",
    "review": "of a review: the work and the verdict (see below), or null",
    "entries": "of a live blog: its entries (see below)",
    "parts": "addresses of the further pages of an article that is printed on several",
    "kind": "`article`, `live_blog`, `gallery`, `video`, `review`, `interview` or `list`",
    "paywall": "`free`, `metered`, `stub` or `unknown`",
    "directives": "opt-outs that the page states, such as `noai`",
    "word_count": "words of the text; Han, kana, Hangul and Thai count two characters a word",
    "quality": "0 to 1: how far the candidates for each value agree",
    "text": "the cleaned text; blank lines between paragraphs",
    "related": "the stories that the page pointed to (see below)",
    "removed": "the lines that were taken out, with the rule of each (see below)",
    "mentions": "dates that the text mentions (see below)",
    "fetched_at": "ISO 8601",
    "extractor": "version of the rules",
    "claims": "with `--explain` only: every claim for every value (see below)",
}
REJECTION: Final = {
    "version": "as above",
    "type": "`rejection`",
    "url": "the address asked for",
    "final_url": "the address that answered, after redirects",
    "reason": "code, as in `fetch.reason` of the database (see the table of reasons)",
    "sentence": "the reason in words",
    "title": "the page's title, or null",
    "directives": "opt-outs that the page states",
}
TEXT: Final = {
    "version": "as above",
    "type": "`text`",
    "title": "first line that is a headline, or null",
    "description": "the line under it that sums up, or null",
    "published_at": "always null: a bare text states no publication date",
    "text": "the cleaned text; blank lines between paragraphs",
    "paragraphs": "the same as a list",
    "related": "headlines of other stories (see below)",
    "removed": "the lines that were taken out, with the rule of each (see below)",
    "mentions": "dates that the text mentions (see below)",
}
DATED: Final = {
    "precision": "`second`, `minute`, `day`, `month` or `year`",
    "zone": "how the offset is known: `stated`, `proven`, `assumed` or `unknown`",
    "origin": "the claim that won, such as `meta:article:published_time`",
    "confidence": "0 to 1",
}
RELATED: Final = {
    "title": "headline",
    "url": "address; null where only the headline is known",
    "position": "order in the page, from 0",
    "rule": "the rule that told it from the text",
}
REMOVED: Final = {
    "text": "the line",
    "rule": "the rule that removed it",
    "position": "block or line of the page, from 0",
    "why": "with `--explain`: its points, and the features that took the most of them (docs/extraction.md); else empty",
}
PICTURE: Final = {
    "url": "address",
    "caption": "caption without the credit, or null",
    "credit": "who made it, as printed, or null",
}
REVIEW: Final = {
    "work": "name of the work, or null",
    "work_type": "schema.org type, such as `Movie`, or null",
    "rating": "the verdict as a number, or null",
    "best": "greatest number of its scale, or null",
    "worst": "least number of its scale, or null",
    "text": "the verdict as stated",
    "origin": "where it stands: structured data, a line of the `text`, or only the `title`",
}
ENTRY: Final = {
    "paragraph": "paragraph of the text that it begins with, from 0",
    "title": "its headline where the page's data give one, or null",
    "posted_at": "ISO 8601, or null",
    "posted": "its time as stated",
    "text": "its part of the text",
}
MENTION: Final = {
    "text": "as printed",
    "date": "ISO 8601 date that it means",
    "paragraph": "where it stands, from 0",
}
CLAIM: Final = {
    "field": "`title`, `description`, `body`, `author`, `published`, `modified`, `language`, `canonical`, `section`, `kind` ...",
    "value": "normalized; instants in UTC",
    "raw": "as printed, cut to 500 characters",
    "origin": "where it stood, such as `json-ld:NewsArticle.datePublished`",
    "chosen": "true: it won",
    "reason": "why it won or lost",
    "precision": "of a date; else null",
    "zone": "of a date; else null",
}
CRAWL: Final = {
    "version": "as above",
    "type": "`crawl`",
    "db": "the database; null for a dry run",
    "status": "the exit status",
    "not_due": "how many sources were not due",
    "failing": "how many of these failed at their last run, and wait to be tried again",
    "sources": "one object for each source that was crawled (see below)",
    "health": "object: source, sentences about what is unusual (`aggregator health`); sources without one are left out",
    "planned": "dry run only: objects with `url`, `fetch` (true: it would be fetched) and `reason`",
}
CRAWLED: Final = {
    "source": "id",
    "new": "articles stored for the first time",
    "updated": "articles whose text, title or date changed",
    "unchanged": "pages looked at again without a change",
    "duplicate": "articles stored as copies of others",
    "rejected": "object: reason, how many pages were no article for it",
    "errors": "object: reason, how many addresses gave no answer for it",
    "skipped": "object: reason, how many addresses were not asked for",
    "listings": "feeds, sitemaps and section pages that answered",
    "found": "addresses that they listed",
    "requests": "requests that were made",
    "bytes": "bytes that came, after decompression",
    "seconds": "how long it took",
    "failure": "one sentence; null when all is well",
    "warnings": "list of sentences",
}
HITS: Final = {
    "version": "as above",
    "type": "`hits`",
    "query": "the query",
    "hits": "best first (see below)",
}
HIT: Final = {
    "url": "canonical address",
    "title": "headline",
    "snippet": "a piece of the text; what was found stands between `**`",
    "published_at": "UTC, ISO 8601, or null",
    "source": "id of the source",
    "score": "higher is better",
}
STATS: Final = {
    "version": "as above",
    "type": "`stats`",
    "articles": "all articles",
    "duplicates": "those that are copies of others",
    "revisions": "earlier versions that are kept",
    "stories": "groups of articles on one event",
    "sources": "sources that have articles",
    "fetches": "addresses on record",
    "words": "words of all texts",
    "first_day": "day of the earliest article, or null",
    "last_day": "day of the latest article, or null",
    "bytes": "size of the file",
    "by_source": "object: source, number of articles",
    "by_language": "object: language, number of articles",
    "by_reason": "object: reason, number of addresses without an article",
    "source_health": "the rows of the view `source_health`",
}
REPROCESS: Final = {
    "version": "as above",
    "type": "`reprocess`",
    "dry_run": "true: nothing was written",
    "read": "articles whose raw pages gave an article again",
    "changed": "those of them that are different now",
    "fields": "object: column of `articles`, number of articles in which it changed",
    "refused": "list of articles that would not be stored today, and stay: `url`, `reason`, `sentence`",
    "unreadable": "list of articles whose raw page is missing or damaged, in the same form",
    "without_page": "articles of which no raw page was kept",
}

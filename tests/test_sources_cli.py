"""`aggregator sources`: what it prints, writes and refuses. Nothing is fetched: answers are given."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aggregator.cli import cli, source_check, source_fixtures
from aggregator.cli import sources as module
from aggregator.cli.source_add import page_of, propose
from aggregator.cli.source_check import check_sources
from aggregator.crawl import Fetched
from aggregator.errors import AggregatorError, FetchError, UsageError
from aggregator.models import Article, FetchRecord, Page, Reason, Rejection, Source
from aggregator.sources import load_sources

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
HOME = "https://quarry.example/"
LIST = f"""# Mine
[[source]]
id = "quarry"
name = "The Quarry"
home = "{HOME}"
feeds = ["{HOME}feed"]

[[source]]
id = "lowland"
name = "Lowland"
home = "https://lowland.example/"
enabled = false
"""
FEED = "<rss><channel><title>T</title><item><link>/a</link><pubDate>{}</pubDate></item></channel></rss>"
FRESH = FEED.format("Mon, 09 Mar 2026 08:00:00 GMT")


def page(url: str, body: str, status: int = 200) -> Fetched:
    answer = Page(url=url, final_url=url, status=status, headers=(), body=body.encode(), fetched_at=NOW)
    return Fetched(url=url, page=answer, record=None)


def refused(url: str, reason: Reason, detail: str | None = None) -> Fetched:
    record = FetchRecord(url=url, outcome="skipped", reason=reason, detail=detail, fetched_at=NOW)
    return Fetched(url=url, page=None, record=record)


def web(*answers: Fetched) -> Callable[[Sequence[str]], list[Fetched]]:
    known = {answer.url: answer for answer in answers}
    return lambda urls: [known.get(url) or page(url, "", 404) for url in urls]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run `aggregator sources ...` in an empty folder, against given answers."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, answers: Sequence[Fetched] = (), stdin: bytes | None = None) -> Result:
        monkeypatch.setattr(module, "fetcher", lambda *_: web(*answers))
        return CliRunner().invoke(cli, ("sources", *arguments), input=stdin)

    return call


@pytest.fixture
def own(run: Callable[..., Result]) -> Path:
    """A list of one's own in the current folder."""
    path = Path("sources.toml")
    path.write_text(LIST, encoding="utf-8")
    return path


def ids(path: Path) -> list[str]:
    return [source.id for source in load_sources(path.read_text(encoding="utf-8"), origin="x")]


@pytest.mark.usefixtures("own")
def test_list_and_show(run: Callable[..., Result]) -> None:
    """A table or JSON; one entry as TOML or JSON."""
    lines = run("list").stdout.splitlines()
    assert lines[1].split() == ["quarry", "The", "Quarry", "1", "0"]
    assert lines[2].split()[-1] == "off"
    assert [record["enabled"] for record in json.loads(run("list", "--json").stdout)] == [True, False]
    assert run("show", "quarry").stdout.startswith('[[source]]\nid = "quarry"')
    assert json.loads(run("show", "quarry", "--json").stdout)[0]["feeds"] == [f"{HOME}feed"]
    assert isinstance(run("show", "nobody").exception, UsageError)


def test_the_first_edit_copies_the_list_that_ships(run: Callable[..., Result]) -> None:
    """And says so; comments are kept."""
    result = run("disable", "variety", "tmz")
    assert "sources.toml is new" in result.stderr
    assert "switched off in sources.toml" in result.stderr
    text = Path("sources.toml").read_text(encoding="utf-8")
    assert text.startswith("# The sources: ")
    off = {source.id for source in load_sources(text, origin="x") if not source.enabled}
    assert {"variety", "tmz"} <= off


def test_enable_and_disable(run: Callable[..., Result], own: Path) -> None:
    """One word changes; what is so already is said."""
    assert run("enable", "lowland").exit_code == 0
    assert own.read_text(encoding="utf-8") == LIST.replace("enabled = false", "enabled = true")
    assert "already on" in run("enable", "lowland").stderr
    assert isinstance(run("enable", "nobody").exception, UsageError)


def test_a_list_that_cannot_be_written_is_one_sentence(run: Callable[..., Result], own: Path) -> None:
    """No traceback, no leftover."""
    assert isinstance(run("import", "-", "--sources", "no/such/folder.toml", stdin=OPML).exception, UsageError)
    assert list(Path().iterdir()) == [own]


OPML = b'<opml><body><outline text="F" xmlUrl="https://fish.example/f"/><outline text="Q" xmlUrl="https://quarry.example/feed"/></body></opml>'


def test_import_and_export(run: Callable[..., Result], own: Path) -> None:
    """New feeds are added once; what is exported can be imported elsewhere."""
    Path("my.opml").write_bytes(OPML)
    assert "1 sources with 1 feeds added" in run("import", "my.opml").stderr
    assert ids(own) == ["quarry", "lowland", "fish-example"]
    assert "nothing to add" in run("import", "-", stdin=OPML).stderr
    assert run("export", "all.opml").exit_code == 0
    assert Path("all.opml").read_text(encoding="utf-8") == run("export").stdout
    assert run("import", "all.opml", "--sources", "new.toml").exit_code == 0
    assert ids(Path("new.toml")) == ["quarry-example", "fish-example"]
    assert isinstance(run("import", "none.opml").exception, UsageError)
    assert isinstance(run("export", "no/such/all.opml").exception, UsageError)


# ------------------------------------------------------------------------------------------------ add

PAGE = """<html lang="en_GB"><head><title>The Quarry | Home</title>
<link rel="alternate" type="application/rss+xml" title="Film" href="/film/feed">
<link rel="alternate" type="application/rss+xml" href="/feed">
<link rel="alternate" type="application/rss+xml" title="Music" href="/music/feed"></head></html>"""
ROBOTS = f"Sitemap: {HOME}all.xml\nSitemap: {HOME}news-sitemap.xml"


def test_add_finds_and_tries_feeds(run: Callable[..., Result]) -> None:
    """Entertainment feeds that parse, the news sitemap, name and language; then the list has it."""
    answers = (
        page(HOME, PAGE),
        page(f"{HOME}film/feed", FRESH),
        page(f"{HOME}music/feed", "<html>"),
        page(f"{HOME}robots.txt", ROBOTS),
    )
    arguments = ("add", HOME, "--sources", "my.toml")
    printed = run(*arguments, "--print", answers=answers)
    assert not Path("my.toml").exists()
    added = run(*arguments, answers=answers)
    assert added.stdout == printed.stdout
    assert load_sources(Path("my.toml").read_text(encoding="utf-8"), origin="x") == (
        Source(
            id="quarry-example",
            name="The Quarry | Home",
            home=HOME,
            language="en-GB",
            feeds=(f"{HOME}film/feed",),
            sitemaps=(f"{HOME}news-sitemap.xml",),
            evidence="found on its pages",
        ),
    )


def test_what_the_list_reads_already_is_not_added_again(run: Callable[..., Result]) -> None:
    answers = (page(HOME, PAGE), page(f"{HOME}film/feed", FRESH), page(f"{HOME}robots.txt", ROBOTS))
    arguments = ("add", HOME, "--sources", "my.toml")
    run(*arguments, answers=answers)
    before = Path("my.toml").read_bytes()
    again = run(*arguments, answers=answers)
    assert isinstance(again.exception, UsageError)
    assert "reads it already, as quarry-example" in str(again.exception)
    assert Path("my.toml").read_bytes() == before


def test_add_takes_a_feed_or_a_page_without_feeds() -> None:
    """A feed goes in as it is; a page without any becomes a section page."""
    feed = propose(
        f"{HOME}feed", web(page(f"{HOME}feed", FRESH)), taken=("quarry-example",), name=None, identifier=None
    )
    assert (feed.id, feed.name, feed.feeds, feed.sections) == ("quarry-example-2", "T", (f"{HOME}feed",), ())
    bare = propose(HOME, web(page(HOME, "<p>")), taken=(), name="Mine", identifier="mine")
    assert (bare.id, bare.name, bare.feeds, bare.sections) == ("mine", "Mine", (), (HOME,))


def test_add_says_when_there_is_no_feed(run: Callable[..., Result]) -> None:
    """And refuses what is no web address."""
    assert "no feed was found" in run("add", HOME, "--print", answers=(page(HOME, "<p>"),)).stderr
    assert isinstance(run("add", "quarry.example").exception, UsageError)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (page(HOME, "", 500), f"{HOME}: the server answered with status 500"),
        (refused(HOME, Reason.DNS), f"{HOME}: the host name could not be resolved"),
        (Fetched(url=HOME, page=None, record=None), f"{HOME}: no answer"),
    ],
)
def test_a_page_that_does_not_answer_is_named(answer: Fetched, sentence: str) -> None:
    """With the reason."""
    with pytest.raises(FetchError) as caught:
        page_of(answer)
    assert str(caught.value) == sentence


# ------------------------------------------------------------------------------------------------ check

OLD = FEED.format("Mon, 02 Feb 2026 08:00:00 GMT")
UNDATED = "<rss><item><link>/a</link></item></rss>"


@pytest.mark.parametrize(
    ("answer", "verdict", "says"),
    [
        (page(f"{HOME}feed", FRESH), "parses", "parses, 1 entries, newest 4 h old"),
        (page(f"{HOME}feed", FRESH.replace("09 Mar", "06 Mar")), "parses", "parses, 1 entries, newest 3 days old"),
        (page(f"{HOME}feed", FRESH.replace("09 Mar", "10 Mar")), "parses", "parses, 1 entries, newest in the future"),
        (page(f"{HOME}feed", UNDATED), "parses", "parses, 1 entries, without dates"),
        (page(f"{HOME}feed", OLD), "stale", "parses, 1 entries, but stale since 2026-02-02"),
        (page(f"{HOME}feed", "<html>"), "broken", "HTML came instead of a feed"),
        (page(f"{HOME}feed", "x"), "broken", "the answer is not a feed: it begins with 'x'"),
        (page(f"{HOME}feed", "", 503), "unreachable", "status 503"),
        (refused(f"{HOME}feed", Reason.ROBOTS), "blocked", "blocked by robots: robots.txt forbids it"),
        (refused(f"{HOME}feed", Reason.TIMEOUT, "30 s"), "unreachable", "the fetch took too long (30 s)"),
        (Fetched(url=f"{HOME}feed", page=None, record=None), "unreachable", "no answer"),
    ],
)
def test_judgements(answer: Fetched, verdict: str, says: str) -> None:
    """Each ending of a listing in words."""
    source = Source(id="quarry", name="Q", home=HOME, feeds=(f"{HOME}feed",))
    (check,) = check_sources((source,), web(answer), now=NOW)
    assert (check.verdict, check.says) == (verdict, says)


def test_every_kind_of_listing_is_read_by_its_reader() -> None:
    """Feeds, sitemaps and section pages, in the order of the list."""
    source = Source(
        id="quarry", name="Q", home=HOME, feeds=(f"{HOME}f",), sitemaps=(f"{HOME}s",), sections=(f"{HOME}film",)
    )
    index = f"<sitemapindex><sitemap><loc>{HOME}news.xml</loc></sitemap></sitemapindex>"
    section = (
        "<article><h2><a href='/film/tulla-signs-for-a-third-film'>Tulla signs for a third film</a></h2></article>"
    )
    answers = web(page(f"{HOME}f", FRESH), page(f"{HOME}s", index), page(f"{HOME}film", section))
    checks = check_sources((source,), answers, now=NOW)
    assert [(check.kind, check.entries, check.verdict) for check in checks] == [
        ("feed", 1, "parses"),
        ("sitemap", 1, "parses"),
        ("section", 1, "parses"),
    ]


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (page(f"{HOME}feed", "<html>"), 1),
        (page(f"{HOME}feed", "", 404), 3),
        (page(f"{HOME}feed", UNDATED + "<item"), 0),
    ],
)
def test_check_ends_with_its_status(run: Callable[..., Result], answer: Fetched, status: int) -> None:
    """0 all parse, 1 some do not, 3 nothing could be fetched; as a table and as JSON."""
    result = run("check", answers=(answer,))
    assert result.exit_code == status
    assert "quarry" in result.stdout
    assert json.loads(run("check", "quarry", "--json", answers=(answer,)).stdout)[0]["url"] == f"{HOME}feed"


def test_stale_means_a_week() -> None:
    """The limit that docs/sources.md gives."""
    assert timedelta(days=7) == source_check.STALE_AFTER


# ------------------------------------------------------------------------------------------------ test


def article(text: str = "One.\n\nTwo.") -> Article:
    return Article(url=f"{HOME}a", title="Tulla sings", text=text, authors=("Ada Moss",))


@pytest.mark.usefixtures("own")
def test_fixtures_are_saved_and_tested(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """--save stores page and result beside the list; a change of the result is shown with both values."""
    monkeypatch.setattr(source_fixtures, "_process", lambda *_: article())
    saved = run(
        "test", "quarry", "--save", f"{HOME}film/tulla-sings!", answers=(page(f"{HOME}film/tulla-sings!", "<p>One"),)
    )
    assert saved.exit_code == 0, saved.output
    folder = Path("fixtures/quarry/film-tulla-sings")
    assert (folder / "page.html").read_bytes() == b"<p>One"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    assert (expected["url"], expected["text"]) == (f"{HOME}film/tulla-sings!", ["One.", "Two."])
    assert run("test").stdout == "quarry/film-tulla-sings: fine\n"
    monkeypatch.setattr(source_fixtures, "_process", lambda *_: article("One."))
    changed = run("test", "quarry")
    assert changed.exit_code == 1
    assert "expected ['One.', 'Two.']\n    got      ['One.']" in changed.stdout
    assert json.loads(run("test", "--json").stdout)[0]["differences"] == [["text", ["One.", "Two."], ["One."]]]


@pytest.mark.usefixtures("own")
def test_a_fixture_comes_from_a_file_too(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """With --url; without it, for two sources or for a missing file it is refused."""
    rejection = Rejection(url=HOME, reason=Reason.NO_TEXT)
    monkeypatch.setattr(source_fixtures, "_process", lambda *_: rejection)
    Path("a.html").write_bytes(b"<p>")
    assert run("test", "quarry", "--save", "a.html", "--url", HOME).exit_code == 0
    assert json.loads(Path("fixtures/quarry/page/expected.json").read_text(encoding="utf-8"))["rejected"] == "no_text"
    for arguments in (
        ("quarry", "--save", "a.html"),
        ("--save", "a.html", "--url", HOME),
        ("quarry", "--save", "b.html", "--url", HOME),
    ):
        assert isinstance(run("test", *arguments).exception, UsageError)


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(
    "expected", ["[", "{}", '{"url": "https://a.example/", "fetched_at": "soon"}', '{"url": "https://a.example/"}']
)
def test_a_bad_fixture_is_named(run: Callable[..., Result], expected: str) -> None:
    """Folder or file, and what is wrong."""
    folder = Path("fixtures/quarry/one")
    folder.mkdir(parents=True)
    (folder / "expected.json").write_text(expected, encoding="utf-8")
    result = run("test")
    assert isinstance(result.exception, AggregatorError)
    assert "fixtures/quarry/one" in str(result.exception)


@pytest.mark.usefixtures("own")
def test_no_fixtures_is_said(run: Callable[..., Result]) -> None:
    """An empty test is no silent success."""
    assert "no fixtures" in run("test").stderr


@pytest.mark.usefixtures("own")
def test_fixtures_go_through_the_whole_process(run: Callable[..., Result]) -> None:
    """What a fixture holds is what a crawl would store, by the source's own rules."""
    Path("a.html").write_text(
        "<html><head><title>Tulla sings</title></head><body><h1>Tulla sings</h1><article>"
        + "<p>The singer of the Lowlands came back to the stage of the old quarry on a cold night and sang.</p>" * 6
        + "</article></body></html>",
        encoding="utf-8",
    )
    saved = run("test", "quarry", "--save", "a.html", "--url", f"{HOME}film/tulla-sings-in-the-quarry")
    assert saved.exit_code == 0, saved.output
    assert run("test").stdout == "quarry/film-tulla-sings-in-the-quarry: fine\n"


@pytest.mark.usefixtures("own")
def test_a_fixture_that_cannot_be_written_is_one_sentence(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as when a file stands where the folder should be."""
    monkeypatch.setattr(source_fixtures, "_process", lambda *_: article())
    Path("a.html").write_bytes(b"<p>")
    Path("fixtures").write_bytes(b"")
    assert isinstance(run("test", "quarry", "--save", "a.html", "--url", HOME).exception, UsageError)

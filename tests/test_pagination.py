"""Articles that are printed on several pages become one article, and nothing else is taken for a further page."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.cli.crawl import crawl_into
from aggregator.config import Config
from aggregator.extraction.pagination import MOST, next_page
from aggregator.models import Article, Page, Source
from aggregator.processing import process
from aggregator.store import open_reader

from .cli_run import Run, run
from .web import Web, article, feed, reply

__all__ = ["run"]

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
URL = "https://lanternpost.example/film/the-salt-road"


def page(link: str, *, url: str = URL, parts: tuple[Page, ...] = ()) -> Page:
    body = f"<html><body><h1>T</h1><p>Text.</p>{link}</body></html>".encode()
    return Page(url=url, final_url=url, status=200, headers=(), body=body, fetched_at=NOW, parts=parts)


PAGER = '<div class="pagination">{}</div>'


@pytest.mark.parametrize(
    ("url", "link", "address"),
    [
        (URL, '<link rel="next" href="/film/the-salt-road?page=2">', f"{URL}?page=2"),
        (URL, '<a rel="next" href="/film/the-salt-road/2/">2</a>', f"{URL}/2/"),
        (URL, '<a rel="next nofollow" href="the-salt-road/page/2">on</a>', f"{URL}/page/2"),
        (URL, PAGER.format('<a href="/film/the-salt-road/2#top">2</a>'), f"{URL}/2"),
        (URL, '<p><a href="?p=2">Nächste Seite</a></p>', f"{URL}?p=2"),
        (URL, '<p><a href="/film/the-salt-road/2">다음</a></p>', f"{URL}/2"),
        (f"{URL}.html", '<link rel=next href="/film/the-salt-road-2.html">', f"{URL}-2.html"),
        (f"{URL}.html", '<link rel=next href="/film/the-salt-road/2">', f"{URL}/2"),
        (f"{URL}/1", PAGER.format('<a href="/film/the-salt-road/2">next</a>'), f"{URL}/2"),
        (f"{URL}?id=7", '<a rel=next href="?id=7&page=2">2</a>', f"{URL}?id=7&page=2"),
        # not a further page
        (URL, '<link rel="next" href="/film/night-ferries">', None),
        (URL, '<link rel="next" href="/film/night-ferries/2/">', None),
        (URL, '<a href="/film/the-salt-road/2">A story with two ships</a>', None),
        (URL, '<a href="/film/the-salt-road-2">2</a>', None),  # another story with that slug
        (URL, '<a rel=next href="?page=3">3</a>', None),
        (URL, '<a rel=next href="/film/the-salt-road/comment-page-2">next</a>', None),
        (URL, '<a rel=next href="?page=2&tag=sea">next</a>', None),
        (f"{URL}?id=7", '<a rel=next href="?id=8&page=2">next</a>', None),
        (URL, '<a rel=next href="https://other.example/film/the-salt-road?page=2">next</a>', None),
        ("https://lanternpost.example/", '<a rel=next href="/?page=2">next</a>', None),
        (URL, "<p>On page 2 of the report</p>", None),
        (URL, '<a rel=next href="http://[/?page=2">next</a>', None),
    ],
)
def test_address_of_the_next_page(url: str, link: str, address: str | None) -> None:
    assert next_page(page(link, url=url)) == address


def test_next_page_is_counted_from_the_last_one_and_no_page_is_asked_for_twice() -> None:
    link = '<a rel=next href="/film/the-salt-road?page={}">next</a>'
    second = page(link.format(3), url=f"{URL}?page=2")
    assert next_page(page(link.format(2), parts=(second,))) == f"{URL}?page=3"
    assert next_page(page(link.format(2), parts=(page(link.format(2), url=f"{URL}?page=2"),))) is None
    many = tuple(page(link.format(n + 1), url=f"{URL}?page={n}") for n in range(2, MOST + 1))
    assert next_page(page(link.format(2), parts=many)) is None


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_address_is_too_strange(url: str, href: str) -> None:
    quoted = href.replace("'", "")
    next_page(page(f"<a rel=next href='{quoted}'>2</a> page=2&", url=url))


# ------------------------------------------------------------------------------------------------ one article

SENTENCE = "The crew of the Salt Road came home on day {}, and nobody in the harbour had expected them so early."
SAME = "This long report was first printed in the winter issue of the magazine, and has been changed for the web."


def printed(number: int, *, title: str = "The crew comes home") -> Page:
    lines = "".join(f"<p>{SENTENCE.format(10 * number + n)}</p>" for n in range(5))
    body = f"<html lang=en><title>{title}</title><body><article><h1>{title}</h1><p>{SAME}</p>{lines}</article></body></html>"
    url = URL if number == 1 else f"{URL}?page={number}"
    return Page(url=url, final_url=url, status=200, headers=(), body=body.encode(), fetched_at=NOW)


def test_pages_become_one_text_in_which_each_paragraph_stands_once() -> None:
    whole = replace(printed(1), parts=(printed(2, title="The crew comes home - Page 2"), printed(3)))
    article = process(whole)
    assert isinstance(article, Article)
    expected = [SAME, *(SENTENCE.format(10 * number + n) for number in (1, 2, 3) for n in range(5))]
    assert list(article.paragraphs) == expected
    assert article.parts == (f"{URL}?page=2", f"{URL}?page=3")
    alone = process(printed(1))
    assert isinstance(alone, Article)
    assert (article.url, article.title) == (alone.url, alone.title)
    assert article.fingerprint != alone.fingerprint


def test_page_with_another_title_is_no_part_and_on_record() -> None:
    article = process(replace(printed(1), parts=(printed(2, title="Ten recipes for a Sunday"),)))
    assert isinstance(article, Article)
    assert (len(article.paragraphs), article.parts) == (6, ())
    assert [(line.text, line.rule) for line in article.removed][-1] == (
        "Ten recipes for a Sunday",
        "part:another-title",
    )


# ------------------------------------------------------------------------------------------------ over the wire


def answer(number: int, *, following: bool = True, tag: str = "v1") -> bytes:
    head = f"<link rel='next' href='/story/salt-road?page={number + 1}'>" if following else ""
    return reply(article("Salt Road", words=f"Part {number}.", head=head), ETag=f'"{tag}"')


def pages(*answers: bytes) -> dict[str, object]:
    return {f"/story/salt-road{f'?page={n}' if n > 1 else ''}": body for n, body in enumerate(answers, start=1)}


@pytest.fixture
def web() -> Iterator[Web]:
    with Web({}) as host:
        host.answers["/feed"] = reply(feed(f"{host.base}/story/salt-road"), kind="application/rss+xml")
        yield host


def crawled(web: Web, tmp_path: Path, **changes: object) -> Config:
    config = Config(db=str(tmp_path / "news.db"), delay=0.0, allow_net=("127.0.0.0/8",), workers=1)
    config = replace(config, **changes)  # type: ignore[arg-type]
    crawl_into(config, (Source(id="a", name="A", home=web.base, feeds=(f"{web.base}/feed",), every=0),))
    return config


def rows(config: Config, query: str) -> list[tuple[object, ...]]:
    with open_reader(config.db) as reader:
        return reader.ask(query)


@pytest.mark.crawl
def test_crawl_stores_one_article_of_all_its_pages_each_on_record(web: Web, tmp_path: Path) -> None:
    web.answers |= pages(answer(1), answer(2), answer(3, following=False))  # type: ignore[arg-type]
    config = crawled(web, tmp_path)
    ((body, title),) = rows(config, "SELECT body, title FROM articles")
    assert title == "Salt Road"
    assert [str(body).count(f"Part {n}.") for n in (1, 2, 3)] == [4, 4, 4]
    kinds = rows(config, "SELECT kind, outcome, article FROM fetch WHERE kind <> 'feed' ORDER BY id")
    assert kinds == [("page", "new", 1), ("part", "part", 1), ("part", "part", 1)]
    assert rows(config, "SELECT count(*) FROM url WHERE article = 1") == [(3,)]
    assert rows(config, "SELECT count(*) FROM page WHERE article = 1") == [(3,)]


@pytest.mark.crawl
def test_page_that_gives_no_answer_ends_the_article_there_and_is_asked_for_again(web: Web, tmp_path: Path) -> None:
    web.answers |= pages(answer(1), reply("down", status="404 Not Found"))  # type: ignore[arg-type]
    config = crawled(web, tmp_path)
    assert rows(config, "SELECT kind, outcome, reason FROM fetch WHERE kind <> 'feed' ORDER BY id") == [
        ("part", "error", "http_status"),
        ("page", "new", None),
    ]
    assert rows(config, "SELECT etag FROM url WHERE article = 1") == [(None,)], (
        "not modified must not hide what is missing"
    )


@pytest.mark.crawl
def test_whole_text_is_not_replaced_by_one_without_a_page(web: Web, tmp_path: Path) -> None:
    web.answers |= pages(answer(1), answer(2, following=False))  # type: ignore[arg-type]
    web.answers["/feed"] = reply(feed(), kind="application/rss+xml")
    address = f"{web.base}/story/salt-road"
    source = Source(id="a", name="A", home=web.base, pages=(address,), every=0)
    config = Config(db=str(tmp_path / "news.db"), delay=0.0, allow_net=("127.0.0.0/8",), workers=1)
    crawl_into(config, (source,))
    web.answers |= pages(answer(1, tag="v2"), reply("down", status="500 Broken"))  # type: ignore[arg-type]
    crawl_into(config, (source,))
    ((body,),) = rows(config, "SELECT body FROM articles")
    assert "Part 2." in str(body)
    assert rows(config, "SELECT reason FROM fetch WHERE kind = 'page' ORDER BY id") == [(None,), ("worse_than_stored",)]


@pytest.mark.crawl
def test_further_pages_keep_to_the_budget(web: Web, tmp_path: Path) -> None:
    web.answers |= pages(answer(1), answer(2, following=False))  # type: ignore[arg-type]
    config = crawled(web, tmp_path, limit=2)
    assert rows(config, "SELECT kind, outcome, reason FROM fetch WHERE kind <> 'feed' ORDER BY id") == [
        ("part", "skipped", "limit"),
        ("page", "new", None),
    ]


@pytest.mark.crawl
def test_further_pages_of_what_is_no_article_are_not_asked_for(web: Web, tmp_path: Path) -> None:
    links = "".join(
        f"<li><a href='/story/{n}-a-long-headline'>A long headline of the day, number {n}</a></li>" for n in range(30)
    )
    web.answers["/story/salt-road"] = reply(
        f"<title>Stories</title><link rel=next href='?page=2'><h1>Stories</h1><ul>{links}</ul>"
    )
    config = crawled(web, tmp_path)
    assert rows(config, "SELECT kind, outcome FROM fetch WHERE kind <> 'feed'") == [("page", "rejected")]


@pytest.mark.crawl
def test_one_page_command_reads_all_pages_of_the_article(web: Web, run: Run) -> None:
    web.answers |= pages(answer(1), answer(2, following=False))  # type: ignore[arg-type]
    shown = run("fetch", f"{web.base}/story/salt-road", "--allow-net", "127.0.0.0/8")
    assert "pages      2\n" in shown.out
    assert "Part 2." in shown.out


@pytest.mark.crawl
def test_next_page_that_is_none_of_the_article_is_on_record_and_no_form_of_its_address(
    web: Web, tmp_path: Path
) -> None:
    web.answers |= pages(answer(1), reply(article("Ten recipes", words="Cook.")))  # type: ignore[arg-type]
    config = crawled(web, tmp_path)
    assert rows(config, "SELECT kind, outcome, reason, article FROM fetch WHERE kind <> 'feed' ORDER BY id") == [
        ("page", "new", None, 1),
        ("part", "rejected", "no_part", None),
    ]
    assert rows(config, "SELECT count(*) FROM url WHERE article = 1") == [(1,)]
    assert "Cook." not in str(rows(config, "SELECT body FROM articles"))

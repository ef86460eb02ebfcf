"""`aggregator fetch`: one page, now."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aggregator.config import Config
from aggregator.errors import ExitStatus, FetchError, UsageError
from aggregator.models import Article, Context, Dated, Page, Rejection, Review, Source

from .explain import explanation
from .options import config_option, db_option, net_options, read_config, read_input, sources_option
from .output import dump_json, plain, plain_lines, say
from .records import article_record, rejection_record, when

if TYPE_CHECKING:
    from aggregator.crawl import Fetched


@click.command("fetch")
@click.argument("target", metavar="URL|FILE|-")
@click.option("--url", metavar="URL", help="The address of a page that comes from a file or standard input.")
@click.option(
    "--fetched-at",
    metavar="DATE",
    help='When a saved page was fetched (ISO 8601), for dates such as "2 hours ago" and rules of that time. [default: now]',
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--explain", is_flag=True, help="Show every claim, which won and why, and what was removed by which rule."
)
@click.option(
    "--render",
    is_flag=True,
    help="If the page shows no text without its scripts, let a browser show it (needs the extra 'browser').",
)
@click.option("--save", is_flag=True, help="Store it, through the same pipelines as a crawl.")
@db_option
@sources_option
@net_options
@config_option
def fetch_command(
    target: str,
    url: str | None,
    fetched_at: str | None,
    as_json: bool,
    explain: bool,
    render: bool,
    save: bool,
    config_file: Path | None,
    **options: Any,
) -> None:
    """Fetch one page, now, and show its article. Nothing is stored unless --save is given.

    Exit status 0: an article; 1: the page is no article; 3: it could not be fetched.
    """
    from .crawl import set_up_logging

    set_up_logging(verbose=False)
    config = read_config(config_file, **options)
    for address in (target if is_address(target) else None, url):
        if address is not None:
            _check_address(address)
    page = _page(target, url, config, fetched_at)
    if save and not page.url:
        raise UsageError("a page that is stored needs its address", subject=plain(target), hint="give it with --url")
    source = _source_of(page, config)
    context = Context(source=source, policy=config.policy, explain=explain)
    page = replace(page, source=source.id if source else None)
    page, result = _processed(page, context, config, render=render)
    _print(result, config, as_json=as_json, explain=explain)
    if save:
        _save(page, result, context, config)
    raise SystemExit(ExitStatus.FINE if isinstance(result, Article) else ExitStatus.SOME_FAILED)


def _processed(page: Page, context: Context, config: Config, *, render: bool) -> tuple[Page, Article | Rejection]:
    """What the page is; once more as a browser shows it, where only scripts bring its text and that is wanted."""
    from aggregator.processing import needs_browser, process

    result = process(page, context=context, now=page.fetched_at)
    if not needs_browser(page, result):
        return page, result
    if not render and not (context.source and context.source.render):
        say("The page has scripts: --render lets a browser show it.")
        return page, result
    from aggregator import reactor
    from aggregator.crawl import render_page

    page = reactor.run(render_page(page, config=config))
    return page, process(page, context=context, now=page.fetched_at)


def _moment(text: str | None) -> datetime:
    """When the page was fetched: as given, in UTC where no offset is; else now."""
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            "--fetched-at takes a date such as 2024-04-19 or 2024-04-19T08:30:00Z", subject=plain(text)
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _page(target: str, url: str | None, config: Config, fetched_at: str | None) -> Page:
    """The page from the web, from a file, or from standard input."""
    for option, value in (("--url", url), ("--fetched-at", fetched_at)):
        if is_address(target) and value is not None:
            raise UsageError(f"{option} is for a page that comes from a file or standard input", subject=plain(target))
    moment = _moment(fetched_at)
    if is_address(target):
        return _from_web(target, config)
    body = read_input(target, limit=config.max_page + 1)
    if len(body) > config.max_page:
        raise FetchError(f"the page has more than {config.max_page} bytes", subject=plain(target), reason="too_large")
    return Page(
        url=url or "",
        final_url=url or "",
        status=200,
        headers=(),
        body=body,
        fetched_at=moment,
    )


def is_address(target: str) -> bool:
    """Whether a target is meant as an address, not as a file."""
    return "://" in target


def _check_address(url: str) -> None:
    """Raise UsageError for an address that nobody could ask for."""
    from aggregator.models import REASONS
    from aggregator.urls import fetchable

    reason = fetchable(url)
    if reason is not None:
        raise UsageError(REASONS[reason], subject=plain(url))


def _from_web(url: str, config: Config) -> Page:
    from aggregator import reactor
    from aggregator.crawl import fetch_pages

    # robots.txt and one page are no more than a reader's click makes: no pause between them, unless robots.txt asks for one
    (fetched,) = reactor.run(fetch_pages((url,), config=replace(config, delay=0.0)))
    page = fetched.page
    if page is None:
        raise _failure(fetched)
    if not 200 <= page.status < 300:
        raise FetchError(f"the server answered with status {page.status}", subject=plain(url), reason="http_status")
    return page


def _failure(fetched: "Fetched") -> FetchError:
    from aggregator.models import REASONS, Reason

    record = fetched.record
    reason = Reason(record.reason) if record and record.reason else Reason.BAD_RESPONSE
    detail = f": {plain(record.detail)}" if record and record.detail else ""
    hint = "--allow-net CIDR lets a private network in" if reason is Reason.PRIVATE_ADDRESS else ""
    return FetchError(f"{REASONS[reason]}{detail}", subject=plain(fetched.url), reason=reason, hint=hint)


def _source_of(page: Page, config: Config) -> Source | None:
    """The configured source that the page belongs to, for its rules and its zone."""
    from aggregator.urls import registered_domain

    from .source_list import read_source_list

    domain = registered_domain(page.final_url) if page.final_url else ""
    return next((s for s in read_source_list(config) if domain and registered_domain(s.home) == domain), None)


def _print(result: Article | Rejection, config: Config, *, as_json: bool, explain: bool) -> None:
    if as_json:
        record = article_record(result, explain=explain) if isinstance(result, Article) else rejection_record(result)
        click.echo(dump_json(record))
    elif isinstance(result, Rejection):
        say(f"No article: {plain(result.sentence())}.")
    else:
        click.echo(explanation(result, config) if explain else render(result))


def render(article: Article) -> str:
    """An article as a person reads it."""
    lines = [plain(article.title)]
    if article.description and article.description != article.title:
        lines.append(plain(article.description))
    lines += [
        "",
        *(f"{name:<10} {plain(value)}" for name, value in _facts(article) if value),
        "",
        plain_lines(article.text),
    ]
    if article.related:
        lines += ["", f"{len(article.related)} links to other stories were taken out; --explain shows them."]
    return "\n".join(lines)


def _facts(article: Article) -> tuple[tuple[str, str], ...]:
    return (
        ("address", article.url),
        ("by", ", ".join(article.authors) + (f" ({article.agency})" if article.agency else "")),
        ("published", _told(article.publication)),
        ("modified", _told(article.modification)),
        ("review of", _reviewed(article.review)),
        ("section", article.section or ""),
        ("language", article.language or ""),
        ("kind", f"{article.kind}, {article.word_count} words, paywall {article.paywall}"),
        ("pages", str(len(article.parts) + 1) if article.parts else ""),
        ("entries", f"{len(article.entries)}, with times" if article.entries else ""),
        ("tags", ", ".join(article.tags)),
    )


def _reviewed(review: Review | None) -> str:
    if review is None:
        return ""
    verdict = "" if review.rating is None else f"{review.rating:g}" + (f" of {review.best:g}" if review.best else "")
    return ": ".join(part for part in (review.work or "(not named)", verdict) if part)


def _told(dated: Dated | None) -> str:
    """A date for people; of a wall clock whose zone nobody knows no zone is shown."""
    text = (when(dated) or "").replace("T", " ")
    if dated is None or dated.precision not in ("second", "minute") or dated.zone == "stated":
        return text
    shown = text.removesuffix("+00:00") if dated.zone == "unknown" else text
    return f"{shown} (zone {dated.zone})"


def _save(page: Page, result: Article | Rejection, context: Context, config: Config) -> None:
    """Store one page; says what became of it on stderr."""
    from aggregator import __version__
    from aggregator.crawl import save_page

    from .crawl import open_run

    source = context.source or Source(id="one-off", name="Pages fetched by hand", home=page.final_url)
    with open_run(config) as ctx:
        now = datetime.now(UTC)
        ctx.store.save_sources((source,), now=now)
        ctx.run = ctx.store.start_run(now=now, command="fetch", version=__version__)
        outcome = save_page(replace(page, source=source.id), result, source, ctx)
        ctx.store.finish_run(ctx.run, now=now, status=ExitStatus.FINE, results=())
    say(f"{outcome}: {'stored' if isinstance(result, Article) else 'on record'} in {config.db}")

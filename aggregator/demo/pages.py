"""The newsroom's HTML: article pages in eight markups with five forms of related lists, fronts, walls and error pages."""

import json
from collections.abc import Callable, Sequence
from html import escape
from typing import Any, Final

from .records import Edition, Markup, Role, Story
from .wording import entry_clock, in_words

Links = Sequence[tuple[str, str]]
"""(title, address) of stories."""
RIGHT_TO_LEFT: Final = frozenset({"ur"})
FEED_TYPES: Final[dict[str, tuple[str, str]]] = {
    "rss": ("/feed.xml", "application/rss+xml"),
    "atom": ("/feed.xml", "application/atom+xml"),
    "rdf": ("/feed.xml", "application/rss+xml"),
    "json": ("/feed.json", "application/feed+json"),
}
"""Where a site's feed lies and the media type that its pages announce."""

# ------------------------------------------------------------------------------------------------ pages


def article_page(issue: Edition, story: Story, links: Links) -> str:
    """The page of a story. `links` fill its related list."""
    if story.piece.role == "consent_wall":
        return consent_page(issue)
    if story.piece.role == "soft_404":
        return plain_page(issue, "Page not found", "Sorry, we could not find the page that you were looking for.")
    head, arrange = MARKUPS[issue.site.markup]
    return _page(
        issue,
        title=story.title,
        head=_head(issue, story) + head(issue, story),
        main=arrange(issue, story, links),
        language=story.language,
    )


def front_page(issue: Edition) -> str:
    """The home and section page: teasers of all stories, newest first."""
    teasers = "\n".join(_teaser(story) for story in issue.stories if story.piece.role != "script_link")
    main = f"<main><h1>{escape(issue.site.nav[0])}</h1>\n{teasers}\n</main>"
    return _page(issue, title=issue.site.nav[0], head=_feed_link(issue), main=main, language=issue.site.language)


def plain_page(issue: Edition, title: str, sentence: str) -> str:
    """A page with a heading and one sentence: about, contact, an error."""
    main = f'<main><h1>{escape(title)}</h1><p>{escape(sentence)}</p><p><a href="/">{escape(issue.site.name)}</a></p></main>'
    return _page(issue, title=title, head="", main=main, language=issue.site.language)


def consent_page(issue: Edition) -> str:
    """What stands in front of an article until a reader has agreed to something."""
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Before you continue to {escape(issue.site.name)}</title></head>
<body class="consent-page"><div id="consent-dialog" role="dialog" aria-modal="true">
<h1>We value your privacy</h1>
<p>We and our 214 partners store and access information on your device, such as cookies, to show personalised advertising.
You can accept all cookies, reject them or manage your choices.</p>
<form method="post" action="/consent"><button name="choice" value="all">Accept all</button>
<button name="choice" value="none">Reject all</button> <a href="/privacy-choices">Manage choices</a></form>
</div></body></html>
"""


def _page(issue: Edition, *, title: str, head: str, main: str, language: str) -> str:
    site = issue.site
    direction = ' dir="rtl"' if language in RIGHT_TO_LEFT else ""
    targets = (site.section_path, "/about", "/contact", "/subscribe")
    nav = "".join(f'<li><a href="{to}">{escape(label)}</a></li>' for to, label in zip(targets, site.nav, strict=True))
    return f"""<!DOCTYPE html>
<html lang="{language}"{direction}>
<head>
<meta charset="utf-8">
<title>{escape(title)} | {escape(site.name)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
{head}</head>
<body>
<header class="site-header"><a class="logo" href="/">{escape(site.name)}</a><nav><ul>{nav}</ul></nav></header>
{main}
<div class="newsletter"><p>{escape(site.newsletter)}</p><form action="/subscribe"><input type="email"></form></div>
<footer class="site-footer"><p>{escape(site.footer)}</p></footer>
</body>
</html>
"""


def _teaser(story: Story) -> str:
    return (
        f'<div class="teaser"><h2><a href="{escape(story.listed_url)}">{escape(story.title)}</a></h2>'
        f"<p>{escape(story.piece.description)}</p></div>"
    )


# ------------------------------------------------------------------------------------------------ heads


def _feed_link(issue: Edition) -> str:
    feed = FEED_TYPES.get(issue.site.listing)
    if feed is None:
        return ""
    return f'<link rel="alternate" type="{feed[1]}" title="{escape(issue.site.name)}" href="{feed[0]}">\n'


def _head(issue: Edition, story: Story) -> str:
    opt_out = (
        _meta("robots", "index, follow, noai, noimageai") + _meta("tdm-reservation", "1")
        if story.piece.role == "opted_out"
        else ""
    )
    return f'<link rel="canonical" href="{escape(story.url)}">\n{_feed_link(issue)}{opt_out}'


def _meta(name: str, value: str, *, key: str = "name") -> str:
    return f'<meta {key}="{name}" content="{escape(value)}">\n'


def _open_graph(issue: Edition, story: Story) -> str:
    values = (
        ("og:site_name", issue.site.name),
        ("og:type", "article"),
        ("og:title", story.title),
        ("og:description", story.piece.description),
        ("og:url", story.url),
        ("og:image", _image(issue, story)),
    )
    return "".join(_meta(name, value, key="property") for name, value in values)


def _head_meta(issue: Edition, story: Story) -> str:
    piece = story.piece
    article = (
        ("article:published_time", story.published.isoformat()),
        ("article:modified_time", story.modified.isoformat()),
        ("article:section", piece.section),
        *(("article:tag", tag) for tag in piece.tags),
    )
    named = _meta("description", piece.description) + _meta("author", ", ".join(piece.authors))
    return named + _open_graph(issue, story) + "".join(_meta(name, value, key="property") for name, value in article)


def _head_title(issue: Edition, story: Story) -> str:
    return _meta("description", story.piece.description) + _open_graph(issue, story)


def _head_description(_issue: Edition, story: Story) -> str:
    return _meta("description", story.piece.description)


def _head_json_ld(issue: Edition, story: Story) -> str:
    return _open_graph(issue, story) + _script({"@context": "https://schema.org", **_news_article(issue, story)})


def _head_graph(issue: Edition, story: Story) -> str:
    publisher = {"@type": "Organization", "@id": f"{issue.base}/#organization", "name": issue.site.name}
    page = {"@type": "WebPage", "@id": story.url, "url": story.url, "name": f"{story.title} | {issue.site.name}"}
    crumbs = {
        "@type": "BreadcrumbList",
        "itemListElement": [{"@type": "ListItem", "position": 1, "name": issue.site.nav[0]}],
    }
    graph = [publisher, page, crumbs, _news_article(issue, story)]
    return _script({"@context": "https://schema.org", "@graph": graph})


def _head_wordpress(_issue: Edition, _story: Story) -> str:
    return _meta("generator", "WordPress 6.9")


def _news_article(issue: Edition, story: Story) -> dict[str, Any]:
    live = story.piece.role == "live_blog"
    node: dict[str, Any] = {
        "@type": "LiveBlogPosting" if live else "NewsArticle",
        "headline": story.title,
        "description": story.piece.description,
        "datePublished": story.published.isoformat(),
        "dateModified": story.modified.isoformat(),
        "author": [{"@type": "Person", "name": name} for name in story.piece.authors],
        "publisher": {"@type": "Organization", "name": issue.site.name},
        "mainEntityOfPage": story.url,
        "image": _image(issue, story),
        "inLanguage": story.language,
        "articleSection": story.piece.section,
        "isAccessibleForFree": story.piece.role != "paywall_stub",
    }
    if live:
        node["coverageStartTime"] = story.published.isoformat()
    return node


def _script(node: dict[str, Any]) -> str:
    text = json.dumps(node, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>\n'


def _image(issue: Edition, story: Story) -> str:
    return f"{issue.base}/img/{story.url.rstrip('/').rsplit('/', 1)[-1]}.gif"


# ------------------------------------------------------------------------------------------------ bodies


def _plain(issue: Edition, story: Story, links: Links) -> str:
    return f"""<main><article>
<h1>{escape(story.title)}</h1>
<p class="standfirst">{escape(story.piece.description)}</p>
<p class="byline">By {escape(" and ".join(story.piece.authors))}</p>
<div class="article-body">
{_body(issue, story, links)}
</div>
<div class="share"><a href="/share?to=mail">Share</a> <a href="/share?to=print">Print</a></div>
</article>
{_after(issue, story, links)}</main>"""


def _microdata(issue: Edition, story: Story, links: Links) -> str:
    author = escape(", ".join(story.piece.authors))
    return f"""<main><article itemscope itemtype="https://schema.org/NewsArticle">
<h1 itemprop="headline">{escape(story.title)}</h1>
<p class="meta">By <span itemprop="author" itemscope itemtype="https://schema.org/Person"><span itemprop="name">{author}</span></span>
<span itemprop="datePublished" content="{story.published.isoformat()}">{in_words(story.published, "en")}</span></p>
<div itemprop="articleBody">
{_body(issue, story, links)}
</div>
</article>
{_after(issue, story, links)}</main>"""


def _story_detail(issue: Edition, story: Story, links: Links) -> str:
    tags = "".join(
        f'<li><h5><a href="{issue.site.section_path}">{escape(tag)}</a></h5></li>' for tag in story.piece.tags
    )
    return f"""<div class="detail-center">
<div class="category-name"><h2>{escape(story.piece.section)}</h2></div>
<div class="detail-heading"><h1>{escape(story.title)}</h1><h2>{escape(story.piece.description)}</h2></div>
<div class="category-source">{escape(", ".join(story.piece.authors))}</div>
<div class="category-date">{in_words(story.published, "en")}</div>
<div class="story-detail">
{_body(issue, story, links)}
</div>
<div class="detail-inthisstory"><ul>{tags}</ul></div>
</div>"""


def _words(issue: Edition, story: Story, links: Links) -> str:
    suffix = " 기자" if story.language == "ko" else ""
    return f"""<div id="content">
<h1 class="headline">{escape(story.title)}</h1>
<p class="info"><span class="writer">{escape(", ".join(story.piece.authors))}{suffix}</span>
<span class="date">{in_words(story.published, story.language)}</span></p>
<div class="text">
{_body(issue, story, links)}
</div>
{_after(issue, story, links)}</div>"""


def _time(issue: Edition, story: Story, links: Links) -> str:
    return f"""<main><article>
<header><h1>{escape(story.title)}</h1>
<time datetime="{story.published.isoformat()}">{in_words(story.published, story.language)}</time>
<span class="author">{escape(", ".join(story.piece.authors))}</span></header>
<section class="honbun">
{_body(issue, story, links)}
</section>
</article>
{_after(issue, story, links)}</main>"""


def _wordpress(issue: Edition, story: Story, links: Links) -> str:
    author = escape(", ".join(story.piece.authors))
    number = story.piece.path.split("/")[1]
    return f"""<div id="primary" class="content-area"><main id="main" class="site-main">
<article id="post-{number}" class="post-{number} post type-post status-publish format-standard hentry category-showbiz">
<header class="entry-header"><h1 class="entry-title">{escape(story.title)}</h1>
<div class="entry-meta"><span class="posted-on"><a href="{escape(story.url)}" rel="bookmark">
<time class="entry-date published" datetime="{story.published.isoformat()}">{in_words(story.published, "en")}</time></a></span>
<span class="byline"><span class="author vcard"><a class="url fn n" rel="author" href="/about">{author}</a></span></span></div></header>
<div class="entry-content">
{_body(issue, story, links)}
{_after(issue, story, links)}</div>
</article></main></div>"""


MARKUPS: Final[dict[Markup, tuple[Callable[[Edition, Story], str], Callable[[Edition, Story, Links], str]]]] = {
    "json_ld": (_head_json_ld, _plain),
    "meta": (_head_meta, _plain),
    "microdata": (_head_description, _microdata),
    "story_detail": (_head_json_ld, _story_detail),
    "words": (_head_title, _words),
    "time": (_head_title, _time),
    "wordpress": (_head_wordpress, _wordpress),
    "graph": (_head_graph, _plain),
}
"""How each markup writes the head of a page and arranges its article."""


# ------------------------------------------------------------------------------------------------ text and related lists


def _body(issue: Edition, story: Story, links: Links) -> str:
    blocks = _blocks(issue, story)
    if issue.site.more_form == "read_more":
        blocks = _between(blocks, [_read_more(story, link) for link in links])
    if issue.site.more_form == "dashes":
        blocks += [f'<p>-</p>\n<p><a href="{to}">{escape(title)}</a></p>' for title, to in links]
    if story.piece.credit:
        blocks.append(f'<p class="credit"><em>{escape(story.piece.credit)}</em></p>')
    return "\n".join(blocks)


def _between(blocks: list[str], extra: list[str]) -> list[str]:
    """The first two after the second and the fourth block, the others at the end."""
    return [*blocks[:2], *extra[:1], *blocks[2:4], *extra[1:2], *blocks[4:], *extra[2:]]


def _read_more(story: Story, link: tuple[str, str]) -> str:
    return f'<p><strong>{escape(story.more)}</strong> <a href="{link[1]}">{escape(link[0])}</a></p>'


def _after(issue: Edition, story: Story, links: Links) -> str:
    """The related list that stands under the text; empty for the forms that stand inside it."""
    forms = {"list": _list, "cards": _cards, "aside": _aside}
    write = forms.get(issue.site.more_form)
    return write(story, links) + "\n" if write else ""


def _list(story: Story, links: Links) -> str:
    items = "".join(f'<li><a href="{to}">{escape(title)}</a></li>' for title, to in links)
    return f'<div class="more"><h3>{escape(story.more)}</h3><ul>{items}</ul></div>'


def _cards(story: Story, links: Links) -> str:
    cards = "".join(
        f'<div class="card"><a href="{to}"><img src="/img/thumb.gif" alt=""><h4>{escape(title)}</h4></a></div>'
        for title, to in links
    )
    return f'<div class="card-row"><div class="card-row-title">{escape(story.more)}</div>{cards}</div>'


def _aside(_story: Story, links: Links) -> str:
    return "<aside>" + "".join(f'<p><a href="{to}">{escape(title)}</a></p>' for title, to in links) + "</aside>"


def _blocks(issue: Edition, story: Story) -> list[str]:
    """The text as HTML blocks, one a paragraph, in the form that the story's role asks for."""
    text = [escape(paragraph, quote=False) for paragraph in story.paragraphs]
    write = BLOCKS.get(story.piece.role, _paragraphs)
    return write(issue, story, text)


PAYWALL: Final = """<div class="paywall" data-paywall="true"><h3>Subscribe to keep reading</h3>
<p>This story is for subscribers. Already a member? <a href="/subscribe">Sign in</a></p></div>"""


def _paragraphs(_issue: Edition, _story: Story, text: list[str]) -> list[str]:
    return [f"<p>{t}</p>" for t in text]


def _interview(_issue: Edition, _story: Story, text: list[str]) -> list[str]:
    return [f"<p><strong>{t}</strong></p>" if t.endswith("?") else f"<p>{t}</p>" for t in text]


def _ranking(_issue: Edition, _story: Story, text: list[str]) -> list[str]:
    rows = "\n".join(f"<li>{t}</li>" for t in text[1:-1])
    return [f"<p>{text[0]}</p>", f'<ul class="ranking">\n{rows}\n</ul>', f"<p>{text[-1]}</p>"]


def _gallery(issue: Edition, _story: Story, text: list[str]) -> list[str]:
    pictures = (
        f'<figure><img src="{issue.base}/img/parade-{n}.gif" alt=""><figcaption>{t}</figcaption></figure>'
        for n, t in enumerate(text[1:], 1)
    )
    return [f"<p>{text[0]}</p>", *pictures]


def _live_blog(_issue: Edition, story: Story, text: list[str]) -> list[str]:
    return [
        f'<section class="live-entry" id="entry-{n}"><div class="stamp"><time>{entry_clock(story.published, n)}</time></div>'
        f"\n<p>{t}</p></section>"
        for n, t in enumerate(text)
    ]


def _paywall_stub(_issue: Edition, _story: Story, text: list[str]) -> list[str]:
    return [*(f"<p>{t}</p>" for t in text), PAYWALL]


def _video_stub(issue: Edition, _story: Story, text: list[str]) -> list[str]:
    return [f'<video controls poster="/img/poster.gif" src="{issue.base}/video/kelp.mp4"></video>\n<p>{text[0]}</p>']


BLOCKS: Final[dict[Role, Callable[[Edition, Story, list[str]], list[str]]]] = {
    "interview": _interview,
    "ranking": _ranking,
    "gallery": _gallery,
    "live_blog": _live_blog,
    "paywall_stub": _paywall_stub,
    "video_stub": _video_stub,
}
"""How the text of each role becomes HTML; the others have plain paragraphs."""

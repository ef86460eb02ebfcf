"""The embedded newsroom: a small news web on loopback that the demo and the tests crawl for real.

    with Newsroom() as web:             # aggregator.demo.web
        ... crawl web.sources() ...
        web.second_visit()              # two new stories, one edited, everything else as it was
        ... crawl again ...

Each file of `sites/` is one site: what it offers to crawlers, how it writes its pages, and its stories, all of them invented.
`newsroom` dates them, `pages` and `listings` write them, `routes` answers a path, `web` serves. `truth()` is what a good crawl
stores, and `compare.differences` says where stored articles are not that.

    marquee-wire      RSS 2.0                JSON-LD                 list with a heading       a redirect, a 404, a script link
    lantern-post      Atom                   meta tags               "Read more:" in the text  a ranking, an edit
    harbor-gazette    JSON Feed              microdata               cards                     a gallery, a video stub, a soft 404
    daily-minar       section page only      div.story-detail        lines with dashes         a page that robots.txt closes
    mudae-ilbo        news sitemap           words only, Korean      list with a heading
    hoshi-eiga        sitemap index, gzip    <time>, Japanese        list with a heading
    rang-manch        RSS 2.0                WordPress, Urdu, Hindi  cards in the text
    vorhang-europa    RDF (RSS 1.0)          words only, de es fr pt "read also" in the text
    southern-curtain  RSS 2.0                JSON-LD graph           links without a heading   a live blog, a paywall stub, walls
"""

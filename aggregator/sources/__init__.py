"""Where articles are found: the source list, and readers of feeds, sitemaps and section pages. Pure.

Import the part that is needed: `list` (the TOML source list), `feeds`, `sitemaps`, `sections`, `discovery`, `opml`, `edit`,
`filters`. Nothing is imported here, so that the command line stays quick.
"""

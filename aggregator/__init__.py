"""A pipeline that turns entertainment-news web pages into a clean, deduplicated, correctly dated SQLite file."""

__version__ = "0.1.0"

"""Scrapy spiders: thin. They ask for addresses and turn each Response into a Page; what to ask for is decided in `aggregator`."""

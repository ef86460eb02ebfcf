"""Scrapy pipelines: thin. Page -> process (worker) -> identity -> store; what is decided is decided in `aggregator`."""

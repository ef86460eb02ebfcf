"""What stands between Scrapy and the open web: robots.txt, addresses, waiting, whole bodies."""

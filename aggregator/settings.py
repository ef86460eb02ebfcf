"""Scrapy's settings for this project, and the only module that names spiders and pipelines."""

from typing import Any

from aggregator._project import PIPELINES, SPIDERS
from aggregator.config import Config

BOT_NAME = "news-aggregator"
SPIDER_MODULES = [SPIDERS]
NEWSPIDER_MODULE = SPIDERS
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

ITEM_PIPELINES = {
    f"{PIPELINES}.process.ProcessPipeline": 100,
    f"{PIPELINES}.identity.IdentityPipeline": 200,
    f"{PIPELINES}.store.StorePipeline": 300,
}

DOWNLOAD_HANDLERS = {
    "http": "aggregator.middlewares.guard.GuardedHandler",
    "https": "aggregator.middlewares.guard.GuardedHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # lets waiting requests through
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,  # takes cut streams for whole
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,  # the guard could not judge the address
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,  # decodes every page; knows no Refresh header
    "aggregator.middlewares.addresses.AddressMiddleware": 50,
    "aggregator.middlewares.robots.RobotsMiddleware": 100,
    "aggregator.middlewares.tdmrep.TdmRepMiddleware": 110,  # robots.txt may forbid the page
    "aggregator.middlewares.retry_after.RetryAfterMiddleware": 560,  # before RetryMiddleware (550) sees the answer
    "aggregator.middlewares.refresh.RefreshMiddleware": 580,  # after the body is whole
    "aggregator.middlewares.body.WholeBodyMiddleware": 590,
}

ROBOTSTXT_OBEY = False  # ours does
ROBOTSTXT_USER_AGENT = BOT_NAME
COOKIES_ENABLED = True  # some sites redirect until a cookie comes back
CONCURRENT_REQUESTS = 8  # of one source; each holds an answer in memory until its extraction ends
CONCURRENT_ITEMS = 1  # Scrapy starts so many tasks for every answer (100 by default), and a page gives one item
SCRAPER_SLOT_MAX_ACTIVE_SIZE = (
    1_000_000  # bytes of answers at work, for each source; the workers are no faster with more
)
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 0  # a run has one pace for all its crawls (see job.Pace)
DOWNLOAD_FAIL_ON_DATALOSS = True
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True
HTTPERROR_ALLOW_ALL = True  # every status is given to the spider, which notes it
REDIRECT_MAX_TIMES = 8
RETRY_TIMES = 2
RETRY_EXCEPTIONS = [  # not a fetch that took too long: three of them would hold the run for a minute and a half; the next run tries again
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.ResponseDataLossError",
    "twisted.internet.error.ConnectionDone",
    "twisted.internet.error.ConnectError",
    "twisted.internet.error.ConnectionLost",
]
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"
URLLENGTH_LIMIT = 2083
REFERRER_POLICY = "no-referrer"
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
LOGSTATS_INTERVAL = 0
DOWNLOADER_STATS = False  # copies every answer to measure it
LOG_LEVEL = "ERROR"
EXTENSIONS_BASE = {  # one of Scrapy's eleven; any that is switched off is imported for every crawl all the same, aiohttp with it
    "scrapy.extensions.corestats.CoreStats": 0,
}


def crawl_settings(config: Config, *, pipelines: bool = True) -> dict[str, Any]:
    """Settings of one crawl: this module's, and those that follow from the configuration."""
    fixed = {name: value for name, value in globals().items() if name.isupper()}
    return {
        **fixed,
        "ITEM_PIPELINES": ITEM_PIPELINES if pipelines else {},
        "TDMREP_ENABLED": pipelines
        and config.policy != "ignore",  # not for one page that a person asks for: it costs a second
        "ALLOW_NET": list(config.allow_net),
        "DOWNLOAD_TIMEOUT": config.timeout,
        "DOWNLOAD_MAXSIZE": config.max_page,
        "USER_AGENT": config.user_agent,
    }

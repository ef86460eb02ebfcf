"""What a crawl costs in which nothing is new, beside bare Scrapy: `python -m benchmarks.rerun [--sources 50] [--rounds 3]`.

A local web answers for 50 hosts, each with a robots.txt and two feeds that have not changed. Our crawl of them (not the first on its
database) and a bare Scrapy spider that asks for the same 150 addresses with the same validators are run in turn; printed are the CPU
seconds of each process with its children, the median of the rounds, and their ratio. Both start Python anew each time, as cron does.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ETAG = '"unchanged"'
ARTICLE = "".join(
    f"<p>Paragraph {n} of a report on the opening night, which was full, loud and longer than planned.</p>"
    for n in range(9)
)
BARE = """
import json, sys
import scrapy
from scrapy.crawler import CrawlerProcess

class Bare(scrapy.Spider):
    name = "bare"
    handle_httpstatus_list = [304]
    async def start(self):
        for url in json.load(open(sys.argv[1])):
            yield scrapy.Request(url, headers={"If-None-Match": '"unchanged"'}, dont_filter=True)
    def parse(self, response):
        pass

process = CrawlerProcess({"LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "CONCURRENT_REQUESTS": 16})
process.crawl(Bare)
process.start()
"""


class _Host(BaseHTTPRequestHandler):
    """Every host of the web: /robots.txt, /a.xml and /b.xml with one item each, and the two articles."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.headers.get("If-None-Match") == ETAG and self.path.endswith(".xml"):
            self._answer(304, b"", "text/xml")
        elif self.path == "/robots.txt":
            self._answer(200, b"User-agent: *\nAllow: /\n", "text/plain")
        elif self.path.endswith(".xml"):
            self._answer(200, self._feed(), "application/rss+xml")
        else:
            self._answer(200, self._page(), "text/html")

    def _feed(self) -> bytes:
        link = f"http://{self.headers['Host']}/story-{self.path[1]}-of-the-week"
        item = f"<item><title>Story</title><link>{link}</link></item>"
        return f"<rss version='2.0'><channel><title>News</title>{item}</channel></rss>".encode()

    def _page(self) -> bytes:
        return f"<html lang=en><title>Story {self.headers['Host']}</title><body><article><h1>Story</h1>{ARTICLE}</article>".encode()

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), ("ETag", ETAG)):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


def _cpu(command: list[str], folder: Path) -> float:
    """CPU seconds of a command with its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _hosts(count: int, port: int) -> Iterator[str]:
    for number in range(count):
        yield f"127.0.{1 + number // 250}.{1 + number % 250}:{port}"


def measure(sources: int, rounds: int, folder: Path) -> tuple[list[float], list[float]]:
    """CPU seconds of our second crawls and of bare Scrapy, in turn."""
    server = ThreadingHTTPServer(("", 0), _Host)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hosts = list(_hosts(sources, server.server_port))
    listed = "".join(
        f'[[source]]\nid = "s{n}"\nname = "S{n}"\nhome = "http://{host}/"\nfeeds = ["http://{host}/a.xml", "http://{host}/b.xml"]\n'
        for n, host in enumerate(hosts)
    )
    (folder / "sources.toml").write_text(listed)
    (folder / "aggregator.toml").write_text('allow_net = ["127.0.0.0/8"]\ndelay = 0\narchive = "off"\n')
    urls = [f"http://{host}/{path}" for host in hosts for path in ("robots.txt", "a.xml", "b.xml")]
    (folder / "urls.json").write_text(json.dumps(urls))
    (folder / "bare.py").write_text(BARE)
    ours = [sys.executable, "-m", "aggregator", "crawl", "--all", "-q", "--db", "news.db"]
    bare = [sys.executable, "bare.py", "urls.json"]
    _cpu(ours, folder)
    figures = [(_cpu(ours, folder), _cpu(bare, folder)) for _ in range(rounds)]
    server.shutdown()
    return [one for one, _ in figures], [other for _, other in figures]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ours, bare = measure(arguments.sources, arguments.rounds, Path(folder))
    mine, theirs = statistics.median(ours), statistics.median(bare)
    print(f"aggregator {mine:.2f} CPU s, bare Scrapy {theirs:.2f} CPU s: {mine / theirs:.2f} times")


if __name__ == "__main__":
    main()

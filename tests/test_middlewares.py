"""What stands between the crawl and the open web."""

import gzip
import zlib
from datetime import UTC, datetime
from email.utils import format_datetime

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from aggregator.middlewares.addresses import AddressMiddleware, without_credentials
from aggregator.middlewares.body import decode_body
from aggregator.middlewares.refresh import HEAD, meta_refresh, parse_refresh
from aggregator.middlewares.refusals import Refused, RetryLater, outcome_of, reason_of
from aggregator.middlewares.retry_after import parse_retry_after
from aggregator.middlewares.robots import LONGEST_DELAY, READ_LIMIT, read_robots
from aggregator.models import Reason
from aggregator.networks import AddressGuard

TEXT = b"Mira Vale will sing again. " * 400


class TestGuard:
    @pytest.mark.parametrize(
        "host",
        [
            "127.0.0.1",
            "10.0.0.1",
            "192.168.1.1",
            "172.16.0.9",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fe80::1%eth0",
            "fc00::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "ff02::1",
            "example.org",
            "",
        ],
    )
    def test_private_addresses_and_names_are_not_connected_to(self, host: str) -> None:
        assert not AddressGuard().permits(host)

    @pytest.mark.parametrize("host", ["93.184.215.14", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d70e"])
    def test_public_addresses_are(self, host: str) -> None:
        assert AddressGuard().permits(host)

    def test_an_allowed_network_opens_that_network_only(self) -> None:
        guard = AddressGuard(["127.8.0.0/16"])
        assert guard.permits("127.8.3.4")
        assert guard.permits("::ffff:127.8.3.4")
        assert not guard.permits("127.9.9.9")

    @given(st.text(max_size=50))
    def test_it_never_raises(self, host: str) -> None:
        assert AddressGuard().permits(host) in (True, False)


class TestAddresses:
    @pytest.mark.parametrize(
        ("url", "sent"),
        [
            ("http://user:secret@a.example:8930/x?y=@z", "http://a.example:8930/x?y=@z"),
            ("http://user@a.example/", "http://a.example/"),
            ("http://a.example/@handle", "http://a.example/@handle"),
        ],
    )
    def test_user_and_password_are_never_sent(self, url: str, sent: str) -> None:
        assert without_credentials(url) == sent
        replaced = AddressMiddleware().process_request(Request(url))
        assert (replaced.url if replaced else url) == sent

    def test_an_address_that_cannot_be_read_stays_as_it_is(self) -> None:
        assert without_credentials("http://a@[b/") == "http://a@[b/"

    def test_a_redirect_leaves_the_queue_of_the_host_that_it_came_from(self) -> None:
        request = Request("http://b.example/", meta={"download_slot": "a.example"})
        AddressMiddleware().process_request(request)
        assert "download_slot" not in request.meta

    def test_other_schemes_are_refused(self) -> None:
        with pytest.raises(Refused):
            AddressMiddleware().process_request(Request("ftp://a.example/x"))


class TestBody:
    @pytest.mark.parametrize(
        ("body", "encodings"),
        [
            (gzip.compress(TEXT), ("gzip",)),
            (gzip.compress(TEXT), ("x-gzip",)),
            (gzip.compress(gzip.compress(TEXT)), ("gzip", "gzip")),
            (gzip.compress(gzip.compress(TEXT)), ("gzip",)),
            (gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:]), ("gzip",)),
            (gzip.compress(TEXT)[:-8] + b"\0" * 8, ("gzip",)),
            (gzip.compress(TEXT) + b"trailing", ("gzip",)),
            (zlib.compress(TEXT), ("deflate",)),
            (zlib.compress(TEXT)[2:-4], ("deflate",)),
            (brotli.compress(TEXT), ("br",)),
            (brotli.compress(gzip.compress(TEXT)), ("gzip", "br")),
            (TEXT, ("gzip",)),
            (TEXT, ("identity",)),
            (TEXT, ()),
        ],
        ids=range(14),
    )
    def test_whole_bodies_are_decoded(self, body: bytes, encodings: tuple[str, ...]) -> None:
        assert decode_body(body, encodings, limit=10**6) == TEXT

    @pytest.mark.parametrize("name", ["utf-8", "none", "text/html", "iso-8859-1", "binary"])
    def test_markup_under_a_label_that_is_no_encoding_is_taken_as_it_is(self, name: str) -> None:
        assert decode_body(b"\xef\xbb\xbf\n <p>text", (name,), limit=100) == b"\xef\xbb\xbf\n <p>text"

    def test_a_header_with_all_optional_parts_is_read(self) -> None:
        raw = zlib.compress(TEXT)[2:-4]
        head = b"\x1f\x8b\x08" + bytes([2 | 4 | 8 | 16]) + b"\0" * 6
        body = head + b"\x03\0abc" + b"name\0" + b"comment\0" + b"\0\0" + raw + b"\0" * 8
        assert decode_body(body, ("gzip",), limit=10**6) == TEXT

    @pytest.mark.parametrize("name", ["gzip", "deflate", "br"])
    def test_a_cut_stream_is_an_error_unless_we_cut_it(self, name: str) -> None:
        whole = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[name](TEXT * 20)
        with pytest.raises(Refused) as error:
            decode_body(whole[:-20], (name,), limit=10**7)
        assert error.value.reason is Reason.TRUNCATED
        assert (TEXT * 20).startswith(decode_body(whole[:-20], (name,), limit=10**7, cut=True))

    @pytest.mark.parametrize("name", ["gzip", "deflate", "br"])
    def test_a_bomb_is_refused_at_the_limit(self, name: str) -> None:
        bomb = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[name](b"\0" * 10**7)
        with pytest.raises(Refused) as error:
            decode_body(bomb, (name,), limit=10**6)
        assert error.value.reason is Reason.TOO_LARGE

    @pytest.mark.parametrize(
        ("body", "name"),
        [
            (gzip.compress(TEXT)[:12] + b"\xff" * 50, "gzip"),
            (b"\x78\x9c" + b"\xff" * 50, "deflate"),
            (b"\xff" * 50, "br"),
            (TEXT, "compress"),
            (gzip.compress(b"") * 100, "gzip"),
        ],
        ids=[
            "damaged gzip",
            "damaged deflate",
            "damaged brotli",
            "unknown",
            "too many members",
        ],  # the bytes hold the time
    )
    def test_damage_and_unknown_encodings_are_bad_answers(self, body: bytes, name: str) -> None:
        with pytest.raises(Refused) as error:
            decode_body(body, (name,), limit=10**6)
        assert error.value.reason is Reason.BAD_RESPONSE

    @given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br", "identity"]))
    def test_any_bytes_give_bytes_or_a_reason(self, body: bytes, name: str) -> None:
        for prefix in (b"", b"\x1f\x8b\x08"):
            try:
                assert len(decode_body(prefix + body, (name,), limit=1000)) <= 1000
            except Refused as error:
                assert error.reason in (Reason.BAD_RESPONSE, Reason.TOO_LARGE, Reason.TRUNCATED)  # noqa: PT017


class TestRobots:
    @pytest.mark.parametrize("status", [429, 500, 503, 599])
    def test_a_failing_server_forbids_all(self, status: int) -> None:
        with pytest.raises(Refused) as error:
            read_robots(status, b"User-agent: *\nAllow: /")
        assert error.value.reason is Reason.ROBOTS_UNREACHABLE

    @pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410])
    def test_other_statuses_mean_that_there_are_no_rules(self, status: int) -> None:
        assert read_robots(status, b"User-agent: *\nDisallow: /").allows("http://a.example/x", "news-aggregator")

    @pytest.mark.parametrize(
        ("body", "allowed"),
        [
            (b"User-agent: *\nDisallow: /private/", True),
            (b"User-agent: *\nDisallow: /x", False),
            (b"\xef\xbb\xbfUser-agent: *\nDisallow: /x", False),
            (b"user-agent: *\rdisallow: /x\r", False),
            (b"User-agent: news-aggregator\nDisallow: /x\n\nUser-agent: *\nDisallow:", False),
            (b"User-agent: other\nDisallow: /x", True),
            (b"User-agent: *\nDisallow: /\nAllow: /x", True),
            (b"<html>not robots</html>", True),
            (b"\0\xff\xfe garbage", True),
            (b"", True),
        ],
    )
    def test_the_rules_of_an_answer_are_obeyed(self, body: bytes, allowed: bool) -> None:
        assert read_robots(200, body).allows("http://a.example/x", "news-aggregator") is allowed

    def test_only_the_first_500_kibibytes_count(self) -> None:
        body = b"User-agent: *\n" + b"#" * READ_LIMIT + b"\nDisallow: /"
        assert read_robots(200, body).allows("http://a.example/x", "news-aggregator")

    def test_crawl_delay_is_kept_up_to_a_limit(self) -> None:
        assert read_robots(200, b"User-agent: *\nCrawl-delay: 2.5").delay("news-aggregator") == 2.5
        assert read_robots(200, b"User-agent: *\nCrawl-delay: 9000").delay("news-aggregator") == LONGEST_DELAY
        assert read_robots(200, b"").delay("news-aggregator") == 0

    def test_sitemaps_are_read(self) -> None:
        assert read_robots(200, b"Sitemap: https://a.example/s.xml").sitemaps == ("https://a.example/s.xml",)


class TestRetryAfter:
    NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            ("3", 3.0),
            (" 120 ", 120.0),
            ("0", 0.0),
            (format_datetime(datetime(2026, 3, 5, 12, 1, tzinfo=UTC)), 60.0),
            ("Thu, 05 Mar 2026 12:01:00 -0000", 60.0),
            ("Wed, 04 Mar 2026 12:00:00 GMT", 0.0),
            ("soon", None),
            ("", None),
            (None, None),
            ("-5", None),
        ],
    )
    def test_both_forms_are_read(self, value: str | None, seconds: float | None) -> None:
        assert parse_retry_after(value, now=self.NOW.timestamp()) == seconds

    @given(st.text(max_size=40))
    def test_it_never_raises(self, value: str) -> None:
        seconds = parse_retry_after(value, now=self.NOW.timestamp())
        assert seconds is None or seconds >= 0


class TestRefresh:
    BASE = "http://a.example/b/c"

    @pytest.mark.parametrize(
        ("value", "found"),
        [
            ("0;url=/x", (0.0, "http://a.example/x")),
            ("3; URL='http://b.example/y'", (3.0, "http://b.example/y")),
            ("1.5, url = d", (1.0, "http://a.example/b/d")),
            ("0; /x", (0.0, "http://a.example/x")),
            ("300", None),
            ("soon;url=/x", None),
            ("0;url=http://[bad", None),
            ("", None),
        ],
    )
    def test_the_header_is_read_as_browsers_do(self, value: str, found: tuple[float, str] | None) -> None:
        assert parse_refresh(value, base=self.BASE) == found

    @pytest.mark.parametrize(
        ("body", "found"),
        [
            (b'<meta http-equiv="refresh" content="0;url=/x">', (0.0, "http://a.example/x")),
            (b"<META content='2; url=d' HTTP-EQUIV=Refresh>", (2.0, "http://a.example/b/d")),
            (b'<base href="http://b.example/"><meta http-equiv=refresh content="0;url=z">', (0.0, "http://b.example/z")),
            (b'<noscript><meta http-equiv="refresh" content="0;url=/x"></noscript>', None),
            (b'<meta http-equiv="refresh" content="60">', None),
            (b"<p>A refresh of the series</p>", None),
            (b" " * HEAD + b'<meta http-equiv="refresh" content="0;url=/x">', None),
            (b"", None),
        ],
    )  # fmt: skip
    def test_the_element_is_read_in_the_head(self, body: bytes, found: tuple[float, str] | None) -> None:
        assert meta_refresh(body, url=self.BASE) == found

    @given(st.text(max_size=60), st.binary(max_size=200))
    def test_it_never_raises(self, value: str, body: bytes) -> None:
        parse_refresh(f"0;url={value}", base=self.BASE)
        meta_refresh(b"<meta http-equiv=refresh content='0;url=" + body + b"'>", url=self.BASE)


class TestReasons:
    @pytest.mark.parametrize(
        ("error", "reason", "outcome"),
        [
            (CannotResolveHostError("x"), Reason.DNS, "error"),
            (DownloadTimeoutError("x"), Reason.TIMEOUT, "error"),
            (ResponseDataLossError("x"), Reason.TRUNCATED, "error"),
            (DownloadConnectionRefusedError("x"), Reason.CONNECTION, "error"),
            (DownloadFailedError("[ConnectionLost]"), Reason.CONNECTION, "error"),
            (DownloadFailedError("[ParseError]"), Reason.BAD_RESPONSE, "error"),
            (UnsupportedURLSchemeError("x"), Reason.BAD_SCHEME, "skipped"),
            (IgnoreRequest("max redirections reached"), Reason.REDIRECT_LOOP, "error"),
            (IgnoreRequest("whatever"), Reason.BAD_RESPONSE, "error"),
            (ValueError("x"), Reason.BAD_URL, "skipped"),
            (Refused(Reason.ROBOTS), Reason.ROBOTS, "skipped"),
            (RetryLater(90), Reason.RETRY_LATER, "skipped"),
            (KeyError("x"), Reason.BAD_RESPONSE, "error"),
        ],
    )
    def test_every_failure_has_a_reason(self, error: Exception, reason: Reason, outcome: str) -> None:
        assert reason_of(error)[0] is reason
        assert outcome_of(reason_of(error)[0]) == outcome

    def test_the_detail_is_one_short_line(self) -> None:
        detail = reason_of(DownloadTimeoutError("a\nb\x1b[31m" + "c" * 500))[1]
        assert detail.isprintable()
        assert len(detail) <= 200

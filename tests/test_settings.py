"""What the settings promise: to the archive, to who runs a crawl, and to their machine."""

import pytest
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

from crawler import settings as ours
from crawler.archive.bodies import MAX_BODY


@pytest.fixture(scope="module")
def settings() -> Settings:
    """As a crawl has them: Scrapy's own, and the project's above them."""
    settings = Settings()
    settings.setmodule(ours, priority="project")
    return settings


@pytest.mark.parametrize(
    "name",
    [
        "TELNETCONSOLE_ENABLED",  # nobody gets into the process
        "REMOTE_CONTROL_ENABLED",
        "COOKIES_ENABLED",  # nothing but the address decides what is played back
        "METAREFRESH_ENABLED",  # nothing but the archive is asked
        "REDIRECT_ENABLED",
        "ROBOTSTXT_OBEY",
        "REFERER_ENABLED",
        "COMPRESSION_ENABLED",
        "AUTOTHROTTLE_ENABLED",
        "HTTPCACHE_ENABLED",
    ],
)
def test_it_is_off(settings, name):
    assert settings.getbool(name) is False


def test_certificates_are_verified(settings):
    assert settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES") is True


def test_sizes_and_times_are_bounded(settings):
    assert settings.getint("DOWNLOAD_MAXSIZE") == MAX_BODY == 32 * 1024 * 1024
    assert 60 <= settings.getfloat("DOWNLOAD_TIMEOUT") <= 180
    assert 0 < settings.getint("RETRY_TIMES") <= 10


def test_no_address_is_dropped_for_its_length(settings):
    assert settings.getint("URLLENGTH_LIMIT") == 0


def test_the_status_of_a_capture_is_content(settings):
    assert settings.getbool("HTTPERROR_ALLOW_ALL")


def test_no_middleware_of_scrapys_leads_out_of_the_archive_or_repeats_at_once(settings):
    active = {
        load_object(name).__name__
        for name, place in settings.get_component_priority_dict_with_base("DOWNLOADER_MIDDLEWARES").items()
        if place is not None
    }
    assert "RetriesMiddleware" in active
    assert not active & {"RetryMiddleware", "RedirectMiddleware", "MetaRefreshMiddleware", "HttpCompressionMiddleware"}


def test_the_rates_are_those_that_the_archive_asks_for_and_no_more(settings):
    assert 0 < settings.getfloat("CDX_REQUESTS_PER_MINUTE") <= 24
    assert 0 < settings.getfloat("REPLAY_REQUESTS_PER_MINUTE") <= 480


def test_what_is_not_stored_is_not_shown(settings):
    pipelines = settings.getdict("ITEM_PIPELINES")
    in_order = sorted(pipelines, key=pipelines.get)
    assert [name.rsplit(".", 1)[1] for name in in_order] == ["WarcPipeline", "StorePipeline", "DocumentsPipeline"]


def test_crawls_go_on_from_the_corpus_alone(settings):
    assert not settings.get("JOBDIR")


def test_every_name_in_the_settings_is_one_of_scrapys_or_of_the_projects(settings):
    # A misspelled setting is silently the default.
    known = {*vars(__import__("scrapy.settings.default_settings", fromlist=["x"]))}
    own = {
        "CONTACT",
        "ARCHIVE_URL",
        "ARCHIVE_PUBLIC_URL",
        "CORPUS_DB",
        "DOCUMENTS_DIR",
        "RETRY_BACKOFF",
        "NOTIFY_URLS",
        "RESULT_FILE",
        "WORKERS",
    }
    own |= {"WARC_DIR", "STATE_DIR", "WORKERS"}
    own |= {"CDX_REQUESTS_PER_MINUTE", "REPLAY_REQUESTS_PER_MINUTE"}
    assert {name for name in vars(ours) if name.isupper() and name != "WAYBACK_MACHINE"} <= known | own


def test_every_class_named_in_the_settings_is_there(settings):
    for group in ("ITEM_PIPELINES", "EXTENSIONS", "DOWNLOADER_MIDDLEWARES"):
        for name in getattr(ours, group):
            assert load_object(name)
    assert load_object(ours.LOG_FORMATTER)

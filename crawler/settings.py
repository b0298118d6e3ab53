"""Every setting of the project, with why. Each can be changed for one run: ``scrapy crawl policies -s NAME=VALUE``."""

import sys

from crawler.archive.address import WAYBACK_MACHINE
from crawler.commands import named_by, spiders_of

# -- Yours to set -----------------------------------------------------------------------------------------------------
CONTACT = ""  # your mail address or page: whom the archive's operators write to before they block you

ARCHIVE_URL = WAYBACK_MACHINE  # where to ask; a path to archive files is an archive too, served by the project
ARCHIVE_PUBLIC_URL = WAYBACK_MACHINE  # what documents and the corpus cite
CDX_REQUESTS_PER_MINUTE = 24  # 80 % of the archive's limit of 2026, as its people ask (edgi wayback #206); 0: no limit
REPLAY_REQUESTS_PER_MINUTE = 480  # likewise
CORPUS_DB = "output/corpus.db"  # the SQLite file that a crawl makes or goes on with
DOCUMENTS_DIR = "output/documents"  # one Markdown file per revision
WARC_DIR = "output/warc"  # keeps the bytes of every capture that is fetched, for scrapy reextract; "": keeps none
STATE_DIR = ""  # rates and pauses that all crawls of this user share; "": the system's place for user state
WORKERS = "auto"  # who reads pages: auto, a number of processes, or a Dask scheduler like tcp://host:8786
RESULT_FILE = ""  # where a crawl, a discovery or reextract writes its result as JSON (docs/how-to/watch.md)
NOTIFY_URLS: list[str] = []  # where to send the changes that a crawl found, as apprise writes it: mailto://…, slack://…

# -- What the project is ----------------------------------------------------------------------------------------------
BOT_NAME = "policytrail"
SPIDER_MODULES = spiders_of(sys.argv)  # crawler.spiders, or the one spider that is run
COMMANDS_MODULE = named_by(sys.argv)  # crawler.commands, or the one command of it that is run
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
ITEM_PIPELINES = {
    "pipelines.warc.WarcPipeline": 50,  # first: bytes that are kept twice do no harm, bytes that are lost do
    "pipelines.store.StorePipeline": 100,
    "pipelines.documents.DocumentsPipeline": 200,
}
EXTENSIONS = {
    "crawler.extensions.unexpected_errors.UnexpectedErrorsExtension": 50,  # first: it listens to the others
    "crawler.extensions.local_archive.LocalArchiveExtension": 100,
    "crawler.extensions.progress.ProgressExtension": 200,
    "crawler.extensions.discovery_progress.DiscoveryProgressExtension": 200,
    "crawler.extensions.notifications.NotifyingExtension": 300,  # off without NOTIFY_URLS
}
EXTENSIONS_BASE = {  # of Scrapy's, those that do something here; it imports the others also where they are off: a tenth
    "scrapy.extensions.corestats.CoreStats": 0,  # of the time in which a crawl starts (2026-11)
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
    "scrapy.extensions.logstats.LogStats": 0,
}

# -- How the archive is asked -----------------------------------------------------------------------------------------
DOWNLOAD_HANDLERS = {
    "http": "crawler.middlewares.rate_limited_handler.RateLimitedHandler",  # rates and pauses hold where requests leave
    "https": "crawler.middlewares.rate_limited_handler.RateLimitedHandler",
}
DOWNLOAD_SLOTS = {  # how many of a kind are under way at once; when they leave is crawler.rate_limit.gate's affair
    "cdx": {"concurrency": 1, "delay": 0.0, "jitter": 0},
    "replay": {"concurrency": 8, "delay": 0.0, "jitter": 0},  # playback takes a second: eight make the rate above
    "save": {"concurrency": 1, "delay": 0.0, "jitter": 0},
    "jobs": {"concurrency": 1, "delay": 0.0, "jitter": 0},
}
DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.retries.RetriesMiddleware": 550,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,  # retries at once, and archived errors too
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,  # would follow archived redirects to live sites
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,  # likewise
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,  # crawler.archive.bodies undoes it
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # these have nothing to do here
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,  # writes each request out to count its bytes
}
HTTPERROR_ALLOW_ALL = True  # the status of a capture is content
CONCURRENT_ITEMS = 1  # Scrapy makes so many tasks for each answer; the spider yields few requests, and no items
SPIDER_MIDDLEWARES = dict.fromkeys(  # none of them has anything to do here, and each passes on every request
    (
        "scrapy.spidermiddlewares.start.StartSpiderMiddleware",
        "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware",
        "scrapy.spidermiddlewares.referer.RefererMiddleware",
        "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware",
        "scrapy.spidermiddlewares.depth.DepthMiddleware",
        "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware",
    )
)
METAREFRESH_ENABLED = False
REDIRECT_ENABLED = False
COMPRESSION_ENABLED = False
COOKIES_ENABLED = False  # a capture is the same for everybody
REFERER_ENABLED = False
ROBOTSTXT_OBEY = False  # nothing is crawled: single addresses are asked for, at the rates that the archive asks for
DEFAULT_REQUEST_HEADERS = {"Accept": "*/*", "Accept-Encoding": "gzip"}
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_TIMEOUT = 90  # seconds; a capture's first playback may take over 60
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024  # bytes; crawler.archive.bodies.MAX_BODY is the same limit for decoded bodies
DOWNLOAD_WARNSIZE = 0
URLLENGTH_LIMIT = 0  # archived URLs are long, and dropping one would be a silent loss
CONCURRENT_REQUESTS = 32  # in Scrapy's hands, those that wait to be repeated included; the slots say how many are out
CONCURRENT_REQUESTS_PER_DOMAIN = 11  # connections that are kept: as many as the slots can have under way
RETRY_TIMES = 8  # with one answer in five failing, fewer than one request in a million fails nine times
RETRY_BACKOFF = 2.0  # seconds before the first repetition, doubled each time up to a minute: four minutes in all
RETRY_HTTP_CODES = [408, 413, 421, 500, 502, 503, 504, 520, 522, 524]
AUTOTHROTTLE_ENABLED = False  # its floor is one delay for both slots

# -- How it runs ------------------------------------------------------------------------------------------------------
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False  # on by default since Scrapy 2.19: runs any Python that is sent to it
LOG_LEVEL = "INFO"  # the project's lines; Scrapy's own are there at DEBUG, and in LOG_FILE (crawler.logs)
# LOG_FORMAT = "json"  # the log as JSON lines
LOG_FORMATTER = "crawler.extensions.log_formatter.QuietLogFormatter"
LOGSTATS_INTERVAL = 300.0  # seconds between two lines about how far a crawl is, where there is no bar
FEED_EXPORT_ENCODING = "utf-8"

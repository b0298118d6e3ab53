"""``policytrail serve``: corpora in a browser."""

import argparse
import asyncio
import re
import socket
from contextlib import suppress
from pathlib import Path

from scrapy.settings import SETTINGS_PRIORITIES

from crawler import program, sample
from crawler.corpus_command import CorpusCommand
from crawler.errors import ArgumentError, CorpusError
from pipelines.corpus import Corpus
from pipelines.corpus.database import left_beside

_OR_ELSE = "name another file"
_KEEP_ALIVE = 75
"""Seconds that a connection stays open unused. Longer than proxies keep theirs (nginx: 60): a request on one that is
just being closed gets no answer. With uvicorn's 5 s, one of 1,150 requests of 50 busy visitors got none (2026-11).
"""
_PORTS = 1 << 16


class Command(CorpusCommand):
    """Serves corpora to read, until Ctrl-C. Exits with 1 if one of them is no corpus, or there is no way to listen."""

    requires_crawler_process = False
    takes = ()
    usage = "[FILE.db …] [--port PORT] [--host ADDRESS] [--immutable] [--sql]"
    summary = "Show corpora in a browser: yours or, as long as there is none, the demo's"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add where to listen, and what visitors may do."""
        super().add_options(parser)
        parser.add_argument("--port", default="8001", help="where to listen; 0: any port that is free")
        parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="for whom: 0.0.0.0 is for everybody")
        parser.add_argument(
            "--base-url", default="/", metavar="PATH", help="the path below which a proxy shows the site"
        )
        parser.add_argument(
            "--immutable", action="store_true", help="nobody writes the files meanwhile: visitors may download them"
        )
        parser.add_argument("--sql", action="store_true", help="let visitors ask in SQL of their own")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Look at the files, listen, and serve."""
        assert self.settings is not None
        with self.failing(Path(self.settings["CORPUS_DB"])):
            if wrong := next((argument for argument in args if argument.startswith("-")), None) or self.given:
                raise ArgumentError(f"{wrong}: no such option. Usage: {program.name()} serve {self.usage}")
            if not re.fullmatch(r"/([^/?#\s]+/)*", opts.base_url):
                raise ArgumentError(f"--base-url {opts.base_url}: expected a path like /policies/.")
            if not (opts.port.isascii() and opts.port.isdigit() and int(opts.port) < _PORTS):
                raise ArgumentError(f"--port {opts.port}: expected a number from 0 to {_PORTS - 1}.")
            corpora = [Path(argument) for argument in args] or [self._default()]
            for corpus in corpora:
                _look_at(corpus, immutable=opts.immutable)
            self._serve(corpora, opts)

    def _default(self) -> Path:
        """Return the user's corpus or, if there is none and none was asked for, the demo's."""
        assert self.settings is not None
        path = Path(self.settings["CORPUS_DB"])
        asked_for = (self.settings.getpriority("CORPUS_DB") or 0) > SETTINGS_PRIORITIES["project"]
        if path.is_file() or asked_for:
            return path
        if sample.CORPUS.is_file():
            return sample.CORPUS
        raise CorpusError(
            f"There is no corpus at {path}. Make one ({program.name()} demo, {program.name()} crawl policies), or name"
            f" a file: {program.serve('FILE.db')}."
        )

    def _serve(self, corpora: list[Path], opts: argparse.Namespace) -> None:
        # Half a second that no other command needs.
        import uvicorn  # noqa: PLC0415

        from output.site.serving import app  # noqa: PLC0415

        site = app(corpora, base_url=opts.base_url, immutable=opts.immutable, sql=opts.sql)
        listening = _listen(opts.host, opts.port)
        host, port = listening.getsockname()[:2]
        where = f"http://{f'[{host}]' if ':' in host else host}:{port}{opts.base_url}"
        print(f"{', '.join(map(str, corpora))}: {where} (Ctrl-C ends it)", flush=True)
        config = uvicorn.Config(site, lifespan="off", ws="none", log_config=None, timeout_keep_alive=_KEEP_ALIVE)
        with listening, suppress(KeyboardInterrupt):
            asyncio.run(uvicorn.Server(config).serve([listening]))


def _look_at(path: Path, *, immutable: bool) -> None:
    """Raise `CorpusError` if a file is no corpus that can be served. An older one is brought up to date."""
    if not path.is_file():
        raise CorpusError(f"{path}: there is no such file. Expected a corpus, made by {program.name()} crawl policies.")
    with Corpus.as_it_is(path, _OR_ELSE) as corpus:
        if not corpus.db.table_names():
            raise CorpusError(f"{path}: the file is empty. Expected a corpus; {_OR_ELSE}.")
        outdated = corpus.is_outdated
    if immutable and left_beside(path):
        raise CorpusError(
            f"{path}: a program writes to the corpus, or left something beside it, which --immutable would pass over."
            " Wait for it to end, serve a copy (sqlite3 FILE '.backup COPY'), or leave out --immutable."
        )
    if immutable and outdated:
        raise CorpusError(
            f"{path}: an older version made this corpus. Leave out --immutable once, and it is brought up to date."
        )
    if outdated:
        Corpus.reading(path).close()


def _listen(host: str, port: str) -> socket.socket:
    """Return a socket that listens. Raises `ArgumentError`."""
    try:
        return socket.create_server((host, int(port)), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise ArgumentError(
            f"--host {host} --port {port}: nothing can listen there ({error.strerror or error}). Give another port, or"
            " --port 0 for any that is free, and an address of this machine."
        ) from error

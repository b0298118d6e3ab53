"""Reads Open Terms Archive's versions: its git repository, or a dataset as ZIP or folder.

    versions   SERVICE/TERMS TYPE.md, a commit a version, dated when it was fetched
    dataset    [FOLDER/]SERVICE/TERMS TYPE/2018-12-31T00-59-19Z.md

An upgrade of its extractor or declarations is recorded there as a version of its own ("Apply technical or declaration
upgrade", earlier "Refilter"). It is no change by the vendor: here it is read in place of the version before it.
"""

import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from crawler import git
from crawler.errors import ImportProblem
from pipelines.imports import text
from pipelines.imports.text import MAX_BODY, Refused, Text

ORIGIN = "ota"
_UPGRADES = ("Apply technical or declaration upgrade", "Refilter")
_TYPES = {"trackers policy": "cookie policy"}
_AUTHOR = re.compile(rb"^author .*> (\d{1,12}) [+-]\d{4}$", re.MULTILINE)
_TRAILER = re.compile(r"^X-(engine-version|source-document-location): *(\S+)", re.MULTILINE | re.IGNORECASE)
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d)-(\d\d)-(\d\d)Z(?:-\d+)?\.md")
_HEADING = re.compile(r"\s*(?:# (?P<atx>[^\n]+)\n|(?P<setext>[^\n]+)\n=+\n)\n*")


def read(path: Path, services: dict[str, str]) -> Iterator[Text | Refused]:
    """The versions in the order in which they stand there, or why one cannot be taken. Raises `ImportProblem`."""
    if (path / ".git").exists():
        yield from _versions(path / ".git", services)
    elif (path / "HEAD").is_file() and (path / "objects").is_dir():
        yield from _versions(path, services)
    elif path.is_dir():
        files = sorted(file for file in path.rglob("*.md") if file.is_file() and not file.is_symlink())
        for file in files:
            data = file.read_bytes() if file.stat().st_size <= MAX_BODY else None
            yield from _dated(PurePosixPath(file.relative_to(path).as_posix()), data, services)
    elif zipfile.is_zipfile(path):
        yield from _zipped(path, services)
    else:
        raise ImportProblem(f"{path}: expected a versions repository of Open Terms Archive, or its dataset.")


# -- datasets ---------------------------------------------------------------------------------------------------------
def _zipped(path: Path, services: dict[str, str]) -> Iterator[Text | Refused]:
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in sorted(archive.infolist(), key=lambda entry: entry.filename):
                if entry.filename.endswith(".md"):
                    with archive.open(entry) as file:
                        data = file.read(MAX_BODY + 1)  # what an entry says of its size need not be so
                    yield from _dated(PurePosixPath(entry.filename), data if len(data) <= MAX_BODY else None, services)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise ImportProblem(f"{path}: cannot be read as a ZIP ({error}); fetch it again.") from error


def _dated(path: PurePosixPath, data: bytes | None, services: dict[str, str]) -> Iterator[Text | Refused]:
    match = _DATE.fullmatch(path.name)
    if match is None or len(path.parts) < 3:
        return  # a README, a licence
    yield _version(path.parts[-3], path.parts[-2], "".join(match.groups()), data, services)


# -- repositories -----------------------------------------------------------------------------------------------------
def _versions(path: Path, services: dict[str, str]) -> Iterator[Text | Refused]:
    last: dict[str, str] = {}
    try:
        with git.borrowed(path) as (own, head), git.Batch(own, "--batch") as objects:
            for commit, blob, name in git.changes(own, head):
                place = PurePosixPath(name)
                if place.suffix != ".md" or len(place.parts) != 2:
                    continue
                about, _, message = objects.ask(commit).partition(b"\n\n")
                author = _AUTHOR.search(about)
                told = message.decode("utf-8", "replace")
                again = told.startswith(_UPGRADES) and name in last
                seconds = min(int(author[1]), 253_402_300_799) if author else 0
                timestamp = last[name] if again else f"{datetime.fromtimestamp(seconds, UTC):%Y%m%d%H%M%S}"
                last[name] = timestamp
                data: bytes | None = objects.ask(blob, MAX_BODY)
                data = data if data is not None and len(data) <= MAX_BODY else None
                yield _version(place.parts[0], place.stem, timestamp, data, services, told=told, again=again)
    except git.GitError as error:
        raise ImportProblem(str(error)) from error
    except OSError as error:
        raise ImportProblem(f"{path}: cannot be read by git ({error}).") from error


def _version(
    service: str,
    terms: str,
    timestamp: str,
    data: bytes | None,
    services: dict[str, str],
    *,
    told: str = "",
    again: bool = False,
) -> Text | Refused:
    if data is None:
        return Refused("body too long")
    try:
        whole = data.decode()
    except UnicodeError:
        return Refused("body is no Unicode text")
    trailers = {name.lower(): value for name, value in reversed(_TRAILER.findall(told))}
    engine = trailers.get("engine-version")
    heading = _HEADING.match(whole)
    try:
        vendor = text.vendor(service, services)
        url = trailers.get("source-document-location", f"https://{vendor}/")
        return Text(
            vendor=vendor,
            type=text.policy_type(_TYPES.get(terms.lower(), terms.lower())),
            title=((heading["atx"] or heading["setext"]) if heading else terms).strip(),
            body=(whole[heading.end() :] if heading else whole).removesuffix("\n"),
            extractor=f"ota-engine/{engine}" if engine else "open-terms-archive",
            moments=(text.moment(timestamp, url, ORIGIN),),
            again=again,
        )
    except Refused as refused:
        return refused

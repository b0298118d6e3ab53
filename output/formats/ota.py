"""Open Terms Archive's layouts, written and read, so that its collections and ours can complete each other.

    versions   a git repository: SERVICE/TERMS TYPE.md, a commit per version, dated when it was captured
    dataset    a ZIP or folder: [FOLDER/]SERVICE/TERMS TYPE/2018-12-31T00-59-19Z.md

They are as its engine writes them (v14, dataMapper.js and scripts/dataset). We call a service by its vendor's domain,
since only a collection knows its own names.

An upgrade of its extractor or declarations is recorded there as a version of its own ("Apply technical or declaration
upgrade", earlier "Refilter"). It is not a change by the vendor: it is read in place of the version before it.
"""

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from crawler import timestamps
from crawler.errors import FormatError
from crawler.local_archive.wacz import BROKEN_ZIP
from crawler.terms_types import policy_type, terms_type
from crawler.whole_files import whole_file
from output.formats import git_history
from output.formats.exported_revisions import ExportedRevision, Written
from output.formats.git import author
from output.formats.git_history import Commit
from output.formats.git_objects import commit_history
from output.formats.names import line, safe
from pipelines import imported_text
from pipelines.corpus.citation import origin_name
from pipelines.imported_text import MAX_BODY, ImportedText, Refused

ORIGIN = "ota"
_FIRST_DOS_YEAR = 1980  # the earliest that a ZIP's entries can be dated
_LAST_SECOND = 253_402_300_799  # of the year 9999
_UPGRADES = ("Apply technical or declaration upgrade", "Refilter")
_AUTHOR = re.compile(rb"^author .*> (\d{1,12}) [+-]\d{4}$", re.MULTILINE)
_TRAILER = re.compile(r"^X-(engine-version|source-document-location): *(\S+)", re.MULTILINE | re.IGNORECASE)
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d)-(\d\d)-(\d\d)Z(?:-\d+)?\.md")
_HEADING = re.compile(r"\s*(?:# (?P<atx>[^\n]+)\n|(?P<setext>[^\n]+)\n=+\n)\n*")


# -- writing ----------------------------------------------------------------------------------------------------------
def write_versions(path: Path, revisions: Iterator[ExportedRevision]) -> Written:
    """Make or continue a versions repository. Raises `FormatError`."""
    return Written(git_history.write(path, "ota", _commits(revisions)))


def _commits(revisions: Iterator[ExportedRevision]) -> Iterator[Commit]:
    begun: set[tuple[str, str]] = set()
    for revision in revisions:
        service, terms = safe(revision.vendor), safe(terms_type(revision.type))
        prefix = "Record new changes of" if (service, terms) in begun else "First record of"
        begun.add((service, terms))
        recorded = (
            f"recorded after extracting from snapshot {line(revision.source)}"
            if revision.source
            else f"imported from {line(origin_name(revision.origin))}"
        )
        yield Commit(
            path=f"{service}/{terms}.md",
            data=revision.text.encode("utf-8", "replace"),
            author=author(revision),
            when=int(revision.captured.timestamp()),
            message=f"{prefix} {service} {terms}\n\nThis version was {recorded}\n\n"
            f"X-source-document-location: {line(revision.url)}\n",
        )


def write_dataset(path: Path, revisions: Iterator[ExportedRevision]) -> Written:
    """Write a dataset as a ZIP."""
    taken: Counter[str] = Counter()
    policy = None
    count = 0
    with whole_file(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for count, revision in enumerate(revisions, 1):  # noqa: B007 - the last one counts
            folder = f"dataset/{safe(revision.vendor)}/{safe(terms_type(revision.type))}"
            if folder != policy:
                policy, taken = folder, Counter()
            name = revision.captured.strftime("%Y-%m-%dT%H-%M-%SZ")
            taken[name] += 1
            if taken[name] > 1:  # two of its addresses changed in one second
                name = f"{name}-{taken[name]}"
            moment = revision.captured.replace(year=max(revision.captured.year, _FIRST_DOS_YEAR)).timetuple()[:6]
            entry = zipfile.ZipInfo(f"{folder}/{name}.md", moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # the same on every system
            archive.writestr(entry, revision.text.encode("utf-8", "replace"))
    return Written(count)


# -- reading ----------------------------------------------------------------------------------------------------------
def read(path: Path, services: dict[str, str]) -> Iterator[ImportedText | Refused]:
    """Yield the versions in the order in which they stand there, or why one is refused. Raises `FormatError`."""
    if (path / ".git").exists() or ((path / "HEAD").is_file() and (path / "objects").is_dir()):
        yield from _committed(path, services)
    elif path.is_dir():
        files = sorted(file for file in path.rglob("*.md") if file.is_file() and not file.is_symlink())
        for file in files:
            data = file.read_bytes() if file.stat().st_size <= MAX_BODY else None
            yield from _dated(PurePosixPath(file.relative_to(path).as_posix()), data, services)
    elif path.is_file() and zipfile.is_zipfile(path):
        yield from _zipped(path, services)
    else:
        raise FormatError(f"{path}: expected a versions repository of Open Terms Archive, or its dataset.")


def _committed(path: Path, services: dict[str, str]) -> Iterator[ImportedText | Refused]:
    last: dict[tuple[bytes, bytes], str] = {}
    with commit_history(path, MAX_BODY) as repository:
        for version in repository.file_versions():
            place = (version.folder, version.name)
            if not version.name.endswith(b".md"):
                continue
            author_line = _AUTHOR.search(version.header)
            message = version.message.decode("utf-8", "replace")
            again = message.startswith(_UPGRADES) and place in last
            seconds = min(int(author_line[1]), _LAST_SECOND) if author_line else 0
            last[place] = last[place] if again else timestamps.digits(datetime.fromtimestamp(seconds, UTC))
            yield _version(
                version.folder.decode("utf-8", "replace"),
                version.name.decode("utf-8", "replace").removesuffix(".md"),
                last[place],
                repository.blob(version.blob),
                services,
                message=message,
                again=again,
            )


def _zipped(path: Path, services: dict[str, str]) -> Iterator[ImportedText | Refused]:
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in sorted(archive.infolist(), key=lambda entry: entry.filename):
                if entry.filename.endswith(".md"):
                    with archive.open(entry) as file:
                        data = file.read(MAX_BODY + 1)  # an entry may lie about its size, and no more is unpacked
                    yield from _dated(PurePosixPath(entry.filename), data if len(data) <= MAX_BODY else None, services)
    except (*BROKEN_ZIP, OSError) as error:
        raise FormatError(f"{path}: cannot be read as a ZIP ({error}); fetch it again.") from error


def _dated(path: PurePosixPath, data: bytes | None, services: dict[str, str]) -> Iterator[ImportedText | Refused]:
    match = _DATE.fullmatch(path.name)
    if match is None or len(path.parts) < 3:
        return  # a README, a licence
    yield _version(path.parts[-3], path.parts[-2], "".join(match.groups()), data, services)


def _version(
    service: str,
    terms: str,
    timestamp: str,
    data: bytes | None,
    services: dict[str, str],
    *,
    message: str = "",
    again: bool = False,
) -> ImportedText | Refused:
    where = f"{line(service)}/{line(terms)} of {timestamp}"
    if data is None:
        return Refused("body too long").at(where)
    try:
        whole = data.decode("utf-8-sig").replace("\r\n", "\n")  # as a checkout on Windows has it
    except UnicodeError:
        return Refused("body is not Unicode text").at(where)
    trailers = {name.lower(): value for name, value in reversed(_TRAILER.findall(message))}
    engine = trailers.get("engine-version")
    heading = _HEADING.match(whole)
    try:
        vendor = imported_text.vendor(service, services)
        url = trailers.get("source-document-location", f"https://{vendor}/")
        return ImportedText(
            vendor=vendor,
            type=imported_text.policy_type(policy_type(terms)),
            title=((heading["atx"] or heading["setext"]) if heading else terms).strip(),
            body=(whole[heading.end() :] if heading else whole).removesuffix("\n"),
            extractor=f"ota-engine/{engine}" if engine else "open-terms-archive",
            moments=(imported_text.moment(timestamp, url, ORIGIN),),
            again=again,
        )
    except Refused as refused:
        return refused.at(where)

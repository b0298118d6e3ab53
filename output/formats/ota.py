"""Open Terms Archive's layouts, so that its collections can take up the years before they began to track.

    versions   a git repository: SERVICE/TERMS TYPE.md, a commit a version, dated when it was captured
    dataset    a ZIP: SERVICE/TERMS TYPE/2018-12-31T00-59-19Z.md

As its engine writes them (v14, dataMapper.js and scripts/dataset). A service is called by its vendor's domain: what a
collection calls it, only the collection knows.
"""

import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from output.formats import git_repository
from output.formats.files import whole_file
from output.formats.git import author
from output.formats.git_repository import Commit
from output.formats.names import line, safe
from output.formats.records import Record

_TYPES = {"cookie policy": "Trackers Policy"}
"""Where its list of terms types has another word than the usual one (OpenTermsArchive/terms-types)."""
_SMALL_WORDS = {"of", "and", "for", "to", "the", "on", "in"}
_FIRST_DOS_YEAR = 1980  # the least that a ZIP's entries can be dated


def terms_type(type_: str) -> str:
    """What Open Terms Archive calls a type: "Terms of Service" for "terms of service"."""
    if type_.lower() in _TYPES:
        return _TYPES[type_.lower()]
    return " ".join(w if w in _SMALL_WORDS and at else w[:1].upper() + w[1:] for at, w in enumerate(type_.split(" ")))


def write_versions(path: Path, records: Iterator[Record]) -> int:
    """Make or continue a versions repository; gives the number of versions. Raises `ExportError`."""
    return git_repository.write(path, "ota", _commits(records))


def _commits(records: Iterator[Record]) -> Iterator[Commit]:
    begun: set[tuple[str, str]] = set()
    for record in records:
        service, terms = safe(record.vendor), safe(terms_type(record.type))
        prefix = "Record new changes of" if (service, terms) in begun else "First record of"
        begun.add((service, terms))
        source = record.source or record.origin
        yield Commit(
            path=f"{service}/{terms}.md",
            data=record.text.encode("utf-8", "replace"),
            author=author(record),
            when=int(record.captured.timestamp()),
            message=f"{prefix} {service} {terms}\n\n"
            f"This version was recorded after extracting from snapshot {line(source)}\n\n"
            f"X-source-document-location: {line(record.url)}\n",
        )


def write_dataset(path: Path, records: Iterator[Record]) -> int:
    """Write a dataset; gives the number of versions in it."""
    taken: Counter[str] = Counter()
    policy = None
    count = 0
    with whole_file(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for count, record in enumerate(records, 1):  # noqa: B007 - the last one counts
            folder = f"dataset/{safe(record.vendor)}/{safe(terms_type(record.type))}"
            if folder != policy:
                policy, taken = folder, Counter()
            name = record.captured.strftime("%Y-%m-%dT%H-%M-%SZ")
            taken[name] += 1
            if taken[name] > 1:  # two of its addresses changed in one second
                name = f"{name}-{taken[name]}"
            moment = record.captured.replace(year=max(record.captured.year, _FIRST_DOS_YEAR)).timetuple()[:6]
            entry = zipfile.ZipInfo(f"{folder}/{name}.md", moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # the same on every system
            archive.writestr(entry, record.text.encode("utf-8", "replace"))
    return count

"""Merges policies that were found into a vendors file: which record of it an address belongs to, and which are new."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from crawler.archive.urlkey import urlkey
from crawler.errors import VendorsFileError
from crawler.model import Part, Policy, folded_type, type_slug
from crawler.vendors import checks, schema
from crawler.vendors.editing import Record, edited
from crawler.vendors.file import MAX_BYTES, load_toml, text_of
from crawler.whole_files import whole_file

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Addition:
    """A policy to put into a vendors file, or to add to the one that is there."""

    policy: Policy
    language: str | None = None
    """Its language (ISO 639-1), which tells editions of one policy apart."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """By URL, what speaks for it: a comment."""
    periods: Mapping[str, tuple[date | None, date | None]] = field(default_factory=dict)
    """By URL, the first and the last day on which it is known to have been the policy's."""


class LeftOut(NamedTuple):
    """What was not put into the file, and why."""

    policy: Policy
    url: str
    reason: str


@dataclass(slots=True)
class Merged:
    """A vendors file that policies were merged into: its text, and what came of them."""

    text: str = ""
    urls: int = 0
    """URLs that are new in it; those of new policies count, too."""
    policies: int = 0
    """Policies that are new in it."""
    left_out: list[LeftOut] = field(default_factory=list)


def merge_into(path: Path, additions: Iterable[Addition]) -> Merged:
    """Merge policies into the vendors file at a path, or make one; it is changed whole or not at all.

    Raises `VendorsFileError`, also for a file whose records are not valid to begin with.
    """
    if path.suffix.lower() != ".toml":
        hint = " A CSV has no place for what speaks for an address." if path.suffix.lower() == ".csv" else ""
        raise VendorsFileError(
            f"{path}: what is found can only be added to a vendors file in TOML.{hint} Give a path that ends in .toml,"
            " and crawl from both files."
        )
    try:
        is_new = not path.exists()
        before = schema.DIRECTIVE if is_new else text_of(path)
    except checks.Wrong as wrong:
        raise VendorsFileError(f"{path}: {wrong}") from wrong
    merged = merge(before, additions, path)
    if merged.urls:
        _write(path, merged.text)
        if is_new:
            schema.put_beside(path)
    return merged


def _write(path: Path, text: str) -> None:
    if len(text.encode()) > MAX_BYTES:
        raise VendorsFileError(
            f"{path}: it would be larger than {MAX_BYTES // 1024**2} MiB, which is the limit; nothing was changed."
            " Write to several files."
        )
    try:
        target = path.resolve()  # where it is a link, what it leads to
        mode = target.stat().st_mode if target.exists() else None
        with whole_file(target) as file:
            file.write(text.encode())
        if mode is not None:
            target.chmod(mode & 0o777)
    except (OSError, RuntimeError) as error:  # the latter of links in a circle
        why = getattr(error, "strerror", None) or error
        raise VendorsFileError(f"{path}: cannot be written ({why}); nothing of it changed.") from error


def merge(text: str, additions: Iterable[Addition], path: Path) -> Merged:
    """Return the text of a vendors file with policies merged into it; the path is named in messages.

    An address is known whether it is written with http or https, with or without www. A found policy is the one of the
    vendor that has an address of it, or else the one of its type. Another language of a type that is taken gets the
    language into its type ("privacy policy (fr)"): vendor and type are what names a policy everywhere. Raises
    `VendorsFileError`.
    """
    mark, text = text[: text.startswith(_BOM)], text.removeprefix(_BOM)
    is_windows = "\r\n" in text and not re.search(r"(?<!\r)\n", text)
    plain = text.replace("\r\n", "\n") if is_windows else text
    found = load_toml(plain, path) if _says_anything(plain) else ()
    merged = Merged()
    records = _put([Record(policy, at) for at, policy in enumerate(found)], map(_folded, additions), merged)
    if merged.urls:
        plain = edited(plain, records, path)
        text = plain.replace("\n", "\r\n") if is_windows else plain
    merged.text = mark + text
    return merged


def _says_anything(text: str) -> bool:
    """Tell whether a text has more than empty lines and comments."""
    return any(line.strip() and not line.lstrip().startswith("#") for line in text.split("\n"))


def _folded(addition: Addition) -> Addition:
    """Return the same with vendor and type in the form in use; what cannot be one is refused later."""
    policy = addition.policy
    vendor = policy.vendor
    with suppress(checks.Wrong):
        vendor = checks.vendor(vendor)
    return replace(addition, policy=replace(policy, vendor=vendor, type=folded_type(policy.type)))


_Holders = dict[str, list[Record]]
"""By key of an address, the records that have it."""


def _put(records: Sequence[Record], additions: Iterable[Addition], merged: Merged) -> list[Record]:
    """Put policies among the records of a file, each new one after the others of its vendor; return all records."""
    holders: _Holders = defaultdict(list)
    of_vendor: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        of_vendor[record.policy.vendor].append(record)
        for url in record.policy.urls:
            holders[urlkey(url)].append(record)
    sharing = [(one, _sharing(one, of_vendor[one.policy.vendor], holders)) for one in additions]
    taken = {record for _, record in sharing if record is not None}
    for addition, shared in sharing:
        others = of_vendor[addition.policy.vendor]
        record = shared or _named(addition, others, taken) or _new(addition, others)
        taken.add(record)
        _add(addition, record, holders, merged)
        if record.at is None and record.urls:
            merged.policies += 1
            others.append(record)
    return list(_in_order(records, of_vendor))


def _in_order(records: Sequence[Record], of_vendor: Mapping[str, Sequence[Record]]) -> Iterator[Record]:
    """Yield the records of a file, and after the last of each vendor its new ones."""
    new = {vendor: [record for record in all_ if record.at is None] for vendor, all_ in of_vendor.items()}
    left = Counter(record.policy.vendor for record in records)
    for record in records:
        yield record
        left[record.policy.vendor] -= 1
        if not left[record.policy.vendor]:
            yield from new.pop(record.policy.vendor)
    for following in new.values():
        yield from following


def _sharing(addition: Addition, others: Sequence[Record], holders: _Holders) -> Record | None:
    """Return the record of the vendor that has an address of a policy: the one of its type, or the only one."""
    vendor, type_ = addition.policy.vendor, addition.policy.type
    shared = [
        record
        for url in addition.policy.urls
        for record in holders.get(urlkey(url), ())
        if record.policy.vendor == vendor
    ]
    for record in shared:
        if record.policy.type == type_ or record.policy.type.startswith(f"{type_} ("):
            return record
    if len(set(shared)) != 1 or shared[0].policy.parts or addition.policy.parts:
        return None  # one page may hold several policies
    return None if any(record.policy.type == type_ for record in others) else shared[0]


def _named(addition: Addition, others: Sequence[Record], taken: set[Record]) -> Record | None:
    """Return the vendor's record of a policy's type, or of that edition, that no other found policy is."""
    for type_ in (_edition(addition), addition.policy.type):
        for record in others:
            if record.policy.type == type_ and record not in taken:
                return record
    return None


def _edition(addition: Addition, *number: str) -> str:
    told = " ".join([*filter(None, [(addition.language or "").lower()]), *number])
    return f"{addition.policy.type} ({told})" if told else addition.policy.type


def _new(addition: Addition, others: Sequence[Record]) -> Record:
    """Return the record of a new policy. Its type, if taken, gets its language, or a number (another region, say)."""
    taken = {type_slug(record.policy.type) for record in others}
    type_, number = addition.policy.type, 2
    if type_slug(type_) in taken:
        type_ = _edition(addition)
    while type_slug(type_) in taken:
        type_, number = _edition(addition, str(number)), number + 1
    return Record(replace(addition.policy, urls=(), type=type_), None)


def _add(addition: Addition, record: Record, holders: _Holders, merged: Merged) -> None:
    """Add the addresses of a policy to a record, and note which cannot be."""
    for url in addition.policy.urls:
        here = holders[urlkey(url)]
        if record in here:
            continue
        if reason := _refusal(record.policy, url) or _full(record) or _held(record, here):
            merged.left_out.append(LeftOut(record.policy, url, reason))
            continue
        here.append(record)
        record.urls.append(url)
        record.notes[url] = addition.notes.get(url, "")
        merged.urls += 1
    if record.at is not None and addition.policy.parts not in {(), record.policy.parts}:
        reason = "which part of a page is meant stays as the file has it."
        merged.left_out.append(LeftOut(record.policy, addition.policy.urls[0], reason))
    if record.urls and record.at is not None and record.part is None:
        record.part = _whole_page(addition, record)


def _full(record: Record) -> str:
    """Return why a record takes no further URL; empty if it does."""
    count = len(record.policy.urls) + len(record.urls)
    return f"a policy has up to {checks.MAX_URLS:,} URLs." if count >= checks.MAX_URLS else ""


def _refusal(policy: Policy, url: str) -> str:
    """Return why no vendors file has such a policy or URL; empty if one may."""
    try:
        checks.vendor(policy.vendor)
        checks.policy_type(policy.type)
        checks.url(url)
    except checks.Wrong as wrong:
        return str(wrong)
    return ""


def _held(record: Record, here: Sequence[Record]) -> str:
    """Return why an address that others have cannot be a record's as well; empty if it can."""
    if record.at is None and record.policy.parts:  # it says which part of the page is meant
        here = [other for other in here if other.policy.parts == record.policy.parts]
    if not here:
        return ""
    return (
        f"the file has it already, for the {here[0].policy.name}; if the page holds both, add a record by hand that"
        " says which part is meant, by the keys select, from and to."
    )


def _whole_page(addition: Addition, record: Record) -> Part | None:
    """Return the part that a record needs for addresses that the policy has had at another time than those it names.

    What its `select`, `from`, `to` and `remove` say is of the pages that it names, and would be taken as said of all.
    Where it has dated parts already, somebody has said what holds when.
    """
    if len(record.policy.parts) != 1 or record.policy.parts[0].since or record.policy.parts[0].until:
        return None
    keys = {urlkey(url) for url in record.policy.urls}
    old = [period for url, period in addition.periods.items() if urlkey(url) in keys]
    new = [addition.periods.get(url, (None, None)) for url in record.urls]
    old_first = min((first for first, _ in old if first is not None), default=None)
    old_last = max((last for _, last in old if last is not None), default=None)
    if old_first is not None and all(last is not None and last < old_first for _, last in new):
        return Part(until=old_first)
    new_first = min((first for first, _ in new if first is not None), default=None)
    if old_last is not None and new_first is not None and all(first and first > old_last for first, _ in new):
        return Part(since=new_first)
    return None

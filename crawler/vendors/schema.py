"""The JSON Schema of the vendors file (draft 2020-12), by which editors check it, and the line that names it in a file.

No address is published at which the schema could be had, so a vendors file names a copy beside itself: a relative path
means the same wherever the file goes, which a path into somebody's installation does not. Taplo (Even Better TOML) and
Tombi read the directive, and resolve the path against the file's folder.
"""

from contextlib import suppress
from pathlib import Path

from crawler.whole_files import whole_file

FILE = Path(__file__).with_name("vendors.schema.json")
"""The schema, as the package has it."""
DIRECTIVE = f"#:schema ./{FILE.name}\n\n"
"""The first line of every vendors file that is made, and an empty one: Tombi wants that below it."""


def put_beside(vendors: Path) -> None:
    """Write a copy of the schema beside a vendors file, unless there is one. An editor misses it; nothing else does."""
    copy = vendors.with_name(FILE.name)
    with suppress(OSError):
        if not copy.exists():
            write(copy)


def write(path: Path) -> None:
    """Write the schema to a path. Raises `OSError`."""
    with whole_file(path) as file:
        file.write(FILE.read_bytes())

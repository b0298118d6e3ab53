"""The sample that ships with the project, an archive in small, and where the demo puts the corpus that it makes of it."""

from pathlib import Path

_FOLDER = Path(__file__).parents[1] / "tests" / "sample"
ARCHIVE = _FOLDER / "sample.warc.gz"
VENDORS = _FOLDER / "vendors.toml"

CORPUS = Path("output/demo/corpus.db")
DOCUMENTS = Path("output/demo/documents")

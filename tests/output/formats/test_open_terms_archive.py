"""Open Terms Archive's repositories and datasets are read, with what its engine makes of them."""

import zipfile

from exports_corpus import history

from output.formats.table import read
from pipelines.imports import store_texts as store


def test_a_versions_repository_is_read(corpus, versions, tmp_path):
    services = tmp_path / "services.toml"
    services.write_text('"Some Shop" = "some.example"\n')
    account = store(corpus, read("ota", versions, services))
    assert account.refused == {'the service "Nobody" is not a domain': 1}
    columns = ("p.vendor", "p.type", "f.timestamp", "f.url", "d.title", "d.body", "d.extractor")
    plain, engine = ("open-terms-archive",), ("ota-engine/14.1.0",)
    assert history(corpus, *columns) == [
        (
            "shop.example",
            "cookie policy",
            "20210601000000",
            "https://shop.example/",
            "Trackers Policy",
            "Cookies.",
            *plain,
        ),
        # The first version was read again by a better extractor, which is no change of the vendor's.
        (
            "some.example",
            "privacy policy",
            "20200102010405",
            "https://some.example/",
            "Privacy",
            "One, read better.",
            *plain,
        ),
        (
            "some.example",
            "privacy policy",
            "20210102030405",
            "https://some.example/privacy",
            "Privacy",
            "Two.",
            *engine,
        ),
    ]
    assert corpus.db.execute("SELECT DISTINCT origin, state, reason FROM snapshots").fetchall() == [
        ("ota", "fetched", None)
    ]
    assert corpus.db.execute("SELECT count(*) FROM documents").fetchone() == (3,)
    again = store(corpus, read("ota", versions, services))
    assert (again.added, again.policies) == (0, set())


def test_a_dataset_is_read_as_zip_and_as_folder(corpus, tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("demo/README.md", "# Dataset")
        archive.writestr("demo/LICENSE", "ODbL")
        archive.writestr("demo/shop.example/Terms of Service/2021-01-02T03-04-05Z.md", "Be nice.")
        archive.writestr("../../shop.example/Terms of Service/2022-01-02T03-04-05Z.md", "Be nicer.")
        archive.writestr("demo/shop.example/Terms of Service/2022-13-02T03-04-05Z.md", "Be late.")
        archive.extractall(tmp_path / "folder", members=archive.namelist()[:3])
    account = store(corpus, read("ota", tmp_path / "x.zip", None))
    assert (account.read, account.refused) == (2, {"an impossible time": 1})
    assert history(corpus, "p.type", "d.body") == [("terms of service", "Be nice."), ("terms of service", "Be nicer.")]
    assert store(corpus, read("ota", tmp_path / "folder", None)).there == 1

"""The index of signs: which texts have which three signs in a row, for languages that an index of words does not serve.

    documents_signs         the index: FTS5's trigrams, without places; what it finds has still to be looked for there
    documents_signs_terms   the trigrams in order: those that begin with one or two given signs stand together
    documents_signed        the texts as indexed: two ends of line are added, so that a trigram begins at the last sign

Chinese, Japanese, Thai, Lao, Khmer and Burmese put no spaces between words; Korean puts endings on them. The index of
words takes a sentence of Chinese for a word, and the vowels of Thai for spaces.

Measured on 241 policies of 7.9 MB, four of them with Chinese (2026-11, SQLite 3.40): the index of words has 2.8 MB and
takes 0.1 s; trigrams with their places 14.9 MB and 0.6 s, without 1.0 MB and 0.4 s. For these four texts alone 0.1 MB
would do, but to tell them from the others takes 0.3 s. In 10,000 texts of 317 MB, a tenth of them Chinese, words of two
to eight signs are found in 15 to 30 ms; to read the texts takes 0.9 s. Each text stored takes 2.4 ms more (1.6 before).
"""

from sqlite_utils import Database


def create_signs(db: Database) -> None:
    """Create the index and fill it; triggers keep it true, whoever writes the documents."""
    db.execute("CREATE VIEW documents_signed AS SELECT rowid AS id, body || char(10, 10) AS body FROM documents")
    db.execute(
        "CREATE VIRTUAL TABLE documents_signs USING fts5"
        "(body, content=documents_signed, content_rowid=id, tokenize=trigram, detail=none)"
    )
    # In quotes: what rebuilds all tables "USING FTS5", as sqlite-utils does, is not to take this for one.
    db.execute("CREATE VIRTUAL TABLE documents_signs_terms USING 'fts5vocab'(documents_signs, row)")
    add = "INSERT INTO documents_signs (rowid, body) VALUES (new.rowid, new.body || char(10, 10));"
    drop = (
        "INSERT INTO documents_signs (documents_signs, rowid, body)"
        " VALUES ('delete', old.rowid, old.body || char(10, 10));"
    )
    db.execute(f"CREATE TRIGGER documents_signs_insert AFTER INSERT ON documents BEGIN {add} END")
    db.execute(f"CREATE TRIGGER documents_signs_delete AFTER DELETE ON documents BEGIN {drop} END")
    db.execute(f"CREATE TRIGGER documents_signs_update AFTER UPDATE ON documents BEGIN {drop} {add} END")
    db.execute("INSERT INTO documents_signs (documents_signs) VALUES ('rebuild')")

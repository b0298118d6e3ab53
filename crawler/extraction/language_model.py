"""py3langid's model, mapped from a file and asked at once for all of a text.

A process has in memory what the text at hand touches, in place of all the 70 MB. The file is kept where the system
keeps what programs can make again: to unpack it takes the processor 0.3 s, in each process that reads pages (2026-11).
"""

import lzma
import mmap
import shutil
import struct
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import platformdirs
from numpy.lib import format as npy
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

from crawler.whole_files import whole_file

_PROGRAM = "policytrail"
_ARRAYS = ("classes", "pc", "ptc", "nextmove", "nextmove_row", "out_feat")
_LONGEST_RUN = 6
"""Bytes after which the model's automaton is in the same state whatever came before: the longest of its runs."""

# Texts between two times at which touched memory is given back. To fault it in again for every text took 0.35 of
# 0.6 ms for 700 characters; every 16th time 0.04, and the most that is in memory at once is the same (2026-11).
_GIVEN_BACK_AFTER: Final = 16


class Identifier(LanguageIdentifier):  # type: ignore[misc]
    """The library's identifier, which walks its automaton at all places of a text at once: the same states in a third
    of the time.
    """

    mapped: mmap.mmap
    answered: int = 0

    def classify(self, text: str) -> Any:
        """Return the language and its probability, and give back, now and then, the memory that has been touched: each
        place brings 64 KB, which adds up to half of the model.
        """
        try:
            return super().classify(text)
        finally:
            self.answered += 1
            if hasattr(mmap, "MADV_DONTNEED") and self.answered % _GIVEN_BACK_AFTER == 0:
                self.mapped.madvise(mmap.MADV_DONTNEED)

    def _raw_score(self, text: bytes) -> Any:
        letters = np.frombuffer(text, np.uint8)
        states = np.zeros(len(letters), np.uint32)
        for before in reversed(range(min(_LONGEST_RUN, len(letters)))):
            states[before:] = self.tk_nextmove[self._rowbase[states[before:]] + letters[: len(letters) - before]]
        features = self.tk_output[states]
        found, counts = np.unique(features[features >= 0], return_counts=True)
        if not len(found):
            return super()._raw_score(b"")
        return np.log1p(counts.astype(np.float32)) @ self.nb_ptc[found] + self.nb_pc


def load(is_taken: Callable[[str], bool]) -> Identifier:
    """Return what tells which of the languages that are taken, by their labels, a text is in, with probabilities.

    Raises `OSError` if there is no room for the file, which takes 70 MB.
    """
    mapped, arrays = _mapped()
    labels = arrays["classes"].tolist()
    # To choose the columns of the languages, as py3langid does, takes a copy of the largest array.
    prior = np.where([is_taken(label) for label in labels], arrays["pc"], np.float32(-np.inf))
    rows = arrays["nextmove_row"]
    automaton = arrays["nextmove"], arrays["out_feat"]
    identifier = Identifier(arrays["ptc"], prior, labels, *automaton, norm_probs=True, tk_row=rows)
    identifier.mapped = mapped
    identifier._rowbase = rows.astype(np.uint32) << 8
    return identifier


def _mapped() -> "tuple[mmap.mmap, dict[str, np.ndarray[Any, Any]]]":
    """Return the model's file and its arrays: the file that is kept, or, where none can be, one without a name."""
    kept = platformdirs.user_cache_path(_PROGRAM) / f"languages-{version('py3langid')}.npz"
    # There may be none, or not a whole one.
    with suppress(OSError, ValueError, KeyError, struct.error, zipfile.BadZipFile), kept.open("rb") as file:
        return _arrays(file)
    with suppress(OSError):
        with whole_file(kept) as made:
            _unpack(made)
        with kept.open("rb") as file:
            return _arrays(file)
    with tempfile.TemporaryFile(suffix=".npz") as file:
        _unpack(file)
        return _arrays(file)


def _unpack(file: IO[bytes]) -> None:
    with lzma.open(Path(MODEL_DIR) / MODEL_FILE) as packed:
        shutil.copyfileobj(packed, file, length=1 << 20)
    file.flush()


def _arrays(file: IO[bytes]) -> "tuple[mmap.mmap, dict[str, np.ndarray[Any, Any]]]":
    """Map a file, and return the model's arrays: it is an `npz`, a ZIP of arrays that are not compressed.

    Raises `KeyError` if it lacks one.
    """
    with zipfile.ZipFile(file) as archive:
        members = {info.filename.removesuffix(".npy"): info.header_offset for info in archive.infolist()}
    mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return mapped, {name: _array(mapped, file, members[name]) for name in _ARRAYS}


def _array(mapped: mmap.mmap, file: IO[bytes], header: int) -> "np.ndarray[Any, Any]":
    """Return the array of a member of the ZIP, given where the member's header is, as a view of the mapped file."""
    name, extra = struct.unpack_from("<HH", mapped, header + 26)  # their lengths (APPNOTE 4.3.7)
    file.seek(header + 30 + name + extra)
    version = npy.read_magic(file)
    read_header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, is_fortran, dtype = read_header(file)
    flat = np.frombuffer(mapped, dtype, int(np.prod(shape)), file.tell())
    return flat.reshape(shape, order="F" if is_fortran else "C")

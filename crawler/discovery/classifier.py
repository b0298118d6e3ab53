"""Is this text a policy, and of which type? A linear model over `features`, trained by tests/discovery/training.py."""

import hashlib
import math
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from crawler.discovery.features import Features, Floats, features
from crawler.extraction.language import language

MODEL_FILE: Final = Path(__file__).with_name("classifier.npz")
_MODEL_HASH: Final = Path(__file__).with_name("classifier.sha256")
POLICY_AT_LEAST: Final = 0.5
"""Training moves the model's bias so that this is where it is precise enough."""
# 700 characters have the language that 2,000 have in 796 of 802 texts, as 1,000 have (500: 792), in half the time
# (2026-11).
LANGUAGE_IN: Final = 700
_HEAD_WEIGHT: Final = math.sqrt(0.5)  # of 0, 0.5 and 1 under the root, by cross-validation (2026-11)
_ENOUGH: Final = 40  # letters; less is a title at most


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a text is."""

    type: str | None
    """The policy's type, by its name in `types`; None: not a policy."""
    score: float
    """The probability that the text is a policy."""
    language: str | None
    """ISO 639-1."""


@dataclass(frozen=True, slots=True)
class Model:
    """The weights: of whether a text is a policy, and, a column each, of its types."""

    types: tuple[str, ...]
    rarity: Floats
    """Of each hash."""
    policy: npt.NDArray[np.int8]
    grams: npt.NDArray[np.int8]
    scale: Floats
    """What these have been divided by, those of `policy` first, as in `said` and `bias`."""
    mean: Floats
    said: Floats
    bias: Floats

    def policy_odds(self, found: Features, grams: npt.NDArray[np.int64], weights: Floats) -> float:
        """Return the log-odds that a text is a policy, by its features and what `weighted` makes of them."""
        return float(
            weights @ self.policy.take(grams) * self.scale[0] + self._of_said(found) @ self.said[:, 0] + self.bias[0]
        )

    def type(self, found: Features, grams: npt.NDArray[np.int64], weights: Floats) -> str:
        """Return the type of a text that is a policy, by the same."""
        outcomes = weights @ self.grams.take(grams, axis=0).astype(np.float32) * self.scale[1:]
        return self.types[int((outcomes + self._of_said(found) @ self.said[:, 1:] + self.bias[1:]).argmax())]

    def _of_said(self, found: Features) -> Floats:
        apart = found.said - self.mean
        return np.where(np.isnan(apart), np.float32(0), apart)


def weighted(found: Features, rarity: Floats) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return the hashes of a text and the weight of each: those of the whole text are one long together, those of its
    beginning half as much.
    """
    parts = ((found.counts * rarity.take(found.grams), 1.0), (rarity.take(found.head), _HEAD_WEIGHT))
    weights = [part * (weight / (float(np.sqrt(part @ part)) or 1.0)) for part, weight in parts]
    return np.concatenate([found.grams, found.head]), np.concatenate(weights).astype(np.float32)


def classify(text: str) -> Verdict:
    """Return what a text, Markdown or plain, is."""
    spoken = language(text[:LANGUAGE_IN])
    if sum(map(str.isalpha, text[: 10 * _ENOUGH])) < _ENOUGH:
        return Verdict(None, 0.0, spoken)
    model = load()
    found = features(text, spoken)
    grams, weights = weighted(found, model.rarity)
    score = 1 / (1 + math.exp(-max(model.policy_odds(found, grams, weights), -30)))
    return Verdict(model.type(found, grams, weights) if score >= POLICY_AT_LEAST else None, round(score, 4), spoken)


@lru_cache(maxsize=1)
def load() -> Model:
    """Return the model that ships. Raises ValueError if its file is not the one that was trained."""
    content = MODEL_FILE.read_bytes()
    if hashlib.sha256(content).hexdigest() != _MODEL_HASH.read_text("ascii").strip():
        raise ValueError(
            f"{MODEL_FILE} is damaged: its hash is not that of {_MODEL_HASH.name}. Install the project again."
        )
    with np.load(BytesIO(content), allow_pickle=False) as arrays:
        return Model(
            tuple(arrays["types"].tolist()),
            *(arrays[name] for name in ("rarity", "policy", "grams", "scale", "mean", "said", "bias")),
        )

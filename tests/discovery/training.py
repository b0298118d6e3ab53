"""Trains the classifier's model, and measures it by cross-validation over brands.

    python tests/discovery/training.py TEXTS.jsonl[.xz] --evaluate PREDICTIONS.jsonl
    python tests/discovery/training.py TEXTS.jsonl[.xz] --write

TEXTS has a JSON object per line: id, type ("none" with a kind), service (the brand), repo (the source), text. Sources
without a licence are measured with, and not trained with. It needs SciPy, of the extra "training"; texts that the data
lacks are invented (invented.txt). Both runs take about a minute, and give the same result each time.
"""

import argparse
import hashlib
import io
import json
import lzma
import re
import sys
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from crawler.discovery.classifier import LANGUAGE_IN, MODEL_FILE, POLICY_AT_LEAST, Model, weighted
from crawler.discovery.features import BITS, HEAD_BITS, SAID_PARTS, Features, features
from crawler.extraction.language import language

INVENTED = Path(__file__).with_name("invented.txt")
WITHOUT_LICENCE = {
    "basecamp/handbook", "citp/PrivacyPoliciesOverTime", "eoinmooremath/document_cross_referencer",
    "geodrome/page-signal", "j-szulc/html-cleaning-dataset-merged", "karussell/snacktory", "ppke-nlpg/CleanPortalEval",
    "privacyguides/i18n", "rodricios/crawl-to-the-future", "scrapinghub/webpager", "uvm-plaid/programming-dp",
}  # fmt: skip
FAMILIES = (
    ("amazon",), ("google", "youtube", "admob", "adsense", "local services", "optimize", "stadia"), ("apple",),
    ("wordpress", "automattic"), ("mozilla", "firefox"), ("wechat", "tencent", "qq.com"), ("openai", "chatgpt", "dall"),
    ("pornhub", "redtube"), ("wolfram",), ("wikia", "fandom"), ("oreilly", "o'reilly"), ("xfinity",), ("tiktok",),
)  # fmt: skip
FOLDS = 5
SIZE = (1 << BITS) + (1 << HEAD_BITS)
# Of two to four values each, by cross-validation, in the mean of three to six divisions into folds (2026-11).
# How much weigh, against parts of words: what is spoken of, what the text calls itself, and its form.
POLICY_SAID, TYPE_SAID = (0.7, 0.6, 0.3), (0.15, 0.08, 0.015)
POLICY_RIDGE, TYPE_RIDGE = 0.8, 0.6
REPEATED = 0.7  # the power with which texts of one brand, type and language weigh less the more they are: they repeat
RARE_LANGUAGES = 0.4  # the power with which a language's texts weigh more the fewer they are
NONE_WEIGHT = 1.2  # a text that is taken for a policy does more harm than a policy that is not found
INVENTED_WEIGHT = 8.0  # an invented text is short, and stands for many
RAREST_TYPE = 3  # texts
RARE_TYPES = 0.5  # the power with which a type's texts weigh more the fewer they are
STEEPNESS, SHIFT = 4.0, 0.15  # of the log-odds that a text is a policy
ROUNDS = 8  # after four to six, the same texts matter to a type as in the round before


@dataclass
class Text:
    """A text with its label."""

    id: str
    type: str
    kind: str
    brand: str
    trained: bool
    weight: float
    language: str
    features: Features


def brand(service: str) -> str:
    """Return the brand of a service: products of one vendor are one."""
    name = service.lower().split("/")[0].strip()
    for family in FAMILIES:
        if any(name.startswith(member) for member in family):
            return family[0]
    return re.sub(r"\.(com|org|net|[a-z]{2})(\.[a-z]{2})?$", "", name)


def read_texts(path: Path) -> list[Text]:
    """Return the texts of the data and the invented ones."""
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    texts = []
    for row in rows:
        licensed = row["repo"] not in WITHOUT_LICENCE
        name = brand(row["service"])
        texts.append(Text(row["id"], row["type"], row.get("kind") or "", name, licensed, 1.0, *_read(row["text"])))
    return texts + read_invented()


def read_invented() -> list[Text]:
    """Return the invented texts: each after a line ``=== TYPE`` or ``=== none: KIND``."""
    if not INVENTED.exists():
        return []
    parts = re.split(r"^=== (.+)\n", INVENTED.read_text("utf-8"), flags=re.MULTILINE)[1:]
    texts = []
    for number, (label, text) in enumerate(zip(parts[::2], parts[1::2], strict=True)):
        type_, _, kind = label.partition(": ")
        name = f"invented-{number}"
        texts.append(Text(name, type_, kind, name, True, INVENTED_WEIGHT, *_read(text)))
    return texts


def _read(text: str) -> tuple[str, Features]:
    spoken = language(text[:LANGUAGE_IN])
    return spoken or "", features(text, spoken)


@dataclass
class Trained:
    """Weights before they are made small: a column for whether a text is a policy, and one for each type."""

    types: list[str]
    rarity: Any
    mean: Any
    grams: Any
    said: Any
    bias: Any

    def outcomes(self, texts: list[Text]) -> Any:
        """Return the log-odds that each text is a policy, and what speaks for each type."""
        return _rows(texts, self.rarity) @ self.grams + np.nan_to_num(_said(texts) - self.mean) @ self.said + self.bias


def _rows(texts: list[Text], rarity: Any) -> Any:
    found = [weighted(text.features, rarity) for text in texts]
    ends = np.cumsum([0, *(len(grams) for grams, _ in found)])
    weights = np.concatenate([weights for _, weights in found]).astype(np.float64)
    return sparse.csr_matrix((weights, np.concatenate([grams for grams, _ in found]), ends), shape=(len(texts), SIZE))


def _said(texts: list[Text]) -> Any:
    return np.array([text.features.said for text in texts], np.float64)


def _rarity(texts: list[Text]) -> Any:
    found = np.concatenate([part for text in texts for part in (text.features.grams, text.features.head)])
    frequency = np.bincount(found, minlength=SIZE)
    return np.where(frequency >= 2, np.log((1 + len(texts)) / (1 + frequency)) + 1, 0)


def train(texts: list[Text]) -> Trained:
    """Train on texts: ridge regression, found in the space that the texts span, which is small."""
    rarity = _rarity(texts)
    grams = _rows(texts, rarity)
    said = _said(texts)
    mean = np.nan_to_num(np.nanmean(said, 0))
    apart = np.nan_to_num(said - mean)
    spread = np.maximum(np.sqrt((apart**2).sum(0) / np.maximum((~np.isnan(said)).sum(0), 1)), 0.05)
    scaled = apart / spread
    policy_said, type_said = _of_parts(POLICY_SAID), _of_parts(TYPE_SAID)
    alike_in_grams = (grams @ grams.T).toarray()
    repeated = Counter((text.brand, text.type, text.language) for text in texts)
    spoken = Counter(text.language for text in texts)
    weights = np.array(
        [
            text.weight
            * (NONE_WEIGHT if text.type == "none" else 1.0)
            * repeated[text.brand, text.type, text.language] ** -REPEATED
            * (spoken[text.language] / 100) ** -RARE_LANGUAGES
            for text in texts
        ]
    )
    is_policy = np.array([[1.0 if text.type != "none" else -1.0] for text in texts])
    frequent = Counter(text.type for text in texts if text.type != "none")
    types = sorted(type_ for type_, count in frequent.items() if count >= RAREST_TYPE)
    typed = np.array([text.type in types for text in texts])
    of_type = [text for text, known in zip(texts, typed, strict=True) if known]
    is_type = np.array([[1.0 if text.type == type_ else -1.0 for type_ in types] for text in of_type])
    rare = np.array([(frequent[text.type] / 50) ** -RARE_TYPES for text in of_type])

    policy = STEEPNESS * _ridge(alike_in_grams + (scaled * policy_said) @ scaled.T, POLICY_RIDGE / weights, is_policy)
    alike = (alike_in_grams + (scaled * type_said) @ scaled.T)[np.ix_(typed, typed)]
    by_type = np.zeros((len(texts), len(types)))
    by_type[typed] = _machine(alike, TYPE_RIDGE / rare, is_type)
    back = np.concatenate([policy, by_type], axis=1)
    of_said = np.stack([policy_said] + [type_said] * len(types), axis=1)
    said_weights = (scaled / spread).T @ back * of_said
    bias = back.sum(0) + np.array([SHIFT, *([0.0] * len(types))])
    return Trained(types, rarity, mean, grams.T @ back, said_weights, bias)


def _of_parts(weights: tuple[float, ...]) -> Any:
    """Return the weight of each feature of what is said: a part's features share the part's."""
    return np.repeat(np.array(weights) / SAID_PARTS, SAID_PARTS)


def _ridge(alike: Any, loose: Any, wanted: Any) -> Any:
    """Return how much each text counts for each outcome; a constant is one more thing that all texts have."""
    return np.linalg.solve(alike + 1 + np.diag(loose), wanted)


def _machine(alike: Any, loose: Any, wanted: Any) -> Any:
    """Return the same for a machine of support vectors with squared loss: ridge regression without the texts that are
    clear. Types overlap, and a text that is clearly of its type must not be pulled back to the mean of it.
    """
    first = _ridge(alike, loose, wanted)
    counts = np.zeros_like(first)
    for outcome in range(wanted.shape[1]):
        sought, found = wanted[:, outcome], first[:, outcome]
        matter = np.ones(len(sought), bool)
        for _ in range(ROUNDS):
            before, matter = matter, sought * ((alike @ found) + found.sum()) < 1
            if (before == matter).all():
                break
            found = np.zeros(len(sought))
            found[matter] = _ridge(alike[np.ix_(matter, matter)], loose[matter], sought[matter])
        counts[:, outcome] = found
    return counts


def cross_validated(texts: list[Text], division: int) -> dict[str, tuple[str, float]]:
    """Return the type and the score of each text by a model that has seen no text of its brand.

    :param division: which of the possible divisions of brands into folds
    """
    sizes = Counter(text.brand for text in texts)
    order = np.random.RandomState(division).permutation(sorted(sizes))
    load, fold_of = [0] * FOLDS, {}
    for name in sorted(order, key=lambda name: -sizes[name]):
        fold_of[name] = int(np.argmin(load))
        load[fold_of[name]] += sizes[name]
    answers = {}
    for fold in range(FOLDS):
        trained = train([text for text in texts if text.trained and fold_of[text.brand] != fold])
        held = [text for text in texts if fold_of[text.brand] == fold]
        for text, outcomes in zip(held, trained.outcomes(held), strict=True):
            answers[text.id] = (trained.types[int(outcomes[1:].argmax())], float(1 / (1 + np.exp(-outcomes[0]))))
        print(f"fold {fold + 1} of {FOLDS}", file=sys.stderr)
    return answers


def small(trained: Trained) -> Model:
    """Return the model as it ships: parts of words in a byte each."""
    scale = np.maximum(np.abs(trained.grams).max(0), 1e-9) / 127
    grams = np.round(trained.grams / scale).astype(np.int8)
    return Model(
        tuple(trained.types),
        trained.rarity.astype(np.float32),
        grams[:, 0],
        grams[:, 1:],
        scale.astype(np.float32),
        trained.mean.astype(np.float32),
        trained.said.astype(np.float32),
        trained.bias.astype(np.float32),
    )


def write(model: Model, path: Path) -> None:
    """Write a model and its hash; the same model gives the same bytes."""
    arrays = {"types": np.array(model.types)}
    arrays |= {name: getattr(model, name) for name in ("policy", "grams", "scale", "mean", "said", "bias")}
    arrays["rarity"] = model.rarity
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, array, allow_pickle=False)
            member = zipfile.ZipInfo(f"{name}.npy")
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, buffer.getvalue(), compresslevel=9)
    path.with_suffix(".sha256").write_text(hashlib.sha256(path.read_bytes()).hexdigest() + "\n", "ascii")


def main() -> None:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--evaluate", type=Path, metavar="PREDICTIONS", help="write the answers of cross-validation")
    parser.add_argument("--write", action="store_true", help="train on all and write the model that ships")
    parser.add_argument("--division", type=int, default=0, help="of brands into the folds of --evaluate (0)")
    asked = parser.parse_args()
    texts = read_texts(asked.texts)
    if asked.evaluate:
        with asked.evaluate.open("w", encoding="utf-8") as file:
            for name, (type_, score) in cross_validated(texts, asked.division).items():
                print(
                    json.dumps({"id": name, "type": type_ if score >= POLICY_AT_LEAST else None, "score": score}),
                    file=file,
                )
    if asked.write:
        write(small(train([text for text in texts if text.trained])), MODEL_FILE)
        print(f"{MODEL_FILE}: {MODEL_FILE.stat().st_size / 1e6:.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()

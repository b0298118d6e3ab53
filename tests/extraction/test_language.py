from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from crawler.extraction import language_model
from crawler.extraction.language import language

TEXTS = {
    "en": "We collect only the personal information that you give us when you place an order, and never sell it.",
    "de": "Wir erheben nur die personenbezogenen Daten, die Sie uns mitteilen, und verkaufen sie nie.",
    "fr": "Nous ne recueillons que les données personnelles que vous nous communiquez lors d'une commande.",
    "es": "Solo recogemos los datos personales que usted nos facilita al hacer un pedido y nunca los vendemos.",
    "it": "Raccogliamo solo i dati personali che ci fornite al momento dell'ordine e non li vendiamo mai a nessuno.",
    "pt": "Recolhemos apenas os dados pessoais que você nos fornece ao fazer uma encomenda e nunca os vendemos.",
    "nl": "Wij verzamelen alleen de persoonsgegevens die u ons bij een bestelling geeft en verkopen die nooit.",
    "pl": "Zbieramy tylko dane osobowe, które podajesz nam przy składaniu zamówienia, i nigdy ich nie sprzedajemy.",
    "ja": "当社は、ご注文の際にお客様からいただいた個人情報のみを収集し、第三者に販売することは一切ありません。",
    "zh": "我们只收集您在下订单时向我们提供的个人信息，绝不会将其出售给任何第三方。我们会妥善保管您的信息。",
    "ko": "당사는 고객이 주문할 때 제공하는 개인정보만을 수집하며 이를 제3자에게 절대로 판매하지 않습니다.",
    "ru": "Мы собираем только те персональные данные, которые вы сообщаете нам при заказе, и никогда их не продаём.",
    "tr": "Yalnızca sipariş verirken bize verdiğiniz kişisel bilgileri topluyoruz ve bunları asla satmıyoruz.",
}


@pytest.mark.parametrize("code", TEXTS)
def test_names_the_language_of_a_sentence(code: str) -> None:
    assert language(TEXTS[code]) == code


def test_the_mapped_model_answers_as_the_library_does_with_all_of_it_in_memory() -> None:
    whole = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    whole.set_languages([*TEXTS, "zxx"])
    mapped = language_model.load(lambda label: label in {*TEXTS, "zxx"})
    for text in [*TEXTS.values(), *(text[:20] for text in TEXTS.values()), "éa", "日", "Αυτό δεν είναι μέσα στη λίστα"]:
        code, confidence = whole.classify(text)
        assert mapped.classify(text) == (code, pytest.approx(confidence, abs=1e-5)), text


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the model is kept: a folder that is not there yet."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda _: tmp_path / "cache")
    return tmp_path / "cache"


def _german() -> str:
    return str(language_model.load(lambda label: len(label) == 2).classify(TEXTS["de"])[0])


def test_the_model_is_unpacked_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _german() == "de"
    assert [path.suffix for path in cache.iterdir()] == [".npz"]
    monkeypatch.setattr("lzma.open", None)
    assert _german() == "de"


@pytest.mark.parametrize("left", [0, 1000, 20_000_000])
def test_what_is_left_of_a_kept_model_is_replaced(cache: Path, left: int) -> None:
    _german()
    [kept] = cache.iterdir()
    whole = kept.stat().st_size
    with kept.open("r+b") as file:
        file.truncate(left)
    assert _german() == "de"
    assert kept.stat().st_size == whole


def test_what_is_another_file_in_its_place_is_replaced(cache: Path) -> None:
    _german()
    [kept] = cache.iterdir()
    whole = kept.stat().st_size
    np.savez(kept, classes=np.arange(3))
    assert _german() == "de"
    assert kept.stat().st_size == whole


def test_where_nothing_can_be_kept_the_model_is_unpacked_each_time(cache: Path) -> None:
    cache.write_text("a file, where a folder would have to be")
    assert _german() == "de"
    assert cache.is_file()


@pytest.mark.parametrize("text", ["", "Privacy policy", "1234 5678 90 " * 50, "* * *\n\n---\n" * 50])
def test_says_nothing_about_too_little_text(text: str) -> None:
    assert language(text) is None


def test_says_nothing_about_gibberish() -> None:
    assert language("asdkj qwoeiu zmxnc qpwo eiruty lskdjf zmqp wxvb nrtk plgh zzxq") is None


def test_is_not_misled_by_link_targets() -> None:
    link = "https://vendor.example/datenschutz/bestimmungen-und-erklaerung-zur-verarbeitung-personenbezogener-daten"
    assert language(f"[All you need to know]({link}) about how we use your personal information.") == "en"


def test_reads_no_further_than_the_beginning() -> None:
    assert language(TEXTS["fr"] * 50 + TEXTS["ja"] * 20_000) == "fr"


@given(st.text(max_size=400))
def test_answers_with_two_letters_or_nothing(text: str) -> None:
    answer = language(text)
    assert answer is None or (len(answer) == 2 and answer.isalpha())

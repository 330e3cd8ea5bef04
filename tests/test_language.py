"""Which language: the caller first, then what can be seen, then the detector, and never a guess."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.article import Article
from newsclean.language import language

SAMPLES = {
    "en": "The council said on Monday that the old bridge would be closed for a year and that a ferry was to replace it.",
    "de": "Der Rat der Stadt hat am Montag beschlossen, die alte Brücke für ein Jahr zu schließen und eine Fähre einzusetzen.",
    "fr": "Le conseil de la ville a décidé lundi de fermer le vieux pont pour un an, et les commerçants ne sont pas contents.",
    "es": "El concejo de la ciudad decidió el lunes cerrar el viejo puente por un año, pero los vecinos piden una barca.",
    "pl": "Rada miasta postanowiła w poniedziałek zamknąć stary most na cały rok, a mieszkańcy domagają się promu.",
    "ru": "Городской совет в понедельник решил закрыть старый мост на целый год, жители требуют пустить паром.",
    "uk": "Міська рада в понеділок вирішила закрити старий міст на цілий рік, мешканці вимагають запустити пором.",
    "ja": "市議会は月曜日、古い橋を一年間閉鎖することを決めた。住民は渡し船を求めている。",
    "zh": "市议会周一决定将旧桥关闭一年，居民们要求开通渡船，商家表示担忧，市长承诺尽快给出答复。",
    "ko": "시의회는 월요일 오래된 다리를 일 년 동안 폐쇄하기로 했다. 주민들은 나룻배를 요구하고 있다.",
    "ar": "قرر مجلس المدينة يوم الاثنين إغلاق الجسر القديم لمدة عام كامل، ويطالب السكان بتشغيل عبارة بين الضفتين.",
    "he": "מועצת העיר החליטה ביום שני לסגור את הגשר הישן לשנה שלמה, והתושבים דורשים מעבורת.",
    "tr": "Belediye meclisi pazartesi günü eski köprünün bir yıl süreyle kapatılmasına karar verdi, halk ise vapur istiyor.",
}


@pytest.mark.parametrize("lang", SAMPLES)
def test_one_paragraph_is_enough(lang: str) -> None:
    assert language(Article(SAMPLES[lang])) == lang


def test_the_callers_word_is_taken() -> None:
    assert language(Article(SAMPLES["en"], lang="de")) == "de"
    assert language(Article(SAMPLES["en"], lang="pt_BR")) == "pt"


def test_prose_decides_and_not_the_share_bar() -> None:
    bar = "Teilen\n\nAuf Facebook teilen\n\nKommentare\n\n"
    assert language(Article(bar + SAMPLES["en"])) == "en"


@pytest.mark.parametrize("text", ["", "\n", "1,000", "Yes", "IS", "\ud800", "***", "🙂" * 50, "“Daesh” Assad " * 99])
def test_what_cannot_be_told_is_und(text: str) -> None:
    assert language(Article(text)) == "und"


@given(st.text())
def test_never_raises_and_always_answers_alike(text: str) -> None:
    assert language(Article(text)) == language(Article(text))


def test_the_global_detector_is_left_alone() -> None:
    code = (
        "from newsclean.article import Article; from newsclean.language import language;"
        f"assert language(Article({SAMPLES['pl']!r})) == 'pl';"
        "from langdetect import detector_factory as d; assert d._factory is None and d.DetectorFactory.seed is None"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

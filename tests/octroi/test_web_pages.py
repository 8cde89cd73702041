"""Do pages keep to the typography of their language?"""

import pytest

from octroi.web.language import LANGUAGES, Language
from octroi.web.pages import Pages
from permits.answers.algorithm import published


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mark_that_french_sets_apart_stays_on_the_line_of_its_word(language: Language) -> None:
    page = bytes(Pages().show("rules", language, rules=published()).body).decode()

    assert ("\N{NO-BREAK SPACE}?" in page) is (language == "fr")
    assert " ?" not in page

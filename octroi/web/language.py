"""In which language does a reader want the page, and with which words?"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")

TEXTS = Path(__file__).parent / "texts"


def choose(asked: str | None, remembered: str | None, accepted: str, default: str) -> Language:
    """Return the first language we speak: asked for, remembered, the browser's, the city's."""
    wishes = [asked or "", remembered or "", *_by_preference(accepted), default]
    return next((spoken for wish in wishes for spoken in LANGUAGES if wish == spoken), "fr")


def _by_preference(accepted: str) -> list[str]:
    weighted = [_weighted(part) for part in accepted.lower().split(",")]
    ordered = sorted((wish for wish in weighted if wish[0] > 0), key=lambda wish: -wish[0])
    return [language for _, language in ordered]


def _weighted(part: str) -> tuple[float, str]:
    tag, _, parameter = part.partition(";")
    weight = parameter.strip().removeprefix("q=")
    return _number(weight) if weight else 1.0, tag.strip().partition("-")[0]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


@cache
def texts(language: Language) -> Mapping[str, str]:
    """Return every text of the pages in one language, by key."""
    words: dict[str, str] = json.loads((TEXTS / f"{language}.json").read_text(encoding="utf-8"))
    return words

"""What gives an organization away in a text, however it is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

from expo.models import Organization

LEGAL_EN = re.compile(
    r"[\s,.]+(?:co|ltd|limited|inc|corp|corporation|company|group|holdings?|gmbh|ag|llc|plc)\b.*", re.IGNORECASE
)
LEGAL_ZH = re.compile(r"(?:股份|集团|控股|有限|责任|公司|科技|技术)+$")
PLACES = ("中国", "四川省", "四川")
SHORT = 6  # a shorter word in Latin letters counts only where it stands alone: “BOE” is not in “oboe”


def identifying_words(organization: Organization) -> list[str]:
    """Its names and their cores, its web address, and what its own address on this site says."""
    words = cores(organization.name_en, organization.name_zh, organization.city_zh)
    words.append((urlsplit(organization.website).hostname or "").removeprefix("www."))
    words.append(organization.slug.replace("-", " "))
    return [word for word in words if _is_telling(word)]


def cores(name_en: str, name_zh: str, city_zh: str = "") -> list[str]:
    """A name in both languages, as it stands, without its legal form, and without the place before it."""
    places = [place for place in (f"{city_zh}市", city_zh, *PLACES) if len(place) > 1]
    core = LEGAL_ZH.sub("", name_zh)
    words = [name_en, LEGAL_EN.sub("", name_en), name_zh, "" if core in places else core]
    place = next((place for place in places if core.startswith(place)), "")
    rest = core.removeprefix(place)
    words.append(rest if len(rest) > 2 else "")
    return list(dict.fromkeys(word for word in words if _is_telling(word)))


def _is_telling(word: str) -> bool:
    return len(word) > (2 if word.isascii() else 1)


def _plain(text: str) -> str:
    """Full width as half width, and no capitals."""
    return unicodedata.normalize("NFKC", text).casefold()


def squeezed(text: str) -> str:
    """Nothing but its letters and digits: spaces, hyphens and what cannot be seen hide no name."""
    return "".join(letter for letter in _plain(text) if letter.isalnum())


def gives_away(text: str, words: Iterable[str]) -> bool:
    """Whether a text has one of the words in it, in whatever width, case and spacing."""
    plain, tight = _plain(text), squeezed(text)
    return any(_is_in(squeezed(word), plain, tight) for word in words)


def _is_in(word: str, plain: str, tight: str) -> bool:
    if word.isascii() and len(word) < SHORT:
        return bool(word) and re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", plain) is not None
    return word in tight

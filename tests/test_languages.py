"""Chinese and English are equals: every interface word is translated, every page says which language it is in."""

from __future__ import annotations

import gettext
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.db.models import CharField, ForeignKey, JSONField, Model, TextField
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker, Settings

from expo.models import Exhibitor, ExhibitorState, Innovation, Instrument, Organization, Origin
from expo.models.base import SUFFIX, Bilingual
from expo.registration import take_up
from expo.saving import propose
from expo.tasks import prepare_picture
from tests.factories import make_user
from tests.fair import LANGUAGES, in_language, loaded, public_pages

pytestmark = [pytest.mark.django_db, pytest.mark.sweep]

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "expo" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"

Key = tuple[str | None, str]


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def keys(messages: polib.POFile) -> set[Key]:
    return {(entry.msgctxt, entry.msgid) for entry in messages if not entry.obsolete}


# ------------------------------------------------------------------ the catalogue
def test_every_message_is_translated_and_none_is_a_guess(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue if not entry.obsolete and not entry.translated()] == []
    assert [entry.msgid for entry in catalogue if entry.fuzzy] == []
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == []


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[a-z]|{\w*}|<[^>]+>", text))


def test_placeholders_and_markup_survive_translation(catalogue: polib.POFile) -> None:
    wrong = []
    for entry in catalogue:
        wanted = placeholders(entry.msgid_plural or entry.msgid)
        for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            if placeholders(text) != wanted:
                wrong.append((entry.msgid, text))
    assert wrong == []


def test_translations_begin_and_end_like_their_originals(catalogue: polib.POFile) -> None:
    """A lost full stop or a stray line end shows at once in a row of labels."""
    ends = str.maketrans("。！？：", ".!?:")
    wrong = [
        (entry.msgid, entry.msgstr)
        for entry in catalogue
        if entry.msgstr and (entry.msgid.strip()[-1:] == ".") != (entry.msgstr.strip().translate(ends)[-1:] == ".")
    ]
    assert wrong == []


def test_compiled_catalogue_is_the_one_people_read(catalogue: polib.POFile) -> None:
    compiled = {
        (entry.msgctxt, entry.msgid): entry.msgstr_plural or entry.msgstr
        for entry in polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    }
    written = {
        (entry.msgctxt, entry.msgid): entry.msgstr_plural or entry.msgstr for entry in catalogue if entry.translated()
    }
    assert compiled == written, "run: make messages"
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Exhibitors") == "参展商"


@pytest.mark.skipif(
    shutil.which("xgettext") is None, reason="xgettext is not installed, so the texts cannot be collected anew"
)
def test_no_text_is_missing_from_the_catalogue(
    catalogue: polib.POFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """Collect the texts of all three rooms again, beside the project, and compare."""
    for room in ("expo", "matchmaking", "templates"):
        shutil.copytree(
            ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("*.po", "*.mo", "__pycache__", "static")
        )
    settings.LOCALE_PATHS = [tmp_path / "expo" / "locale"]
    monkeypatch.chdir(tmp_path)
    call_command("makemessages", locale=["zh_Hans"], no_location=True, no_wrap=True, verbosity=0)
    found = keys(polib.pofile(str(tmp_path / "expo/locale/zh_Hans/LC_MESSAGES/django.po")))
    assert sorted(found - keys(catalogue), key=str) == [], "new texts: run make messages and translate them"
    assert sorted(keys(catalogue) - found, key=str) == [], "texts nobody shows any more: run make messages"


def test_texts_are_marked_by_a_name_the_collector_knows() -> None:
    """`gettext as _now` would never reach the catalogue; `_` and the full names do."""
    found = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()}"
        for room in ("expo", "matchmaking")
        for path in sorted((ROOT / room).rglob("*.py"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"gettext\w* as (?!_\b)", line)
    ]
    assert found == []


# ------------------------------------------------------------------ what the rows say
@pytest.fixture(scope="module")
def fair(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with loaded(django_db_blocker):
        yield


MODELS = [model for model in apps.get_app_config("expo").get_models() if not model.__name__.startswith("Historical")]
PAIRS = {
    model: names
    for model in MODELS
    if (names := [name for base in model.__mro__ for name, value in vars(base).items() if isinstance(value, Bilingual)])
}


def is_sample(row: Model) -> bool:
    """A sample itself, or a part of one."""
    if hasattr(row, "origin"):
        return bool(row.origin == Origin.SAMPLE)
    targets = [getattr(row, field.name) for field in row._meta.fields if isinstance(field, ForeignKey)]
    return any(getattr(target, "origin", "") == Origin.SAMPLE for target in targets)


@pytest.mark.parametrize("model", PAIRS, ids=lambda model: model.__name__)
def test_real_rows_speak_both_languages(model: type[Model], fair: None) -> None:
    wrong = [
        f"{row}: {name}"
        for row in model._default_manager.all()
        if not is_sample(row)
        for name in PAIRS[model]
        if len({bool(getattr(row, name + suffix)) for suffix in SUFFIX.values()}) == 2
    ]
    assert wrong == []


def test_rows_never_hold_one_language_in_the_column_of_the_other(fair: None) -> None:
    wrong = []
    for model, names in PAIRS.items():
        for row in model._default_manager.all():
            for name in names:
                english = getattr(row, f"{name}_en")
                if re.search(r"[\u4e00-\u9fff]", english):
                    wrong.append(f"{model.__name__} {row.pk} {name}_en: {english[:60]}")
    assert wrong == []


# ------------------------------------------------------------------ what the pages say
class Page(HTMLParser):
    """The texts a reader or a screen reader meets, except those marked as being in English."""

    SILENT = ("script", "style", "noscript", "template", "textarea", "code", "kbd", "samp")
    EMPTY = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
    SPOKEN = ("alt", "title", "aria-label", "placeholder")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.lang = ""
        self.alternates: dict[str, str] = {}
        self._silent: list[bool] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.lang = found.get("lang", "")
        if tag == "link" and "hreflang" in found:
            self.alternates[found["hreflang"]] = found["href"]
        silent = (
            tag in self.SILENT or (tag != "html" and found.get("lang", "").startswith("en")) or any(self._silent[-1:])
        )
        if not silent:
            borrowed = tag == "img" and "/admin/img/" in found.get("src", "")  # Django's own icons have no Chinese name
            self.texts += [found[name] for name in self.SPOKEN if found.get(name) and not borrowed]
            self.texts += [found["content"]] if tag == "meta" and found.get("name") == "description" else []
            self.texts += (
                [found["value"]] if tag == "input" and found.get("type") in ("submit", "reset", "button") else []
            )
        if tag not in self.EMPTY:
            self._silent.append(silent)

    def handle_endtag(self, tag: str) -> None:
        if self._silent and tag not in self.EMPTY:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(self._silent[-1:]):
            self.texts.append(" ".join(data.split()))


# Not words of either language: addresses, file types, standards, units, and names that have no Chinese form.
NO_WORDS = re.compile(
    r"""\S+@\S+|https?://\S+|[\w.-]+\.(?:org|com|cn|cc|edu|net)\S*|[a-z]+(?:[._][a-z_]+)+|\b(?:[A-Z]*\d[\w./-]*)\b|
    [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\w+\*{3,}|
    \b(?:WebP|JPEG|PNG|ORCID|CSV|XLSX|HTML|UTC|Asia/Shanghai|MIIT)\b|
    \b(?:ESOP|FUND|INST|POOL|SEED)\b  # holders in the short form of a cap table
    """,
    re.VERBOSE,
)
ALLOWED = {"English"}


def untranslated(chinese: Page, english: Page, names: Iterable[str] = ()) -> list[str]:
    """Texts of the Chinese page that the English one has too and that hold a Latin word of four letters."""
    known = re.compile("|".join([NO_WORDS.pattern, *map(re.escape, names)]), re.VERBOSE)
    both = set(chinese.texts) & set(english.texts) - ALLOWED
    return sorted(text for text in both if re.search(r"[A-Za-z]{4,}", known.sub("", text)))


def page(client: Client, path: str) -> Page:
    response = client.get(path)
    assert response.status_code in (200, 404), f"{path} answers {response.status_code}"
    return Page(response.content.decode())


ODD = (
    "/en/nothing/here/",
    "/en/exhibitors/?q=zzz&zone=A",
    "/en/innovations/?page=99",
    "/en/programme/?at=2025-09-26T10:20",
)


@pytest.fixture(scope="module")
def public(fair: None, django_db_blocker: DjangoDbBlocker) -> dict[str, dict[str, Page]]:
    """By English path: the page in each language."""
    client = Client()
    with django_db_blocker.unblock():
        return {
            path: {language: page(client, in_language(path, language)) for language in LANGUAGES}
            for path in (*public_pages(at_most=8), *ODD)
        }


def test_no_public_page_leaves_a_text_in_english(public: dict[str, dict[str, Page]]) -> None:
    wrong: dict[str, list[str]] = {}
    names = [
        *Organization.objects.filter(name_zh="").values_list("name_en", flat=True),
        *Instrument.objects.exclude(manufacturer="").values_list("manufacturer", flat=True),  # as on the plate
    ]
    for path, shown in public.items():
        for text in untranslated(shown["zh-hans"], shown["en"], names):
            wrong.setdefault(text, []).append(path)
    assert not wrong, told(wrong)


def told(wrong: dict[str, list[str]]) -> str:
    return "\n".join(
        f"“{text}” on {paths[0]}" + (f" and {len(paths) - 1} more" if paths[1:] else "")
        for text, paths in wrong.items()
    )


def organizer_pages() -> list[str]:
    """Start, readiness, the move of a stand, and of every noun the list, the forms, the history and the farewell."""
    paths = [reverse(f"admin:{name}") for name in ("index", "readiness", "stand-move")]
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        paths += [reverse(f"{name}_changelist"), reverse(f"{name}_add")]
        if (row := model._default_manager.first()) is not None:
            paths += [reverse(f"{name}_{act}", args=[row.pk]) for act in ("change", "history", "delete")]
    return paths


def stored() -> set[str]:
    """Every text a row holds: in forms and lists of the organizers it may stand in either language."""
    words = set()
    for model in {*apps.get_app_config("expo").get_models(), *admin.site._registry}:
        names = [
            field.name
            for field in model._meta.fields
            if isinstance(field, CharField | TextField | JSONField) and not field.choices
        ]
        for values in model._default_manager.values_list(*names) if names else ():
            words |= {" ".join(str(value).split()) for value in values}
            words |= {json.dumps(value) for value in values if isinstance(value, dict | list)}
            words |= {str(part) for value in values if isinstance(value, dict) for part in value.values()}
            words |= {line for value in values if isinstance(value, str) for line in value.splitlines()}
    return words


@pytest.fixture
def organizers(fair: None, db: None) -> dict[str, Client]:
    """One colleague for each language, signed in; the day has begun, so that every list has something in it."""
    clients = {}
    for language in LANGUAGES:
        clients[language] = Client()
        colleague = make_user(name="He Ping", language=language, is_staff=True, is_superuser=True)
        clients[language].force_login(colleague)
    take_up(Exhibitor.objects.filter(state=ExhibitorState.SUBMITTED)[0], by=colleague)
    propose(Innovation.objects.published()[0], data={"claim_en": "Costs less", "claim_zh": "成本更低"}, by=colleague)
    prepare_picture.enqueue(0)
    return clients


def test_no_page_of_the_organizers_leaves_a_text_in_english(organizers: dict[str, Client]) -> None:
    wrong: dict[str, list[str]] = {}
    content = stored()
    for path in organizer_pages():
        shown = {language: client.get(path) for language, client in organizers.items()}
        statuses = {response.status_code for response in shown.values()}
        assert statuses in ({200}, {403}), f"{path} answers {statuses}"
        pages = {language: Page(response.content.decode()) for language, response in shown.items()}
        assert {language: page.lang.lower() for language, page in pages.items()} == {
            language: language for language in LANGUAGES
        }
        for text in untranslated(pages["zh-hans"], pages["en"]):
            if text.strip("/ ") not in content and not content.issuperset(text.strip("/ ").split(" / ")):
                wrong.setdefault(text, []).append(path)
    assert not wrong, told(wrong)


def test_the_door_of_the_organizers_speaks_both_languages(client: Client, fair: None) -> None:
    door = reverse("admin:login")
    english, chinese = (
        Page(client.get(door, headers={"accept-language": language}, follow=True).content.decode())
        for language in LANGUAGES
    )
    assert untranslated(chinese, english) == []
    assert (english.lang, chinese.lang) == LANGUAGES


def test_every_page_names_its_language_and_leads_to_the_other(public: dict[str, dict[str, Page]]) -> None:
    for path, shown in public.items():
        assert {language: page.lang.lower() for language, page in shown.items()} == {
            language: language for language in LANGUAGES
        }, path
        bare = path.partition("?")[0]
        hrefs = {language: settings.SITE_URL + in_language(bare, language) for language in LANGUAGES}
        for page in shown.values():
            if "/nothing/" not in path:
                assert page.alternates == {**hrefs, "x-default": hrefs["zh-hans"]}, path


def test_an_unknown_language_is_no_page(client: Client) -> None:
    assert client.get("/fr/exhibitors/").status_code == 404
    assert client.get("/zh/exhibitors/").status_code == 404

"""The order of hits by words and meaning, and the records beside them. A small model of our own stands in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from expo.models import Innovation
from expo.search import index, ranking, vectors
from expo.search.documents import Document
from expo.search.engine import Asked, Engine
from expo.search.generation import Opened
from expo.search.likeness import Said, related, text_scores
from expo.search.query import SearchQuery
from expo.search.ranking import Meaning, best_first, fuse, rarity
from expo.search.titles import encoded
from tests.factories import make_innovation

numpy = pytest.importorskip("numpy", reason="the extra `semantic` is not installed")

SENSES = [("magnet", "磁"), ("drone", "无人机", "uav"), ("seed", "种"), ("robot", "机器人")]


class Senses:
    """Knows four things in two languages; what has none of them points elsewhere."""

    name = "senses-1"

    def encode(self, texts: Sequence[str]) -> Any:
        rows = [[float(any(word in text.lower() for word in words)) for words in SENSES] for text in texts]
        every = numpy.array([[*row, 0.0 if any(row) else 1.0] for row in rows], numpy.float32)
        return every / numpy.linalg.norm(every, axis=1, keepdims=True)


def engine_of(folder: Path, documents: list[Document], *, with_vectors: bool = True) -> Engine:
    (folder / "index").mkdir()
    built = index.build(folder / "index", documents)
    model = Senses()
    lines = {document.vector_key(): vectors.lines_of(document.title) for document in documents}
    vectors.add(folder, model.name, list(lines), encoded(model, list(lines.values())))
    made = vectors.opened(folder)
    assert made is not None
    meaning = Meaning(made, lambda text: model.encode([text])[0]) if with_vectors else None
    return Engine(Opened("", 0, built, built.searcher()), meaning=lambda: meaning)


def asked(typed: str, noun: str = "innovation", **more: Any) -> Asked:
    return Asked(noun, SearchQuery.parse(typed), **more)


def document(pk: int, title: str, text: str = "", noun: str = "innovation", hall: str = "") -> Document:
    made = Document(noun, pk, title, text)
    if hall:
        made.facets["hall"].add(hall)
    return made


def test_scores_are_added_and_equals_keep_their_order() -> None:
    assert fuse([1.0, 0.5], [0.0, 1.0]) == pytest.approx([0.8, 0.6])
    assert best_first([0.5, 0.9, 0.5]) == [1, 0, 2]


def test_a_record_without_a_vector_stands_in_the_middle() -> None:
    assert fuse([0.0, 0.0, 0.0], [1.0, None, 0.0]) == pytest.approx([0.2, 0.1, 0.0])
    assert fuse([0.5], [None]) == pytest.approx([0.4])


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    assert rarity(100, 1) > rarity(100, 50) > rarity(100, 100) > 0


def test_meaning_reorders_hits_and_changes_no_total(tmp_path: Path) -> None:
    rows = [document(pk, "Stone wheel for magnets" if pk == 7 else "Stone wheel for flour") for pk in range(1, 12)]
    (tmp_path / "off").mkdir()
    by_words = engine_of(tmp_path / "off", rows, with_vectors=False)
    by_both = engine_of(tmp_path, rows)
    query = Asked("innovation", SearchQuery(text="stone wheel", phrases=()))
    assert by_words.page(query, offset=0, limit=20).keys == list(range(1, 12))
    assert by_both.page(query, offset=0, limit=20).total == 11
    query = asked("wheel 磁")
    assert by_both.page(query, offset=0, limit=20).keys[0] == 7
    assert by_both.page(query, offset=0, limit=20).total == by_words.page(query, offset=0, limit=20).total
    assert by_both.counts(query, ["hall"]) == by_words.counts(query, ["hall"])


def test_pages_across_the_window_show_every_record_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expo.search.engine.WINDOW", 25)
    rows = [document(pk, f"Wheel {'drone' if pk % 3 == 0 else 'mill'}", "word " * (pk % 7)) for pk in range(1, 61)]
    engine = engine_of(tmp_path, rows)
    query = asked("wheel")
    for size in (7, 10, 25):
        seen = [key for start in range(0, 60, size) for key in engine.page(query, offset=start, limit=size).keys]
        assert sorted(seen) == list(range(1, 61)), size
    by_words = Engine(Opened("", 0, engine.index, engine.searcher), meaning=lambda: None)
    assert (
        engine.page(query, offset=25, limit=35).keys == by_words.page(query, offset=25, limit=35).keys
    )  # behind the window


def test_another_order_is_not_touched_by_meaning(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, [document(1, "Wheel")])
    assert related(engine, asked("磁", sort="title"), relaxed=False) == []


# ------------------------------------------------------------------ related
@pytest.fixture
def fair(tmp_path: Path) -> Engine:
    rows = [
        document(1, "Magnet without dysprosium", hall="a"),
        document(2, "Magnet for motors", hall="b"),
        document(3, "Seed drill", hall="a"),
        document(4, "Magnet demand", noun="demand", hall="a"),
        document(5, "磁铁", hall="a"),
    ]
    return engine_of(tmp_path, rows)


def test_records_of_near_meaning_stand_beside_the_hits(fair: Engine) -> None:
    assert fair.page(asked("磁铁"), offset=0, limit=10).keys == [5]
    assert related(fair, asked("磁铁"), relaxed=False) == [1, 2]


def test_related_records_fulfil_every_filter(fair: Engine) -> None:
    assert related(fair, asked("磁铁", facets={"hall": ["b"]}), relaxed=False) == [2]
    assert related(fair, asked("磁铁 -dysprosium"), relaxed=False) == [2]
    assert related(fair, asked("磁铁", noun="demand"), relaxed=False) == [4]


def test_nothing_is_related_below_the_floor_or_to_nothing(fair: Engine) -> None:
    assert related(fair, asked("quorvex"), relaxed=False) == []
    assert related(fair, asked("code:磁铁"), relaxed=False) == []
    assert related(fair, asked(""), relaxed=False) == []


def test_at_most_ten_are_related(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, [document(pk, f"Drone {pk}") for pk in range(1, 30)])
    assert len(related(engine, asked("无人机"), relaxed=False)) == ranking.RELATED


# ------------------------------------------------------------------ whole texts
def test_a_demand_finds_by_words_and_by_meaning_in_either_language(fair: Engine) -> None:
    said = [Said("无人机", "无人机"), Said("Magnet", "A magnet with less dysprosium " * 200)]
    scores = text_scores(fair, said, "innovation")
    assert scores[0].pk == 1
    assert {row.pk for row in scores} == {1, 2, 3, 5}  # by meaning all of the noun are candidates
    for row in scores:
        assert row.score == pytest.approx(0.7 * row.coverage + 0.3 * (row.nearness or 0))


def test_a_demand_is_matched_by_words_alone_without_a_model(fair: Engine) -> None:
    lexical = Engine(Opened("", 0, fair.index, fair.searcher), meaning=lambda: None)
    assert [row.pk for row in text_scores(lexical, [Said("Magnet", "magnet motors")], "innovation")] == [2, 1]
    assert text_scores(lexical, [Said("", "")], "innovation") == []


# ------------------------------------------------------------------ on the page
@pytest.fixture
def senses(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Senses:
    settings.SEMANTIC_SEARCH = True
    model = Senses()
    for module in ("expo.search.embedder", "expo.search.ranking", "expo.search.titles"):
        monkeypatch.setattr(f"{module}.embedder", lambda: model)
    monkeypatch.setattr("expo.search.ranking.vector_of", lambda text: model.encode([text])[0])
    return model


@pytest.mark.django_db
def test_the_listing_shows_related_records_apart_also_without_a_hit(client: Client, senses: Senses) -> None:
    from expo.management.commands.work import Shift

    magnet = make_innovation(title_en="Magnet of a new kind", title_zh="", state="published")
    hidden = make_innovation(title_en="Magnet nobody may see", title_zh="", state="draft")
    withdrawn = make_innovation(title_en="Magnet taken back", title_zh="", state="published")
    shift = Shift()
    shift.bring_index_up_to_date()
    shift.make_vectors()
    Innovation.objects.filter(pk=withdrawn.pk).update(state="withdrawn")
    body = client.get(reverse("innovation-list"), {"q": "磁铁"}).content.decode()
    assert 'id="related"' in body
    assert "0 innovations" in body
    assert magnet.title_en in body
    assert hidden.title_en not in body
    assert withdrawn.title_en not in body


@pytest.mark.django_db
def test_switched_off_nothing_is_related(client: Client, senses: Senses, monkeypatch: pytest.MonkeyPatch) -> None:
    from expo.management.commands.work import Shift

    make_innovation(title_en="Magnet of a new kind", title_zh="", state="published")
    monkeypatch.setattr("expo.search.ranking.embedder", lambda: None)
    shift = Shift()
    shift.bring_index_up_to_date()
    shift.make_vectors()
    assert 'id="related"' not in client.get(reverse("innovation-list"), {"q": "磁铁"}).content.decode()

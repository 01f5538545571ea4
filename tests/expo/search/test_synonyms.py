"""Who asks for a drone finds the UAV and the 无人机 too."""

from __future__ import annotations

import time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from expo.models import SearchChange, Synonym, User
from expo.saving import save_record
from expo.search import changes, generation, index
from expo.search.engine import Asked, Engine, Found
from expo.search.query import SearchQuery
from expo.search.synonyms import MOST_WIDENED, NONE, Group, Synonyms, current
from tests.expo.admin_pages import listing, page, typed, words_of
from tests.factories import make_innovation, make_synonym

pytestmark = pytest.mark.django_db

DRONE = Group(("drone", "UAV", "unmanned aircraft", "无人机"), ("low-altitude",))
LOW = Group(("low-altitude", "低空"))
LIDAR, LASER = Group(("lidar", "激光雷达")), Group(("laser", "激光"))
THINGS = Group(("internet of things", "IoT", "物联网"))
TABLE = Synonyms([DRONE, LOW, LIDAR, LASER, THINGS])


def said(text: str, table: Synonyms = TABLE) -> list[tuple[str, set[str]]]:
    """Every word of a text that may be said otherwise, and how."""
    pieces = [piece for stretch in table.plan(text) for piece in stretch.widened]
    return [(piece.typed, {word.text for word in piece.others}) for piece in pieces]


# ------------------------------------------------------------------ matching
OF_DRONE = {"drone", "UAV", "unmanned aircraft", "无人机"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("drones", [("drone", OF_DRONE - {"drone"})]),
        ("Unmanned Aircraft", [("unmanned aircraft", OF_DRONE - {"unmanned aircraft"})]),
        ("unmanned-aircraft", [("unmanned aircraft", OF_DRONE - {"unmanned aircraft"})]),
        ("無人機", [("无人机", OF_DRONE - {"无人机"})]),
        ("低空", [("低空", {"low-altitude", *OF_DRONE})]),
        ("low altitude", [("low-altitude", {"低空", *OF_DRONE})]),
        ("low pressure altitude", []),
        ("机载激光雷达", [("激光雷达", {"lidar"})]),
        ("激光与无人机", [("激光", {"laser"}), ("无人机", OF_DRONE - {"无人机"})]),
        ("the internet of things", [("internet of things", {"IoT", "物联网"})]),
        ("UAV 无人机", [("UAV", OF_DRONE - {"UAV"}), ("无人机", OF_DRONE - {"无人机"})]),
        ("magnet", []),
        ("", []),
        ("of the", []),
    ],
)
def test_a_word_of_a_group_may_be_said_otherwise(text: str, expected: list[tuple[str, set[str]]]) -> None:
    assert said(text) == expected


def test_of_a_longer_chinese_run_the_rest_stays_asked() -> None:
    (stretch,) = TABLE.plan("无人机巡检")
    assert [need.raw for need in stretch.needs] == ["无人机巡检"]
    assert [[need.raw for need in piece.needs] for piece in stretch.pieces] == [["无人机"], ["巡检"]]


def test_without_groups_a_text_asks_for_its_needs_alone() -> None:
    for text in ("the drones of a 无人机巡检 Nd-Fe-B", "the of", "drone drone"):
        assert tuple(need for stretch in NONE.plan(text) for need in stretch.needs) == SearchQuery(text).needs


@given(st.text(alphabet="无人机巡检激光雷达低空 dronuavl-w,iteh of gs", max_size=120))
def test_any_text_keeps_its_needs_whatever_may_stand_for_them(text: str) -> None:
    plan = TABLE.plan(text)
    assert {need for stretch in plan for need in stretch.needs} == set(SearchQuery(text).needs)
    assert all(stretch.needs for stretch in plan)


def test_a_very_long_text_is_read_at_once() -> None:
    begun = time.process_time()
    TABLE.plan("无人机" * 3000 + " low altitude" * 800)
    assert time.process_time() - begun < 2


# ------------------------------------------------------------------ the index
def found(text: str, table: Synonyms = TABLE) -> Found:
    opened = generation.opened()
    assert opened is not None
    return Engine(opened, table).page(Asked("innovation", SearchQuery.parse(text)), offset=0, limit=50)


def make(*titles: str) -> list[int]:
    """Innovations whose titles are all there is to find, and enough others that nothing is relaxed away."""
    keys = [make_innovation(title_en=title, title_zh="", claim_en=".", claim_zh="").pk for title in titles]
    index.rebuild()
    return keys


def test_every_language_finds_every_language() -> None:
    english, short, chinese, other = make("Drone for lines", "UAV battery", "货运无人机动力", "Magnet")
    for text in ("drone", "drones", "uav", "无人机", "unmanned aircraft"):
        assert set(found(text).keys) == {english, short, chinese}, text
    assert other not in found("drone").keys
    assert found("drone", NONE).keys == [english]


def test_the_word_itself_ranks_before_its_synonyms() -> None:
    titles = ["Drone for lines", "UAV for lines", "无人机", *(f"Drone of kind {n}" for n in range(8))]
    keys = make(*titles)
    exact = {keys[0], *keys[3:]}
    assert set(found("drone").keys[:9]) == exact
    assert set(found("drone").keys[9:]) == set(keys[1:3])
    assert found("UAV").keys[0] == keys[1]
    assert found("无人机").keys[0] == keys[2]


def test_a_synonym_of_several_words_is_found_side_by_side_only() -> None:
    whole, apart = make("An unmanned aircraft lands", "Aircraft whose tower is unmanned")
    keys = found("drone").keys
    assert whole in keys
    assert apart not in keys


def test_a_chinese_run_finds_the_english_for_a_part_of_it() -> None:
    both, drone, rest, plain = make("UAV 线路巡检", "UAV alone", "管道巡检", "无人机巡检")
    keys = found("无人机巡检").keys
    assert keys[0] == plain
    assert both in keys
    strict = Engine(generation.opened(), TABLE)._page(  # type: ignore[arg-type]
        Asked("innovation", SearchQuery.parse("无人机巡检")), False, 0, 50
    )
    assert set(strict.keys) == {both, plain}
    assert {drone, rest}.isdisjoint(strict.keys)


def test_the_broader_word_finds_the_narrower_one_and_not_the_other_way_round() -> None:
    narrow, broad = make("Drone for lines", "Weather at low altitude")
    assert set(found("low-altitude").keys) == {narrow, broad}
    assert set(found("低空").keys) == {narrow, broad}
    assert found("drone").keys == [narrow]


def test_quoted_and_excluded_words_mean_themselves() -> None:
    drone, uav, both = make("Drone for lines", "UAV for lines", "Drone that is a UAV, for lines")
    assert set(found('"drone"').keys) == {drone, both}
    assert set(found("lines -drone").keys) == {uav}
    assert found('"drone" -drones code:drone').widened == ()


def test_it_is_said_which_words_were_looked_for_too(client: Client) -> None:
    make_synonym("drone", "UAV", "无人机")
    make("UAV battery")
    assert found("drones", Synonyms([Group(("drone", "UAV"))])).widened == (("drone", ("UAV",)),)
    assert "“drone” finds these words too: UAV, 无人机." in client.get(
        reverse("innovation-list"), {"q": "drones"}
    ).content.decode()  # fmt: skip
    assert "finds these words too" not in client.get(reverse("innovation-list"), {"q": "battery"}).content.decode()


def test_a_changed_group_counts_from_the_next_generation_on(client: Client) -> None:
    group = make_synonym("drone", "UAV")
    uav, chinese = make("UAV battery", "无人机动力")
    changes.drain()

    def hits() -> set[int]:
        return {row.pk for row in client.get(reverse("innovation-list"), {"q": "drone"}).context["page"].rows}

    assert hits() == {uav}
    before = generation.opened()
    Synonym.objects.filter(pk=group.pk).update(words="drone\n无人机")
    assert changes.drain() == 1
    after = generation.opened()
    assert before is not None
    assert after is not None
    assert after.generation > before.generation
    assert hits() == {chinese}
    group.delete()
    changes.drain()
    assert hits() == set()


def test_groups_that_no_editor_could_save_break_nothing() -> None:
    make_synonym("drone", "!?", "", "x" * 10_000)
    make("Drone for lines")
    assert found("drone", current("folder of this test", 1)).total == 1


# ------------------------------------------------------------------ keeping them
def refusal_of(words: str, **values: str) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refusal:
        save_record(Synonym(slug="group", words=words, **values), by=None)  # type: ignore[type-var]
    return refusal.value.message_dict


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "cannot be blank"),
        ("drone", "at least two words"),
        ("drone\ndrone\n\n drone ", "at least two words"),
        ("drone\ndrones", "“drones” and “drone” are the same"),
        ("drone\n机", "“机” would be found nearly everywhere"),
        ("drone\nof the", "“of the” would be found nearly everywhere"),
        ("drone\n!?", "would be found nearly everywhere"),
        ("drone\n" + "x" * 10_000, "is longer than 60 characters"),
        ("\n".join(f"word{n}" for n in range(21)), "At most 20 words"),
    ],
)
def test_a_group_that_helps_nobody_is_refused(words: str, why: str) -> None:
    told = refusal_of(words)
    assert why in told["words"][0]
    assert len(told["words"][0]) < 200


def test_a_word_is_in_one_group_only_and_the_other_is_named() -> None:
    make_synonym("UAV", "无人机", slug="drones")
    assert refusal_of("drone\nUAVs")["words"] == ["“UAVs” is in another group already: UAV / 无人机."]


def test_a_broader_word_is_none_of_the_groups_own() -> None:
    assert "are the same to the search" in refusal_of("drone\nUAV", also_found_by="drones")["also_found_by"][0]


def test_what_was_typed_is_kept_tidy() -> None:
    group = save_record(Synonym(slug="drone", words="  drone \r\n\r\nlow   altitude\ndrone"), by=None)  # type: ignore[type-var]
    assert group.words == "drone\nlow altitude"
    group.full_clean()


def test_the_database_refuses_a_group_of_nothing() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Synonym.objects.create(slug="empty", words="")


def test_organizers_keep_the_list_in_the_admin(organizer_client: Client, organizer: User) -> None:
    url = reverse("admin:expo_synonym_add")
    data = typed(organizer_client, url, words="drone\nUAV", slug="drone")
    organizer_client.post(url, data)
    group = Synonym.objects.get()
    assert group.history.get().history_user == organizer
    assert SearchChange.objects.filter(label="expo.Synonym").exists()
    assert "low · altitud" in words_of(
        organizer_client.get(page(make_synonym("low-altitude", "低空", also_found_by="airspace")))
    )
    assert list(organizer_client.get(listing(Synonym, "?q=uav")).context["cl"].result_list) == [group]
    data = typed(organizer_client, page(group), words="drone\n低空")
    assert "in another group already: low-altitude / 低空" in words_of(organizer_client.post(page(group), data))


def test_a_text_of_nothing_but_synonyms_is_widened_in_part() -> None:
    """Each word that is looked for by others costs time; nobody asks for fifty."""
    words = [f"{first}{second}word" for first in "abcdefgh" for second in "abcdefgh"]
    plan = Synonyms([Group((word, f"other{word}")) for word in words]).plan(" ".join(words[:40]))
    assert sum(len(stretch.widened) for stretch in plan) == MOST_WIDENED
    assert len(plan) == 40

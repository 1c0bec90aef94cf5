"""Topics: what is merged from a day on leaves every day before it as it was counted, and no circle can be made."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from shixiao import casework
from shixiao.casework import Opening, shared_things, topics
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.models import Topic
from shixiao.casework.refusing import Refused
from shixiao.casework.tests.conftest import KIND
from shixiao.casework.topics import Merge, counted_with
from shixiao.ledger.models import Event
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 30)
DAY = timedelta(days=1)


@pytest.fixture
def new(now: datetime) -> Callable[[str], Topic]:
    def make(name: str, since: date = date(2026, 1, 1)) -> Topic:
        return shared_things.create_topic(name, since=since, by=None, now=now)

    return make


def refusal(call: Callable[..., Any], *given_: Any, **more: Any) -> Refused:
    before = (Event.objects.count(), list(Topic.objects.order_by("pk").values()))
    with pytest.raises(Refused) as refused:
        call(*given_, **more)
    assert (Event.objects.count(), list(Topic.objects.order_by("pk").values())) == before
    return refused.value


def test_a_topic_counts_what_was_merged_into_it_from_that_day_on(
    new: Callable[..., Topic], officer: User, now: datetime
) -> None:
    village, country, city = new("村"), new("乡村"), new("城市")
    topics.merge(village, into=country, on=TODAY + DAY, by=officer, now=now)
    assert counted_with([country.pk], TODAY) == {country.pk}
    assert counted_with([country.pk], TODAY + DAY) == {country.pk, village.pk}
    assert counted_with([village.pk], TODAY) == {village.pk}
    assert counted_with([village.pk], TODAY + DAY) == {country.pk, village.pk}
    assert counted_with([city.pk, country.pk], TODAY + DAY) == {city.pk, country.pk, village.pk}
    assert counted_with([], TODAY) == frozenset()
    event = Event.objects.get(kind="casework.topics_merged")
    assert (event.subject_id, event.particulars) == (str(village.pk), {"into": country.pk, "on": "2026-07-01"})


def test_a_chain_of_merges_counts_as_a_whole(new: Callable[..., Topic], officer: User, now: datetime) -> None:
    first, second, third = new("甲"), new("乙"), new("丙")
    topics.merge(first, into=second, by=officer, now=now)
    topics.merge(second, into=third, on=TODAY + DAY, by=officer, now=now)
    assert counted_with([third.pk], TODAY) == {third.pk}
    assert counted_with([first.pk], TODAY) == {first.pk, second.pk}
    assert counted_with([third.pk], TODAY + DAY) == {first.pk, second.pk, third.pk}


def test_a_topic_that_was_merged_is_not_merged_again(new: Callable[..., Topic], officer: User, now: datetime) -> None:
    first, second, third = new("甲"), new("乙"), new("丙")
    topics.merge(first, into=second, on=TODAY + DAY, by=officer, now=now)
    for again in (third, second):
        assert "“甲”自 2026-07-01 起已并入“乙”" in refusal(topics.merge, first, into=again, by=officer, now=now).text.zh
    assert "已并入“乙”" in refusal(topics.retire, first, by=officer, now=now).text.zh
    assert "已并入“乙”" in refusal(topics.rename, first, "丁", by=officer, now=now).text.zh


def test_no_circle_nor_itself_nor_a_retired_one(new: Callable[..., Topic], officer: User, now: datetime) -> None:
    first, second, third, gone = new("甲"), new("乙"), new("丙"), new("旧")
    assert refusal(topics.merge, first, into=first, by=officer, now=now).field == "into"
    topics.merge(first, into=second, by=officer, now=now)
    assert "一圈" in refusal(topics.merge, second, into=first, by=officer, now=now).text.zh
    topics.merge(second, into=third, by=officer, now=now)
    assert "一圈" in refusal(topics.merge, third, into=first, by=officer, now=now).text.zh
    topics.retire(gone, on=TODAY + 30 * DAY, by=officer, now=now)
    assert "2026-07-30 起停用" in refusal(topics.merge, third, into=gone, by=officer, now=now).text.zh
    other = new("新")
    assert "已并入“丙”" in refusal(topics.merge, other, into=second, by=officer, now=now).text.zh


def test_days_that_cannot_be(new: Callable[..., Topic], officer: User, now: datetime) -> None:
    first, later = new("甲"), new("后", TODAY + 2 * DAY)
    assert refusal(topics.merge, first, into=later, on=TODAY - DAY, by=officer, now=now).field == "on"
    assert refusal(topics.merge, first, into=later, on=TODAY + DAY, by=officer, now=now).field == "on"
    assert refusal(topics.retire, later, on=TODAY + DAY, by=officer, now=now).field == "on"
    topics.merge(first, into=later, on=TODAY + 3 * DAY, by=officer, now=now)
    assert "“甲”" in refusal(topics.retire, later, on=TODAY + 2 * DAY, by=officer, now=now).text.zh
    topics.retire(later, on=TODAY + 3 * DAY, by=officer, now=now)


def test_a_new_name_is_an_event_that_keeps_the_old_one(new: Callable[..., Topic], officer: User, now: datetime) -> None:
    first = new("甲")
    new("乙")
    assert topics.rename(first, " 甲　类 ", by=officer, now=now).name == "甲 类"
    event = Event.objects.get(kind="casework.topic_renamed")
    assert {each.name: each.words for each in event.words.all()} == {"before": "甲", "name": "甲 类"}
    topics.rename(first, "甲 类", by=officer, now=now)
    assert Event.objects.filter(kind="casework.topic_renamed").count() == 1
    for wrong in ("乙", "", "（秘密★5年）"):
        assert refusal(topics.rename, first, wrong, by=officer, now=now).field == "name"


def test_topics_are_for_the_officer(new: Callable[..., Topic], staff: Callable[..., User], now: datetime) -> None:
    first, second, clerk = new("甲"), new("乙"), staff("clerk", "casework.keeper")
    for call in (
        lambda: topics.rename(first, "丙", by=clerk, now=now),
        lambda: topics.retire(first, by=clerk, now=now),
        lambda: topics.merge(first, into=second, by=clerk, now=now),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_no_case_is_given_a_topic_that_ended(
    new: Callable[..., Topic], unit: Unit, staff: Callable[..., User], now: datetime
) -> None:
    first, second, clerk = new("甲"), new("乙"), staff("clerk", "desk.clerk")
    merged = topics.merge(first, into=second, on=TODAY + DAY, by=None, now=now)
    head = {"unit": unit, "title": "事", "topic": merged, "particulars": {"topic": "函"}}
    casework.open_case(KIND, "open", Opening(**head), by=clerk, now=now)
    with pytest.raises(Refused, match="merged into") as refused:
        casework.open_case(KIND, "open", Opening(**head), by=clerk, now=now + DAY)
    assert (refused.value.field, "“乙”" in refused.value.text.zh) == ("topic", True)


def test_the_database_refuses_what_cannot_be(new: Callable[..., Topic]) -> None:
    first, second = new("甲"), new("乙")
    for wrong in (
        {"merged_into": second},
        {"merged_into": first, "until": TODAY},
        {"until": date(2025, 12, 31)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Topic.objects.filter(pk=first.pk).update(**wrong)


@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(0, 5)), max_size=8),
    st.sets(st.integers(1, 6), min_size=1),
    st.integers(0, 6),
)
def test_every_topic_counts_in_exactly_one_place(tried: list[tuple[int, int, int]], ids: set[int], after: int) -> None:
    """As the action allows them: into another one that was not merged itself, and once."""
    known: dict[int, Merge] = {}
    for topic, into, day in tried:
        if topic not in known and into not in known and topic != into:
            known[topic] = Merge(into, TODAY + day * DAY)
    on = TODAY + after * DAY
    counted = {each: counted_with([each], on, known=known) for each in range(1, 7)}
    for each, several in counted.items():
        assert each in several
        assert all(counted[other] == several for other in several)
    assert counted_with(ids, on, known=known) == frozenset().union(*(counted[each] for each in ids))


# ---- pages -----------------------------------------------------------------------------------------------------


def test_the_officer_merges_on_the_page(new: Callable[..., Topic], officer: User, client: Client) -> None:
    first, second = new("村"), new("乡村")
    client.force_login(officer)
    page = f"/shared/topics/{first.pk}/"
    assert page in client.get("/shared/topics/").content.decode()
    assert "并入另一个主题" in client.get(page).content.decode()
    form = client.get(f"{page}merge/").content.decode()
    assert f'value="{second.pk}"' in form
    assert f'value="{first.pk}"' not in form
    given_ = {"into": second.pk, "on": "2031-01-01"}
    assert client.post(f"{page}merge/", given_).status_code == 302
    assert "2031" in client.get(page).content.decode()
    assert "并入“乡村”" in client.get("/shared/topics/").content.decode()
    again = client.post(f"{page}merge/", given_)
    assert (again.status_code, "已并入“乡村”" in again.content.decode()) == (422, True)


def test_whoever_keeps_projects_looks_at_topics_and_changes_none(
    new: Callable[..., Topic], staff: Callable[..., User], client: Client
) -> None:
    first = new("村")
    client.force_login(staff("keeper", "casework.keeper"))
    page = client.get(f"/shared/topics/{first.pk}/")
    assert (page.status_code, "并入另一个主题" in page.content.decode()) == (200, False)
    assert client.post(f"/shared/topics/{first.pk}/retire/", {"on": "2031-01-01"}).status_code == 403
    client.force_login(staff("clerk", "desk.clerk"))
    assert client.get(f"/shared/topics/{first.pk}/").status_code == 403

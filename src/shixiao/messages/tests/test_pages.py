"""The pages of messages: looking reads nothing, pressing does, and only one's own; how many statements a page takes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shixiao.ledger.models import Event
from shixiao.messages import channels, planning, sending
from shixiao.messages.models import Delivery, Fate, LadderRule, Message, Preferences, QuietRule
from shixiao.messages.tests.conftest import HIDDEN, Tell, Wire
from shixiao.people.models import Role, User

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]


@pytest.fixture
def li(people: list[User]) -> User:
    return people[0]


@pytest.fixture
def system(account: Callable[..., User]) -> User:
    return account("system", role=Role.SYSTEM_ADMINISTRATOR)


def page(client: Client, address: str = "/messages/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_looking_at_the_list_reads_nothing(li: User, tell: Tell, signed_in: SignedIn) -> None:
    tell([li])
    browser = signed_in(li)
    for _ in range(2):
        text = page(browser)
        assert "信-1 标题1 到了" in text
        assert "1 条未读。" in text
    assert browser.get(f"/messages/{Message.objects.get().pk}/open/").status_code == 405


def test_opening_reads_it_and_leads_to_what_it_is_about(li: User, tell: Tell, signed_in: SignedIn) -> None:
    (message,) = tell([li], letter=5)
    answer = signed_in(li).post(f"/messages/{message.pk}/open/")
    assert (answer.status_code, answer["Location"]) == (302, "/messages/?letter=5")
    message.refresh_from_db()
    assert (message.state, message.fates.get().by) == ("read", li)
    signed_in(li).post(f"/messages/{message.pk}/open/")
    assert message.fates.count() == 1


def test_nobody_opens_the_messages_of_others(people: list[User], tell: Tell, signed_in: SignedIn) -> None:
    (message,) = tell(people[:1])
    browser = signed_in(people[1])
    assert browser.post(f"/messages/{message.pk}/open/").status_code == 404
    browser.post("/messages/change/", {"acknowledge": message.pk})
    browser.post("/messages/change/", {"all": "1", "newest": message.pk})
    message.refresh_from_db()
    assert message.state == "delivered"
    assert "信-1" not in page(browser)


def test_taking_note_and_reading_everything(li: User, tell: Tell, signed_in: SignedIn) -> None:
    first, second, third = (tell([li], letter=letter)[0] for letter in (1, 2, 3))
    browser = signed_in(li)
    browser.post("/messages/change/", {"acknowledge": first.pk})
    browser.post("/messages/change/", {"all": "1", "newest": second.pk})
    states = dict(Message.objects.values_list("pk", "state"))
    assert states == {first.pk: "acknowledged", second.pk: "read", third.pk: "delivered"}  # what came later stays new


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "//elsewhere.example", "/people/", "/messages/?q=信"]
)
def test_pressing_leads_back_to_the_list_only(li: User, tell: Tell, signed_in: SignedIn, address: str) -> None:
    (message,) = tell([li])
    answer = signed_in(li).post("/messages/change/", {"acknowledge": message.pk, "next": address})
    assert answer["Location"].startswith("/messages/")


def test_new_ones_come_first_and_days_and_things_are_grouped(
    li: User, tell: Tell, signed_in: SignedIn, now: datetime
) -> None:
    for days, letter in ((3, 1), (2, 2), (2, 2), (1, 3)):
        tell([li], letter=letter, at=now - timedelta(days=days))
    browser = signed_in(li)
    browser.post(f"/messages/{Message.objects.order_by('pk')[3].pk}/open/")
    text = page(browser)
    assert text.index("标题1 到了") < text.index("看过的") < text.index("标题3 到了")
    assert text.count('<li class="several">') == 1


def test_filters_are_in_the_address(li: User, tell: Tell, signed_in: SignedIn) -> None:
    tell([li], letter=11, sort="todo")
    tell([li], letter=22, sort="reminder")
    browser = signed_in(li)
    assert "信-11" in page(browser, "/messages/?sort=todo")
    assert "信-22" not in page(browser, "/messages/?sort=todo")
    assert "信-22" in page(browser, "/messages/?q=22")
    assert "信-11" not in page(browser, "/messages/?q=22")
    assert "没有这样的消息" in page(browser, "/messages/?state=read")
    assert "信-11" in page(browser, "/messages/?state=nonsense&sort=nonsense&before=nonsense&q=%00")


def test_what_may_not_be_seen_any_more_says_so_and_leads_nowhere(li: User, tell: Tell, signed_in: SignedIn) -> None:
    (message,) = tell([li], letter=HIDDEN)
    assert "只对持有人显示" in page(signed_in(li))
    assert signed_in(li).post(f"/messages/{message.pk}/open/")["Location"] == "/messages/"


def test_the_list_takes_few_statements_and_goes_on(
    li: User, tell: Tell, signed_in: SignedIn, django_assert_max_num_queries: Any
) -> None:
    for letter in range(120):
        tell([li], letter=1000 + letter)
    Message.objects.filter(pk__in=Message.objects.order_by("pk").values_list("pk", flat=True)[:110]).update(
        state="read"
    )
    browser = signed_in(li)
    page(browser)
    with django_assert_max_num_queries(6):
        text = page(browser)
    assert text.count('class="message-text"') == 60
    assert "10 条未读" in text
    with django_assert_max_num_queries(6):
        older = page(browser, f"/messages/?before={Message.objects.order_by('pk')[60].pk}")
    assert older.count('class="message-text"') == 50


def test_every_page_says_how_many_wait_in_one_bounded_statement(
    li: User, tell: Tell, signed_in: SignedIn, django_assert_max_num_queries: Any
) -> None:
    for letter in range(101):
        tell([li], letter=letter)
    browser = signed_in(li)
    text = page(browser, "/messages/settings/quiet/")
    assert '<b class="waiting">99+' in text


# ---- settings ----------------------------------------------------------------------------------------------------


def test_what_i_want_is_kept_with_an_event(li: User, wire: Wire, signed_in: SignedIn) -> None:
    browser = signed_in(li)
    told = {"digests": ["normal"], "quiet_from": "12:00", "quiet_until": "14:00", "channels": ["wire"]}
    assert browser.post("/messages/settings/", told).status_code == 302
    mine = Preferences.objects.get(person=li)
    assert (mine.digests, mine.channels, f"{mine.quiet_from:%H:%M}") == (["normal"], ["wire"], "12:00")
    event = Event.objects.get(kind="messages.preferences_set")
    assert event.particulars["digests"] == ["normal"]
    assert browser.post("/messages/settings/", {"quiet_from": "12:00"}).status_code == 422
    assert browser.post("/messages/settings/", {"digests": ["most_urgent"]}).status_code == 422


def quiet_form(**more: Any) -> dict[str, Any]:
    tomorrow = timezone.localdate() + timedelta(days=1)
    told = {"since": tomorrow, "begins": "21:00", "ends": "07:00", "passes": ["most_urgent"], "digest_at": "08:00"}
    return told | more


def test_quiet_hours_are_set_by_the_officer(officer: User, li: User, reader: User, signed_in: SignedIn) -> None:
    browser = signed_in(officer)
    assert browser.post("/messages/settings/quiet/", quiet_form()).status_code == 302
    assert QuietRule.objects.get().rule["begins"] == "21:00"
    assert Event.objects.filter(kind="messages.quiet_set").count() == 1
    assert (
        browser.post("/messages/settings/quiet/", quiet_form(ends="20:59")).status_code == 422
    )  # nothing could ever go
    assert browser.post("/messages/settings/quiet/", quiet_form(digest_at="23:00")).status_code == 422
    assert browser.post("/messages/settings/quiet/", quiet_form(since="2020-01-01")).status_code == 422
    assert signed_in(reader).post("/messages/settings/quiet/", quiet_form()).status_code == 403
    assert "21:00–07:00" in page(signed_in(reader), "/messages/settings/quiet/")


def test_the_ladder_is_set_by_the_officer(officer: User, reader: User, signed_in: SignedIn) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    told = {"kind": "letters.letter", "urgency": "urgent", "since": tomorrow, "who_1": "handler", "days_1": "0", "waits_for_1": "read",
            "patience_1": "2", "who_2": "leader", "days_2": "5", "every": "5"}  # fmt: skip
    browser = signed_in(officer)
    assert browser.post("/messages/settings/ladder/", told).status_code == 302
    row = LadderRule.objects.get()
    assert row.rungs[1] == {"who": "leader", "days": 5, "waits_for": "nothing", "patience": 0, "every": 5}
    event = Event.objects.get(kind="messages.ladder_set")
    assert (row.urgency, event.particulars["kind"], event.particulars["urgency"]) == (
        "urgent",
        "letters.letter",
        "urgent",
    )
    assert browser.post("/messages/settings/ladder/", told | {"urgency": "soon"}).status_code == 422
    assert browser.post("/messages/settings/ladder/", told | {"days_1": "9"}).status_code == 422  # not in order
    assert signed_in(reader).post("/messages/settings/ladder/", told).status_code == 403
    assert "超期 5 个工作日" in page(signed_in(reader), "/messages/settings/ladder/")


# ---- what became of them -------------------------------------------------------------------------------------------


def sent(people: list[User], tell: Tell, wire: Wire, now: datetime) -> Delivery:
    """One arrived, one nobody knows; returns this one."""
    tell(people[:1])
    tell(people[1:2], letter=2)
    wire.answers = [channels.delivered(), channels.unknown("timeout")]
    planning.plan(now)
    sending.send(now)
    return Delivery.objects.get(state="unknown")


def test_the_administrator_sees_every_fate_and_no_content(
    people: list[User], tell: Tell, wire: Wire, system: User, signed_in: SignedIn, now: datetime,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    sent(people, tell, wire, now)
    browser = signed_in(system)
    page(browser, "/messages/outbox/")
    with django_assert_max_num_queries(10):
        text = page(browser, "/messages/outbox/")
    assert "1 条结果未知" in text
    assert "模拟li" in text
    assert "标题" not in text
    assert "信-" not in text
    assert "模拟li" not in page(browser, "/messages/outbox/?state=unknown")
    assert "模拟wang" not in page(browser, "/messages/outbox/?person=模拟li")
    assert page(browser, "/messages/outbox/?channel=wire&state=x&before=y").count("/messages/outbox/") > 2


def test_only_the_administrator_sees_and_decides(
    people: list[User], tell: Tell, wire: Wire, system: User, officer: User, signed_in: SignedIn, now: datetime
) -> None:
    unknown = sent(people, tell, wire, now)
    for user in (people[0], officer):
        assert signed_in(user).get("/messages/outbox/").status_code == 403
        assert signed_in(user).post(f"/messages/outbox/{unknown.pk}/", {"decision": "lost"}).status_code == 403
    browser = signed_in(system)
    assert browser.post(f"/messages/outbox/{unknown.pk}/", {"decision": "lost", "reason": ""}).status_code == 422
    told = {"decision": "arrived", "reason": "打电话问过，收到了"}
    assert browser.post(f"/messages/outbox/{unknown.pk}/", told).status_code == 302
    text = page(browser, f"/messages/outbox/{unknown.pk}/")
    assert "打电话问过" in text
    assert "认定结果" not in text
    assert browser.post(f"/messages/outbox/{unknown.pk}/", told).status_code == 422  # it is known by now
    assert Fate.objects.filter(delivery=unknown, what="delivered").get().by == system


def test_a_stranger_is_sent_to_the_sign_in(client: Client) -> None:
    for address in ("/messages/", "/messages/outbox/", "/messages/settings/", "/messages/about/letters.letter/1/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "/sign-in/" in answer["Location"]


def test_of_a_thing_that_may_not_be_seen_there_is_no_page(li: User, tell: Tell, signed_in: SignedIn) -> None:
    tell([li], letter=HIDDEN)
    assert signed_in(li).get(f"/messages/about/letters.letter/{HIDDEN}/").status_code == 404
    assert signed_in(li).get("/messages/about/nothing.known/1/").status_code == 404
    tell([li], letter=4)
    assert "信-4" in page(signed_in(li), "/messages/about/letters.letter/4/")

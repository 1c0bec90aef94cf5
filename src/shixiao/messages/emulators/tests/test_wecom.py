"""The emulator of WeCom where nothing goes wrong: what it takes, what it refuses, what a member sees."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from shixiao.messages.emulators import Faults, Hands, WeCom
from shixiao.messages.emulators.members import Member, Standing
from shixiao.messages.emulators.tests.clients import App, ask, value
from shixiao.messages.emulators.tokens import Renewal
from shixiao.messages.emulators.wecom import Limits

TEXT = {"touser": "mo-jia", "msgtype": "text", "text": {"content": "甲"}}


# ---- tokens ------------------------------------------------------------------------------------------------------


def test_a_token_is_good_for_two_hours(app: App, hands: Hands) -> None:
    app.new_token()
    hands.forward(7199)
    assert app.get("user/get", userid="mo-jia")["errcode"] == 0
    hands.forward(1)
    assert app.get("user/get", userid="mo-jia")["errcode"] == 42001


@pytest.mark.parametrize(
    ("renewal", "is_same", "old"), [("same", True, 0), ("keeps", False, 0), ("ends", False, 40014)]
)
def test_what_a_new_token_does_to_the_one_before(app: App, wecom: WeCom, renewal: str, is_same: bool, old: int) -> None:
    wecom.tokens.renewal = Renewal(renewal)
    first, second = app.new_token(), app.new_token()
    assert (first == second) is is_same
    assert app.get("user/get", access_token=first, userid="mo-jia")["errcode"] == old
    assert app.get("user/get", access_token=second, userid="mo-jia")["errcode"] == 0


def test_a_token_is_refused_for_a_wrong_secret_or_corporation(wecom: WeCom) -> None:
    wanted = {"corpid": wecom.corporation, "corpsecret": wecom.secret}
    for change, code in (({"corpsecret": "x"}, 40001), ({"corpid": "x"}, 40013)):
        answer = value(f"{wecom.address}/cgi-bin/gettoken?{urlencode(wanted | change)}")
        assert (answer["errcode"], "access_token" in answer) == (code, False)


def test_asking_for_tokens_too_often_is_refused_for_a_minute(app: App, wecom: WeCom, hands: Hands) -> None:
    wecom.limits = Limits(tokens_a_minute=2)
    app.new_token()
    app.new_token()
    with pytest.raises(KeyError, match="access_token"):
        app.new_token()
    hands.forward(60)
    assert app.new_token()


@pytest.mark.parametrize(("token", "code"), [("", 41001), ("made-up", 40014)])
def test_no_token_and_a_made_up_one(app: App, token: str, code: int) -> None:
    assert app.get("user/get", access_token=token, userid="mo-jia")["errcode"] == code


# ---- messages ----------------------------------------------------------------------------------------------------


def test_a_text_arrives_once_at_each(app: App, wecom: WeCom) -> None:
    answer = app.text("mo-jia|mo-yi|nobody|mo-ren|mo-gui|mo-jia", "请签收")
    assert answer["errcode"] == 0
    assert answer["invaliduser"] == "nobody|mo-ren|mo-gui"
    assert wecom.accepted[answer["msgid"]].to == ("mo-jia", "mo-yi")
    assert [each.text for each in wecom.inbox("mo-jia")] == ["请签收"]
    assert wecom.inbox("mo-ren") == []


def test_departments_with_those_below_tags_and_everybody(app: App, wecom: WeCom) -> None:
    sent = app.text("", "处", toparty="3|99", totag="1|7")
    assert (sent["invalidparty"], sent["invalidtag"]) == ("99", "7")
    assert set(wecom.accepted[sent["msgid"]].to) == {
        "mo-bing",
        "mo-ding",
        "mo-wu",
        "mo-ji",
        "mo-geng",
        "mo-jia",
        "mo-xin",
    }
    assert len(wecom.accepted[app.text("@all", "全体")["msgid"]].to) == 8


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"agentid": 5}, 40056),
        ({"msgtype": "poem"}, 40008),
        ({"text": {"content": ""}}, 44004),
        ({"text": None}, 40058),
        ({"touser": "nobody"}, 81013),
        ({"touser": ""}, 81013),
        ({"touser": "|".join(map(str, range(1001)))}, 40058),
        ({"msgtype": "markdown", "markdown": {"content": "甲" * 683}}, 45002),
        ({"msgtype": "textcard", "textcard": {"title": "甲", "description": "乙"}}, 40058),
        ({"msgtype": "template_card", "template_card": {"card_type": "poem", "main_title": {"title": "甲"}}}, 40058),
        (
            {"msgtype": "template_card", "template_card": {"card_type": "text_notice", "main_title": {"title": "甲"}}},
            40058,
        ),
        (
            {
                "msgtype": "template_card",
                "template_card": {"card_type": "button_interaction", "main_title": {"title": "甲"}},
            },
            42014,
        ),
        ({"msgtype": "template_card", "template_card": {"card_type": "button_interaction", "task_id": "t"}}, 41016),
        ({"msgtype": "textcard", "textcard": {"description": "乙", "url": "u"}}, 41016),
    ],
)
def test_what_is_refused_is_not_taken(app: App, wecom: WeCom, change: dict[str, object], code: int) -> None:
    assert app.post("message/send", TEXT | change)["errcode"] == code
    assert wecom.accepted == {}


@pytest.mark.parametrize(
    ("task", "keys"),
    [("任务", ("1",)), ("t" * 129, ("1",)), ("t", ()), ("t", ("1", "1")), ("t", tuple("1234567")), ("t", ("",))],
)
def test_a_card_with_wrong_buttons_is_refused(app: App, wecom: WeCom, task: str, keys: tuple[str, ...]) -> None:
    assert app.card("mo-jia", task, *keys)["errcode"] == (40058 if task == "t" else 42014)
    assert wecom.accepted == {}


def test_what_is_no_json_and_what_came_by_the_wrong_method(app: App, wecom: WeCom) -> None:
    address = f"{wecom.address}/cgi-bin/message/send?access_token={app.new_token()}"
    for body, code in ((b"{", 47001), (b"[]", 47001), (None, 43002)):
        assert value(address, body)["errcode"] == code


def test_what_is_too_long_is_cut_as_a_member_sees_it(app: App, wecom: WeCom) -> None:
    app.text("mo-jia", "甲" * 683)
    app.post(
        "message/send",
        {"touser": "mo-jia", "msgtype": "textcard", "textcard": {"title": "题" * 200, "description": "述", "url": "u"}},
    )
    assert [len(each.text) for each in wecom.inbox("mo-jia")] == [682, 128 + 1 + 1]


def test_the_same_within_the_window_is_shown_once(app: App, wecom: WeCom, hands: Hands) -> None:
    """The same is the same request: for other receivers it is another one."""
    for _ in range(3):
        assert app.text("mo-jia", "同一句", enable_duplicate_check=1, duplicate_check_interval=600)["errcode"] == 0
    assert (len(wecom.accepted), len(wecom.inbox("mo-jia"))) == (3, 1)
    app.text("mo-yi", "同一句", enable_duplicate_check=1, duplicate_check_interval=600)
    assert len(wecom.inbox("mo-yi")) == 1
    hands.forward(600)
    app.text("mo-jia", "同一句", enable_duplicate_check=1, duplicate_check_interval=600)
    app.text("mo-jia", "同一句")
    assert len(wecom.inbox("mo-jia")) == 3


def test_more_than_a_member_may_get_is_dropped_without_a_word(app: App, wecom: WeCom, hands: Hands) -> None:
    wecom.limits = Limits(member_a_minute=3, member_an_hour=4)
    answers = [app.text("mo-jia|mo-yi", f"第{turn}") for turn in range(3)] + [app.text("mo-jia", "第四")]
    assert {answer["errcode"] for answer in answers} == {0}
    assert [each.text for each in wecom.inbox("mo-jia")] == ["第0", "第1", "第2"]
    assert wecom.accepted[answers[3]["msgid"]].dropped == ("mo-jia",)
    hands.forward(60)
    app.text("mo-jia", "第五")
    app.text("mo-jia", "第六")
    assert [each.text for each in wecom.inbox("mo-jia")][3:] == ["第五"]


def test_the_days_cap_of_the_corporation(app: App, wecom: WeCom, hands: Hands) -> None:
    wecom.limits = Limits(persons_per_account=1)  # ten accounts: ten persons a day
    assert app.text("@all", "甲")["errcode"] == 0  # eight
    assert app.text("@all", "乙")["errcode"] == 45009
    hands.forward(86_400)
    app.new_token()
    assert app.text("@all", "丙")["errcode"] == 0
    assert len(wecom.accepted) == 2


def test_calls_of_one_interface_are_limited(app: App, wecom: WeCom) -> None:
    wecom.limits = Limits(calls_a_minute=2)
    assert [app.get("user/get", userid="mo-jia")["errcode"] for _ in range(3)] == [0, 0, 45009]
    assert app.get("department/list")["errcode"] == 0


# ---- cards -------------------------------------------------------------------------------------------------------


def update(app: App, code: str, *userids: str) -> dict[str, object]:
    return app.post(
        "message/update_template_card",
        {"response_code": code, "userids": userids, "button": {"replace_name": "已签收"}},
    )


def test_a_response_code_updates_a_card_once_within_three_days(app: App, wecom: WeCom, hands: Hands) -> None:
    first, second = app.card("mo-jia|mo-yi", "task-1", "sign"), app.card("mo-jia", "task-2", "sign")
    answer = update(app, first["response_code"], "mo-jia", "mo-wu")
    assert (answer["errcode"], answer["invaliduser"]) == (0, ["mo-wu"])
    assert wecom.accepted[first["msgid"]].replaced == {"mo-jia": "已签收"}
    assert update(app, first["response_code"], "mo-yi")["errcode"] == 40058
    hands.forward(72 * 3600)
    app.new_token()
    assert update(app, second["response_code"], "mo-jia")["errcode"] == 40058
    assert wecom.accepted[second["msgid"]].replaced == {}


def test_a_task_is_named_once(app: App, wecom: WeCom) -> None:
    assert app.card("mo-jia", "task-1", "sign")["errcode"] == 0
    assert app.card("mo-yi", "task-1", "sign")["errcode"] == 42014
    assert len(wecom.accepted) == 1


def test_a_card_becomes_another_one_for_a_department(app: App, wecom: WeCom) -> None:
    sent = app.card("mo-jia|mo-wu|mo-ji", "task-1", "sign")
    other = {"card_type": "text_notice", "main_title": {"title": "已办结"}, "card_action": {"type": 1, "url": "u"}}
    body = {"response_code": sent["response_code"], "partyids": [4], "template_card": other}
    assert app.post("message/update_template_card", body)["errcode"] == 0
    assert wecom.accepted[sent["msgid"]].replaced == {"mo-wu": "已办结", "mo-ji": "已办结"}


def test_capitals_in_an_id_mean_nothing_and_come_back_small(app: App, wecom: WeCom) -> None:
    answer = app.text("Mo-Jia|NoBody", "甲")
    assert (answer["invaliduser"], len(wecom.inbox("mo-jia"))) == ("nobody", 1)
    assert app.get("user/get", userid="MO-JIA")["userid"] == "mo-jia"
    wecom.book.members["ZhangSan"] = Member("ZhangSan", "模拟张", (1,))
    assert app.text("zhangsan", "乙")["errcode"] == 0
    assert [each.text for each in wecom.inbox("ZhangSan")] == ["乙"]


def test_the_words_of_a_refusal_are_never_the_same_twice(app: App) -> None:
    first, second = (app.get("user/get", userid="nobody") for _ in range(2))
    assert first["errcode"] == second["errcode"]
    assert first["errmsg"] != second["errmsg"]


# ---- address book ------------------------------------------------------------------------------------------------


def test_the_tree_of_departments(app: App) -> None:
    assert [(each["id"], each["parentid"]) for each in app.get("department/list")["department"]] == [
        (1, 0),
        (2, 1),
        (3, 1),
        (4, 3),
    ]
    assert [each["id"] for each in app.get("department/list", id="3")["department"]] == [3, 4]
    assert app.get("department/list", id="77")["errcode"] == 60003


def test_members_of_a_department_with_and_without_those_below(app: App) -> None:
    def names(**query: str) -> set[str]:
        return {each["userid"] for each in app.get("user/list", department_id="3", **query)["userlist"]}

    assert names() == {"mo-bing", "mo-ding", "mo-ren", "mo-gui"}
    assert names(fetch_child="1") == names() | {"mo-wu", "mo-ji", "mo-geng"}
    assert app.get("user/list")["errcode"] == 60003


def test_one_member_as_an_app_sees_it(app: App, wecom: WeCom) -> None:
    member = app.get("user/get", userid="mo-bing")
    assert (member["name"], member["department"], member["main_department"], member["status"]) == (
        "模拟丙",
        [2, 3],
        2,
        1,
    )
    assert "mobile" not in member
    wecom.book.members["mo-bing"] = Member("mo-bing", "模拟丙", (4,), standing=Standing.LEFT)
    assert app.get("user/get", userid="mo-bing")["status"] == 5
    assert app.get("user/get", userid="nobody")["errcode"] == 60111


# ---- sign-in -----------------------------------------------------------------------------------------------------


def authorize(wecom: WeCom, **change: str) -> tuple[int, str]:
    query = {
        "appid": wecom.corporation,
        "redirect_uri": "http://127.0.0.1:1/back?x=1",
        "response_type": "code",
        "state": "s-1",
    } | change
    status, headers, _body = ask(f"{wecom.address}/connect/oauth2/authorize?{urlencode(query)}")
    return status, headers.get("Location", "")


def test_a_code_says_once_who_it_was(app: App, wecom: WeCom) -> None:
    wecom.visitor = "mo-jia"
    status, back = authorize(wecom)
    query = {name: words[0] for name, words in parse_qs(urlsplit(back).query).items()}
    assert (status, query["state"], query["x"]) == (302, "s-1", "1")
    assert app.get("auth/getuserinfo", code=query["code"])["userid"] == "mo-jia"
    assert app.get("auth/getuserinfo", code=query["code"])["errcode"] == 40029
    assert app.get("auth/getuserinfo", code="made-up")["errcode"] == 40029


def test_a_code_is_good_for_five_minutes(app: App, wecom: WeCom, hands: Hands) -> None:
    first, second = wecom.code_for("mo-jia"), wecom.code_for("mo-jia")
    hands.forward(299)
    assert app.get("auth/getuserinfo", code=first)["errcode"] == 0
    hands.forward(1)
    assert app.get("auth/getuserinfo", code=second)["errcode"] == 42003


def test_a_stranger_has_no_userid(app: App, wecom: WeCom) -> None:
    answer = app.get("auth/getuserinfo", code=wecom.code_for("o-stranger"))
    assert (answer["errcode"], answer["openid"], "userid" in answer) == (0, "o-stranger", False)


def test_where_a_sign_in_does_not_lead(wecom: WeCom) -> None:
    wecom.visitor = "mo-jia"
    assert authorize(wecom, appid="other")[0] == 400
    assert authorize(wecom, redirect_uri="http://example.cn/back")[0] == 400
    wecom.trusted = ("127.0.0.1:2",)
    assert authorize(wecom)[0] == 400
    assert authorize(wecom, redirect_uri="http://127.0.0.1:2/back")[0] == 302


def test_without_a_visitor_a_page_asks_who_it_is(wecom: WeCom) -> None:
    query = urlencode({"appid": wecom.corporation, "redirect_uri": "http://127.0.0.1:1/back", "state": "<s>"})
    status, _headers, body = ask(f"{wecom.address}/connect/oauth2/authorize?{query}")
    assert (status, "模拟甲" in body.decode(), "<s>" in body.decode()) == (200, True, False)
    assert authorize(wecom, member="mo-yi")[0] == 302


# ---- the server --------------------------------------------------------------------------------------------------


def test_it_listens_on_this_machine_only_and_ends_with_its_block() -> None:
    with WeCom(faults=Faults.none()) as there:
        address = there.address
        assert address.startswith("http://127.0.0.1:")
        assert ask(f"{address}/nowhere")[0] == 404
    with pytest.raises(Exception, match="refused"):
        ask(f"{address}/")


def test_while_it_is_away_connections_are_refused_and_then_it_is_back_at_the_same_address(
    wecom: WeCom, app: App
) -> None:
    app.new_token()
    with wecom.away(), pytest.raises(Exception, match="refused"):
        app.text("mo-jia", "甲")
    assert app.text("mo-jia", "乙")["errcode"] == 0
    assert [each.text for each in wecom.inbox("mo-jia")] == ["乙"]

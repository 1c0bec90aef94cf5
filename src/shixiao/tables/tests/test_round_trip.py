"""What was written is read back the same: any plan as JSON, any table of the official form as text."""

import json
from decimal import Decimal

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shixiao import tables
from shixiao.engine import targets
from shixiao.engine.bilingual import Text
from shixiao.engine.plans import Execution, Form, Funds, Indicator, Labelled, Place, Plan, Project, Repair, Task, Unit
from shixiao.tables.document import document as document_of
from shixiao.tables.tests.making import read, small, unread

LEVELS = [
    ("1-产出指标", "11-数量指标", "11"),
    ("1-产出指标", "13-时效指标", "13"),
    ("2-效益指标", "22-社会效益", "22"),
    ("3-满意度指标", "31-服务对象满意度", "31"),
    ("4-成本指标", "41-经济成本指标", "41"),
]
# What takes the form apart, so that values made of it are the hardest there are.
PIECES = [
    *(
        "、",
        "；",
        "。",
        ";",
        "：",
        ":",
        "\n",
        "\t",
        '"',
        '""',
        " ",
        "|",
        ",",
        "&",
        "<",
        ">",
        "1、",
        "2、",
        "12、",
        "1-",
        "%",
    ),
    *(
        "实施周期指标值",
        "实施周期指标值:",
        "年度指标值",
        "年度指标值：",
        "当年度目标:",
        "1-产出指标；",
        "11-数量指标；",
        "指标",
    ),
    *(
        "2、1-产出指标；12-质量指标；",
        "产出指标；数量指标；",
        "&lt;",
        "&amp;lt;",
        "&nbsp;",
        "&#65307;",
        "&lt",
        "<p>",
        "</p>",
        "<br/>",
    ),
    *(
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "&lt;p&gt;",
        "\u200b",
        "\u2028",
        "\ufeff",
        "合计",
        "小计",
        "项目名称",
        "达标",
        "95",
        "次",
        "A",
    ),
]
PRINTABLE = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\xa0\u3000\ufffd")


def trimmed(strategy):
    return strategy.map(str.strip)


WORDS = trimmed(st.one_of(st.text(PRINTABLE, max_size=12), st.lists(st.sampled_from(PIECES), max_size=8).map("".join)))
NAMES = WORDS.filter(bool)
AMOUNTS = st.none() | st.decimals(min_value=0, max_value=10**10, places=2)
FUNDS = st.builds(Funds, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
FULL_FUNDS = FUNDS.map(lambda funds: funds._replace(total=funds.total or Decimal("1.00")))


@st.composite
def indicators(draw, row: int, number: int):
    level1, level2, code = draw(st.sampled_from(LEVELS))
    cycle, annual = draw(WORDS), draw(WORDS)
    readings = (unread(wording, name="", category="") for wording in (cycle, annual))
    return Indicator(row, number, code, level1, level2, draw(NAMES), cycle, annual, *readings)


@st.composite
def plans(draw):
    """A plan as the official form can say it: units with amounts, projects with a goal or indicators."""
    rows = iter(range(1, 1000))
    units = []
    for _ in range(draw(st.integers(1, 2))):
        projects = []
        for _ in range(draw(st.integers(1, 2))):
            listed = tuple(draw(indicators(next(rows), number)) for number in range(1, 1 + draw(st.integers(0, 3))))
            goal = draw(WORDS if listed else NAMES)
            projects.append(Project(draw(NAMES), draw(FULL_FUNDS), goal, listed))
        units.append(Unit(draw(NAMES), draw(FULL_FUNDS), tuple(projects)))
    money = draw(st.sampled_from(["万元", "元", "亿元", "千元"]))
    return Plan(
        "项目支出绩效目标表",
        draw(trimmed(st.text(PRINTABLE, max_size=9))),
        money,
        draw(st.none() | FULL_FUNDS),
        tuple(units),
    )


def content_of(document) -> list[object]:
    """Everything that the published form says, without places and repairs."""
    found: list[object] = []
    for plan in document.plans:
        found.append((plan.title, plan.department, plan.money_unit, plan.funds))
        for unit in plan.units:
            found.append((unit.name, unit.funds))
            for project in unit.projects:
                found.append((project.name, project.funds, project.objective))
                found += [one._replace(place=Place(), repairs=()) for one in project.indicators]
    return found


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plans())
def test_a_table_written_as_text_is_read_back_the_same(plan):
    written = tables.write(plan, format="txt")
    assert content_of(read(written)) == content_of(document_of("", "", "", (plan,)))


@pytest.mark.parametrize("form", ["docx", "html", "xlsx"])
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=plans())
def test_a_table_written_as_a_document_is_read_back_the_same(form, plan):
    written = tables.write(plan, format=form)
    assert content_of(read(written)) == content_of(document_of("", "", "", (plan,)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plans())
def test_what_was_written_as_text_is_written_the_same_again(plan):
    written = tables.write(plan, format="txt")
    assert tables.write(read(written), format="txt") == written


READINGS = st.one_of(
    st.sampled_from(["≥95%", "3-5次", "是", "及时", "年底前", "≤预算", "全年不超过38期，每期3524份", ""]).map(
        targets.read
    ),
    st.builds(
        lambda op, value, **others: targets.Reading(targets.Kind.NUMERIC, op, value, **others),
        st.sampled_from([">=", "<=", "="]),
        st.integers(-(10**6), 10**6).map(lambda number: Decimal(number) / 100),
        unit=st.none() | st.just("%"),
        sense=st.sampled_from(targets.Sense),
        source=st.sampled_from(targets.Source),
        unsure=st.lists(st.sampled_from(sorted(targets.REASONS)), max_size=2).map(tuple),
    ),
)
PLACES = st.builds(
    Place, *([st.integers(0, 10**6)] * 4), st.sampled_from(["", "表1"]), st.integers(0, 99), st.integers(0, 9)
)
ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=9)
ANY_REPAIR = st.builds(
    Repair,
    st.sampled_from(["html_tag", "missing_number"]),
    st.builds(Text, ANY_TEXT, ANY_TEXT),
    PLACES,
    st.none() | st.integers(1, 99),
    st.booleans(),
)
REPAIRS = st.lists(ANY_REPAIR, max_size=2).map(tuple)
ANY_FUNDS = st.builds(Funds, *([st.none() | st.decimals(-(10**14), 10**14, places=10)] * 4))
ANY_NUMBER = st.none() | st.decimals(0, 100, places=2)
LABELLED = st.lists(st.builds(Labelled, ANY_TEXT, ANY_TEXT), max_size=2).map(tuple)
EXECUTION = st.lists(
    st.builds(
        Execution, ANY_TEXT, st.sampled_from(["", "total"]), *([ANY_NUMBER] * 3), ANY_TEXT, ANY_NUMBER, ANY_NUMBER
    ),
    max_size=2,
).map(tuple)
TASKS = st.lists(st.builds(Task, ANY_TEXT, ANY_TEXT, LABELLED), max_size=2).map(tuple)
ANY_INDICATOR = st.builds(
    Indicator,
    st.integers(1, 99),
    st.none() | st.integers(0, 99),
    *([ANY_TEXT] * 6),
    READINGS,
    READINGS,
    PLACES,
    REPAIRS,
    LABELLED,
    ANY_NUMBER,
    ANY_TEXT,
    ANY_TEXT,
    ANY_NUMBER,
    ANY_TEXT,
)
ANY_PROJECT = st.builds(
    Project,
    ANY_TEXT,
    ANY_FUNDS,
    ANY_TEXT,
    st.lists(ANY_INDICATOR, max_size=2).map(tuple),
    PLACES,
    REPAIRS,
    LABELLED,
    LABELLED,
    ANY_TEXT,
    st.none() | ANY_FUNDS,
    EXECUTION,
    ANY_TEXT,
    ANY_NUMBER,
    ANY_TEXT,
    TASKS,
)
ANY_UNIT = st.builds(Unit, ANY_TEXT, st.none() | ANY_FUNDS, st.lists(ANY_PROJECT, max_size=2).map(tuple), PLACES)
ANY_PLAN = st.builds(
    Plan,
    ANY_TEXT,
    ANY_TEXT,
    ANY_TEXT,
    st.none() | ANY_FUNDS,
    st.lists(ANY_UNIT, max_size=2).map(tuple),
    REPAIRS,
    PLACES,
    st.sampled_from(Form),
)

SCHEMA = json.loads(tables.schema())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ANY_PLAN, max_size=3).map(tuple), REPAIRS)
def test_any_document_written_as_json_is_read_back_equal_and_keeps_the_schema(plans, own):
    document = document_of("表.txt", "txt", "gb18030", plans, own)
    written = tables.write(document, format="json")
    again = tables.read(written, name="表.json")
    assert again.plans == document.plans
    assert again.repairs == document.repairs
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(written))


def test_the_readings_come_back_with_their_doubts_and_sources():
    document = tables.read(
        small("1、1-产出指标；11-数量指标；退文率5%以下；实施周期指标值:9月前；年度指标值:。").encode(), name="x"
    )
    again = tables.read(tables.write(document, format="json"), name="x")
    for one, other in zip(document.plans[0].indicators(), again.plans[0].indicators(), strict=True):
        for which in ("cycle", "annual"):
            before, after = getattr(one[2], which), getattr(other[2], which)
            assert (after, after.source, after.unsure) == (before, before.source, before.unsure)


def test_a_reading_corrected_by_hand_is_kept():
    document = tables.read(small().encode(), name="x")
    form = json.loads(tables.write(document, format="json"))
    form["units"][0]["projects"][0]["indicators"][0]["annual"] |= {"op": ">=", "value": 13}
    again = tables.read(json.dumps(form).encode(), name="x")
    first = next(again.plans[0].indicators())[2]
    assert (first.annual.op, first.annual.value) == (">=", 13)
    assert first.annual_wording == "12次"


def test_the_published_schema_is_a_schema_and_the_sample_keeps_it():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    written = tables.write(tables.read(tables.samples.guangzhou(), name="x"), format="json")
    form = json.loads(written)
    jsonschema.Draft202012Validator(SCHEMA).validate(form)
    assert form["schema"] == SCHEMA["$id"]
    first = form["units"][0]["projects"][0]["indicators"][0]
    assert {
        "row": 1,
        "class": "11",
        "name": "保障因公出国（境）任务有效开展",
        "cycle_wording": "100%",
    }.items() <= first.items()
    assert first["annual"]["value"] == 100
    assert form["units"][0]["funds"]["total"] == 1361.61
    assert [repair["row"] for repair in form["repairs"] if repair["row"]] == [23, 24, 25, 48, 61]


def test_a_single_plan_can_be_written_as_well():
    (plan,) = read(small()).plans
    for written in tables.WRITTEN:
        again = tables.read(tables.write(plan, format=written), name="x", target=unread)
        assert content_of(again) == content_of(document_of("", "", "", (plan,)))


def test_another_format_is_refused_with_those_that_are_known():
    with pytest.raises(ValueError, match="json、txt"):
        tables.write(read(small()), format="odt")


# -- JSON that is not ours


def form(change) -> bytes:
    made = json.loads(tables.write(read(small()), format="json"))
    change(made)
    return json.dumps(made).encode()


def first(made, *path):
    for key in ("units", 0, "projects", 0, "indicators", 0, *path):
        made = made[key]
    return made


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda made: made.pop("units"), "units"),
        (lambda made: made.update(units={}), "units"),
        (lambda made: made.update(units=[1]), "units[0]"),
        (lambda made: made["units"][0].update(table=2), "units[].table = 2"),
        (lambda made: made["units"][0].update(name=None), "units[0].name"),
        (lambda made: made["units"][0]["funds"].update(total="5元"), "units[0].funds.total"),
        (lambda made: made["units"][0]["funds"].update(total=True), "units[0].funds.total"),
        (lambda made: made["units"][0]["funds"].update(total=1e40), "units[0].funds.total"),
        (lambda made: first(made).update(row=-1), "units[0].projects[0].indicators[0].row"),
        (lambda made: first(made).update(row=1.5), "units[0].projects[0].indicators[0].row"),
        (lambda made: first(made).update(name="a\0b"), "units[0].projects[0].indicators[0].name"),
        (lambda made: first(made).update(name="a\ud800b"), "units[0].projects[0].indicators[0].name"),
        (lambda made: first(made).update(annual=None), "units[0].projects[0].indicators[0].annual"),
        (lambda made: first(made, "annual").update(kind="guess"), "units[0].projects[0].indicators[0].annual"),
        (lambda made: first(made, "annual").update(value="9"), "units[0].projects[0].indicators[0].annual"),
        (lambda made: first(made, "annual").update(parts=[1]), "units[0].projects[0].indicators[0].annual"),
        (lambda made: first(made, "annual").pop("sense"), "units[0].projects[0].indicators[0].annual"),
        (lambda made: first(made).update(place=None), "units[0].projects[0].indicators[0].place"),
        (lambda made: made["tables"][0].update(title=1), "tables[0].title"),
    ],
)
def test_a_field_that_is_wrong_is_named_by_its_path(change, path):
    with pytest.raises(tables.Unreadable) as refused:
        tables.read(form(change), name="x.json")
    assert refused.value.code == "json_shape"
    assert f" {path} " in refused.value.text.zh


def test_parts_inside_parts_without_end_are_refused():
    def nest(made):
        reading = first(made, "annual")
        for _ in range(6):
            reading["parts"] = [json.loads(json.dumps(reading))]
            reading = reading["parts"][0]

    with pytest.raises(tables.Unreadable) as refused:
        tables.read(form(nest), name="x.json")
    assert refused.value.code == "json_shape"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"schema": "urn:shixiao:schema:plan:2"}', "json_version"),
        (b'{"a": 1}', "json_version"),
        (b"{", "json_broken"),
        (b'{"a": NaN}', "json_broken"),
        (b'{"a":' * 100_000, "json_broken"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "json_version"),
        (b'{"a": 1e999999999999999999999}', "json_broken"),
    ],
)
def test_json_that_is_not_ours_is_refused(content, code):
    with pytest.raises(tables.Unreadable) as refused:
        tables.read(content, name="x.json")
    assert refused.value.code == code

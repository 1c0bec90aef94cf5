"""The reader of rows, without a database: whatever stands in the cells, a row that can be booked comes out, or a sentence."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from shixiao.casework.sheets import letter
from shixiao.offices.payments import columns, reading
from shixiao.offices.payments.columns import Field, Taken
from shixiao.tables.grid import Grid, Merge, Row, Sheets

HEADER = ["日期", "项目编码", "资金来源", "金额（元）", "收款人", "用途", "凭证号", "合同编号"]
GOOD = ["2026-03-05", "P01", "财政拨款", "12.34", "模拟甲", "印刷费", "1", ""]
CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            *GOOD,
            "合计",
            "0",
            "-1",
            "1.005",
            "46086",
            "99999",
            "2026-02-30",
            "\0",
            "密级：秘密",
            "万元",
            "=A1",
            "1e9",
            "９９",
        ]
    ),
)


def sheets(*rows: list[str], header: list[str] = HEADER, merges: tuple[Merge, ...] = ()) -> Sheets:
    lines = [Row(number, cells) for number, cells in enumerate([header, *rows], 1)]
    return Sheets([Grid(lines, merges=merges)])


@given(
    rows=st.lists(st.lists(CELLS, max_size=10), max_size=6),
    merges=st.lists(st.tuples(*[st.integers(0, 4)] * 4), max_size=3),
)
def test_a_row_that_can_be_booked_or_a_sentence(rows: list[list[str]], merges: list[tuple[int, int, int, int]]) -> None:
    areas = [
        Merge(top, left, min(top + down + 1, len(rows) + 1), left + right + 1)
        for top, left, down, right in merges
        if top <= len(rows)
    ]
    given_ = sheets(*rows, merges=tuple(areas))
    how = columns.taken(given_, grid=1, line=1, fields=[columns.meaning(each) or Field.IGNORED for each in HEADER])
    assert how is not None
    found = reading.read(given_, how)
    assert len(found.lines) <= len(rows)
    for line in found.lines:
        assert line.amount >= Decimal("0.01")
        assert line.amount == line.amount.quantize(Decimal("0.01"))
        assert line.voucher
        assert line.payee
        assert line.purpose
        assert line.code
        assert line.source in {"fiscal", "special", "other"}
        assert 2000 <= line.on.year <= 2100
    for each in found.wrong:
        assert 1 < each.line <= len(rows) + 1
        assert each.text.zh
        assert each.text.en


@given(amount=st.decimals("0.01", 10**9, places=2))
def test_an_amount_is_read_back_exactly_in_every_unit(amount: Decimal) -> None:
    for unit, power in (("元", 0), ("千元", 3), ("万元", 4)):
        text = f"{amount.scaleb(-power):f}"
        given_ = sheets([*GOOD[:3], text, *GOOD[4:]], header=[*HEADER[:3], f"金额（{unit}）", *HEADER[4:]])
        how = columns.propose(given_)
        assert how is not None
        (line,) = reading.read(given_, how).lines
        assert line.amount == amount


def test_how_columns_were_taken_is_kept_as_json() -> None:
    how = Taken(1, 2, (Field.DATE, Field.AMOUNT), ("日期", "金额"), "万元", "fiscal")
    assert columns.from_json(how.as_json()) == how
    assert [field.value for field in how.missing] == ["payee", "purpose", "voucher", "project_name"]


def test_a_header_is_known_by_its_words_whatever_stands_around_them() -> None:
    for label in ("金额", " 金 额 ", "金额（元）", "支付金额(万元)", "*金额", "Amount"):
        assert columns.meaning("".join(label.split())) is Field.AMOUNT
    assert columns.meaning("预算金额") is None
    assert (columns.unit_of("金额（单位：万元）"), columns.unit_of("金额（含税）")) == ("万元", "")


def test_letters_of_columns() -> None:
    assert [letter(number) for number in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]

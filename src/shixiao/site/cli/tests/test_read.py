import io
import json
import os
import select
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shixiao.engine import targets
from shixiao.site.cli import reading
from shixiao.site.cli.schema import schema
from shixiao.site.cli.tests.conftest import Ended

Run = Callable[..., Ended]
SCHEMA = jsonschema.Draft202012Validator(json.loads(schema("read")))


def ask(*questions: object) -> bytes:
    return "".join(json.dumps(question, ensure_ascii=False) + "\n" for question in questions).encode()


def answers(ended: Ended) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in ended.out.splitlines()]
    for line in lines:
        SCHEMA.validate(line)
    assert ended.status == 0
    return lines


def test_a_wording_becomes_a_reading_with_the_same_id(run: Run) -> None:
    [answer] = answers(run("read", stdin=ask({"id": "甲-1", "name": "结案率", "category": "11", "value_text": "≥95%"})))
    assert answer | {"id": "甲-1", "kind": "numeric", "op": ">=", "value": 95, "unit": "%"} == answer


@pytest.mark.parametrize(("language", "in_words"), [("en", "the split may be wrong"), ("zh", "拆分可能有误")])
def test_the_reasons_are_in_the_language_of_the_person(
    run: Run, monkeypatch: pytest.MonkeyPatch, language: str, in_words: str
) -> None:
    monkeypatch.setenv("SHIXIAO_LANG", language)
    [answer] = answers(run("read", stdin=ask({"value_text": "85 80 70"})))
    assert in_words in answer["unsure"][0]
    assert targets.from_json(answer).unsure == ("many-numbers",)


def test_numbers_are_json_numbers_as_they_were_written(run: Run) -> None:
    ended = run("read", stdin=ask({"id": 1, "value_text": "≥95%"}, {"id": 2, "value_text": "≤28.8万元"}))
    assert '"value": 95,' in ended.out
    assert '"value": 28.8,' in ended.out


def test_the_operator_may_stand_in_a_column_of_its_own(run: Run) -> None:
    question = {"id": 1, "columns": {"op": "≥", "value": 28.8, "unit": "万元", "note": None}}
    [answer] = answers(run("read", stdin=ask(question)))
    assert (answer["op"], answer["value"], answer["unit"], answer["source"]) == (">=", 28.8, "万元", "columns")


def test_columns_may_be_a_list_of_cells(run: Run) -> None:
    [answer] = answers(run("read", stdin=ask({"id": 1, "columns": ["≥", "3", "次"]})))
    assert (answer["op"], answer["value"], answer["unit"]) == (">=", 3, "次")


@pytest.mark.parametrize("identity", [7, -1, 2.5, "x", None, True, ["a", 1], {"row": 3}])
def test_the_id_comes_back_whatever_it_is(run: Run, identity: object) -> None:
    [answer] = answers(run("read", stdin=ask({"id": identity, "value_text": "是"})))
    assert answer["id"] == identity


def test_a_question_without_an_id_has_an_answer_without_one(run: Run) -> None:
    [answer] = answers(run("read", stdin=ask({"value_text": "是"})))
    assert "id" not in answer


def test_unknown_fields_are_passed_over(run: Run) -> None:
    [answer] = answers(run("read", stdin=ask({"id": 1, "value_text": "3次", "region": ["x"], "op": "<"})))
    assert (answer["op"], answer["value"]) == ("=", 3)


def test_an_empty_wording_is_unparseable_and_not_an_error(run: Run) -> None:
    [first, second] = answers(run("read", stdin=ask({"id": 1, "value_text": ""}, {"id": 2, "value_text": None})))
    assert first["kind"] == second["kind"] == "unparseable"


def test_a_byte_order_mark_empty_lines_and_carriage_returns_do_no_harm(run: Run) -> None:
    stdin = b"\xef\xbb\xbf" + ask({"id": 1, "value_text": "3次"}).replace(b"\n", b"\r\n") + b"\r\n\n  \n"
    assert [answer["id"] for answer in answers(run("read", stdin=stdin))] == [1]


def test_the_last_line_needs_no_line_break(run: Run) -> None:
    assert [answer["id"] for answer in answers(run("read", stdin=ask({"id": 1, "value_text": "3次"}).rstrip()))] == [1]


BAD = {
    "not JSON": (b"{nope}", "not JSON"),
    "a number that is none": (b'{"id":1,"value_text":NaN}', "not JSON"),
    "deeper than anybody writes": (b"[" * 100_000, "not JSON"),
    "not an object": (b'["\xe2\x89\xa595%"]', "not a JSON object"),
    "not UTF-8": (b'{"value_text":"\xff\xfe"}', "not UTF-8"),
    "a lone surrogate": (b'{"id":1,"value_text":"\\ud800"}', "half a character"),
    "a lone surrogate in the id": (b'{"id":"\\uDC00","value_text":"1"}', "half a character"),
    "a number for a wording": (b'{"id":1,"value_text":95}', "value_text must be text"),
    "a list for a name": (b'{"id":1,"value_text":"95","name":[]}', "name must be text"),
    "a word for columns": (b'{"id":1,"columns":"95"}', "columns must be"),
    "a truth for a cell": (b'{"id":1,"columns":[true]}', "columns must be"),
    "nothing to read": (b'{"id":1}', "nothing to read"),
    "an id beyond all numbers": (b'{"id":1e999,"value_text":"1"}', "too large"),
    "an id with such a number inside": (b'{"id":[1e999],"value_text":"1"}', "not JSON compliant"),
    "a number with too many digits": (b'{"id":' + b"9" * 5000 + b',"value_text":"1"}', "not JSON"),
    "a line without end": (b'{"id":1,"value_text":"' + b"9" * (3 << 20) + b'"}', "longer than 1 MB"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_is_answered_with_its_error_and_the_others_are_read(run: Run, name: str) -> None:
    line, reason = BAD[name]
    ended = run(
        "read",
        stdin=ask({"id": "before", "value_text": "3次"}) + line + b"\n" + ask({"id": "after", "value_text": "是"}),
    )
    before, bad, after = answers(ended)
    assert (before["kind"], after["kind"]) == ("numeric", "boolean")
    assert reason in bad["error"]
    assert bad["line"] == 2
    assert "line 2" in ended.err


def test_an_error_keeps_the_id_where_that_much_was_understood(run: Run) -> None:
    [answer] = answers(run("read", stdin=b'{"id":"k","value_text":5}\n'))
    assert answer["id"] == "k"


def test_a_fault_of_the_program_costs_one_line_only(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = reading.targets.read

    def faulty(wording: str, **more: object) -> object:
        if wording == "2次":
            raise KeyError("broken")
        return honest(wording, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(reading.targets, "read", faulty, raising=False)
    first, second, third = answers(run("read", stdin=ask(*({"id": n, "value_text": f"{n}次"} for n in (1, 2, 3)))))
    assert (first["value"], third["value"]) == (1, 3)
    assert "report it" in second["error"]


def test_lines_are_answered_before_more_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)  # it would answer for us
    # A program that waits for each answer before it asks again must not wait for ever.
    process = subprocess.Popen(
        [sys.executable, "-m", "shixiao", "read"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    )
    assert process.stdin
    assert process.stdout
    for number in (1, 2):
        process.stdin.write(ask({"id": number, "value_text": "3次"}))
        assert select.select([process.stdout], [], [], 30)[0], "it waits for more before it answers"
        assert json.loads(process.stdout.readline())["id"] == number
    process.stdin.close()
    assert process.wait() == 0
    process.stdout.close()


def test_memory_does_not_grow_with_the_number_of_lines() -> None:
    class Endless(io.RawIOBase):
        def __init__(self) -> None:
            self.left = 400

        def read1(self, size: int) -> bytes:
            self.left -= 1
            return b"x" * size if self.left > 0 else b""

    longest = max((len(line) for batch in reading._batches(Endless()) for line in batch), default=0)
    assert longest <= reading.MAX_LINE + 2 * reading._READ_AT_ONCE


def test_a_reader_that_has_enough_ends_the_program_in_peace() -> None:
    out, into = os.pipe()
    os.close(out)
    process = subprocess.run(
        [sys.executable, "-m", "shixiao", "read"],
        input=ask({"id": 1, "value_text": "3次"}) * 5000,
        stdout=into,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(into)
    assert process.stderr == b""
    assert process.returncode == 141


def is_answered(line: bytes) -> bool:
    try:
        SCHEMA.validate(json.loads(reading.answer(line)))
    except reading.BadLine:
        return False
    return True


@given(st.binary(max_size=200))
def test_any_bytes_are_answered_or_refused(line: bytes) -> None:
    is_answered(line)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("id", "name", "category", "value_text", "columns"), ANYTHING)))
def test_any_question_is_answered_or_refused(question: dict[str, Any]) -> None:
    is_answered(json.dumps(question).encode())


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_words_are_answered(wording: str, name: str) -> None:
    assert is_answered(json.dumps({"id": 1, "value_text": wording, "name": name}, ensure_ascii=False).encode())

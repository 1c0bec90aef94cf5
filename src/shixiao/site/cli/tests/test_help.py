import json
import re
from collections.abc import Callable

import jsonschema
import pytest

from shixiao import __version__
from shixiao.engine import lint
from shixiao.engine.bilingual import Text
from shixiao.site.cli.commands import COMMANDS
from shixiao.site.cli.grammar import Command, Operand, Option, parse
from shixiao.site.cli.help import overview, page
from shixiao.site.cli.language import language_of
from shixiao.site.cli.refusal import Refused
from shixiao.site.cli.tests.conftest import Ended
from shixiao.site.cli.width import width

Run = Callable[..., Ended]
CHINESE = re.compile(r"[\u4e00-\u9fff]")

# ---- language ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "zh"),
        ({"LANG": "C"}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB"}, "en"),
        ({"LC_MESSAGES": "en_GB", "LC_ALL": "zh_CN"}, "zh"),
        ({"LC_ALL": "zh_CN", "SHIXIAO_LANG": "en"}, "en"),
        ({"LC_ALL": "", "LANG": "en"}, "en"),
        ({"SHIXIAO_LANG": "EN"}, "en"),
    ],
)
def test_the_language_follows_the_locale_and_is_chinese_otherwise(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language


# ---- help ----------------------------------------------------------------------------------------------------------


def test_nothing_asked_for_is_answered_with_help(run: Run) -> None:
    assert run() == run("--help") == run("-h") == run("help")
    assert run().status == 0
    assert run().out == overview("en")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_help_in_both_languages(run: Run, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for language in ("zh", "en"):
        monkeypatch.setenv("SHIXIAO_LANG", language)
        shown = run("help", command.name)
        assert shown == Ended(0, page(command, language), "")
        if not command.passes_on:
            assert run(command.name, "--help") == shown
        for option in command.options:
            assert f"--{option.name}" in shown.out
            assert option.text.in_(language)[:12] in shown.out
        for line in shown.out.splitlines()[1:]:
            assert width(line) <= 100 or line.startswith("  echo")


def test_help_in_english_is_english_and_help_in_chinese_is_chinese() -> None:
    for command in COMMANDS:
        for text in (command.summary, command.about, *(each.text for each in (*command.options, *command.operands))):
            assert CHINESE.search(text.zh), text
            assert not CHINESE.search(text.en), text


def test_examples_in_help_are_commands_that_exist() -> None:
    for command in COMMANDS:
        for typed, _ in command.examples:
            words = typed.split("shixiao ", 1)[1].partition(" |")[0].split(" ")
            assert words[0] == command.name
            if "'" not in typed:
                parse(command, words[1:])


def test_the_version_is_the_package_s(run: Run) -> None:
    assert run("--version").out == run("-V").out == f"shixiao {__version__}\n"


# ---- mistakes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chekc", "x"], "there is no command 'chekc'; the nearest is check. See shixiao --help"),
        (["check"], "PATH is missing. See shixiao check --help."),
        (["show", "a", "b"], "'b' is one word too many."),
        (["check", "--fromat", "json", "x"], "there is no option --fromat; the nearest is --format."),
        (["check", "-x"], "there is no option -x"),
        (["check", "--format"], "--format needs text|json|sarif."),
        (["check", "--format", "yaml", "x"], "--format cannot be 'yaml'; it can be text, json, sarif"),
        (["check", "--fix=yes", "x"], "takes no value"),
        (["check", "--jobs", "many", "x"], "--jobs cannot be 'many'"),
        (["serve", "--port", "x"], "--port needs a whole number, not 'x'."),
        (["serve", "--port", "²"], "--port needs a whole number"),
        (["check", "--jobs", "²", "x"], "--jobs cannot be"),
        (
            ["schema", "chek"],
            "COMMAND cannot be 'chek'; it can be board, check, check-deploy, convert, diff, drill, publish, read, restore, verify, verify-bundle, why; the nearest is check.",
        ),
        (["rules", "L999"], "there is no rule 'L999'; the nearest is L"),
        (["show", "none.txt"], "none.txt cannot be opened: no such file or folder. Check path and rights."),
        (["show", "."], ". cannot be opened: it is a folder, not a file."),
        (["import", "x.txt"], "say with --by in whose name"),
        (["import", "none.txt", "--by", "li"], "none.txt cannot be opened"),
    ],
)
def test_a_mistake_is_answered_in_one_sentence_with_the_next_step(run: Run, words: list[str], said: str) -> None:
    ended = run(*words)
    assert ended.status == 2
    assert ended.out == ""
    assert ended.err.startswith("shixiao: error: ")
    assert said in ended.err
    assert ended.err.count("\n") == 1


def test_mistakes_are_answered_in_chinese_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIXIAO_LANG", "zh")
    assert run("chekc").err == "shixiao: 错误：没有“chekc”这个命令，最接近的是 check。所有命令见 shixiao --help。\n"
    assert run("check").err == "shixiao: 错误：缺少 PATH。用法见 shixiao check --help。\n"


# ---- grammar -----------------------------------------------------------------------------------------------------------

_ = Text("", "")
TOY = Command(
    "toy",
    _,
    operands=(Operand("ONE", _), Operand("MORE", _, least=0, most=0)),
    options=(
        Option("loud", _, short="l"),
        Option("size", _, short="s", metavar="N", default="3", is_number=True),
        Option("pick", _, metavar="WORDS", is_many=True),
    ),
)


def test_options_may_stand_anywhere_and_be_written_in_every_usual_way() -> None:
    for words in (["--size", "5", "x"], ["--size=5", "x"], ["x", "-s", "5"], ["-s5", "x"], ["-s=5", "x"]):
        wishes = parse(TOY, words)
        assert (wishes.chosen("size"), wishes.words("ONE")) == ("5", ["x"])


def test_defaults_switches_and_the_last_value_count() -> None:
    wishes = parse(TOY, ["x", "--size", "4", "--size", "6", "--loud"])
    assert (wishes.chosen("size"), wishes.has("loud"), wishes.chosen("pick")) == ("6", True, None)
    assert parse(TOY, ["x"]).chosen("size") == "3"
    assert not parse(TOY, ["x"]).has("loud")


def test_lists_are_collected_over_commas_and_repetition() -> None:
    assert parse(TOY, ["x", "--pick", "a, b,", "--pick=c"]).every("pick") == ["a", "b", "c"]


def test_a_dash_is_a_word_and_two_dashes_end_the_options() -> None:
    wishes = parse(TOY, ["-", "--", "--loud", "-s"])
    assert (wishes.words("ONE"), wishes.words("MORE"), wishes.has("loud")) == (["-"], ["--loud", "-s"], False)


def test_help_is_granted_before_anything_is_missing() -> None:
    assert parse(TOY, ["--help"]).has("help")
    with pytest.raises(Refused):
        parse(TOY, [])


# ---- rules and schemas ---------------------------------------------------------------------------------------------------


def test_every_rule_is_listed_below_its_family(run: Run) -> None:
    shown = run("rules").out
    assert all(
        re.search(rf"^  {rule.id}  +(error|warning|hint)  +\S", shown, re.MULTILINE) for rule in lint.RULES.values()
    )
    assert all(family.title.en in shown for family in lint.Family)


@pytest.mark.parametrize("identity", list(lint.RULES))
def test_each_rule_is_explained_with_a_bad_and_a_good_example(run: Run, identity: str) -> None:
    shown = run("rules", identity.lower()).out
    rule = lint.RULES[identity]
    assert shown.startswith(f"{identity} {rule.title.en}\n")
    assert rule.bad.text.strip().splitlines()[-1].strip() in shown
    assert rule.good.text.strip().splitlines()[-1].strip() in shown


@pytest.mark.parametrize(
    ("command", "identity"),
    [
        ("check", "urn:shixiao:schema:check:1"),
        ("check-deploy", "urn:shixiao:schema:check-deploy:1"),
        ("read", "urn:shixiao:schema:reading:1"),
        ("convert", "urn:shixiao:schema:plan:1"),
    ],
)
def test_each_schema_is_printed_with_its_version(run: Run, command: str, identity: str) -> None:
    form = json.loads(run("schema", command).out)
    jsonschema.Draft202012Validator.check_schema(form)
    assert form["$id"] == identity

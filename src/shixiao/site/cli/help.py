"""Help pages, rendered from the declarations of the commands."""

from __future__ import annotations

from collections.abc import Iterable

from shixiao.engine.bilingual import Text
from shixiao.site.cli.commands import COMMANDS
from shixiao.site.cli.grammar import HELP, Command, Operand, Option
from shixiao.site.cli.width import padded, width, wrapped

_COLUMNS = 100
_LABELS = 26
USAGE = Text("用法：", "usage: ")
OPERANDS = Text("参数：", "operands:")
OPTIONS = Text("选项：", "options:")
EXAMPLES = Text("例子：", "examples:")
COMMANDS_HEADING = Text("命令：", "commands:")
DEFAULT = Text("默认 {}", "default {}")
PRODUCT = Text(
    "实效：读懂、查清公开的绩效目标表，并用证据兑现。",
    "Shixiao: reads published performance tables, checks every target, and proves it by evidence.",
)
LANGUAGES = Text(
    "语言随 SHIXIAO_LANG、LC_ALL、LC_MESSAGES、LANG（en 开头是英文，其余是中文）。NO_COLOR=1 关掉颜色。",
    "The language follows SHIXIAO_LANG, LC_ALL, LC_MESSAGES, LANG (en… is English, all else Chinese). NO_COLOR=1 turns "
    "colours off.",
)


def overview(language: str) -> str:
    """What `shixiao --help` prints."""
    rows = [(command.name, command.summary.in_(language)) for command in COMMANDS]
    general = [("-h, --help", HELP.text), ("-V, --version", Text("打印版本号", "print the version"))]
    return "\n".join(
        [
            *wrapped(PRODUCT.in_(language), _COLUMNS),
            "",
            f"{USAGE.in_(language)}shixiao {Text('命令', 'COMMAND').in_(language)} …",
            "",
            COMMANDS_HEADING.in_(language),
            *_table(rows),
            "",
            OPTIONS.in_(language),
            *_table((label, text.in_(language)) for label, text in general),
            "",
            *wrapped(LANGUAGES.in_(language), _COLUMNS),
            "",
        ]
    )


def page(command: Command, language: str) -> str:
    """What `shixiao COMMAND --help` prints."""
    lines = [USAGE.in_(language) + usage(command), "", *wrapped(command.about.in_(language), _COLUMNS)]
    if command.operands:
        rows = [(operand.name, operand_text(operand, language)) for operand in command.operands]
        lines += ["", OPERANDS.in_(language), *_table(rows)]
    if not command.passes_on:
        options = [(option_label(option), option_text(option, language)) for option in (*command.options, HELP)]
        lines += ["", OPTIONS.in_(language), *_table(options)]
    if command.examples:
        lines += ["", EXAMPLES.in_(language)]
        lines += [line for typed, text in command.examples for line in (f"  # {text.in_(language)}", f"  {typed}")]
    return "\n".join([*lines, ""])


def usage(command: Command) -> str:
    """The line that shows how a command is put together."""
    options = [f"[--{option.name}{' ' + option.metavar if option.metavar else ''}]" for option in command.options]
    return " ".join(["shixiao", command.name, *options, *map(_operand_usage, command.operands)])


def _operand_usage(operand: Operand) -> str:
    word = f"{operand.name}…" if operand.most == 0 else operand.name
    return word if operand.least else f"[{word}]"


def option_label(option: Option) -> str:
    """`-f, --format text|json|sarif`."""
    short = f"-{option.short}, " if option.short else "    "
    return f"{short}--{option.name}{' ' + option.metavar if option.metavar else ''}"


def option_text(option: Option, language: str) -> str:
    """What an option does, with its default."""
    text = option.text.in_(language)
    if option.default is None:
        return text
    default = DEFAULT.in_(language).format(option.default)
    return f"{text}（{default}）" if language == "zh" else f"{text} ({default})"


def operand_text(operand: Operand, language: str) -> str:
    """What an operand is, with what it may be."""
    text = operand.text.in_(language)
    return f"{text}: {', '.join(operand.choices)}" if operand.choices else text


def _table(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Two columns; a label that is too long has a line of its own."""
    lines = []
    for label, text in rows:
        first, *others = wrapped(text, _COLUMNS - _LABELS - 2)
        is_long = width(label) > _LABELS - 2
        if is_long:
            lines.append(f"  {label}")
        lines.append(f"  {padded('' if is_long else label, _LABELS)}{first}".rstrip())
        lines += [" " * (_LABELS + 2) + other for other in others]
    return lines

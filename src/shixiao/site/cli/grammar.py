"""How the words of a command line are understood: commands, options and operands as plain declarations.

The standard library's argparse would cost a tenth of the start-up, speaks one language, and counts a Chinese
character as one column. From these declarations come the parser, the help in both languages, and
docs/command-line.md. See docs/adr/0011-a-command-line-of-our-own.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shixiao.engine.bilingual import Text
from shixiao.site.cli.refusal import Refused, nearest


class Option:
    """`--name`. Without `metavar` it is a switch; `is_many` collects (also from comma-separated values)."""

    __slots__ = ("choices", "default", "is_many", "is_number", "metavar", "name", "short", "text")

    def __init__(
        self,
        name: str,
        text: Text,
        *,
        short: str = "",
        metavar: str = "",
        choices: tuple[str, ...] = (),
        default: str | None = None,
        is_many: bool = False,
        is_number: bool = False,
    ) -> None:
        self.name, self.text, self.short = name, text, short
        self.metavar = metavar or ("|".join(choices) if choices else "")
        self.choices, self.default, self.is_many, self.is_number = choices, default, is_many, is_number


class Operand:
    """A word without dashes. `least` and `most` say how often it may stand; `most=0` is without end."""

    __slots__ = ("choices", "least", "most", "name", "text")

    def __init__(self, name: str, text: Text, *, least: int = 1, most: int = 1, choices: tuple[str, ...] = ()) -> None:
        self.name, self.text, self.least, self.most, self.choices = name, text, least, most, choices


class Command:
    """One command: its words, the module whose `run` does it, and what its help says."""

    __slots__ = ("about", "examples", "module", "name", "operands", "options", "passes_on", "summary")

    def __init__(
        self,
        name: str,
        summary: Text,
        *,
        module: str = "",
        about: Text | None = None,
        operands: tuple[Operand, ...] = (),
        options: tuple[Option, ...] = (),
        examples: tuple[tuple[str, Text], ...] = (),
        passes_on: bool = False,
    ) -> None:
        self.name, self.summary, self.about, self.examples = name, summary, about or summary, examples
        self.module, self.operands, self.options, self.passes_on = module or name, operands, options, passes_on


HELP = Option("help", Text("显示这段说明", "show this help"), short="h")


class Wishes:
    """What was asked for: `chosen("format")`, `has("fix")`, `words("PATH")`."""

    __slots__ = ("_options", "_words")

    def __init__(self, options: dict[str, list[str]], words: dict[str, list[str]]) -> None:
        self._options, self._words = options, words

    def has(self, option: str) -> bool:
        """Whether a switch was given."""
        return option in self._options

    def chosen(self, option: str) -> str | None:
        """The value of an option (the last one given, or its default), None when there is none."""
        return next(reversed(self._options.get(option, ())), None)

    def every(self, option: str) -> list[str]:
        """All values of an option that may be repeated."""
        return self._options.get(option, [])

    def words(self, operand: str) -> list[str]:
        """The words given for an operand."""
        return self._words.get(operand, [])

    def word(self, operand: str) -> str | None:
        """The word given for an operand that stands once, None when it was left out."""
        return next(iter(self.words(operand)), None)


def parse(command: Command, arguments: Sequence[str]) -> Wishes:
    """The wishes in `arguments`. Raises Refused with the nearest word that would have been right."""
    options: dict[str, list[str]] = {each.name: [each.default] for each in command.options if each.default is not None}
    words: list[str] = list(arguments) if command.passes_on else []
    remaining = iter(() if command.passes_on else arguments)
    for argument in remaining:
        if argument == "--":
            words.extend(remaining)
        elif argument.startswith("-") and argument != "-":
            _take_option(command, argument, remaining, options)
        else:
            words.append(argument)
    return Wishes(options, {} if "help" in options else _dealt(command, words))


def _take_option(command: Command, argument: str, remaining: Iterator[str], options: dict[str, list[str]]) -> None:
    option, value = _recognised(command, argument)
    if not option.metavar:
        if value is not None:
            raise _wrong(Text(f"{argument} 里的选项不带值。", f"the option in {argument} takes no value."), command)
        options[option.name] = []
        return
    if value is None:
        value = next(remaining, None)
    if value is None:
        raise _wrong(Text(f"{argument} 后面缺少 {option.metavar}。", f"{argument} needs {option.metavar}."), command)
    _check_value(command, option, value)
    if option.is_many:
        options.setdefault(option.name, []).extend(part.strip() for part in value.split(",") if part.strip())
    else:
        options[option.name] = [value]


def _recognised(command: Command, argument: str) -> tuple[Option, str | None]:
    """The option that `argument` names, with the value written into the same word ("--jobs=2", "-j2")."""
    known = (HELP, *command.options)
    if argument.startswith("--"):
        name, equals, value = argument[2:].partition("=")
        found = next((each for each in known if each.name == name), None)
        attached = value if equals else None
    else:
        found = next((each for each in known if each.short == argument[1]), None)
        attached = argument[2:].removeprefix("=") or None
    if found is None:
        near = nearest(argument.partition("=")[0], [f"--{each.name}" for each in known])
        raise _wrong(
            Text(
                f"没有 {argument} 这个选项，最接近的是 {near}。",
                f"there is no option {argument}; the nearest is {near}.",
            ),
            command,
        )
    return found, attached


def _check_value(command: Command, option: Option, value: str) -> None:
    if option.choices and value not in option.choices and not (option.is_number and value.isdecimal()):
        raise _not_among(f"--{option.name}", value, option.choices, command)
    if option.is_number and not option.choices and not (value.isascii() and value.isdecimal()):
        raise _wrong(
            Text(
                f"--{option.name} 要一个整数，“{value}”不是。", f"--{option.name} needs a whole number, not {value!r}."
            ),
            command,
        )


def _dealt(command: Command, words: list[str]) -> dict[str, list[str]]:
    """The words dealt to the operands, in order."""
    dealt: dict[str, list[str]] = {}
    for operand in command.operands:
        taken = words if operand.most == 0 else words[: operand.most]
        if len(taken) < operand.least:
            raise _wrong(Text(f"缺少 {operand.name}。", f"{operand.name} is missing."), command)
        for word in taken:
            if operand.choices and word not in operand.choices:
                raise _not_among(operand.name, word, operand.choices, command)
        dealt[operand.name], words = taken, words[len(taken) :]
    if words:
        raise _wrong(Text(f"多了“{words[0]}”。", f"{words[0]!r} is one word too many."), command)
    return dealt


def _not_among(what: str, value: str, choices: tuple[str, ...], command: Command) -> Refused:
    near, every = nearest(value, choices), ", ".join(choices)
    return _wrong(
        Text(
            f"{what} 不能是“{value}”，可以是 {every}；最接近的是 {near}。",
            f"{what} cannot be {value!r}; it can be {every}; the nearest is {near}.",
        ),
        command,
    )


def _wrong(text: Text, command: Command) -> Refused:
    way = f"shixiao {command.name} --help"
    return Refused(text, Text(f"用法见 {way}。", f"See {way}."))

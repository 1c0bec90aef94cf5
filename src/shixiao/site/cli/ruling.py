"""`shixiao rules`: what is checked, why, and a bad and a good example of each."""

from __future__ import annotations

from collections.abc import Iterator

from shixiao.engine import lint
from shixiao.engine.bilingual import Text
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import CLEAN, Refused, nearest
from shixiao.site.cli.terminal import Terminal
from shixiao.site.cli.width import padded, wrapped
from shixiao.site.cli.wording import SEVERITIES

_COLUMNS = 100


def run(wishes: Wishes, terminal: Terminal) -> int:
    """List every rule by family, or explain one. Raises Refused for an id that no rule has."""
    wanted = wishes.word("ID")
    for line in _explained(wanted, terminal) if wanted else _listed(terminal):
        terminal.line(line)
    return CLEAN


def _listed(terminal: Terminal) -> Iterator[str]:
    for family in lint.Family:
        members = [rule for rule in lint.RULES.values() if rule.family is family]
        if not members:
            continue
        yield terminal.paint(f"{terminal.say(family.title)}  {family.value}", "strong")
        for rule in members:
            severity = padded(terminal.say(SEVERITIES[rule.severity]), 9)
            painted = severity.replace(severity.strip(), terminal.paint(severity.strip(), rule.severity.value))
            yield f"  {rule.id}  {painted}{terminal.say(rule.title)}"
    yield ""
    yield terminal.say(
        Text(
            "用 shixiao rules 编号 看一条规则的理由和例子。",
            "See shixiao rules ID for the reason and the examples of a rule.",
        )
    )


def _explained(wanted: str, terminal: Terminal) -> Iterator[str]:
    rule = lint.RULES.get(wanted.upper())
    if rule is None:
        near = nearest(wanted.upper(), lint.RULES)
        raise Refused(
            Text(
                f"没有“{wanted}”这条规则，最接近的是 {near}。", f"there is no rule {wanted!r}; the nearest is {near}."
            ),
            Text("全部规则见 shixiao rules。", "See shixiao rules for all of them."),
        )
    severities = [terminal.paint(terminal.say(SEVERITIES[each]), each.value) for each in (rule.severity, *rule.also)]
    yield terminal.paint(f"{rule.id} {terminal.say(rule.title)}", "strong")
    yield f"{terminal.say(rule.family.title)} · {' / '.join(severities)}"
    yield ""
    yield from wrapped(terminal.say(rule.why), _COLUMNS)
    if rule.basis is not None:
        yield terminal.say(Text("依据：", "basis: ")) + terminal.say(rule.basis)
    for title, example in ((Text("不好：", "bad:"), rule.bad), (Text("好：", "good:"), rule.good)):
        yield ""
        yield terminal.say(title)
        yield from (f"  {line.strip()}" for line in example.text.strip().splitlines())

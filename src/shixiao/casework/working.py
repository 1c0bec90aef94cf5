"""What an office's action works with: one step on one case, about to be written."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from shixiao.casework.models import Case, Deadline, Duty, Suspension
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.steps import Step, Steps
from shixiao.engine.bilingual import Text
from shixiao.people.models import User


@dataclass(kw_only=True, eq=False)
class Work:
    """One step on one case. An action looks at it, may refuse, and says what else is to be written.

    Nothing is written by the action itself: `change`, `create` and `note` are collected, so that five hundred cases
    need no more statements than one. `shared` is the same for all cases of one call: what was read once stays there.
    """

    table: Steps
    step: Step
    case: Case
    detail: Any  # the office's own row beside the case; on opening None until the action sets it
    particulars: dict[str, Any]
    by: User | None
    now: datetime
    happened_at: datetime
    shared: dict[Any, Any]
    many: int = 1  # how many cases this call is about
    codes: dict[str, Any] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    changed_detail: set[str] = field(default_factory=set)
    created: list[Model] = field(default_factory=list)
    due: dict[str, datetime] = field(default_factory=dict)
    limits: dict[str, date] = field(default_factory=dict)  # a date, or a datetime
    rules: dict[str, str] = field(default_factory=dict)  # the rule of a deadline, where it is not that of its own name
    window: tuple[datetime, datetime] | None = None  # of an expected case that is being opened: when it is to happen
    duty: Duty | None = None
    closed: str = ""
    named: list[int] = field(default_factory=list)  # accounts whom `Tell(to=NAMED)` means
    # Steps of the program that this one leads to: taken right after it, in the same transaction, each with an event of its own.
    follows: list[str] = field(default_factory=list)
    # What `deadlines.follow` worked out, to be written after the event.
    deadlines: list[Deadline] = field(default_factory=list)
    started: list[Deadline] = field(default_factory=list)
    stopped: list[Deadline] = field(default_factory=list)
    ends_all: bool = False  # whatever runs stops, without having been read
    suspended: list[Suspension] = field(default_factory=list)
    resumed: list[Suspension] = field(default_factory=list)

    @property
    def moved_deadlines(self) -> list[Deadline]:
        """What this step started, suspended or resumed."""
        if not self.suspended and not self.resumed:
            return self.started
        return [*self.started, *(pause.deadline for pause in (*self.suspended, *self.resumed))]

    def __getitem__(self, name: str) -> Any:
        """What the step was told under `name`; None where an optional particular was left out."""
        return self.particulars.get(name)

    def change(self, **fields: Any) -> None:
        """Other values in the office's own row."""
        for name, value in fields.items():
            setattr(self.detail, name, value)
        self.changed_detail |= set(fields)

    def change_case(self, **fields: Any) -> None:
        """Other values in the case: its title, project, lead …"""
        for name, value in fields.items():
            setattr(self.case, name, value)
        self.changed |= set(fields)

    def create(self, row: Model) -> None:
        """One more row of the office's own tables."""
        self.created.append(row)

    def note(self, **codes: Any) -> None:
        """More codes for the event: what was worked out, not told. The kind of event must declare them."""
        self.codes |= codes

    def limit(self, name: str, *, until: date) -> None:
        """The deadline `name` that this step starts ends with this day, or at this instant, which is too late itself; whatever the
        rules of limits say. The deadlines of an expected case end with its window, unless its action says otherwise."""
        self.limits[name] = until

    def limit_as(self, name: str, rule: str) -> None:
        """The deadline `name` that this step starts gets its time by the rule of that name: one of the office's `LIMITS`, which an officer
        may change as any other."""
        self.rules[name] = rule

    def refuse(self, text: Text, *, field: str = "", reason: Reason = Reason.GUARDED) -> Refused:
        """A refusal to be raised: `raise work.refuse(Text(…), field="amount")`."""
        return Refused(text, reason=reason, field=field)

    def thing(self, name: str, model: type[Model]) -> Any:
        """The stored thing whose id the step was told under `name`; looked up once for all cases of the call."""
        wanted = self.particulars.get(name)
        if wanted is None:
            return None
        key = (model, wanted)
        if key not in self.shared:
            self.shared[key] = model._default_manager.filter(pk=wanted).first()
        if self.shared[key] is None:
            title = next(each.title for each in self.step.takes if each.name == name)
            text = Text(
                f"没有这个{title.zh}（{wanted}）。请从列表里选。", f"There is no such {title.en.lower()} ({wanted})."
            )
            raise self.refuse(text, field=name, reason=Reason.INVALID)
        return self.shared[key]


def by_detail(works: Iterable[Work]) -> dict[type[Model], list[Work]]:
    """The works that have rows of their office, by the model of these rows."""
    found: dict[type[Model], list[Work]] = {}
    for work in works:
        if work.detail is not None:
            found.setdefault(type(work.detail), []).append(work)
    return found

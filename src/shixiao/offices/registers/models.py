"""Registers as people define them, and the office's own rows beside its cases."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.utils.functional import cached_property, lazy
from django.utils.translation import gettext_lazy as _

from shixiao.casework.models import Case
from shixiao.casework.models.lengths import between
from shixiao.casework.models.waiting import FILE_NAME_LENGTH, WaitingFile, bounds
from shixiao.offices.registers import fields as field_sorts
from shixiao.offices.registers.fields import ENTERINGS, NAME_LENGTH, Definition, Entering, Field
from shixiao.offices.registers.steps import ENTRY, NIL_RETURN, RESTRICTED_ENTRY, RESTRICTED_NIL_RETURN
from shixiao.people.models import Unit, User, is_printable
from shixiao.people.wordings import said

CODE_LENGTH = 40
PERIOD_LENGTH = 7
NAME_KEY_LENGTH = 20 * NAME_LENGTH  # one character may be written out as eighteen
ENTERING_CHOICES = [(each.value, lazy(said, str)(title)) for each, title in ENTERINGS.items()]


class Register(models.Model):
    """A register. Its code is permanent: events and measures speak of it. How it is defined stands in its versions.

    `name`, `name_key` and `version` are those of the newest version, kept here for lists and so that no two registers in use
    have one name.
    """

    ledger_name = "registers.register"

    code = models.CharField(_("编码"), max_length=CODE_LENGTH, unique=True)
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("名称"), max_length=NAME_LENGTH, validators=[is_printable])
    name_key = models.CharField(max_length=NAME_KEY_LENGTH, editable=False)
    is_restricted = models.BooleanField(_("限制台账"), default=False)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    retired_on = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("台账")
        verbose_name_plural = _("台账")
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["name_key"], condition=models.Q(retired_on=None), name="registers_register_name_once"
            ),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="registers_register_version"),
            between("registers_register", "code", CODE_LENGTH, least=1),
            between("registers_register", "name", NAME_LENGTH, least=1),
            between("registers_register", "name_key", NAME_KEY_LENGTH, least=1),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def current(self) -> "RegisterVersion":
        """The newest version; one statement."""
        return self.versions.get(number=self.version)


class RegisterVersion(models.Model):
    """How a register was defined from one moment on. Never changed: entries keep the version they were made with."""

    append_only: ClassVar[bool] = True

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版本"))
    name = models.CharField(_("名称"), max_length=NAME_LENGTH, validators=[is_printable])
    fields = models.JSONField(_("字段"), default=list)
    day_field = models.CharField(_("按哪一天计"), max_length=CODE_LENGTH, blank=True)
    is_planned = models.BooleanField(_("先安排后完成"), default=False)
    needs_confirmation = models.BooleanField(_("需要确认"), default=False)
    entering = models.CharField(_("由谁登记"), max_length=8, choices=ENTERING_CHOICES, default=Entering.OWN.value)
    since = models.DateTimeField(_("自"))

    class Meta:
        verbose_name = _("台账版本")
        verbose_name_plural = _("台账版本")
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["register", "number"], name="registers_version_once"),
            models.CheckConstraint(condition=models.Q(id__gt=0), name="registers_version_id_positive"),
            models.CheckConstraint(
                condition=models.Q(entering__in=[each.value for each in Entering]), name="registers_version_entering"
            ),
            between("registers_version", "name", NAME_LENGTH, least=1),
            between("registers_version", "day_field", CODE_LENGTH),
        )

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"

    @property
    def definition(self) -> Definition:
        """The version as a value."""
        return Definition(
            name=self.name,
            fields=self.typed_fields,
            day_field=self.day_field,
            is_planned=self.is_planned,
            needs_confirmation=self.needs_confirmation,
            entering=Entering(self.entering),
        )

    @cached_property
    def typed_fields(self) -> tuple[Field, ...]:
        """Its fields as values; a version never changes."""
        return field_sorts.from_json(self.fields)


class _OfARegister(models.Model):
    """A row beside a case that belongs to a register."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="+")
    register = models.ForeignKey(Register, verbose_name=_("台账"), on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.register_id} {self.case_id}"


class Entry(_OfARegister):
    """What an entry tells as it stands: codes in `values`, what people wrote in `texts`, each by the code of its field.

    `day` is the day on which it counts; None until it is done, and again while it is returned, cancelled or withdrawn: what
    has a day is counted.
    """

    in_lists: ClassVar[tuple[str, ...]] = ("register", "day")

    version = models.ForeignKey(RegisterVersion, verbose_name=_("版本"), on_delete=models.PROTECT, related_name="+")
    values = models.JSONField(_("各项内容"), default=dict, blank=True)
    texts = models.JSONField(_("文字内容"), default=dict, blank=True)
    day = models.DateField(_("计入日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("台账记录")
        verbose_name_plural = _("台账记录")
        indexes = (models.Index(fields=["register", "day"], name="registers_entry_by_day"),)


class RestrictedEntry(_OfARegister):
    """Two dates and nothing else (law 9). `day` is the day on which it counts, None while it is not done."""

    in_lists: ClassVar[tuple[str, ...]] = ("register", "received_on", "done_on")

    version = models.ForeignKey(RegisterVersion, verbose_name=_("版本"), on_delete=models.PROTECT, related_name="+")
    received_on = models.DateField(_("收到日期"), null=True, blank=True)
    done_on = models.DateField(_("办结日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("限制台账记录")
        verbose_name_plural = _("限制台账记录")
        indexes = (models.Index(fields=["register", "done_on"], name="registers_restricted_by_day"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(done_on=None)
                | models.Q(received_on=None)
                | models.Q(done_on__gte=models.F("received_on")),
                name="registers_restricted_done_after_received",
            ),
        )


class _OfAMonth(_OfARegister):
    """A register and a month; one nil return for each unit that owes it, but for those that were withdrawn."""

    in_lists: ClassVar[tuple[str, ...]] = ("register", "period")

    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="+")
    period = models.CharField(_("月份"), max_length=PERIOD_LENGTH)
    due_on = models.DateField(_("签报期限"), null=True, blank=True)
    signed_by = models.ForeignKey(
        User, verbose_name=_("签名人"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_withdrawn = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True


def _month_constraints(table: str) -> tuple[models.BaseConstraint, ...]:
    return (
        models.UniqueConstraint(
            fields=["register", "unit", "period"], condition=models.Q(is_withdrawn=False), name=f"{table}_once"
        ),
        between(table, "period", PERIOD_LENGTH, least=PERIOD_LENGTH),
    )


class NilReturn(_OfAMonth):
    """Whether nothing occurred in a register in a month."""

    races: ClassVar[tuple[str, ...]] = ("registers_nilreturn_once",)

    class Meta:
        verbose_name = _("零报告")
        verbose_name_plural = _("零报告")
        constraints = _month_constraints("registers_nilreturn")


class RestrictedNilReturn(_OfAMonth):
    """The same for a restricted register, seen by its holders only: it says how many there were."""

    races: ClassVar[tuple[str, ...]] = ("registers_restrictednil_once",)

    class Meta:
        verbose_name = _("限制台账零报告")
        verbose_name_plural = _("限制台账零报告")
        constraints = _month_constraints("registers_restrictednil")


class Draft(WaitingFile):
    """A filled-in sheet on somebody's desk. `step` says what its rows become: entries that are done, or planned ones."""

    register = models.ForeignKey(Register, verbose_name=_("台账"), on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="+")
    step = models.CharField(_("每一行是"), max_length=8, default="enter")

    class Meta:
        verbose_name = _("待导入的表格")
        verbose_name_plural = _("待导入的表格")
        ordering = ("-received_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=["owner", "register", "sha256"], name="registers_draft_once"),
            models.CheckConstraint(condition=models.Q(step__in=["enter", "plan"]), name="registers_draft_step"),
            *bounds("registers_draft"),
        )


class Sheet(models.Model):
    """A sheet that was taken in: its bytes by their hash, how many rows it had, how its columns were taken."""

    ledger_name = "registers.sheet"
    append_only: ClassVar[bool] = True
    races: ClassVar[tuple[str, ...]] = ("registers_sheet_once",)

    register = models.ForeignKey(Register, verbose_name=_("台账"), on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(_("文件名"), max_length=FILE_NAME_LENGTH)
    rows = models.PositiveIntegerField(_("行数"))
    opened = models.PositiveIntegerField(_("新增"))
    columns = models.JSONField(_("各列的含义"), default=dict)
    recorded_by = models.ForeignKey(User, verbose_name=_("导入人"), on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("导入时间"))

    class Meta:
        verbose_name = _("已导入的表格")
        verbose_name_plural = _("已导入的表格")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["register", "sha256"], name="registers_sheet_once"),
            models.CheckConstraint(condition=models.Q(opened__lte=models.F("rows")), name="registers_sheet_opened"),
            models.CheckConstraint(condition=models.Q(id__gt=0), name="registers_sheet_id_positive"),
            *bounds("registers_sheet"),
        )

    def __str__(self) -> str:
        return self.name


class SheetRow(models.Model):
    """A row that became an entry, by the hash of what it said: the same row again is there already, whatever was amended since."""

    append_only: ClassVar[bool] = True
    races: ClassVar[tuple[str, ...]] = ("registers_sheetrow_once",)

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="+")
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="entries")
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("导入的行")
        verbose_name_plural = _("导入的行")
        constraints = (
            models.UniqueConstraint(fields=["register", "digest"], name="registers_sheetrow_once"),
            between("registers_sheetrow", "digest", 64, least=64),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.digest[:12]}"


DETAILS: Mapping[str, type[models.Model]] = {
    ENTRY: Entry,
    RESTRICTED_ENTRY: RestrictedEntry,
    NIL_RETURN: NilReturn,
    RESTRICTED_NIL_RETURN: RestrictedNilReturn,
}

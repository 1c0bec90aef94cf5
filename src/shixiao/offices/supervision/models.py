"""The office's own rows beside tasks and instructions, clauses with their tasks, lists that were brought."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shixiao.casework.models import Case
from shixiao.casework.models.lengths import between
from shixiao.casework.models.waiting import FILE_NAME_LENGTH, WaitingFile, bounds
from shixiao.offices.supervision.instruction_steps import INSTRUCTION, MOST_CLAUSES
from shixiao.offices.supervision.letters import MARK_LENGTH
from shixiao.offices.supervision.sources import SOURCES
from shixiao.offices.supervision.steps import TASK
from shixiao.people.models import Unit, User

SOURCE_LENGTH = 32
REF_LENGTH = 200
DONE_LENGTH = 1000
LED_BY = ("own", "other")
WORD_LENGTH = 32
LABEL_LENGTH = 60
HASH_LENGTH = 64
NOTE_LENGTH = 500
OA_SYSTEM_LENGTH = 32
OA_REFERENCE_LENGTH = 100
OA_CURSOR_LENGTH = 200
OA_WAYS = ("pushed", "fetched")


class Task(models.Model):
    """A supervised task as it stands. Its lead unit is the unit of the case, so it always has one, and one only.

    `parent` is the task of which it is a part; what `percent` says is nothing where there are parts (`queries.progress`). `silent_until` is
    when the leader who read the result has said nothing new for long enough; None while nobody read it.
    """

    in_lists: ClassVar[tuple[str, ...]] = ("source", "led_by", "percent")

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="+")
    source = models.CharField(
        _("来源"), max_length=SOURCE_LENGTH, choices=[(each.code, each.title.zh) for each in SOURCES]
    )
    source_ref = models.CharField(_("来源文号或会议"), max_length=REF_LENGTH, blank=True, default="")
    done_when = models.TextField(_("办成标准"), blank=True, default="")
    led_by = models.CharField(_("承担"), max_length=8, choices=[("own", _("本机关")), ("other", _("其他部门"))])
    orderer = models.ForeignKey(User, verbose_name=_("交办领导"), on_delete=models.PROTECT, related_name="+")
    limit_on = models.DateField(_("办理期限"), null=True, blank=True)
    parent = models.ForeignKey(
        Case, verbose_name=_("上级事项"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    percent = models.PositiveSmallIntegerField(_("进度（%）"), default=0)
    round = models.PositiveSmallIntegerField(_("第几轮"), default=1)
    silent_until = models.DateTimeField(_("阅后期满"), null=True, blank=True)

    class Meta:
        verbose_name = _("督办事项")
        verbose_name_plural = _("督办事项")
        indexes = (
            models.Index(
                fields=["parent"], name="supervision_task_of_parent", condition=models.Q(parent__isnull=False)
            ),
        )
        constraints = (
            models.CheckConstraint(condition=~models.Q(parent=models.F("case")), name="supervision_task_not_in_itself"),
            models.CheckConstraint(condition=models.Q(percent__lte=100), name="supervision_task_percent"),
            models.CheckConstraint(condition=models.Q(round__gte=1), name="supervision_task_round"),
            models.CheckConstraint(condition=models.Q(led_by__in=LED_BY), name="supervision_task_led_by"),
            between("supervision_task", "source", SOURCE_LENGTH, least=1),
            between("supervision_task", "source_ref", REF_LENGTH),
            between("supervision_task", "done_when", DONE_LENGTH),
        )

    def __str__(self) -> str:
        return f"{self.case_id}"


class Assisting(models.Model):
    """A unit that helps with a task: its handlers may look at it."""

    append_only: ClassVar[bool] = True

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, verbose_name=_("协办单位"), on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("协办单位")
        verbose_name_plural = _("协办单位")
        constraints = (
            models.UniqueConstraint(fields=["case", "unit"], name="supervision_assisting_once"),
            models.CheckConstraint(condition=models.Q(id__gt=0), name="supervision_assisting_id_positive"),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.unit_id}"


class Instruction(models.Model):
    """An instruction as it stands. What the leader wrote stands nowhere here: it lies apart from its event, sealed (`reading`)."""

    in_lists: ClassVar[tuple[str, ...]] = ("given_on", "round")

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="+")
    leader = models.ForeignKey(User, verbose_name=_("批示领导"), on_delete=models.PROTECT, related_name="+")
    given_on = models.DateField(_("批示日期"))
    round = models.PositiveSmallIntegerField(_("第几轮"), default=1)
    clauses = models.PositiveSmallIntegerField(_("条数"), default=0)
    silent_until = models.DateTimeField(_("阅后期满"), null=True, blank=True)

    class Meta:
        verbose_name = _("领导批示")
        verbose_name_plural = _("领导批示")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(round__gte=1, clauses__lte=MOST_CLAUSES), name="supervision_instruction_numbers"
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id}"


class ClauseTask(models.Model):
    """A clause of an instruction in a round, and a task that carries it out. What the clause says stands nowhere here."""

    append_only: ClassVar[bool] = True
    races: ClassVar[tuple[str, ...]] = ("supervision_clausetask_once",)

    instruction = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    clause = models.PositiveSmallIntegerField()
    task = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("批示条目的事项")
        verbose_name_plural = _("批示条目的事项")
        ordering = ("instruction_id", "round", "clause", "task_id")
        constraints = (
            models.UniqueConstraint(
                fields=["instruction", "round", "clause", "task"], name="supervision_clausetask_once"
            ),
            models.CheckConstraint(
                condition=models.Q(id__gt=0, round__gte=1, clause__gte=1, clause__lte=MOST_CLAUSES),
                name="supervision_clausetask_numbers",
            ),
        )

    def __str__(self) -> str:
        return f"{self.instruction_id} {self.round}.{self.clause} {self.task_id}"


class Draft(WaitingFile):
    """A list of tasks on somebody's desk. `source` and `led_by` are those of all its rows, `orderer` of those that name none."""

    source = models.CharField(_("来源"), max_length=SOURCE_LENGTH)
    source_ref = models.CharField(_("来源文号或会议"), max_length=REF_LENGTH, blank=True, default="")
    led_by = models.CharField(_("承担"), max_length=8, default="own")
    orderer = models.ForeignKey(User, verbose_name=_("交办领导"), on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("待登记的清单")
        verbose_name_plural = _("待登记的清单")
        ordering = ("-received_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=["owner", "sha256"], name="supervision_draft_once"),
            models.CheckConstraint(condition=models.Q(led_by__in=LED_BY), name="supervision_draft_led_by"),
            between("supervision_draft", "source", SOURCE_LENGTH, least=1),
            between("supervision_draft", "source_ref", REF_LENGTH),
            *bounds("supervision_draft"),
        )


class Sheet(models.Model):
    """A list that was taken in: its bytes by their hash. The same bytes are taken in once."""

    ledger_name = "supervision.sheet"
    append_only: ClassVar[bool] = True
    races: ClassVar[tuple[str, ...]] = ("sha256",)

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("文件名"), max_length=FILE_NAME_LENGTH)
    rows = models.PositiveIntegerField(_("行数"))
    columns = models.JSONField(_("各列的含义"), default=dict)
    recorded_by = models.ForeignKey(User, verbose_name=_("登记人"), on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("已登记的清单")
        verbose_name_plural = _("已登记的清单")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(id__gt=0), name="supervision_sheet_id_positive"),
            *bounds("supervision_sheet"),
        )

    def __str__(self) -> str:
        return self.name


class LetterRule(models.Model):
    """How a kind of letter is made from a day on: the mark of its numbers, and the office's own template; one without a file means the
    template that comes with the program. The newest of those whose day has come counts."""

    ledger_name = "supervision.letter_rule"
    append_only: ClassVar[bool] = True
    races: ClassVar[tuple[str, ...]] = ("supervision_letterrule_once",)

    letter = models.CharField(_("文书"), max_length=WORD_LENGTH)
    number = models.PositiveIntegerField(_("版本"))
    since = models.DateField(_("自"))
    mark = models.CharField(_("文号代字"), max_length=MARK_LENGTH)
    file_name = models.CharField(_("文件名"), max_length=FILE_NAME_LENGTH, blank=True, default="")
    file_hash = models.CharField(_("摘要"), max_length=HASH_LENGTH, blank=True, default="")
    file_size = models.PositiveBigIntegerField(_("大小"), default=0)
    note = models.CharField(_("说明"), max_length=NOTE_LENGTH)
    made_by = models.ForeignKey(User, verbose_name=_("设定人"), on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("文书设定")
        verbose_name_plural = _("文书设定")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["letter", "number"], name="supervision_letterrule_once"),
            models.CheckConstraint(condition=models.Q(id__gt=0, number__gte=1), name="supervision_letterrule_numbers"),
            models.CheckConstraint(
                condition=models.Q(file_hash="", file_name="", file_size=0)
                | models.Q(~models.Q(file_hash=""), file_size__gt=0),
                name="supervision_letterrule_file",
            ),
            between("supervision_letterrule", "letter", WORD_LENGTH, least=1),
            between("supervision_letterrule", "mark", MARK_LENGTH, least=1),
            between("supervision_letterrule", "note", NOTE_LENGTH, least=1),
            between("supervision_letterrule", "file_name", FILE_NAME_LENGTH),
            between("supervision_letterrule", "file_hash", HASH_LENGTH),
        )

    def __str__(self) -> str:
        return f"{self.letter} {self.number}"


class IssuedLetter(models.Model):
    """A letter that was sent out: its number, and by their hashes what was sent and what it was made from, which lie in the store.

    `year` and `number` are given once, without gaps within a kind. `case` is the task; a letter about several things has none.
    """

    ledger_name = "supervision.issued_letter"
    append_only: ClassVar[bool] = True
    races: ClassVar[tuple[str, ...]] = ("supervision_issuedletter_once", "supervision_issuedletter_label_once")

    case = models.ForeignKey(
        Case, verbose_name=_("事项"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    letter = models.CharField(_("文书"), max_length=WORD_LENGTH)
    year = models.PositiveSmallIntegerField(_("年度"))
    number = models.PositiveIntegerField(_("序号"))
    label = models.CharField(_("文号"), max_length=LABEL_LENGTH)
    rule = models.ForeignKey(
        LetterRule, verbose_name=_("文书设定"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    content_hash = models.CharField(_("内容摘要"), max_length=HASH_LENGTH)
    template_hash = models.CharField(_("模板摘要"), max_length=HASH_LENGTH)
    docx_hash = models.CharField(_("Word 摘要"), max_length=HASH_LENGTH)
    pdf_hash = models.CharField(_("PDF 摘要"), max_length=HASH_LENGTH)
    sizes = models.JSONField(_("大小"))
    issued_on = models.DateField(_("成文日期"))
    issued_by = models.ForeignKey(User, verbose_name=_("经办人"), on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(_("发出时间"))

    class Meta:
        verbose_name = _("文书")
        verbose_name_plural = _("文书")
        ordering = ("-id",)
        indexes = (models.Index(fields=["case"], name="supervision_letter_of_case"),)
        constraints = (
            models.UniqueConstraint(fields=["letter", "year", "number"], name="supervision_issuedletter_once"),
            models.UniqueConstraint(fields=["label"], name="supervision_issuedletter_label_once"),
            models.CheckConstraint(
                condition=models.Q(id__gt=0, number__gte=1, year__gte=2000), name="supervision_issuedletter_numbers"
            ),
            between("supervision_issuedletter", "letter", WORD_LENGTH, least=1),
            between("supervision_issuedletter", "label", LABEL_LENGTH, least=1),
            between("supervision_issuedletter", "content_hash", HASH_LENGTH, least=HASH_LENGTH),
            between("supervision_issuedletter", "template_hash", HASH_LENGTH, least=HASH_LENGTH),
            between("supervision_issuedletter", "docx_hash", HASH_LENGTH, least=HASH_LENGTH),
            between("supervision_issuedletter", "pdf_hash", HASH_LENGTH, least=HASH_LENGTH),
        )

    def __str__(self) -> str:
        return self.label


class ErasedLetter(models.Model):
    """The law had the words deleted from which a letter was made: its contents are gone, number and hashes stay."""

    append_only: ClassVar[bool] = True
    races: ClassVar[tuple[str, ...]] = ("letter",)

    letter = models.OneToOneField(IssuedLetter, on_delete=models.PROTECT, related_name="erased")
    erased_at = models.DateTimeField(_("删除时间"))

    class Meta:
        verbose_name = _("已删除的文书内容")
        verbose_name_plural = _("已删除的文书内容")
        constraints = (
            models.CheckConstraint(condition=models.Q(id__gt=0), name="supervision_erasedletter_id_positive"),
        )

    def __str__(self) -> str:
        return f"{self.letter_id}"


class OaDocument(models.Model):
    """A document of an OA that was taken in, once, by the OA's own id. What it said stands in the case; here are salted hashes of its fields,
    with which the same document that comes again is compared (`oa.taking`)."""

    races: ClassVar[tuple[str, ...]] = ("supervision_oadocument_once",)

    system = models.CharField(_("系统"), max_length=OA_SYSTEM_LENGTH)
    reference = models.CharField(_("OA 编号"), max_length=OA_REFERENCE_LENGTH)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(_("来路"), max_length=8, choices=[("pushed", _("OA 推送")), ("fetched", _("我方去取"))])
    salt = models.CharField(max_length=64)
    prints = models.JSONField(default=dict)
    received_at = models.DateTimeField(_("收到时间"))

    class Meta:
        verbose_name = _("OA 文件")
        verbose_name_plural = _("OA 文件")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["system", "reference"], name="supervision_oadocument_once"),
            models.CheckConstraint(condition=models.Q(way__in=OA_WAYS), name="supervision_oadocument_way"),
            between("supervision_oadocument", "system", OA_SYSTEM_LENGTH, least=1),
            between("supervision_oadocument", "reference", OA_REFERENCE_LENGTH, least=1),
            between("supervision_oadocument", "salt", 64, least=32),
        )

    def __str__(self) -> str:
        return f"{self.system} {self.reference}"


class OaRefusal(models.Model):
    """A fetched document that could not be taken in, and why, as codes and names of fields: nothing of what it said. Gone when it was taken in."""

    system = models.CharField(_("系统"), max_length=OA_SYSTEM_LENGTH)
    reference = models.CharField(_("OA 编号"), max_length=OA_REFERENCE_LENGTH, blank=True, default="")
    why = models.CharField(_("原因"), max_length=32)
    fields = models.JSONField(default=list)
    refused_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("没有收下的 OA 文件")
        verbose_name_plural = _("没有收下的 OA 文件")
        ordering = ("-refused_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=["system", "reference"], name="supervision_oarefusal_once"),
            between("supervision_oarefusal", "system", OA_SYSTEM_LENGTH, least=1),
            between("supervision_oarefusal", "reference", OA_REFERENCE_LENGTH),
            between("supervision_oarefusal", "why", 32, least=1),
        )

    def __str__(self) -> str:
        return f"{self.system} {self.reference}"


class OaFetch(models.Model):
    """How far the list of an OA was read, and how the last time went. Work, not history: it is changed in place by `oa.fetching`."""

    system = models.CharField(_("系统"), max_length=OA_SYSTEM_LENGTH, unique=True)
    cursor = models.CharField(max_length=OA_CURSOR_LENGTH, blank=True, default="")
    fetched_at = models.DateTimeField(_("上次去取"))
    trouble = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("OA 取件")
        verbose_name_plural = _("OA 取件")
        constraints = (
            between("supervision_oafetch", "system", OA_SYSTEM_LENGTH, least=1),
            between("supervision_oafetch", "cursor", OA_CURSOR_LENGTH),
            between("supervision_oafetch", "trouble", 64),
        )

    def __str__(self) -> str:
        return self.system


DETAILS: Mapping[str, type[models.Model]] = {TASK: Task, INSTRUCTION: Instruction}

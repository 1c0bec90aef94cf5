"""The book itself."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from shixiao.ledger import jobs
from shixiao.ledger.kinds import NAME_LENGTH

REFERENCE_LENGTH = 64
HOST_LENGTH = 255


def _length_between_1_and(limit: int, field: str) -> models.CheckConstraint:
    """SQLite keeps a text of any length in a varchar; PostgreSQL would refuse it. This one is the same on both."""
    return models.CheckConstraint(
        condition=models.Q(GreaterThan(Length(field), 0)) & models.Q(LessThanOrEqual(Length(field), limit)),
        name=f"ledger_event_{field}_length",
    )


class Event(models.Model):
    """What happened, once, for ever. Written by `ledger.record` only; the database refuses any change.

    `subject` and `by` are references (a permanent word for the kind of thing, and its id) without foreign
    keys: the book outlives what it speaks of. An empty `by` is the program itself. `particulars` hold codes
    and ids, never text about a person, so that a lawful deletion elsewhere needs no change here.
    """

    append_only: ClassVar[bool] = True

    kind = models.CharField(_("事件"), max_length=NAME_LENGTH)
    subject_kind = models.CharField(_("对象类别"), max_length=REFERENCE_LENGTH)
    subject_id = models.CharField(_("对象编号"), max_length=REFERENCE_LENGTH)
    by_kind = models.CharField(_("经手人类别"), max_length=REFERENCE_LENGTH, blank=True)
    by_id = models.CharField(_("经手人编号"), max_length=REFERENCE_LENGTH, blank=True)
    happened_at = models.DateTimeField(_("发生时间"))
    recorded_at = models.DateTimeField(_("记录时间"))
    particulars = models.JSONField(_("要素"), default=dict, blank=True)

    class Meta:
        verbose_name = _("事件")
        verbose_name_plural = _("事件")
        ordering = ("id",)
        indexes = (
            models.Index(fields=["subject_kind", "subject_id", "id"], name="ledger_event_subject"),
            models.Index(fields=["by_kind", "by_id", "id"], name="ledger_event_by"),
            # What was written down later than it happened: restatements ask for that.
            models.Index(
                fields=["subject_kind", "recorded_at", "happened_at"],
                name="ledger_event_late",
                condition=models.Q(recorded_at__gt=models.F("happened_at")),
            ),
        )
        constraints = (
            # The guard knows an id that SQLite has yet to choose by its being negative.
            models.CheckConstraint(condition=models.Q(id__gt=0), name="ledger_event_id_positive"),
            models.CheckConstraint(
                condition=models.Q(happened_at__lte=models.F("recorded_at")), name="ledger_event_not_from_the_future"
            ),
            models.CheckConstraint(
                condition=models.Q(by_kind="", by_id="") | ~models.Q(by_kind="") & ~models.Q(by_id=""),
                name="ledger_event_by_whole_or_empty",
            ),
            _length_between_1_and(NAME_LENGTH, "kind"),
            _length_between_1_and(REFERENCE_LENGTH, "subject_kind"),
            _length_between_1_and(REFERENCE_LENGTH, "subject_id"),
            models.CheckConstraint(
                condition=models.Q(LessThanOrEqual(Length("by_kind"), REFERENCE_LENGTH))
                & models.Q(LessThanOrEqual(Length("by_id"), REFERENCE_LENGTH)),
                name="ledger_event_by_length",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind}:{self.subject_id}"


class Words(models.Model):
    """What somebody wrote in the course of an event, apart from it, so that a lawful deletion is possible.

    The event carries the hash of `salt` and `words` (`book.words_hash`): as long as the words are here, they are proven; when
    they were erased (`book.erase`), the hash stays and says that there were some. The salt keeps a short text
    from being guessed from its hash. The database refuses UPDATE and TRUNCATE, and allows the deletion of a row.
    """

    append_only: ClassVar[bool] = True
    is_erasable: ClassVar[bool] = True

    event = models.ForeignKey(Event, verbose_name=_("事件"), on_delete=models.PROTECT, related_name="words")
    name = models.CharField(_("要素"), max_length=REFERENCE_LENGTH)
    salt = models.CharField(_("盐"), max_length=32)
    words = models.TextField(_("文字"))

    class Meta:
        verbose_name = _("事件的文字")
        verbose_name_plural = _("事件的文字")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["event", "name"], name="ledger_words_once"),
            models.CheckConstraint(condition=models.Q(id__gt=0), name="ledger_words_id_positive"),
            models.CheckConstraint(
                condition=models.Q(GreaterThan(Length("name"), 0))
                & models.Q(LessThanOrEqual(Length("name"), REFERENCE_LENGTH))
                & models.Q(LessThanOrEqual(Length("salt"), 32)),
                name="ledger_words_lengths",
            ),
        )

    def __str__(self) -> str:
        return f"{self.event_id} {self.name}"


class WorkerHeartbeat(models.Model):
    """The last sign of life of one worker process. Operational: it is no event, is changed in place and is forgotten
    after some days. `doing` is the name of the job under way, `done` what the process did since it started."""

    host = models.CharField(_("主机"), max_length=HOST_LENGTH)
    pid = models.BigIntegerField(_("进程号"))
    started_at = models.DateTimeField(_("启动时间"))
    seen_at = models.DateTimeField(_("最近一次心跳"))
    ended_at = models.DateTimeField(_("停止时间"), null=True, blank=True)
    doing = models.CharField(_("正在执行"), max_length=jobs.NAME_LENGTH, blank=True)
    done = models.BigIntegerField(_("已完成"), default=0)

    class Meta:
        verbose_name = _("后台进程心跳")
        verbose_name_plural = _("后台进程心跳")
        constraints = (
            models.UniqueConstraint(fields=["host", "pid"], name="ledger_heartbeat_one_for_each_process"),
            models.CheckConstraint(condition=models.Q(done__gte=0), name="ledger_heartbeat_done_counted"),
            models.CheckConstraint(
                condition=models.Q(GreaterThan(Length("host"), 0))
                & models.Q(LessThanOrEqual(Length("host"), HOST_LENGTH))
                & models.Q(LessThanOrEqual(Length("doing"), jobs.NAME_LENGTH)),
                name="ledger_heartbeat_lengths",
            ),
        )

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"

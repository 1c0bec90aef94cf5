"""Reads that the pages about people need, each in a bounded number of statements."""

from datetime import date, datetime

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Count, Prefetch, Q, QuerySet

from shixiao.people.models import Appointment, Post, PostResponsibility, Unit, User


def in_force(on: date, prefix: str = "") -> Q:
    """An appointment that counts on that day; `prefix` leads to it from another model."""
    until, since = f"{prefix}until", f"{prefix}since"
    return Q(**{f"{since}__lte": on}) & (Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gt": on}))


def appointments_of(user: User, *, on: date) -> QuerySet[Appointment]:
    """Those in force and those to come, the main one first, with post, its responsibilities and unit."""
    rows = Appointment.objects.filter(Q(until__isnull=True) | Q(until__gt=on), user=user)
    return rows.select_related("post", "unit").prefetch_related("post__may").order_by("-is_main", "unit__path", "id")


def unit_of(user: User, *, on: date) -> Unit | None:
    """Where the person belongs on that day: the unit of the main appointment."""
    return Unit.objects.filter(
        in_force(on, "appointments__"), appointments__user=user, appointments__is_main=True
    ).first()


def past_appointments_of(user: User, *, on: date) -> QuerySet[Appointment]:
    """Those that ended, the newest first."""
    return Appointment.objects.filter(user=user, until__lte=on).select_related("post", "unit").order_by("-until", "-id")


def tree(*, on: date, closed: bool = False) -> QuerySet[Unit]:
    """Units from the top down, each with how many people work right there on that day."""
    units = Unit.objects.all() if closed else Unit.objects.filter(Q(until__isnull=True) | Q(until__gt=on))
    staff = Count("appointments__user", filter=in_force(on, "appointments__"), distinct=True)
    return units.annotate(staff=staff).order_by("path")


def staff_of(unit: Unit, *, on: date) -> QuerySet[Appointment]:
    """Who works right at this unit on that day."""
    rows = Appointment.objects.filter(in_force(on), unit=unit)
    return rows.select_related("user", "post").order_by("-is_main", "user__display_name", "id")


def accounts(*, on: date, text: str = "", role: str = "", state: str = "") -> QuerySet[User]:
    """Accounts, each with its main appointment (`main`, a list of one or none)."""
    found = User.objects.order_by("display_name", "id")
    if text:
        found = found.filter(
            Q(display_name__icontains=text) | Q(username__icontains=text) | Q(staff_number__icontains=text)
        )
    if role:
        found = found.filter(role=role)
    if state:
        found = found.filter(is_active=state == "active")
    main = Appointment.objects.filter(in_force(on), is_main=True).select_related("unit", "post")
    return found.prefetch_related(Prefetch("appointments", queryset=main, to_attr="main"))


def posts(*, on: date) -> QuerySet[Post]:
    """Posts with their responsibilities, and how many hold each on that day."""
    holders = Count("appointments__user", filter=in_force(on, "appointments__"), distinct=True)
    words = Prefetch("may", queryset=PostResponsibility.objects.order_by("word"))
    return Post.objects.annotate(holders=holders).prefetch_related(words).order_by("code")


def holders_of(post: Post, *, on: date) -> QuerySet[Appointment]:
    """Who holds the post on that day, and where."""
    rows = Appointment.objects.filter(in_force(on), post=post)
    return rows.select_related("user", "unit").order_by("unit__path", "user__display_name")


def is_locked(user: User, *, now: datetime) -> bool:
    """Too many wrong passwords at some place within the time that a lock lasts."""
    since = now - settings.AXES_COOLOFF_TIME
    limit = settings.AXES_FAILURE_LIMIT
    tries = AccessAttempt.objects.filter(username=user.username, attempt_time__gt=since)
    return bool(tries.filter(failures_since_start__gte=limit).exists())


def counts(*, on: date) -> dict[str, int]:
    """How many units there are on that day, how many people hold a post, and how many accounts are in use."""
    placed = Appointment.objects.filter(in_force(on)).aggregate(n=Count("user", distinct=True))["n"]
    return {
        "units": Unit.objects.open_on(on).count(),
        "placed": placed,
        "accounts": User.objects.filter(is_active=True).count(),
    }

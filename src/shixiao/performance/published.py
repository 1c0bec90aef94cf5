"""What of the offices' things everybody knows by name, because a published table is about it."""

from django.db.models import Exists, OuterRef, Q

from shixiao.casework.evidence.scoping import Known
from shixiao.performance.models import Binding, Counterpart


def published() -> Known:
    """The projects that a plan names, by the newest word about each; and whatever an indicator's number is bound to, since that number
    opens down to its cases for everybody who reads the plan. Conditions, which ask nothing by themselves."""
    said = Counterpart.objects.order_by()
    same = {name: OuterRef(name) for name in ("plan", "unit_name", "project_name", "ordinal")}
    newest = said.filter(~Exists(said.filter(**same, id__gt=OuterRef("id"))), counterpart__isnull=False)
    bound = {
        name: Binding.objects.filter(**{f"{name}__isnull": False}).order_by().values(name)
        for name in ("project", "contract", "subject")
    }
    return Known(
        projects=Q(pk__in=newest.values("counterpart")) | Q(pk__in=bound["project"]),
        contracts=Q(pk__in=bound["contract"]),
        subjects=Q(pk__in=bound["subject"]),
    )

"""The manifest of 支出."""

from django.utils.translation import gettext_lazy as _

from shixiao.casework import offices
from shixiao.engine.bilingual import Text


class PaymentsOffice(offices.Office):
    """Budgets, payments, rounds."""

    name = "shixiao.offices.payments"
    label = "payments"
    verbose_name = _("支出")
    title = Text("支出", "Payments")
    about = Text(
        "预算批复和调整、支出、定期发放，执行率对照时间进度。",
        "Budgets as approved and adjusted, payments, rounds, and execution against the time passed.",
    )
    icon = "payments"
    order = 110
    home = "payments:execution"
    accepts = {"register": "payments.payment"}  # noqa: RUF012 — declared once, read only

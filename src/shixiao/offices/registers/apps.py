"""The manifest of 台账."""

from django.utils.translation import gettext_lazy as _

from shixiao.casework import offices
from shixiao.engine.bilingual import Text


class RegistersOffice(offices.Office):
    """Registers that people define, their entries, nil returns."""

    name = "shixiao.offices.registers"
    label = "registers"
    verbose_name = _("台账")
    title = Text("台账", "Registers")
    about = Text(
        "自定义台账：培训、调研、巡查、里程碑等，每条记录有据可查；没有发生的月份有零报告。",
        "Registers that people define: trainings, rounds, milestones; a nil return for each month in which nothing occurred.",
    )
    icon = "office"
    order = 200
    home = "registers:home"

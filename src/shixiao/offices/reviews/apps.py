"""The manifest of 评议."""

from django.utils.translation import gettext_lazy as _

from shixiao.casework import offices
from shixiao.engine.bilingual import Text


class ReviewsOffice(offices.Office):
    """Rubrics, and reviews by several people apart."""

    name = "shixiao.offices.reviews"
    label = "reviews"
    verbose_name = _("评议")
    title = Text("评议", "Reviews")
    about = Text(
        "定性目标由几个人背靠背评分：评分细则有每档的样例，分歧由组长裁定。",
        "Qualitative targets judged by several people apart: rubrics with an example for each tier, a chair for disagreements.",
    )
    icon = "office"
    order = 250
    home = "reviews:home"

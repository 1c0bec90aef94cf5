"""How much time things get at this desk, unless an officer sets another."""

from shixiao.casework.limits import Limit
from shixiao.engine.bilingual import Text
from shixiao.offices.payments.steps import PAYMENT, ROUND

LIMITS = (
    Limit(kind=PAYMENT, name="pay", budget="10wd", title=Text("支付", "Payment")),
    Limit(kind=PAYMENT, name="pay", budget="3wd", urgency="urgent", title=Text("支付", "Payment")),
    Limit(kind=PAYMENT, name="pay", budget="1wd", urgency="most_urgent", title=Text("支付", "Payment")),
    # Every round names its day; this is what holds should one ever not.
    Limit(kind=ROUND, name="pay", budget="1mo", title=Text("发放", "Payment of the round")),
)

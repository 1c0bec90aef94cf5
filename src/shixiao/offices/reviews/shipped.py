"""The rubrics that come with the program, for the qualitative rows of the published table. Data, apart from `take_in_shipped`.

An officer takes them over for a unit, once; from then on they are rubrics like any other. The wordings are our own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from shixiao.engine.scoring import profile_for
from shixiao.ledger import gauges
from shixiao.offices.reviews.models import Rubric
from shixiao.offices.reviews.rubrics import define
from shixiao.people.models import Unit, User


@dataclass(frozen=True, kw_only=True)
class Shipped:
    """A rubric: its permanent code, what is judged, and an example for each of the three tiers, from the highest down.

    `is_of_works`: several works are judged by it, so that the share of those which reach the highest tier is measured as well.
    """

    code: str
    name: str
    judged: str
    reached: str
    partly: str
    missed: str
    is_of_works: bool = False

    def given(self, scale: str) -> dict[str, Any]:
        """As `rubrics.read` reads it."""
        anchors = {"reached": self.reached, "partly": self.partly, "missed": self.missed}
        return {"name": self.name, "judged": self.judged, "scale": scale, "anchors": anchors}


RUBRICS: Sequence[Shipped] = (
    Shipped(
        code="service_level",
        name="服务水平提升",
        judged="设备更新以后，使用的人办事是否比更新前顺当。看更新前后的对比材料，不看采购过程。",
        reached="多数岗位能说出具体变化：等待短了、返工少了、以前办不了的现在能办；有前后对照的记录。",
        partly="一部分岗位有变化，另一部分与更新前差不多；有记录，但前后不好比。",
        missed="说不出哪里变了，或者新设备闲置、不好用；没有可以对照的记录。",
    ),
    Shipped(
        code="calligraphy",
        name="书画作品",
        judged="一件书画作品是否体现馆员应有的水准：立意、技法、完整程度。一件作品一件评议。",
        reached="立意清楚，技法成熟，作品完整，可以直接用于展览、出版或馆藏。",
        partly="有可取之处，但技法或完整程度有明显不足，修改后才可用于展览。",
        missed="立意不清或者技法生疏，不宜以馆员名义展示。",
        is_of_works=True,
    ),
    Shipped(
        code="research_report",
        name="调研报告",
        judged="一篇调研报告是否达到办公厅公文标准：事实、分析、建议、文字和格式。一篇报告一件评议。",
        reached="事实有出处，分析得出建议，建议可以交办；文字、格式不用再改就能报送。",
        partly="内容可用，但部分事实没有出处，或者建议空泛，要改一次才能报送。",
        missed="事实不清、结论没有依据，或者文字、格式要重写。",
        is_of_works=True,
    ),
    Shipped(
        code="economic_benefit",
        name="经济效益",
        judged="这一年的工作对商务贸易、金融、市场管理等方面起了什么作用。看做成的事和有关方面的说法。",
        reached="能列出几件做成的事，有关部门或企业说得出得到的好处，并有数字或文件佐证。",
        partly="做了工作，好处能说清一部分，佐证不全。",
        missed="只有工作过程，看不出带来什么，或者没有佐证。",
    ),
    Shipped(
        code="social_benefit",
        name="社会效益",
        judged="这一年的工作对城市建设和市民生活起了什么作用。看做成的事、受益的人和他们的说法。",
        reached="能列出市民感受得到的变化，受益的人群清楚，有报道、来信或调查佐证。",
        partly="有变化，但范围小或者只能说明一部分，佐证不全。",
        missed="看不出市民得到什么，或者没有佐证。",
    ),
    Shipped(
        code="disclosure",
        name="政务信息公开",
        judged="公报是否让应该公开的政策文件更早、更全、更容易被人找到和看懂。",
        reached="应登的文件及时登全，查得到、看得懂，有读者使用的记录。",
        partly="大部分登了，个别晚登或难找；使用情况不清楚。",
        missed="漏登、晚登较多，或者读者找不到。",
    ),
    Shipped(
        code="gazette_purpose",
        name="办刊宗旨",
        judged="公报的选题和编排是否做到传达政令、宣传政策、指导工作、服务社会四个方面。",
        reached="四个方面都有内容支撑，选题与当年重点工作对得上，基层和读者有反馈。",
        partly="四个方面有一两个偏弱，或者反馈不多。",
        missed="选题随意，四个方面有缺项。",
    ),
    Shipped(
        code="office_environment",
        name="办公环境",
        judged="购置和改造以后，办公环境是否更安全、舒适、好用。看现场照片和使用的人的说法。",
        reached="现场整洁安全，设施好用，使用的人普遍认可，并有前后对照。",
        partly="有改善，但个别区域或设施仍不好用。",
        missed="看不出改善，或者留有安全隐患。",
    ),
)
BY_CODE: Mapping[str, Shipped] = {each.code: each for each in RUBRICS}


def missing() -> list[Shipped]:
    """Those that nobody has taken over yet; codes are permanent, so a retired one is not missing."""
    there = set(Rubric.objects.filter(code__in=BY_CODE).values_list("code", flat=True))
    return [each for each in RUBRICS if each.code not in there]


def take_in_shipped(unit: Unit, *, by: User | None, now: datetime, place: str = "") -> list[Rubric]:
    """Every shipped rubric that is not there yet, for `unit`, with its gauges; returns the new ones, so none the second time.

    Their tiers are those of the scoring profile in force at `place`. All or none. Raises `NotAllowed`, `Refused` where a rubric that somebody
    defined has such a name: rename that one first.
    """
    wanted = missing()
    scale = profile_for(now.date(), place=place).code
    with transaction.atomic():
        made = [define(each.given(scale), unit=unit, code=each.code, by=by, now=now) for each in wanted]
        several: list[tuple[str, Mapping[str, Any]]] = []
        for each in wanted:
            several.append(("reviews.mark", {"rubric": each.code}))
            if each.is_of_works:
                several.append(("reviews.reaching", {"rubric": each.code}))
        if several:
            gauges.put_many(several, by=by, now=now)
    return made

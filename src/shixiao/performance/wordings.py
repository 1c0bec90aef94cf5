"""Words that the pages of this room share: classes, kinds, senses, fields, and readings in plain words."""

from collections.abc import Callable
from decimal import Decimal

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shixiao.engine import lint, targets
from shixiao.engine.bilingual import Text
from shixiao.engine.plans import Form
from shixiao.performance.models import Finding, Understanding

CLASSES: dict[str, str | Promise] = {
    "11": _("数量指标"),
    "12": _("质量指标"),
    "13": _("时效指标"),
    "14": _("成本指标（旧）"),
    "21": _("经济效益"),
    "22": _("社会效益"),
    "23": _("生态效益"),
    "24": _("可持续影响"),
    "31": _("服务对象满意度"),
    "41": _("经济成本"),
    "42": _("社会成本"),
    "43": _("生态环境成本"),
}
KINDS: dict[str, str | Promise] = {
    "numeric": _("数值"),
    "range": _("区间"),
    "boolean": _("是否"),
    "qualitative": _("定性"),
    "deadline": _("期限"),
    "budget_bound": _("以预算为限"),
    "compound": _("几个条件"),
    "unparseable": _("读不出"),
    "none": _("（去掉这一部分）"),
}
OPERATORS: dict[str, str | Promise] = {
    ">=": _("≥ 不低于"),
    "<=": _("≤ 不超过"),
    ">": _("> 高于"),
    "<": _("< 低于"),
    "=": pgettext_lazy("operator", "= 等于"),
}
SENSES: dict[str, str | Promise] = {
    "at_least": _("达到或超过即可"),
    "at_most": _("不超过即可"),
    "exact": _("必须正好"),
}
SOURCES: dict[str, str | Promise] = {
    "value": _("指标值"),
    "name": _("指标名称"),
    "columns": _("单独的列"),
}
ROLES: dict[str, str | Promise] = {
    "operator": pgettext_lazy("role", "比较"),
    "number": pgettext_lazy("role", "数值"),
    "unit": pgettext_lazy("role", "单位"),
    "per": pgettext_lazy("role", "频次"),
    "date": pgettext_lazy("role", "期限"),
    "condition": pgettext_lazy("role", "条件"),
    "budget": pgettext_lazy("role", "预算"),
}
SUGGESTED_FIELDS: dict[str, str | Promise] = {
    "annual_wording": _("年度指标值"),
    "cycle_wording": _("实施周期指标值"),
    "name": _("指标名称"),
    "level1": _("一级指标"),
    "level2": _("二级指标"),
    "funds": _("资金"),
}

# What the parameters of measures are called; a slot that no office has yet is shown by its name.
SLOTS: dict[str, str | Promise] = {
    "register": _("台账"),
    "programme": _("发放项"),
    "field": _("字段"),
    "value": _("选项"),
    "since": _("起算日期字段"),
    "months": _("月数"),
    "times": _("每天次数"),
    "hours": _("间隔小时数"),
    "within": _("时限"),
    "topics": _("主题"),
    "project": _("项目"),
    "category": _("类别"),
    "rubric": _("评分细则"),
    "tier": _("档次"),
}

# Offices that may come, by the word under which a binding waits for them.
AWAITED: dict[str, str | Promise] = {
    "operations": _("运维"),
    "feedback": _("满意度与投诉"),
    "procurement": _("购置"),
    "documents": _("办文"),
    "exchange": _("公文交换"),
    "gazette": _("公报"),
    "supervision": _("督办"),
    "reviews": _("评议"),
}


def office_title(label: str) -> str:
    """What people call an office that is waited for."""
    return str(AWAITED.get(label, label))


def lacking(label: str) -> str:
    """What is said of a value from which the records of an office are still missing."""
    return gettext("依据不全：还缺“%(office)s”办公系统的记录，这个数不是全部。") % {"office": office_title(label)}


def slot_title(slot: str) -> str:
    """What people call a parameter."""
    return str(SLOTS.get(slot, slot))


def language() -> str:
    """The language of the page, as `Text.in_` wants it."""
    return get_language() or "zh-hans"


def said(text: Text) -> str:
    """A sentence of the engine in the language of the page."""
    return text.in_(language())


def class_title(code: str) -> str:
    """数量指标 for 11; nothing for a class that was not recognised."""
    title = CLASSES.get(code)
    return str(title) if title else ""


def rule_title(rule: str) -> str:
    """The title of a rule in the language of the page; nothing for one that was retired."""
    known = lint.RULES.get(rule)
    return said(known.title) if known else ""


def found(finding: Finding) -> str:
    """What a rule says, in the language of the page."""
    return said(Text(finding.text_zh, finding.text_en))


def understood(understanding: Understanding) -> str:
    """How the annual wording of a row is understood, in the language of the page."""
    return said(Text(understanding.annual_zh, understanding.annual_en))


def doubts(reading: targets.Reading) -> list[str]:
    """Why a person should look, in the language of the page."""
    return [said(_reason(code)) for code in reading.unsure]


def mended(reading: targets.Reading) -> list[str]:
    """What was mended on the way, in the language of the page."""
    return [said(_reason(code)) for code in reading.repairs]


def _reason(code: str) -> Text:
    return targets.REASONS.get(code) or Text(code, code)


FUNDS: dict[str, str | Promise] = {
    "total": _("总计"),
    "fiscal": _("财政拨款"),
    "special_account": _("财政专户拨款"),
    "other": _("其他资金"),
}


def points(value: Decimal) -> str:
    """Points as a person writes them: 9.5, 10."""
    return f"{value.normalize():f}"


def row_result(weight: Decimal | None, actual: str, score: Decimal | None) -> str:
    """What a form published beside a target: what was reached, and the points of how many; "" where nothing."""
    said = [gettext("实际完成 %(actual)s") % {"actual": actual}] if actual else []
    if score is not None and weight is not None:
        said.append(gettext("得分 %(score)s / %(weight)s") % {"score": points(score), "weight": points(weight)})
    elif score is not None:
        said.append(gettext("得分 %(score)s") % {"score": points(score)})
    elif weight is not None:
        said.append(gettext("分值 %(weight)s") % {"weight": points(weight)})
    return " · ".join(said)


def project_result(total_score: Decimal | None, grade: str) -> str:
    """The score of a project as its self-evaluation published it; "" where it did not."""
    said = [gettext("自评 %(score)s 分") % {"score": points(total_score)}] if total_score is not None else []
    return " · ".join([*said, grade] if grade else said)


def form_title(form: str) -> str:
    """The published form by its usual name."""
    return said(Form(form).title)


def in_both(make: Callable[[], str]) -> Text:
    """What `make` says in the language of the page, in Chinese and in English."""
    with translation.override("zh-hans"):
        chinese = str(make())
    with translation.override("en"):
        return Text(chinese, str(make()))

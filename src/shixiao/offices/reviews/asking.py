"""What forms ask for a review, and what its page calls what it tells: rubrics, tiers and people by their names."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from shixiao.casework.asking import Asked, Asking, Naming
from shixiao.casework.models import Attachment, Case
from shixiao.casework.particulars import Particular, choice, code, codes, label, texts, words
from shixiao.casework.steps import Step
from shixiao.engine.bilingual import Text
from shixiao.offices.reviews import queries
from shixiao.offices.reviews.models import Review, Rubric, Seat
from shixiao.offices.reviews.responsibilities import CHAIR, REVIEWER
from shixiao.offices.reviews.steps import REVIEW

_PEOPLE = ("leaves", "reviewer", "chair")


def asked(step: Step, case: Case | None, given: Mapping[str, Any], now: datetime) -> Asked:
    """Rubrics, tiers and people to choose from, instead of codes and everybody."""
    del given
    if case is None:
        return Asked(tuple(_rubric(each) for each in step.takes), shown={"year": str(now.astimezone().year)})
    review = Review.objects.select_related("version", "chair").get(case=case)
    shown = {"link": review.link} if review.link else {}
    return Asked(tuple(_of_case(each, case, review, now=now) for each in step.takes), shown=shown)


def _rubric(each: Particular) -> Particular:
    if each.name != "rubric":
        return each
    rows = Rubric.objects.filter(retired_on=None).order_by("name")
    return choice(each.name, each.title, tuple((row.code, Text(row.name, row.name)) for row in rows))


def _of_case(each: Particular, case: Case, review: Review, *, now: datetime) -> Particular:
    if each.name == "tier":
        return choice("tier", each.title, tuple((tier.code, tier.title) for tier in review.version.tiers))
    if each.name == "leaves":
        people = [seat.reviewer for seat in queries.open_seats(review)]
    elif each.name in _PEOPLE or each.name.startswith("reviewer_"):
        word = CHAIR if each.name == "chair" else REVIEWER
        people = queries.candidates(case, word.word, now=now)
    else:
        return each
    chosen = tuple((str(user.pk), Text(user.display_name, user.display_name)) for user in people)
    return replace(choice(each.name, each.title, chosen, is_required=each.is_required), hint=each.hint)


def named(case: Case) -> Iterable[Particular]:
    """Who gave what by their names, the tiers with their bounds, the files that were handed in."""
    review = Review.objects.select_related("version", "rubric").filter(case=case).first()
    return () if review is None else tuple(_named(case, review))


def _named(case: Case, review: Review) -> Iterator[Particular]:
    tiers = tuple((tier.code, tier.title) for tier in review.version.tiers)
    yield choice("rubric", Text("评分细则", "Rubric"), ((review.rubric.code, Text(*(review.version.name,) * 2)),))
    yield choice("tier", Text("档次", "Tier"), tiers)
    yield code("round", Text("第几轮", "Round"))
    yield code("commitment", Text("封存指纹", "Commitment of the seal"))
    yield code("spread", Text("分差", "Spread"))
    yield code("limit", Text("分差上限", "Spread allowed"))
    yield code("least", Text("至少几人评", "Reviewers needed"))
    yield code("scale", Text("档次出自", "Tiers taken from"))
    for name, title in (("tiers", Text("档次", "Tiers")), ("material", Text("材料", "Material"))):
        yield codes(name, title)
    for tier in review.version.tiers:
        yield label(f"tiers.{tier.code}", Text(f"“{tier.title.zh}”", f"“{tier.title.en}”"))
    files = dict(Attachment.objects.filter(case=case).values_list("sha256", "name"))
    for number, sha256 in enumerate(sorted(files), start=1):
        del sha256
        yield label(f"material.{number}", Text(f"材料 {number} 的指纹", f"Hash of file {number}"))
    seen: set[int] = set()
    for seat in Seat.objects.filter(case=case).select_related("reviewer"):
        if seat.reviewer_id in seen:
            continue
        seen.add(seat.reviewer_id)
        who, key = seat.reviewer.display_name, seat.reviewer_id
        yield label(f"marks.{key}", Text(f"{who}的得分", f"Mark of {who}"))
        yield choice(f"graded.{key}", Text(f"{who}的档次", f"Tier of {who}"), tiers)
        yield words(f"reasons.{key}", Text(f"{who}的理由", f"Reason of {who}"))
        yield label(f"salts.{key}", Text(f"{who}的封存随机数", f"Salt of {who}"))
    yield texts("reasons", Text("各人理由", "Reasons"))


ASKING: Mapping[str, Asking] = {REVIEW: asked}
NAMING: Mapping[str, Naming] = {REVIEW: named}

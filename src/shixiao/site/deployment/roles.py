"""Whether those who run the house are there, and are three people."""

from collections.abc import Iterator

from shixiao.engine.bilingual import Text
from shixiao.people.models import ADMINISTRATORS, Role, User
from shixiao.site.deployment.concerns import Concern, warning


def concerns() -> Iterator[Concern]:
    """That the three administrators are there is said by the checks of `people`; here: the officer, and whether two accounts are one person."""
    active = User.objects.filter(is_active=True, is_demonstration=False)
    if not active.filter(role=Role.OFFICER).exists():
        yield _NO_OFFICER
    held: dict[str, list[tuple[str, str]]] = {}
    administrators = active.filter(role__in=ADMINISTRATORS).order_by("pk")
    for name, number, username in administrators.values_list("display_name", "staff_number", "username"):
        held.setdefault(name, []).append((number, username))
    for several in held.values():
        # Two with numbers of their own are two people of one name: a number belongs to one account.
        if len(several) > 1 and not all(number for number, _username in several):
            yield _one_person(", ".join(username for _number, username in several))


_NO_OFFICER = warning(
    "site.officer",
    Text("没有启用的绩效管理员账号。", "No active account is a performance officer."),
    Text("没有人可以导入绩效目标表、绑定指标。", "Nobody can import a table or bind its indicators."),
    Text(
        "shixiao manage accounts add 账号 --role officer --display-name 姓名",
        "shixiao manage accounts add NAME --role officer --display-name WORDS",
    ),
)


def _one_person(accounts: str) -> Concern:
    return warning(
        "site.administrators",
        Text(
            f"这几个管理员账号是同一个人的：{accounts}。",
            f"These accounts of administrators belong to one person: {accounts}.",
        ),
        Text(
            "系统管理员、安全管理员、安全审计员要由三个人分别担任，互相制约。",
            "The three administrators hold each other in check only while they are three people.",
        ),
        Text("由安全管理员把其中的职责交给别人。", "Let somebody else take over one of them."),
    )

"""The address book of the emulated corporation. Everybody in it is simulated."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any


class Standing(IntEnum):
    """`status` of a member."""

    ACTIVE = 1
    DISABLED = 2
    NOT_ACTIVATED = 4
    LEFT = 5


@dataclass(frozen=True)
class Department:
    """A node of the tree; the root is 1."""

    id: int
    name: str
    parent: int = 0
    order: int = 100

    def shown(self) -> dict[str, Any]:
        """As `department/list` shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "name_en": "",
            "department_leader": [],
            "parentid": self.parent,
            "order": self.order,
        }


@dataclass(frozen=True)
class Member:
    """Somebody with an account. The first department is the main one. Only an active one can be written to."""

    userid: str
    name: str
    departments: tuple[int, ...] = (1,)
    position: str = ""
    mobile: str = ""
    standing: Standing = Standing.ACTIVE

    def shown(self) -> dict[str, Any]:
        """As `user/get` shows it to an app: telephone and e-mail are not given to apps (since June 2022)."""
        return {
            "userid": self.userid,
            "name": self.name,
            "department": list(self.departments),
            "order": [0] * len(self.departments),
            "position": self.position,
            "is_leader_in_dept": [0] * len(self.departments),
            "direct_leader": [],
            "telephone": "",
            "alias": "",
            "status": int(self.standing),
            "enable": int(self.standing != Standing.DISABLED),
            "isleader": 0,
            "hide_mobile": 0,
            "main_department": self.departments[0],
            "extattr": {"attrs": []},
        }


@dataclass
class AddressBook:
    """Departments, members and tags; a test changes them as the corporation would."""

    departments: dict[int, Department] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    tags: dict[int, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, departments: Iterable[Department], members: Iterable[Member]) -> "AddressBook":
        """A book with these."""
        return cls({each.id: each for each in departments}, {each.userid: each for each in members})

    def below(self, department: int) -> list[Department]:
        """It and everything below it, nearest first."""
        found = [self.departments[department]]
        for each in found:
            found += [child for child in self.departments.values() if child.parent == each.id and child not in found]
        return found

    def within(self, departments: Iterable[int]) -> list[Member]:
        """Who belongs to one of them."""
        wanted = set(departments)
        return [member for member in self.members.values() if wanted & set(member.departments)]

    def find(self, userid: str) -> Member | None:
        """Who it is; capitals mean nothing in an id."""
        wanted = userid.lower()
        return self.members.get(userid) or next(
            (each for each in self.members.values() if each.userid.lower() == wanted), None
        )

    def reached(self, userids: Iterable[str]) -> list[str]:
        """The ids, as they are written in the book, of those to whom a message may be sent; each once."""
        found = (self.find(userid) for userid in userids)
        return list(dict.fromkeys(each.userid for each in found if each and each.standing == Standing.ACTIVE))


def simulated_book() -> AddressBook:
    """Ten simulated people in four departments: one is disabled, one never signed in."""
    departments = [
        Department(1, "模拟办公厅"),
        Department(2, "督查室(模拟)", parent=1, order=300),
        Department(3, "秘书处(模拟)", parent=1, order=200),
        Department(4, "秘书一科(模拟)", parent=3),
    ]
    members = [
        Member("mo-jia", "模拟甲", (2,), "主任"),
        Member("mo-yi", "模拟乙", (2,), "督查员"),
        Member("mo-bing", "模拟丙", (2, 3), "督查员"),
        Member("mo-ding", "模拟丁", (3,), "处长"),
        Member("mo-wu", "模拟戊", (4,), "科长"),
        Member("mo-ji", "模拟己", (4,), "科员"),
        Member("mo-geng", "模拟庚", (4,), "科员"),
        Member("mo-xin", "模拟辛", (1,), "秘书长"),
        Member("mo-ren", "模拟壬", (3,), "科员", standing=Standing.DISABLED),
        Member("mo-gui", "模拟癸", (3,), "科员", standing=Standing.NOT_ACTIVATED),
    ]
    book = AddressBook.of(departments, members)
    book.tags[1] = ("mo-jia", "mo-xin")
    return book

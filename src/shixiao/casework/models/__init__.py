"""The tables of the counter."""

from shixiao.casework.models.calendars import CalendarChange, CalendarDay, LightRule, LimitRule, WorkCalendar
from shixiao.casework.models.cases import Assistant, Case, ClosedYear, Relation, Urgency
from shixiao.casework.models.deadlines import Deadline, Extension, Suspension, Timer
from shixiao.casework.models.duties import Duty, DutyCase, DutyVersion
from shixiao.casework.models.papers import Attachment
from shixiao.casework.models.phones import Received
from shixiao.casework.models.programs import Answered, Token
from shixiao.casework.models.saved import SavedFilter
from shixiao.casework.models.shared import Contract, Project, Subject, Topic
from shixiao.casework.models.tags import CaseTag, Colour, Tag, TagName
from shixiao.casework.search.models import SearchText

__all__ = [
    "Answered",
    "Assistant",
    "Attachment",
    "CalendarChange",
    "CalendarDay",
    "Case",
    "CaseTag",
    "ClosedYear",
    "Colour",
    "Contract",
    "Deadline",
    "Duty",
    "DutyCase",
    "DutyVersion",
    "Extension",
    "LightRule",
    "LimitRule",
    "Project",
    "Received",
    "Relation",
    "SavedFilter",
    "SearchText",
    "Subject",
    "Suspension",
    "Tag",
    "TagName",
    "Timer",
    "Token",
    "Topic",
    "Urgency",
    "WorkCalendar",
]

"""What can happen to any case, whatever its office. Names are permanent: `ledger/names.txt`."""

from shixiao.engine.bilingual import Text
from shixiao.ledger.kinds import declare

RELATED = declare("casework.related", Text("关联事项", "Related"), particulars=("other", "as"))
LIMIT_PASSED = declare("casework.limit_passed", Text("超过时限", "Limit passed"), particulars=("deadline", "name"))
SUSPENDED = declare(
    "casework.suspended", Text("中止计时", "Suspended"), particulars=("deadline", "name"), texts=("reason",)
)
RESUMED = declare(
    "casework.resumed", Text("恢复计时", "Resumed"), particulars=("deadline", "name", "due"), texts=("reason",)
)
EXTENSION_ASKED = declare(
    "casework.extension_asked",
    Text("申请延期", "Extension asked for"),
    particulars=("deadline", "name", "budget"),
    texts=("reason",),
)
EXTENSION_GRANTED = declare(
    "casework.extension_granted",
    Text("同意延期", "Extension granted"),
    particulars=("deadline", "name", "budget", "before", "due"),
    texts=("reason",),
)
EXTENSION_REFUSED = declare(
    "casework.extension_refused",
    Text("不同意延期", "Extension refused"),
    particulars=("deadline", "name", "budget"),
    texts=("reason",),
)
DEADLINE_MOVED = declare(
    "casework.deadline_moved",
    Text("日历调整，时限改变", "Deadline moved by a calendar change"),
    particulars=("deadline", "name", "before", "due", "change"),
)
CALENDAR_CHANGED = declare(
    "casework.calendar_changed",
    Text("调整节假日和调休", "Holidays changed"),
    particulars=("days", "removed", "known_until", "source", "change"),
    texts=("basis",),
)
HOURS_CHANGED = declare(
    "casework.hours_changed",
    Text("调整工作时间", "Working hours changed"),
    particulars=("calendar", "keeps_holidays", "hours", "before", "after", "change"),
)
LIMIT_SET = declare(
    "casework.limit_set",
    Text("设定时限", "Limit set"),
    particulars=("kind", "name", "urgency", "since", "calendar", "budget", "roll"),
)
LIGHTS_SET = declare("casework.lights_set", Text("设定亮灯规则", "Lights set"), particulars=("kind", "since", "rules"))
YEAR_CLOSED = declare("casework.year_closed", Text("年度关账", "Year closed"), particulars=("year",))
ASSIGNED = declare(
    "casework.assigned",
    Text("指定主办和协办", "Assigned"),
    particulars=("lead", "before", "assistants"),
    texts=("reason",),
)
HANDED_OVER = declare("casework.handed_over", Text("移交", "Handed over"), particulars=("before", "lead"))
MOVED = declare(
    "casework.moved",
    Text("改归属", "Moved"),
    particulars=("before", "after"),
    texts=("reason",),
)
PROJECT_CREATED = declare(
    "casework.project_created", Text("建立项目", "Project created"), particulars=("unit", "code", "since", "until")
)
CONTRACT_CREATED = declare(
    "casework.contract_created", Text("登记合同", "Contract recorded"), particulars=("project", "number")
)
TOPIC_CREATED = declare("casework.topic_created", Text("建立主题", "Topic created"))
TOPIC_RENAMED = declare("casework.topic_renamed", Text("主题更名", "Topic renamed"), texts=("before", "name"))
TOPIC_RETIRED = declare("casework.topic_retired", Text("停用主题", "Topic retired"), particulars=("on",))
TOPICS_MERGED = declare("casework.topics_merged", Text("合并主题", "Topics merged"), particulars=("into", "on"))
SUBJECT_CREATED = declare(
    "casework.subject_created", Text("登记物件", "Subject recorded"), particulars=("label", "unit")
)
FILTER_SAVED = declare("casework.filter_saved", Text("保存筛选", "Filter saved"))
FILTER_DELETED = declare("casework.filter_deleted", Text("删除筛选", "Filter deleted"))
LIST_EXPORTED = declare("casework.list_exported", Text("导出列表", "List exported"), particulars=("kind", "count"))
TOKEN_CREATED = declare(
    "casework.token_created", Text("建立令牌", "Token created"), particulars=("user", "scope", "valid_until")
)
TOKEN_REVOKED = declare("casework.token_revoked", Text("撤销令牌", "Token revoked"), particulars=("user",))
TOKEN_REFUSED = declare(
    "casework.token_refused", Text("令牌使用被拒", "Use of a token refused"), particulars=("reason", "what")
)

# ---- duties ----------------------------------------------------------------------------------------------------

DUTY_CREATED = declare(
    "casework.duty_created",
    Text("建立例行", "Duty created"),
    particulars=("kind", "step", "unit", "project", "topic", "subject", "calendar", "told", "since", "schedule"),
    texts=("title",),
)
DUTY_CHANGED = declare(
    "casework.duty_changed", Text("调整例行", "Duty changed"), particulars=("since", "before", "schedule")
)
DUTY_ENDED = declare("casework.duty_ended", Text("结束例行", "Duty ended"), particulars=("until",))
EXPECTED_WITHDRAWN = declare("casework.expected_withdrawn", Text("不再安排", "No longer expected"))
EXPECTED_REFUSED = declare(
    "casework.expected_refused", Text("没有排成", "Could not be expected"), particulars=("key", "reason")
)
WINDOW_CLOSED = declare("casework.window_closed", Text("日历休息，不计", "Closed by the calendar"))
WINDOW_OPENED = declare("casework.window_opened", Text("日历照常，计入", "Open by the calendar"))

# ---- tags, remarks, attachments --------------------------------------------------------------------------------

TAG_CREATED = declare(
    "casework.tag_created",
    Text("建立标签", "Tag created"),
    particulars=("parent", "colour", "since"),
    texts=("name",),
)
TAG_RENAMED = declare("casework.tag_renamed", Text("标签更名", "Tag renamed"), particulars=("since",), texts=("name",))
TAG_RECOLOURED = declare("casework.tag_recoloured", Text("标签换颜色", "Tag recoloured"), particulars=("colour",))
TAG_RETIRED = declare("casework.tag_retired", Text("停用标签", "Tag retired"), particulars=("on",))
TAGS_MERGED = declare("casework.tags_merged", Text("合并标签", "Tags merged"), particulars=("into", "on"))
TAG_SPLIT = declare("casework.tag_split", Text("拆分标签", "Tag split"), particulars=("into", "on"), texts=("names",))
# `within`: the tags above it, from below; `merged`: what is known already of where these go. So a case tells by itself for which tags it counts.
TAGGED = declare("casework.tagged", Text("加标签", "Tagged"), particulars=("tag", "within", "merged"))
UNTAGGED = declare("casework.untagged", Text("去掉标签", "Untagged"), particulars=("tag",))
TAG_MERGED = declare(
    "casework.tag_merged", Text("标签并入另一个", "Its tag merged"), particulars=("tag", "into", "within", "on")
)
REMARKED = declare("casework.remarked", Text("备注", "Remarked"), particulars=("corrects",), texts=("remark",))
ATTACHED = declare(
    "casework.attached",
    Text("添加附件", "Attached"),
    particulars=("sha256", "size", "media_type"),
    texts=("attachment",),
)
ATTACHMENT_REMOVED = declare(
    "casework.attachment_removed",
    Text("移除附件", "Attachment removed"),
    particulars=("file", "sha256"),
    texts=("reason",),
)
ATTACHMENT_ERASED = declare(
    "casework.attachment_erased",
    Text("依法删除附件", "Attachment erased by law"),
    particulars=("file", "sha256", "ground"),
)
SIMULATED = declare(
    "casework.simulated",
    Text("模拟了一段时间", "A time was simulated"),
    particulars=("year", "seed", "scale", "until"),
)

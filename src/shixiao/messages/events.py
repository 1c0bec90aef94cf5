"""What can happen to messages. Names are permanent: `ledger/names.txt`. Each single change of fate is a row (`Fate`)."""

from shixiao.engine.bilingual import Text
from shixiao.ledger.kinds import declare

PREFERENCES_SET = declare(
    "messages.preferences_set",
    Text("设定消息偏好", "Message preferences set"),
    particulars=("digests", "quiet_from", "quiet_until", "channels"),
)
QUIET_SET = declare(
    "messages.quiet_set",
    Text("设定免打扰时间", "Quiet hours set"),
    particulars=("since", "begins", "ends", "rests", "passes", "on_duty"),
)
LADDER_SET = declare(
    "messages.ladder_set",
    Text("设定催办阶梯", "Ladder of reminders set"),
    particulars=("kind", "urgency", "since", "rungs"),
)
RUNG_REACHED = declare(
    "messages.rung_reached",
    Text("催办", "Reminded"),
    particulars=("deadline", "name", "rung", "told", "hidden", "late_days"),
)
FATE_DECIDED = declare(
    "messages.fate_decided",
    Text("认定发送结果", "Outcome of a sending decided"),
    particulars=("channel", "outcome"),
    texts=("reason",),
)
ADDRESS_SET = declare("messages.address_set", Text("设定邮箱地址", "E-mail address set"), texts=("address",))
ADDRESS_REMOVED = declare("messages.address_removed", Text("删除邮箱地址", "E-mail address removed"))
TEST_MAIL_HANDED = declare("messages.test_mail_handed", Text("发送测试邮件", "Test mail sent"), texts=("address",))
TEST_MAIL_ANSWERED = declare(
    "messages.test_mail_answered",
    Text("测试邮件的结果", "Outcome of a test mail"),
    particulars=("handed", "outcome", "reason"),
)
TEST_NOTICE_HANDED = declare(
    "messages.test_notice_handed", Text("发送测试通知", "Test notice sent"), particulars=("channel",)
)
TEST_NOTICE_ANSWERED = declare(
    "messages.test_notice_answered",
    Text("测试通知的结果", "Outcome of a test notice"),
    particulars=("channel", "handed", "outcome", "reason"),
)
TEST_NOTICE_PRESSED = declare(
    "messages.test_notice_pressed",
    Text("按下测试通知的按钮", "Button of a test notice pressed"),
    particulars=("handed",),
)
ENDPOINT_CREATED = declare(
    "messages.endpoint_created",
    Text("建立接收地址", "Endpoint created"),
    particulars=("kinds",),
    texts=("title", "address"),
)
ENDPOINT_CHANGED = declare(
    "messages.endpoint_changed",
    Text("修改接收地址", "Endpoint changed"),
    particulars=("kinds",),
    texts=("title", "address"),
)
ENDPOINT_ENABLED = declare("messages.endpoint_enabled", Text("启用接收地址", "Endpoint enabled"))
ENDPOINT_DISABLED = declare(
    "messages.endpoint_disabled", Text("停用接收地址", "Endpoint disabled"), particulars=("reason",)
)
SECRET_ADDED = declare("messages.secret_added", Text("换发签名密钥", "Signing secret added"), particulars=("secrets",))
SECRET_DROPPED = declare(
    "messages.secret_dropped", Text("作废旧的签名密钥", "Old signing secrets dropped"), particulars=("secrets",)
)
WEBHOOKS_REPLAYED = declare(
    "messages.webhooks_replayed", Text("重发失败的告知", "Failed notices sent again"), particulars=("since", "count")
)

# ---- 粤政易 and SMS ----------------------------------------------------------------------------------------------

YUEZHENGYI_LINKED = declare(
    "messages.yuezhengyi_linked", Text("对应粤政易账号", "Linked with Yuezhengyi"), texts=("user_id",)
)
YUEZHENGYI_UNLINKED = declare(
    "messages.yuezhengyi_unlinked", Text("解除粤政易对应", "No longer linked with Yuezhengyi")
)
YUEZHENGYI_ENTERED = declare(
    "messages.yuezhengyi_entered", Text("从粤政易登录", "Came in by Yuezhengyi"), particulars=("waits",)
)
YUEZHENGYI_REFUSED = declare(
    "messages.yuezhengyi_refused",
    Text("粤政易登录被拒", "Sign-in by Yuezhengyi refused"),
    particulars=("reason",),
    texts=("user_id",),
)
DEPARTMENT_LINKED = declare(
    "messages.department_linked", Text("对应粤政易部门", "Department linked"), particulars=("department",)
)
NUMBER_SET = declare("messages.number_set", Text("设定手机号", "Mobile number set"), texts=("number",))
NUMBER_REMOVED = declare("messages.number_removed", Text("删除手机号", "Mobile number removed"))
STAND_IN_SET = declare(
    "messages.stand_in_set", Text("设定短信补发", "Standing in by SMS set"), particulars=("since", "minutes")
)

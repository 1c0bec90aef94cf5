"""What can happen to accounts, units, posts and appointments. Names are permanent: `ledger/names.txt`."""

from shixiao.engine.bilingual import Text
from shixiao.ledger.kinds import declare

ACCOUNT_CREATED = declare(
    "people.account_created", Text("建立账号", "Account created"), particulars=("role", "is_demonstration")
)
ACCOUNT_DISABLED = declare("people.account_disabled", Text("停用账号", "Account disabled"))
ACCOUNT_ENABLED = declare("people.account_enabled", Text("启用账号", "Account enabled"))
ROLE_CHANGED = declare("people.role_changed", Text("调整角色", "Role changed"), particulars=("before", "after"))
PASSWORD_CHANGED = declare("people.password_changed", Text("修改密码", "Password changed"))
LANGUAGE_CHOSEN = declare("people.language_chosen", Text("选择语言", "Language chosen"), particulars=("language",))
SIGNED_IN = declare("people.signed_in", Text("登录", "Signed in"), particulars=("second_step",))
SIGNED_OUT = declare("people.signed_out", Text("退出", "Signed out"))
SIGN_IN_REFUSED = declare("people.sign_in_refused", Text("登录被拒", "Sign-in refused"), particulars=("reason",))

# ---- units, posts, appointments ----------------------------------------------------------------------------------

UNIT_CREATED = declare("people.unit_created", Text("设立单位", "Unit created"), particulars=("code", "parent", "since"))
UNIT_RENAMED = declare("people.unit_renamed", Text("单位更名", "Unit renamed"))
UNIT_MOVED = declare("people.unit_moved", Text("单位调整上级", "Unit moved"), particulars=("before", "after"))
UNIT_CLOSED = declare("people.unit_closed", Text("撤销单位", "Unit closed"), particulars=("on",))
POST_CREATED = declare("people.post_created", Text("设立岗位", "Post created"), particulars=("code", "words"))
POST_RESPONSIBILITIES_SET = declare(
    "people.post_responsibilities_set",
    Text("调整岗位职责", "Responsibilities of a post set"),
    particulars=("before", "after"),
)
_APPOINTMENT = ("appointment", "post", "unit", "since", "is_main")
APPOINTED = declare("people.appointed", Text("任职", "Appointed"), particulars=_APPOINTMENT)
APPOINTMENT_ENDED = declare(
    "people.appointment_ended", Text("结束任职", "Appointment ended"), particulars=("appointment", "on")
)
_HANDED_OVER = ("ended", "successor", "handed_over")
TRANSFERRED = declare("people.transferred", Text("调动", "Transferred"), particulars=(*_APPOINTMENT, *_HANDED_OVER))
LEFT = declare("people.left", Text("离开", "Left"), particulars=("on", *_HANDED_OVER))
ATTEMPT_REFUSED = declare("people.attempt_refused", Text("越权尝试被拒", "Attempt refused"), particulars=("what",))

# ---- passwords and the second step -------------------------------------------------------------------------------

UNLOCKED = declare("people.unlocked", Text("解除登录锁定", "Sign-in unlocked"))
SESSION_EXPIRED = declare("people.session_expired", Text("闲置超时退出", "Signed out for idleness"))
SESSIONS_ENDED = declare("people.sessions_ended", Text("退出其他登录", "Sessions ended"), particulars=("number",))
SECOND_STEP_ENROLLED = declare(
    "people.second_step_enrolled", Text("启用第二步验证", "Second step enrolled"), particulars=("kind",)
)
SECOND_STEP_REMOVED = declare(
    "people.second_step_removed", Text("移除第二步验证", "Second step removed"), particulars=("kind",)
)
SECOND_STEP_RESET = declare("people.second_step_reset", Text("重置第二步验证", "Second step reset"))
RECOVERY_CODES_RENEWED = declare("people.recovery_codes_renewed", Text("更换恢复码", "Recovery codes renewed"))

# ---- import ------------------------------------------------------------------------------------------------------

STAFF_IMPORTED = declare(
    "people.staff_imported",
    Text("导入单位与人员", "Units and staff imported"),
    particulars=("sha256", "units", "accounts", "appointments"),
)
ACCOUNT_CHANGED = declare(
    "people.account_changed", Text("修改账号资料", "Account details changed"), particulars=("fields",)
)

"""What can happen to accounts. Names are permanent: `ledger/names.txt`."""

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
SIGNED_IN = declare("people.signed_in", Text("登录", "Signed in"))
SIGNED_OUT = declare("people.signed_out", Text("退出", "Signed out"))
SIGN_IN_REFUSED = declare("people.sign_in_refused", Text("登录被拒", "Sign-in refused"), particulars=("reason",))

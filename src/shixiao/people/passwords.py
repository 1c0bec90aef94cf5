"""What a password must be, where Django's own sentence is not translated."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """At least so many characters."""

    def get_error_message(self) -> str:
        """What is wrong, in the person's language."""
        return _("密码太短，至少要 %(length)d 个字符。") % {"length": self.min_length}

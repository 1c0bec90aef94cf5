"""What a browser calls the person it belongs to: a word from which nobody finds the account, the same every time."""

from django.utils.crypto import salted_hmac

from shixiao.people.models import User

LENGTH = 16


def mark_of(user: User) -> str:
    """Sixteen hexadecimal digits; another installation calls the same account otherwise."""
    return salted_hmac("shixiao.people.mark", str(user.pk)).hexdigest()[:LENGTH]

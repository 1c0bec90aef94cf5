"""Pages about people. django-axes finds `locked_out` here."""

from shixiao.people.views.signing_in import locked_out

__all__ = ["locked_out"]

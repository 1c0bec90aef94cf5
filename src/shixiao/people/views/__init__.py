"""Pages about people. django-axes finds `locked_out` here."""

from shixiao.people.views.pages import locked_out

__all__ = ["locked_out"]

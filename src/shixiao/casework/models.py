"""The tables of casework."""

from shixiao.casework.search.models import SearchText

__all__ = ["SearchText"]

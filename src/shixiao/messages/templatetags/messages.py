"""Filters of the pages of messages."""

from django import template

from shixiao.people.wordings import said

register = template.Library()
register.filter("said", said)

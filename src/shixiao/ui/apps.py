"""The room of the pages' frame."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, static files and formats. No models."""

    name = "shixiao.ui"
    label = "ui"

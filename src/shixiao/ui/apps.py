from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "shixiao.ui"
    label = "ui"

"""The pages of the channel, and the address for the carrier's reports."""

from django.urls import path

from shixiao.messages.channels.sms import views

urlpatterns = [
    path("", views.page, name="sms"),
    path("try/", views.try_, name="try_sms"),
    path("rule/", views.rule_page, name="sms_rule"),
    path("report/<str:given>/", views.report, name="sms_report"),
]

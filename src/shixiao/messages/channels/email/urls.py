"""The pages of the channel."""

from django.urls import path

from shixiao.messages.channels.email import views

urlpatterns = [
    path("", views.page, name="email"),
    path("test/", views.try_, name="try_email"),
]

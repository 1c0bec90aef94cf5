"""The pages of the channel."""

from django.urls import path

from shixiao.messages.channels.webhooks import views

urlpatterns = [
    path("", views.endpoints_page, name="endpoints"),
    path("<int:endpoint>/", views.endpoint_page, name="endpoint"),
]

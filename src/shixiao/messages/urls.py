"""Addresses of the inbox, of what became of messages, of settings, and of the channels that have pages."""

from django.urls import include, path

from shixiao.messages import channels
from shixiao.messages.views import inbox, outbox, settings

app_name = "messages"
urlpatterns = [
    path("messages/", inbox.inbox, name="inbox"),
    path("messages/change/", inbox.change, name="change"),
    path("messages/<int:message>/open/", inbox.open_, name="open"),
    path("messages/about/<str:kind>/<int:key>/", outbox.about, name="about"),
    path("messages/outbox/", outbox.outbox, name="outbox"),
    path("messages/outbox/<int:delivery>/", outbox.decide, name="delivery"),
    path("messages/settings/", settings.mine, name="mine"),
    path("messages/settings/quiet/", settings.quiet_page, name="quiet"),
    path("messages/settings/ladder/", settings.ladder_page, name="ladder"),
    *(
        path(f"messages/channels/{name}/", include(f"shixiao.messages.channels.{name}.urls"))
        for name in channels.with_pages()
    ),
]

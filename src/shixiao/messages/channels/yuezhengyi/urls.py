"""The pages of the channel, the address for the provider's callbacks, and the way in."""

from django.urls import path

from shixiao.messages.channels.yuezhengyi import views

urlpatterns = [
    path("", views.page, name="yuezhengyi"),
    path("try/", views.try_, name="try_yuezhengyi"),
    path("contacts/", views.contacts_page, name="yuezhengyi_contacts"),
    path("callback/", views.callback, name="yuezhengyi_callback"),
    path("enter/", views.enter, name="yuezhengyi_enter"),
    path("entered/", views.entered, name="yuezhengyi_entered"),
]

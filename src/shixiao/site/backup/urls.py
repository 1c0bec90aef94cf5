"""Addresses of backups."""

from django.urls import path

from shixiao.site.backup import views

app_name = "backup"
urlpatterns = [path("backups/", views.backups, name="backups")]

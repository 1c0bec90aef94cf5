"""Addresses of the pages about time."""

from django.urls import path

from shixiao.casework.views import time

urlpatterns = [
    path("time/", time.calendar, name="calendar"),
    path("time/hours/", time.hours, name="hours"),
    path("time/limits/", time.limits_page, name="limits"),
    path("time/lights/", time.lights_page, name="lights"),
    path("time/years/", time.years_page, name="years"),
]

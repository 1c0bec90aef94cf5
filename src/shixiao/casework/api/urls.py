"""Addresses of the interface for programs."""

from shixiao.casework.api.building import patterns

urlpatterns = patterns()

"""Addresses of this desk's own pages."""

from django.urls import path

from shixiao.offices.registers import views
from shixiao.offices.registers.views import defining, doing, entering, importing

app_name = "registers"
urlpatterns = [
    path("all/", views.home, name="home"),
    path("define/", defining.define, name="define"),
    path("shipped/", defining.take_shipped, name="take_shipped"),
    path("of/<str:code>/", views.table, name="table"),
    path("of/<str:code>/calendar/", views.calendar, name="calendar"),
    path("of/<str:code>/measures/", views.measures, name="measures"),
    path("of/<str:code>/nil-returns/", views.nil_returns, name="nil_returns"),
    path("of/<str:code>/nil-returns/ask/", doing.ask_nil_return, name="ask_nil_return"),
    path("of/<str:code>/export.xlsx", doing.export, name="export"),
    path("of/<str:code>/change/", defining.change, name="change"),
    path("of/<str:code>/retire/", defining.retire, name="retire"),
    path("of/<str:code>/new/<str:step>/", entering.begin, name="begin"),
    path("of/<str:code>/template.xlsx", importing.template_file, name="template"),
    path("of/<str:code>/import/", importing.begin, name="import"),
    path("imports/<int:draft>/", importing.preview, name="preview"),
    path("imports/<int:draft>/columns/", importing.say_columns, name="columns"),
    path("imports/<int:draft>/remove/", importing.put_away, name="put_away"),
]

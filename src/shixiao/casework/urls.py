"""Addresses of cases, lists and what offices share."""

from django.urls import path

from shixiao.casework.paper_urls import urlpatterns as papers
from shixiao.casework.views import (
    cases,
    exporting,
    handling,
    lists,
    manual,
    many,
    measures,
    opening,
    saving,
    searching,
    sharing,
    time,
)

app_name = "casework"
urlpatterns = [
    *papers,
    path("todo/", lists.todo, name="todo"),
    path("offices/<str:label>/", lists.office, name="office"),
    path("offices/<str:label>/export.xlsx", exporting.export, name="export"),
    path("manual/", manual.contents, name="manual_contents"),
    path("manual/<str:label>/", manual.show, name="manual"),
    path("manual/<str:label>/<str:kind>/", manual.show, name="manual_kind"),
    path("measures/", measures.contents, name="measures"),
    path("measures/<str:name>/", measures.show, name="measure"),
    path("cases/search/", searching.find, name="search"),
    path("cases/new/", opening.choose, name="choose"),
    path("cases/new/<str:kind>/<str:step>/", opening.begin, name="begin"),
    path("cases/things/", opening.things_found, name="things"),
    path("cases/many/", many.many, name="many"),
    path("cases/<int:case>/", cases.show, name="case"),
    path("cases/<int:case>/assign/", handling.assign, name="assign"),
    path("cases/<int:case>/extension/<str:name>/ask/", handling.ask_extension, name="ask_extension"),
    path("cases/<int:case>/extension/<int:extension>/", handling.answer_extension, name="answer_extension"),
    path("cases/<int:case>/<str:step>/", cases.step, name="step"),
    path("filters/", saving.listing, name="filters"),
    path("filters/save/", saving.save, name="save_filter"),
    path("filters/<int:saved>/delete/", saving.delete, name="delete_filter"),
    path("time/", time.calendar, name="calendar"),
    path("time/hours/", time.hours, name="hours"),
    path("time/limits/", time.limits_page, name="limits"),
    path("time/lights/", time.lights_page, name="lights"),
    path("time/years/", time.years_page, name="years"),
    path("shared/<str:which>/", sharing.listing, name="shared"),
    path("shared/<str:which>/new/", sharing.add, name="add_shared"),
]

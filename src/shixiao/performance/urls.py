"""Addresses of plans, indicators and rules."""

from django.urls import path

from shixiao.performance import views
from shixiao.performance.views import correcting, importing, rules, suppressing

app_name = "performance"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("import/", importing.begin, name="import"),
    path("import/review/", importing.review_again, name="review"),
    path("import/accept/", importing.accept, name="accept"),
    path("plans/<int:plan>/", views.plan, name="plan"),
    path("plans/<int:plan>/events/", views.events, name="events"),
    path("plans/<int:plan>/v<int:number>/", views.plan, name="version"),
    path("plans/<int:plan>/v<int:number>/source/", views.source, name="source"),
    path("plans/<int:plan>/v<int:number>/plan.json", views.document, name="document"),
    path("plans/<int:plan>/v<int:number>/<int:row>/", views.indicator, name="indicator"),
    path("plans/<int:plan>/v<int:number>/<int:row>/reading.json", views.reading_json, name="reading_json"),
    path("plans/<int:plan>/v<int:number>/<int:row>/correct/<str:which>/", correcting.correct, name="correct"),
    path("plans/<int:plan>/v<int:number>/<int:row>/withdraw/<int:correction>/", correcting.withdraw, name="withdraw"),
    path("plans/<int:plan>/v<int:number>/findings/<str:rule>/accept/", suppressing.suppress, name="suppress"),
    path(
        "plans/<int:plan>/v<int:number>/accepted/<int:suppression>/withdraw/",
        suppressing.withdraw,
        name="unsuppress",
    ),
    path("rules/", rules.listing, name="rules"),
    path("rules/<str:rule>/", rules.one, name="rule"),
]

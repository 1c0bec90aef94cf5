"""Addresses of plans, indicators and rules."""

from django.urls import path

from shixiao.performance import views
from shixiao.performance.views import correcting, funds, importing, rules, suppressing

app_name = "performance"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("import/", importing.begin, name="import"),
    path("import/<int:upload>/", importing.look, name="review"),
    path("import/<int:upload>/summary/", importing.summary, name="summary"),
    path("import/<int:upload>/original/", importing.original, name="original"),
    path("import/<int:upload>/columns/", importing.columns, name="columns"),
    path("import/<int:upload>/page/<int:page>.png", importing.page_picture, name="page_picture"),
    path("import/<int:upload>/accept/", importing.accept, name="accept"),
    path("import/<int:upload>/put-away/", importing.put_away, name="put_away"),
    path("plans/<int:plan>/", views.plan, name="plan"),
    path("plans/<int:plan>/events/", views.events, name="events"),
    path("plans/<int:plan>/v<int:number>/", views.plan, name="version"),
    path("plans/<int:plan>/v<int:number>/changes/", views.changes, name="changes"),
    path("plans/<int:plan>/v<int:number>/download/<str:format>/", views.download, name="download"),
    path("plans/<int:plan>/v<int:number>/funds/", funds.compared, name="funds"),
    path("plans/<int:plan>/v<int:number>/funds/match/", funds.match, name="match"),
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

"""Addresses of this desk's own pages."""

from django.urls import path

from shixiao.offices.supervision import views
from shixiao.offices.supervision.views import importing, instructions, letters, oa, phone, statistics

app_name = "supervision"
urlpatterns = [
    path("all/", views.home, name="home"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/screen/", statistics.large_screen, name="screen"),
    path("statistics/report/", statistics.report, name="briefing"),
    path("mine/", phone.mine, name="mine"),
    path("leader/", phone.leader, name="leader"),
    path("leader/write/", phone.write, name="write"),
    path("leader/<int:case>/", phone.decide, name="decide"),
    path("tag/", views.tag, name="tag"),
    path("task/<int:case>/", views.task, name="task"),
    path("task/<int:case>/letters/<slug:letter>/", letters.preview, name="letter_preview"),
    path("letters/", letters.issued, name="letters"),
    path("letters/templates/", letters.templates, name="letter_templates"),
    path("letters/templates/<slug:letter>/", letters.template, name="letter_template"),
    path("letters/<int:issued>/", letters.letter, name="letter"),
    path("letters/<int:issued>/<slug:format_>/", letters.file, name="letter_file"),
    path("instructions/", instructions.instructions, name="instructions"),
    path("instruction/<int:case>/", instructions.instruction, name="instruction"),
    path("instruction/<int:case>/text/", instructions.text, name="text"),
    path("oa/", oa.exchange, name="oa"),
    path("import/", importing.begin, name="import"),
    path("import/template/", importing.template_file, name="template"),
    path("import/<int:draft>/", importing.preview, name="preview"),
    path("import/<int:draft>/columns/", importing.say_columns, name="columns"),
    path("import/<int:draft>/put-away/", importing.put_away, name="put_away"),
]

"""Addresses of this desk's own pages."""

from django.urls import path

from shixiao.offices.supervision import views
from shixiao.offices.supervision.views import importing, instructions, phone

app_name = "supervision"
urlpatterns = [
    path("all/", views.home, name="home"),
    path("mine/", phone.mine, name="mine"),
    path("leader/", phone.leader, name="leader"),
    path("leader/write/", phone.write, name="write"),
    path("leader/<int:case>/", phone.decide, name="decide"),
    path("tag/", views.tag, name="tag"),
    path("task/<int:case>/", views.task, name="task"),
    path("instructions/", instructions.instructions, name="instructions"),
    path("instruction/<int:case>/", instructions.instruction, name="instruction"),
    path("instruction/<int:case>/text/", instructions.text, name="text"),
    path("import/", importing.begin, name="import"),
    path("import/<int:draft>/", importing.preview, name="preview"),
    path("import/<int:draft>/columns/", importing.say_columns, name="columns"),
    path("import/<int:draft>/put-away/", importing.put_away, name="put_away"),
]

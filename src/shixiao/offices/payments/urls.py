"""Addresses of this desk, below `/offices/payments/`. Cases, lists and the forms of steps are casework's."""

from django.urls import path

from shixiao.offices.payments import views
from shixiao.offices.payments.views import importing, rounds

app_name = "payments"
urlpatterns = [
    path("execution/", views.execution, name="execution"),
    path("projects/<int:project>/", views.project, name="project"),
    path("amounts/", views.listing, name="amounts"),
    path("programmes/", rounds.listing, name="programmes"),
    path("programmes/<int:programme>/year/", rounds.plan_year, name="plan_year"),
    path("import/", importing.begin, name="import"),
    path("import/template.xlsx", importing.template_file, name="template"),
    path("import/<int:draft>/", importing.preview, name="preview"),
    path("import/<int:draft>/columns/", importing.say_columns, name="columns"),
    path("import/<int:draft>/put-away/", importing.put_away, name="put_away"),
]

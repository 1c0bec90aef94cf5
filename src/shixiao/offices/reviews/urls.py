"""Addresses of this desk's own pages."""

from django.urls import path

from shixiao.offices.reviews import views
from shixiao.offices.reviews.views import defining

app_name = "reviews"
urlpatterns = [
    path("all/", views.home, name="home"),
    path("of/<int:case>/", views.review, name="review"),
    path("of/<int:case>/<str:step>/", views.take, name="take"),
    path("rubrics/", defining.rubrics, name="rubrics"),
    path("rubrics/define/", defining.define, name="define"),
    path("rubrics/shipped/", defining.take_shipped, name="take_shipped"),
    path("rubrics/<str:code>/", defining.rubric, name="rubric"),
    path("rubrics/<str:code>/change/", defining.change, name="change"),
    path("rubrics/<str:code>/retire/", defining.retire, name="retire"),
]

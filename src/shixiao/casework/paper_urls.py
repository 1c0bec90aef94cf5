"""Addresses of tags, remarks, attachments and lawful deletions."""

from django.urls import path

from shixiao.casework.views import files, papers, vocabulary

urlpatterns = [
    path("cases/<int:case>/tags/add/", papers.add_tag, name="add_tag"),
    path("cases/<int:case>/tags/<int:tag>/remove/", papers.remove_tag, name="remove_tag"),
    path("cases/<int:case>/remarks/add/", papers.add_remark, name="add_remark"),
    path("cases/<int:case>/files/add/", files.add, name="add_file"),
    path("files/<int:file>/", files.send, name="file"),
    path("files/<int:file>/remove/", files.remove, name="remove_file"),
    path("tags/", vocabulary.listing, name="tags"),
    path("tags/new/", vocabulary.new, name="new_tag"),
    path("tags/many/", papers.tag_many, name="tag_many"),
    path("tags/<int:tag>/", vocabulary.show, name="tag"),
    path("tags/<int:tag>/<str:change>/", vocabulary.change, name="change_tag"),
    path("erasing/", papers.erase, name="erase"),
]

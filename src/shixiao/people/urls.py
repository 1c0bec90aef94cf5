"""Addresses of sign-in, of one's own account, and of units, staff, posts and the book."""

from django.urls import path

from shixiao.people.views import account, book, importing, organisation, signing_in, staff

app_name = "people"
urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-in/second-step/", signing_in.second_step, name="second_step"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("language/", signing_in.choose_language, name="choose_language"),
    path("account/", account.account, name="account"),
    path("account/password/", account.change_password, name="change_password"),
    path("account/app/", account.begin_authenticator, name="begin_authenticator"),
    path("account/app/confirm/", account.confirm_authenticator, name="confirm_authenticator"),
    path("account/app/remove/", account.remove_authenticator, name="remove_authenticator"),
    path("account/recovery-codes/", account.renew_recovery_codes, name="renew_recovery_codes"),
    path("account/passkeys/add/", account.add_passkey, name="add_passkey"),
    path("account/passkeys/<int:number>/remove/", account.remove_passkey, name="remove_passkey"),
    path("account/sessions/", account.sessions_page, name="sessions"),
    path("people/", organisation.units, name="units"),
    path("people/units/new/", organisation.new_unit, name="new_unit"),
    path("people/units/<int:number>/", organisation.unit, name="unit"),
    path("people/units/<int:number>/rename/", organisation.rename_unit, name="rename_unit"),
    path("people/units/<int:number>/move/", organisation.move_unit, name="move_unit"),
    path("people/units/<int:number>/close/", organisation.close_unit, name="close_unit"),
    path("people/posts/", organisation.posts, name="posts"),
    path("people/posts/new/", organisation.new_post, name="new_post"),
    path("people/posts/<int:number>/", organisation.post, name="post"),
    path("people/staff/", staff.staff, name="staff"),
    path("people/staff/new/", staff.new_account, name="new_account"),
    path("people/staff/<int:number>/", staff.member, name="member"),
    path("people/staff/<int:number>/appoint/", staff.appoint, name="appoint"),
    path("people/staff/<int:number>/transfer/", staff.transfer, name="transfer"),
    path("people/staff/<int:number>/leave/", staff.leave, name="leave"),
    path("people/staff/<int:number>/role/", staff.role, name="role"),
    path("people/staff/<int:number>/password/", staff.set_password, name="set_password"),
    path("people/staff/<int:number>/switch/", staff.switch, name="switch"),
    path("people/staff/<int:number>/unlock/", staff.unlock, name="unlock"),
    path("people/staff/<int:number>/reset-second-step/", staff.reset_second_step, name="reset_second_step"),
    path("people/staff/<int:number>/end-sessions/", staff.end_sessions, name="end_sessions"),
    path("people/appointments/<int:number>/end/", staff.end_appointment, name="end_appointment"),
    path("people/import/", importing.begin, name="import"),
    path("people/import/template.xlsx", importing.template, name="import_template"),
    path("people/import/accept/", importing.accept, name="import_accept"),
    path("people/book/", book.book, name="book"),
]

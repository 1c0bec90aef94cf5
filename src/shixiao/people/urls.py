"""Addresses of sign-in, of one's own account, and of units, staff, posts and the book."""

from django.urls import path

from shixiao.people.views import account, signing_in

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
]

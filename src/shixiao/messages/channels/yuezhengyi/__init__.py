"""粤政易: cards to people's phones by the government build of WeCom, their acknowledgement, signing in with it, and its address book.

    provider    who we are to it, from the settings, and where it is
    tokens      one token for all processes
    asking      one call with a token; what its error codes mean
    cards       what a notice looks like
    channel     handing over, told truthfully
    envelopes   signature and encryption of callbacks
    receiving   a callback: somebody pressed 知悉
    accounts    whose user id is whose
    entering    signing in by a code
    contacts    the address book: what would change, and changing it

The call shapes are those of the public documentation of WeCom; the host differs with each deployment, so it is a setting.
"""

"""Who may go to the pages about programs. The addresses for programs themselves ask for a token (`people.access.OF_PROGRAMS`)."""

from collections.abc import Mapping

from shixiao.people.access import RARELY, SIGNED_IN, Access, public

ACCESS: Mapping[str, Access] = {
    "openapi": public("It says how programs speak with any installation, and nothing about this one."),
    "documentation": public("The same description, for people to read."),
    "problem": public("What a program was told leads here; it says what to do, and nothing about this installation."),
    "tokens": SIGNED_IN.but(sending=SIGNED_IN, a_minute=5 * RARELY),
    "revoke": SIGNED_IN.but(decides=True),
}

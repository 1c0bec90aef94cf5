"""Why a backup, a restore or a drill does not go on: one sentence with the next step, in both languages."""

from dataclasses import dataclass

from shixiao.engine.bilingual import Text


class CannotBackUp(Exception):
    """No backup was made, and nothing half is left; `text` says why and what to do next."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class CannotRestore(Exception):
    """Nothing was restored and nothing was changed; `text` says why and what to do next."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing in a backup that is not as it was written: the file, and what is wrong with it."""

    file: str
    what: Text


class Damaged(Exception):
    """A backup cannot be trusted; `damages` name every file that is not as it was written."""

    def __init__(self, *damages: Damage) -> None:
        super().__init__("; ".join(f"{each.file}: {each.what.en}" for each in damages))
        self.damages = damages

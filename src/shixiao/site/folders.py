"""Where this installation keeps what is its own: database, secret key, collected static files.

`SHIXIAO_HOME` says where. Without it, a developer's working tree uses its own `var/`, and an installed
package uses the folder that the operating system sets aside for a user's program data.
"""

import os
import secrets
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def home(environment: Mapping[str, str] = os.environ) -> Path:
    """The data folder, made (for its owner only) when it is not there yet."""
    given = environment.get("SHIXIAO_HOME", "")
    folder = Path(given).expanduser().resolve() if given else _working_tree() or _for_this_user(environment)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _working_tree() -> Path | None:
    """`var/` beside `src/`, when the package runs from a checkout."""
    root = PACKAGE.parents[1]
    is_checkout = PACKAGE.parent.name == "src" and (root / "pyproject.toml").is_file()
    return root / "var" if is_checkout else None


def _for_this_user(environment: Mapping[str, str]) -> Path:
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "shixiao"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "shixiao"
    return Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "shixiao"


def secret_key(folder: Path) -> str:
    """The signing key of this installation, made once and readable by its owner only.

    Several processes may start at the same moment: the file appears complete or not at all, and whoever
    comes second uses the first one's key.
    """
    path = folder / "secret-key"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii").strip()


def _write_once(path: Path, text: str) -> None:
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret-")  # mkstemp makes it 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text + "\n")
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        Path(draft).unlink()

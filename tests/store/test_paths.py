import pytest

from bpdrill.model.errors import UsageError
from bpdrill.store.paths import state_file, state_folder

PLACES = [
    ("linux", {"HOME": "/home/ada"}, "/home/ada/.local/share/bpdrill"),
    ("linux", {"HOME": "/home/ada", "XDG_DATA_HOME": "/data"}, "/data/bpdrill"),
    ("linux", {"HOME": "/home/ada", "XDG_DATA_HOME": ""}, "/home/ada/.local/share/bpdrill"),
    ("linux", {"HOME": "/home/ada", "XDG_DATA_HOME": "not/absolute"}, "/home/ada/.local/share/bpdrill"),
    ("freebsd14", {"HOME": "/home/ada"}, "/home/ada/.local/share/bpdrill"),
    ("darwin", {"HOME": "/Users/ada"}, "/Users/ada/Library/Application Support/bpdrill"),
    (
        "darwin",
        {"HOME": "/Users/ada", "XDG_DATA_HOME": "/data"},
        "/Users/ada/Library/Application Support/bpdrill",
    ),
    ("win32", {"LOCALAPPDATA": "C:\\Users\\ada\\AppData\\Local"}, "C:\\Users\\ada\\AppData\\Local\\bpdrill"),
    ("linux", {"HOME": "/home/ada", "BPDRILL_HOME": "/elsewhere"}, "/elsewhere"),
    ("win32", {"BPDRILL_HOME": "D:\\drill"}, "D:\\drill"),
]

NOWHERE = [
    ("linux", {}),
    ("linux", {"XDG_DATA_HOME": "relative"}),
    ("darwin", {}),
    ("win32", {"HOME": "/home/ada"}),
]


@pytest.mark.parametrize(("platform", "environment", "folder"), PLACES)
def test_each_system_has_its_place(platform: str, environment: dict[str, str], folder: str) -> None:
    assert state_folder(environment, platform) == folder


@pytest.mark.parametrize(("platform", "environment"), NOWHERE)
def test_an_environment_that_leads_nowhere_says_what_to_set(
    platform: str, environment: dict[str, str]
) -> None:
    with pytest.raises(UsageError, match="BPDRILL_HOME"):
        state_folder(environment, platform)


def test_there_is_one_file() -> None:
    assert state_file("/elsewhere") == "/elsewhere/bpdrill.sqlite3"

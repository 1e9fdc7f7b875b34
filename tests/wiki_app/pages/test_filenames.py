"""Names of attachments, compared with werkzeug's."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.utils import secure_filename

from wiki_app.pages.filenames import plain


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("My cool movie.mov", "My_cool_movie.mov"),
        ("../../../etc/passwd", "etc_passwd"),
        ("i contain cool ümläuts.txt", "i_contain_cool_umlauts.txt"),
        (".git", "git"),
        ("日本", ""),
    ],
)
def test_a_name_is_made_safe(raw: str, name: str) -> None:
    assert plain(raw) == name


@given(st.text(max_size=30))
@example("a\\b/ c\t.\x1f﹒d")
def test_werkzeug_gives_the_same_name(raw: str) -> None:
    assert plain(raw) == secure_filename(raw)

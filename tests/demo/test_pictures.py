"""What a preview of the sample newsroom promises."""

from pathlib import Path

from digest.demo.masthead import PICTURES, picture_url
from digest.demo.pictures import write_preview


def test_a_preview_shows_the_pictures_that_lie_beside_it(tmp_path: Path) -> None:
    html = f'<p>café</p><img src="{picture_url("tram")}"><img src="{picture_url("tram")}">'

    path = write_preview(html, tmp_path / "out", name="edition.html")

    assert path == tmp_path / "out" / "edition.html"
    assert path.read_text(encoding="utf-8") == '<p>café</p><img src="pictures/tram.jpg"><img src="pictures/tram.jpg">'
    assert (path.parent / "pictures" / "tram.jpg").read_bytes() == (PICTURES / "tram.jpg").read_bytes()


def test_only_pictures_that_are_used_are_copied(tmp_path: Path) -> None:
    write_preview(f'<img src="{picture_url("market")}">', tmp_path, name="edition.html")

    assert [path.name for path in (tmp_path / "pictures").iterdir()] == ["market.jpg"]


def test_other_addresses_stay_as_they_are(tmp_path: Path) -> None:
    html = f'<a href="https://www.harbourcourier.example/news/x">x</a><img src="{picture_url("no-such")}">'

    path = write_preview(html, tmp_path, name="edition.html")

    assert path.read_text(encoding="utf-8") == html

# ruff: noqa: E501
"""Decks in a real browser and through a real XeLaTeX: nothing overflows, no letter is missing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from render_sample import checked_form, checked_of_library, fill_sample, sample

from derivation.render import render, write
from derivation.render.compose import deck_of

pytestmark = pytest.mark.tools

CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (found := shutil.which(name))
    ),
    "",
)
XELATEX = shutil.which("xelatex") or ""
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="needs chromium")
needs_xelatex = pytest.mark.skipif(not XELATEX, reason="needs xelatex")
DECKS = [("sample", "ko"), ("sample", "en"), ("bce", "ko"), ("bce", "en")]

# Goes through all states, and writes down what stands outside of its slide.
PROBE = """
<script>addEventListener('load', () => {
  const found = [], last = () => location.hash;
  let before = '';
  while (last() !== before) {
    before = last();
    const slide = document.querySelector('section.on');
    const edge = slide.getBoundingClientRect();
    const visible = part => getComputedStyle(part).visibility === 'visible';
    const parts = [...slide.querySelectorAll('h1, h2, p, math, .note, .reference, td, dd, li.row > *')];
    parts.filter(visible).forEach(part => {
      const box = part.getBoundingClientRect();
      if (!box.width) return;
      const below = MOBILE ? false : box.bottom > edge.bottom + 1;
      if (box.right > edge.right + 1 || box.left < edge.left - 1 || below || box.top < edge.top - 1)
        found.push([before, part.tagName, part.textContent.slice(0, 60)]);
    });
    const boxes = [...slide.querySelectorAll('.blocks .note, .blocks math')].filter(visible);
    const sides = MOBILE ? [] : [...slide.querySelectorAll('.reference')].filter(visible);
    sides.forEach(side => boxes.forEach(box => {
      const a = side.getBoundingClientRect(), b = box.getBoundingClientRect();
      if (b.right > a.left + 1 && b.left < a.right && b.bottom > a.top && b.top < a.bottom)
        found.push([before, 'overlap', box.textContent.slice(0, 60)]);
    }));
    if (parseFloat(getComputedStyle(slide).fontSize) < 8) found.push([before, 'too small']);
    document.getElementById('next').click();
  }
  document.title = 'PROBE' + JSON.stringify({ found, last: last(), size: [innerWidth, innerHeight] });
});</script></body>"""


@cache
def deck(name: str, target: str, language: str) -> str:
    """The text of a deck: of the sample, or of a derivation of the library."""
    if name == "sample":
        return fill_sample(target, language)  # type: ignore[arg-type]
    return render(checked_of_library(name), target, language)


def states(name: str, language: str) -> int:
    """How many states that deck has."""
    checked = checked_form(sample()) if name == "sample" else checked_of_library(name)
    return deck_of(checked, language).states  # type: ignore[arg-type]


def browse(page: Path, folder: Path, *options: str) -> str:
    """What Chromium prints for a page."""
    command = [
        CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=8000", *options,
        page.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


# A browser without a window gives the page less height than its window: ask for more.
@needs_chromium
@pytest.mark.parametrize(("name", "language"), DECKS)
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080), (390, 844)])
def test_nothing_leaves_its_slide(
    tmp_path: Path, name: str, language: str, width: int, height: int
) -> None:
    """In a frame of exactly the size of the screen, since windows have borders."""
    mobile = "true" if width < height else "false"
    inner = deck(name, "html", language).replace("</body>", PROBE.replace("MOBILE", mobile))
    write(tmp_path / "inner.html", inner)
    frame = (
        "<!doctype html><title></title><body style='margin:0'><iframe id=f src=inner.html "
        f"style='border:0;width:{width}px;height:{height}px'></iframe><script>"
        "const look = () => { const t = f.contentDocument?.title || '';"
        "if (t.startsWith('PROBE')) document.title = t; else setTimeout(look, 50); }; look();"
        "</script>"
    )
    page = write(tmp_path / "frame.html", frame)
    dom = browse(
        page, tmp_path, "--allow-file-access-from-files", "--dump-dom", "--window-size=2000,1300"
    )
    match = re.search(r"<title>PROBE(.*?)</title>", dom, re.DOTALL)
    assert match, dom[:500]
    probe = json.loads(match[1].replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"))
    assert probe["size"] == [width, height]
    slides = inner.count("<section")
    assert probe["last"].startswith(f"#{slides}.")
    assert probe["found"] == []


@needs_chromium
def test_a_formula_that_is_too_wide_would_be_found(tmp_path: Path) -> None:
    text = deck("sample", "html", "en")
    text = text.replace("const largest = (", "const largest = () => 1, unused = (")
    text = text.replace("--unit: min(1.95vw, 3.47vh)", "--unit: 60px")
    text = text.replace("</body>", PROBE.replace("MOBILE", "false"))
    dom = browse(write(tmp_path / "wide.html", text), tmp_path, "--dump-dom")
    match = re.search(r'<title>PROBE\{"found":\[(.)', dom)
    assert match
    assert match[1] == "["


@needs_chromium
def test_printing_gives_one_page_a_slide(tmp_path: Path) -> None:
    page = write(tmp_path / "deck.html", deck("sample", "html", "ko"))
    pdf = tmp_path / "deck.pdf"
    browse(page, tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={pdf}")
    pages = max(int(count) for count in re.findall(rb"/Count (\d+)", pdf.read_bytes()))
    assert pages == deck("sample", "html", "ko").count("<section")


def typeset(folder: Path, text: str) -> tuple[int, str]:
    """The number of pages that XeLaTeX makes of a document, and its log."""
    source = write(folder / "deck.tex", text)
    command = [
        XELATEX,
        "-interaction=nonstopmode",
        "-halt-on-error",
        "-no-shell-escape",
        source.name,
    ]
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        errors="replace",
    )
    log = (folder / "deck.log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, log[-3000:]
    pages = re.search(r"\((\d+) pages?", done.stdout.replace("\n", ""))
    assert pages
    return int(pages[1]), log


def assert_clean(log: str) -> None:
    """No letter is missing and no box sticks out by more than 10 points."""
    assert "Missing character" not in log
    overfull = [float(size) for size in re.findall(r"Overfull \\[hv]box \(([\d.]+)pt", log)]
    assert max(overfull, default=0.0) <= 10


@needs_xelatex
@pytest.mark.parametrize(("name", "language"), DECKS)
def test_beamer_has_a_page_for_each_state(tmp_path: Path, name: str, language: str) -> None:
    pages, log = typeset(tmp_path, deck(name, "beamer", language))
    assert pages == states(name, language)
    assert_clean(log)


@needs_xelatex
@pytest.mark.parametrize(("name", "language"), DECKS)
def test_the_article_is_typeset(tmp_path: Path, name: str, language: str) -> None:
    pages, log = typeset(tmp_path, deck(name, "article", language))
    assert pages > 1
    assert_clean(log)

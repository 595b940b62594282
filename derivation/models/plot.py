"""The history of a fit as an SVG picture: loss against epoch. Standard library only."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import isfinite

from derivation.models.axes import Axis, number

__all__ = ["history_svg"]

_WIDTH, _HEIGHT = 800, 460
_LEFT, _RIGHT, _TOP, _BOTTOM = 92, 94, 78, 62  # margins around the plot
_ROOM = 0.06  # above the highest and below the lowest loss, as a share of the axis
_FEW = 60  # up to so many epochs, each gets a dot of its own

# Contrast to the page, in both schemes: text at least 7, the curve and its dots 4.5, axes 3.
_STYLE = """
  .page { fill: #ffffff } .grid { stroke: #e4e7eb } .axis { stroke: #8c959f }
  .curve { stroke: #1f6feb; fill: none } .area { fill: #1f6feb } .dot { fill: #1f6feb }
  .ring { stroke: #ffffff } .title, .last { fill: #1f2328 } .text { fill: #4b535d }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } .grid { stroke: #262c36 } .axis { stroke: #6e7681 }
    .curve { stroke: #58a6ff } .area { fill: #58a6ff } .dot { fill: #58a6ff }
    .ring { stroke: #0d1117 } .title, .last { fill: #f0f6fc } .text { fill: #b1bac4 }
  }
  text { font-family: system-ui, "Segoe UI", "Helvetica Neue", "Noto Sans", Arial, sans-serif;
         font-size: 13px; font-variant-numeric: tabular-nums }
  .title { font-size: 18px; font-weight: 600 } .last { font-weight: 600 }"""


def history_svg(
    history: Sequence[float], title: str, subtitle: str = "", *, loss: str = "loss"
) -> str:
    """A whole SVG document. ``history[k]`` is the loss after k epochs; ``loss`` is its name.

    Each axis is logarithmic where a plain one would show a corner and nothing else. A loss that
    is not finite is left out. Raises ValueError for a history without any finite loss.
    """
    title, subtitle = _printable(title), _printable(subtitle)
    points = [(epoch, value) for epoch, value in enumerate(history) if isfinite(value)]
    if not points:
        raise ValueError("the history holds no finite loss: there is nothing to plot")
    across = _epoch_axis(points)
    up = _loss_axis([value for _, value in points])
    places = [(_x(across, epoch), _y(up, value)) for epoch, value in points]
    last_epoch, last_loss = points[-1]
    spoken = f"{title}. {subtitle} The {loss} after {last_epoch} epochs is {last_loss:.6g}."
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" role="img" aria-label="{escape(spoken)}">',
        f"<title>{escape(title)}</title>",
        f"<style>{_STYLE}\n</style>",
        f'<rect class="page" width="{_WIDTH}" height="{_HEIGHT}" rx="6"/>',
        f'<text class="title" x="{_LEFT}" y="34">{escape(title)}</text>',
        f'<text class="text" x="{_LEFT}" y="56">{escape(subtitle)}</text>',
        *_across(across),
        *_up(up, loss),
        *_curve(places),
        _last_label(places[-1], last_loss),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _printable(text: str) -> str:
    """Without characters that XML has not, which the name of a file may have."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


# ------------------------------------------------------------------------------ axes


def _epoch_axis(points: Sequence[tuple[int, float]]) -> Axis:
    """Logarithmic, from 0 on, if the first tenth of many epochs did nearly all of the work."""
    last = max(points[-1][0], 1)
    if last > 100:
        early = [loss for epoch, loss in points if epoch <= last // 10]
        whole = points[0][1] - points[-1][1]
        if whole > 0 and points[0][1] - min(early) > 0.9 * whole:
            return Axis(0.0, float(last), logarithmic=True, shift=1.0)
    return Axis(0.0, float(last))


def _loss_axis(losses: Sequence[float]) -> Axis:
    """Logarithmic if the losses are positive and span a decade; some room above and below."""
    low, high = min(losses), max(losses)
    if low > 0 and high / low >= 10:
        room = (high / low) ** _ROOM
        return Axis(max(low / room, 1e-307), min(high * room, 1e308), logarithmic=True)
    flat = 1e-6 * max(abs(low), abs(high)) or 1.0  # less than that is rounding, or nothing
    room = max(_ROOM * (high - low), flat)
    return Axis(low - room, high + room)


def _x(axis: Axis, epoch: float) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * axis.place(epoch)


def _y(axis: Axis, loss: float) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * axis.place(loss)


def _across(axis: Axis) -> list[str]:
    floor = _HEIGHT - _BOTTOM
    scale = " (logarithmic scale)" if axis.logarithmic else ""
    middle = _LEFT + (_WIDTH - _LEFT - _RIGHT) / 2
    parts = [
        f'<path class="axis" d="M{_LEFT} {floor}H{_WIDTH - _RIGHT}"/>',
        f'<text class="text" x="{middle:g}" y="{_HEIGHT - 18}" text-anchor="middle">'
        f"epoch{scale}</text>",
    ]
    for tick in axis.ticks(8, whole=True):
        x = f"{_x(axis, tick):.1f}"
        parts += [
            f'<path class="axis" d="M{x} {floor}v5"/>',
            f'<text class="text" x="{x}" y="{floor + 21}" text-anchor="middle">'
            f"{number(tick)}</text>",
        ]
    return parts


def _up(axis: Axis, loss: str) -> list[str]:
    scale = " (logarithmic scale)" if axis.logarithmic else ""
    middle = _TOP + (_HEIGHT - _TOP - _BOTTOM) / 2
    parts = [
        f'<text class="text" transform="translate(24 {middle:g}) rotate(-90)" '
        f'text-anchor="middle">{loss}{scale}</text>'
    ]
    for tick in axis.ticks(5):
        y = _y(axis, tick)
        parts += [
            f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>',
            f'<text class="text" x="{_LEFT - 10}" y="{y + 4.5:.1f}" text-anchor="end">'
            f"{number(tick)}</text>",
        ]
    return parts


# ----------------------------------------------------------------------------- curve


def _curve(places: Sequence[tuple[float, float]]) -> list[str]:
    floor = _HEIGHT - _BOTTOM
    drawn = _thinned(places)
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in drawn)
    first, last = drawn[0][0], drawn[-1][0]
    parts = [
        f'<path class="area" opacity="0.08" d="M{first:.1f} {floor}L{line}L{last:.1f} {floor}z"/>',
        f'<path class="curve" stroke-width="2" stroke-linejoin="round" stroke-linecap="round" '
        f'd="M{line}"/>',
    ]
    if len(places) <= _FEW:
        parts += [f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="2.6"/>' for x, y in places]
    x, y = places[-1]
    parts.append(f'<circle class="dot ring" cx="{x:.1f}" cy="{y:.1f}" r="5" stroke-width="2"/>')
    return parts


def _thinned(places: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """In each half pixel the first, lowest, highest and last point: it looks the same."""
    kept: list[tuple[float, float]] = []
    column: list[tuple[float, float]] = []
    for place in places:
        if column and int(2 * place[0]) != int(2 * column[0][0]):
            kept += _ends(column)
            column = []
        column.append(place)
    return kept + _ends(column)


def _ends(column: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    heights = [y for _, y in column]
    chosen = {0, heights.index(min(heights)), heights.index(max(heights)), len(column) - 1}
    return [column[k] for k in sorted(chosen)]


def _last_label(place: tuple[float, float], loss: float) -> str:
    """The last loss, to the right of its dot: there is nothing else."""
    x, y = place
    return f'<text class="last" x="{x + 12:.1f}" y="{y + 4.5:.1f}">{loss:.5g}</text>'

"""Photos as a merchant takes them: a label on a table, askew, in uneven light, a little out of focus, as a JPEG."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
import pypdfium2
from PIL import Image, ImageFilter

_DPMM = 10
_MARGIN = 30  # mm of table around the paper


@dataclass(frozen=True)
class Shot:
    """How the photo was taken, and how far off the label was printed (mm, right and down)."""

    right: float = 0.0
    down: float = 0.0
    stretch: float = 1.0
    angle: float = 3.0  # degrees
    table: int = 80  # its grey
    seed: int = 1
    longest: int = 1280  # dots, as Telegram leaves a photo


def photo_of(pdf: bytes, shot: Shot | None = None) -> bytes:
    """A photo of the first page."""
    shot = shot or Shot()
    noise = np.random.default_rng(shot.seed)
    scene = _on_table(_printed(pdf, shot), shot, noise)
    seen = _seen(scene, shot, noise)
    return _jpeg(_lit(seen, noise))


def _printed(pdf: bytes, shot: Shot) -> Image.Image:
    """The paper with the print on it, moved and stretched as by a bad printer."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].render(scale=_DPMM * 25.4 / 72, grayscale=True).to_pil()
    paper = Image.new("L", page.size, 255)
    larger = page.resize((round(page.width * shot.stretch), round(page.height * shot.stretch)))
    paper.paste(larger, (round(shot.right * _DPMM), round(shot.down * _DPMM)))
    return paper


def _on_table(paper: Image.Image, shot: Shot, noise: np.random.Generator) -> Image.Image:
    margin = _MARGIN * _DPMM
    size = (paper.height + 2 * margin, paper.width + 2 * margin)
    grain = noise.normal(0, 6, size) + 10 * np.sin(np.arange(size[1]) / 31)[None, :]
    table = Image.fromarray(np.clip(shot.table + grain, 0, 255).astype("uint8"))
    table.paste(paper, (margin, margin))
    return table


def _seen(scene: Image.Image, shot: Shot, noise: np.random.Generator) -> Image.Image:
    """Turned, tilted, and as small as it is sent."""
    turned = scene.rotate(shot.angle, Image.Resampling.BICUBIC, expand=True, fillcolor=shot.table)
    turned.thumbnail((shot.longest, shot.longest), Image.Resampling.LANCZOS)
    width, height = turned.size
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], float)
    askew = corners + noise.uniform(-0.025, 0.025, (4, 2)) * min(width, height)
    return turned.transform(
        (width, height),
        Image.Transform.PERSPECTIVE,
        _projection(corners, askew),
        Image.Resampling.BICUBIC,
        fillcolor=shot.table,
    )


def _projection(here: np.ndarray, there: np.ndarray) -> tuple[float, ...]:
    """The eight coefficients that bring four points here to those there."""
    rows, wanted = [], []
    for (x, y), (u, v) in zip(here, there, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    return tuple(float(each) for each in np.linalg.solve(rows, wanted))


def _lit(picture: Image.Image, noise: np.random.Generator) -> Image.Image:
    levels = np.asarray(picture, float)
    across = np.linspace(*noise.uniform(0.75, 1, 2), levels.shape[1])[None, :]
    along = np.linspace(*noise.uniform(0.8, 1, 2), levels.shape[0])[:, None]
    lit = levels * across * along + noise.normal(0, 3, levels.shape)
    return Image.fromarray(np.clip(lit, 0, 255).astype("uint8")).filter(ImageFilter.GaussianBlur(0.6))


def _jpeg(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=85)
    return file.getvalue()

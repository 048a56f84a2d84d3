"""Labels a second, ours beside reportlab and fpdf2 as one would use them after reading their manuals.

All three draw the same labels from the same template with the same two fonts. The others are given what helps them:
fonts loaded once, sizes found by one division instead of a search, our Code 128 where fpdf2 has none.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import fpdf
import pytest
from reportlab import rl_config
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.code128 import Code128 as ReportlabCode128
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

import core.labels
from core.labels import Label, LabelItem, Party
from core.labels.barcode import Modules, code128, qr
from core.labels.content import content
from core.labels.render import render
from core.labels.template import Align, AnyOp, Bound, Box, Code128, Items, Line, Qr, Rect, Template, Text, template
from core.labels.typeface import BOLD, REGULAR, load

pytestmark = pytest.mark.benchmark

ROUNDS = 5
MM = 72 / 25.4
MODULE = 0.375
FONTS = Path(core.labels.__file__).parent / "fonts"
SHIFT = {Align.LEFT: 0.0, Align.CENTER: 0.5, Align.RIGHT: 1.0}


def some_labels(count: int) -> list[Label]:
    """Distinct labels as a day brings them: one to four goods, a remark on some."""
    chance = random.Random(7)
    return [a_label(chance, position) for position in range(1, count + 1)]


def a_label(chance: random.Random, position: int) -> Label:
    place = chance.choice(PLACES)
    return Label(
        number=f"YT{digits(chance, 13)}",
        courier="圆通速递",
        segment=f"{digits(chance, 3)}-{chance.choice('ABCDEFGH')}{digits(chance, 2)} {digits(chance, 3)}",
        hub=f"{place[3:5]}转运中心",
        recipient=Party(
            chance.choice("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许韩冯邓曹") + "*" * chance.randint(1, 2),
            f"1{digits(chance, 2)}******{digits(chance, 2)}",
            f"{place} {chance.choice(ROADS)}{chance.randint(1, 1999)}号{chance.choice(ESTATES)}5幢***",
        ),
        sender=Party("某某旗舰店", "400******1", "浙江省金华市义乌市北苑街道春风大道***"),
        orders=(f"2611{chance.randint(10, 22)}-{digits(chance, 15)}",),
        items=tuple(
            LabelItem(chance.choice(GOODS), f"{chance.choice(COLOURS)} {chance.choice(SIZES)}", chance.randint(1, 5))
            for _ in range(chance.randint(1, 4))
        ),
        pickup_code="8866",
        remark=chance.choice(REMARKS),
        position=position,
        printed_at="2026-11-22 22:15",
    )


def digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choices("0123456789", k=count))


PLACES = (
    "浙江省 杭州市 余杭区", "广东省 深圳市 龙岗区", "四川省 成都市 武侯区", "江苏省 苏州市 姑苏区",
    "湖北省 武汉市 洪山区", "山东省 青岛市 市北区",
    "新疆维吾尔自治区 伊犁哈萨克自治州 察布查尔锡伯自治县", "黑龙江省 哈尔滨市 道里区",
)  # fmt: skip
ROADS = ("文一西路", "中山北路", "解放大道", "人民东路", "金鸡湖大道", "建设二路", "学府街", "望江路")
ESTATES = ("凤凰山庄", "梧桐苑", "紫荆花园", "翡翠城", "滨河新村", "云锦社区", "光谷公寓", "科技园")
GOODS = (
    "纯棉短袖T恤", "女士防晒衣", "儿童积木玩具", "无糖黑芝麻丸", "手机壳磁吸款", "不锈钢保温杯", "洗衣凝珠", "猫粮冻干",
    "瑜伽垫加厚", "蓝牙耳机", "坚果礼盒", "羊毛袜", "台灯护眼", "螺蛳粉", "充电宝",
)  # fmt: skip
COLOURS = ("红", "蓝", "白", "黑", "杏", "墨绿", "藏青", "樱花粉")
SIZES = ("S", "M", "L", "XL", "均码")
REMARKS = ("", "", "易碎，请轻拿轻放", "尽快发货", "送礼用，勿放价签")


def test_a_thousand_labels_are_drawn_far_faster_than_with_plain_reportlab_or_fpdf2() -> None:
    form = template("100x150")
    rivals = {"miandan": (render, 1000), "fpdf2": (with_fpdf2, 100), "reportlab": (with_reportlab, 30)}
    for draw, _ in rivals.values():
        draw(some_labels(2), form)
    speeds: dict[str, list[float]] = {name: [] for name in rivals}
    sizes: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, (draw, count) in rivals.items():
            speed, sizes[name] = measured(draw, some_labels(count), form)
            speeds[name].append(speed)
    rates = {name: statistics.median(rounds) for name, rounds in speeds.items()}
    print(f"\n{'':12}{'labels/s':>10}{'times':>8}{'B/label':>10}{'of':>7}")
    for name, rate in rates.items():
        print(f"{name:12}{rate:10.1f}{rates['miandan'] / rate:8.1f}{sizes[name]:10.0f}{rivals[name][1]:7}")
    assert rates["miandan"] >= 40 * rates["reportlab"]
    assert rates["miandan"] >= 5 * rates["fpdf2"]
    assert sizes["miandan"] <= 1400


Draw = Callable[[Sequence[Label], Template], bytes]


@contextmanager
def reportlabs_own_default() -> Iterator[None]:
    """Our renderer turns text armour off for the whole process; plain use has it on."""
    rl_config.useA85 = 1
    try:
        yield
    finally:
        rl_config.useA85 = 0


def measured(draw: Draw, labels: Sequence[Label], form: Template) -> tuple[float, float]:
    """Labels a second of processor time, bytes a label."""
    start = time.process_time()
    pdf = draw(labels, form)
    return len(labels) / (time.process_time() - start), len(pdf) / len(labels)


def due(op: AnyOp, fields: Mapping[str, str]) -> bool:
    needed = [op.when, op.bind if isinstance(op, Bound) else ""]
    return all(fields[name] for name in needed if name)


def wording(op: Text, fields: Mapping[str, str]) -> str:
    return op.text.replace("{}", fields[op.bind]) if op.bind else op.text


def goods(items: Sequence[LabelItem]) -> list[str]:
    return [f"{item.name} {item.spec} ×{item.count}" for item in items]


def with_reportlab(labels: Sequence[Label], form: Template) -> bytes:
    """Canvas methods, its own Code128 and QrCodeWidget, Paragraph for what may take several lines."""
    load(REGULAR), load(BOLD)
    file = BytesIO()
    canvas = Canvas(file, pagesize=(form.paper.width * MM, form.paper.height * MM), pageCompression=1)
    for label in labels:
        said = content(label, form.sources)
        for op in form.static + form.fields:
            if due(op, said.fields):
                reportlab_op(canvas, form.paper.height, op, said.fields, label)
        canvas.showPage()
    with reportlabs_own_default():
        canvas.save()
    return file.getvalue()


def reportlab_op(canvas: Canvas, top: float, op: AnyOp, fields: Mapping[str, str], label: Label) -> None:
    x, width, bottom = op.box.x * MM, op.box.width * MM, (top - op.box.y - op.box.height) * MM
    height = op.box.height * MM
    match op:
        case Text() if op.lines > 1:
            reportlab_paragraph(canvas, op, wording(op, fields), (top - op.box.y) * MM)
        case Text():
            reportlab_line(canvas, op, wording(op, fields), bottom)
        case Code128():
            bars = ReportlabCode128(fields[op.bind], barWidth=MODULE * MM, barHeight=height, quiet=0)
            bars.drawOn(canvas, x + (width - bars.width) / 2, bottom)
        case Qr():
            widget = QrCodeWidget(fields[op.bind], barLevel="M", barWidth=width, barHeight=height)
            renderPDF.draw(Drawing(width, height, widget), canvas, x, bottom)
        case Items():
            canvas.setFont(REGULAR, op.font.size)
            for at, line in enumerate(goods(label.items)):
                canvas.drawString(x, bottom + height - (at * 1.2 + 0.88) * op.font.size, line)
        case Line():
            canvas.setLineWidth(op.stroke * MM)
            canvas.setDash([part * MM for part in op.dash])
            canvas.line(x, bottom + height, x + width, bottom)
        case Rect():
            canvas.setDash()
            canvas.setLineWidth(op.stroke * MM)
            canvas.rect(x, bottom, width, height, stroke=not op.filled, fill=op.filled)


def reportlab_line(canvas: Canvas, op: Text, text: str, bottom: float) -> None:
    font = BOLD if op.font.bold else REGULAR
    natural = canvas.stringWidth(text, font, op.font.size)
    size = op.font.size * min(1, op.box.width * MM / natural)
    canvas.setFont(font, size)
    canvas.setFillGray(op.grey)
    free = op.box.width * MM - natural * size / op.font.size
    baseline = bottom + (op.box.height * MM - size) / 2 + 0.12 * size
    canvas.drawString(op.box.x * MM + SHIFT[op.align] * free, baseline, text)
    canvas.setFillGray(0)


def reportlab_paragraph(canvas: Canvas, op: Text, text: str, top: float) -> None:
    font = BOLD if op.font.bold else REGULAR
    style = ParagraphStyle("", fontName=font, fontSize=op.font.size, leading=op.font.size * 1.2, wordWrap="CJK")
    paragraph = Paragraph(text, style)
    _, height = paragraph.wrapOn(canvas, op.box.width * MM, op.box.height * MM)
    paragraph.drawOn(canvas, op.box.x * MM, top - height)


def with_fpdf2(labels: Sequence[Label], form: Template) -> bytes:
    """Its text, multi_cell, line and rect in millimetres; symbols as rectangles from our encoders, having none."""
    pdf = fpdf.FPDF(unit="mm", format=(form.paper.width, form.paper.height))
    pdf.set_auto_page_break(False)
    pdf.add_font(REGULAR, fname=FONTS / f"{REGULAR}.ttf")
    pdf.add_font(BOLD, fname=FONTS / f"{BOLD}.ttf")
    for label in labels:
        pdf.add_page()
        said = content(label, form.sources)
        for op in form.static + form.fields:
            if due(op, said.fields):
                fpdf2_op(pdf, op, said.fields, label)
    return bytes(pdf.output())


def fpdf2_op(pdf: fpdf.FPDF, op: AnyOp, fields: Mapping[str, str], label: Label) -> None:
    x, y, width, height = op.box
    match op:
        case Text() if op.lines > 1:
            pdf.set_font(BOLD if op.font.bold else REGULAR, size=op.font.size)
            pdf.set_xy(x, y)
            pdf.multi_cell(width, op.font.size * 1.2 / MM, wording(op, fields), align="L")
        case Text():
            fpdf2_line(pdf, op, wording(op, fields))
        case Code128():
            modules = code128(fields[op.bind])
            fpdf2_modules(pdf, modules, x + (width - modules.columns * MODULE) / 2, y, MODULE, height)
        case Qr():
            modules = qr(fields[op.bind])
            module = width / (modules.columns + 8)
            fpdf2_modules(pdf, modules, x + 4 * module, y + 4 * module, module, module)
        case Items():
            pdf.set_font(REGULAR, size=op.font.size)
            for at, line in enumerate(goods(label.items)):
                pdf.text(x, y + (at * 1.2 + 0.88) * op.font.size / MM, line)
        case Line():
            pdf.set_line_width(op.stroke)
            pdf.set_dash_pattern(*op.dash[:1], *op.dash[1:])
            pdf.line(x, y, x + width, y + height)
        case Rect():
            pdf.set_dash_pattern()
            pdf.set_line_width(op.stroke)
            pdf.rect(x, y, width, height, style="F" if op.filled else "D")


def fpdf2_line(pdf: fpdf.FPDF, op: Text, text: str) -> None:
    box: Box = op.box
    pdf.set_font(BOLD if op.font.bold else REGULAR, size=op.font.size)
    natural = pdf.get_string_width(text)
    size = op.font.size * min(1, box.width / natural)
    pdf.set_font_size(size)
    pdf.set_text_color(round(op.grey * 255))
    free = box.width - natural * size / op.font.size
    pdf.text(box.x + SHIFT[op.align] * free, box.y + (box.height + 0.76 * size / MM) / 2, text)


def fpdf2_modules(pdf: fpdf.FPDF, modules: Modules, x: float, y: float, width: float, height: float) -> None:
    for at, row in enumerate(modules.rows):
        start = 0
        for run in row.replace("10", "1 0").replace("01", "0 1").split():
            if run[0] == "1":
                pdf.rect(x + start * width, y + at * height, len(run) * width, height, style="F")
            start += len(run)

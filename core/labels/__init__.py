"""Labels: templates as data, drawn as PDF."""

from core.labels.label import Label, LabelItem, Party
from core.labels.press import Press
from core.labels.template import template

__all__ = ["Label", "LabelItem", "Party", "Press", "template"]

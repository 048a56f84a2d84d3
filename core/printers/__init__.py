"""Printers that put ink on paper: the port in `base.py`, one file for each kind."""

from core.printers.ipp import IppPrinter

__all__ = ["IppPrinter"]

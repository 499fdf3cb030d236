"""The desk with every page of it: importing this registers them."""

from exam_server.written.routes import deciding, leading, marking
from exam_server.written.routes.desk import desk

__all__ = ["deciding", "desk", "leading", "marking"]

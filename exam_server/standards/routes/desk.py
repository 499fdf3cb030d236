"""The blueprint of the standards desk."""

from flask import Blueprint

desk = Blueprint("standards", __name__, url_prefix="/standards")

"""The one place that turns settings into live objects. Nothing is connected or loaded before a flow asks for it."""

from digest.bootstrap.building import MAILDIR, build_services, template_folders

__all__ = ["MAILDIR", "build_services", "template_folders"]

"""A look: everything one page shows at one moment, as a tree of nodes that nothing changes."""

from portal_bot.portal.look.node import Box, Look, Node
from portal_bot.portal.look.parse import parse
from portal_bot.portal.look.render import render

__all__ = ["Box", "Look", "Node", "parse", "render"]

"""The four portals on kits, each hard in its own way."""

from __future__ import annotations

from typing import ClassVar

from tests.kits.kit_site import KitPage, KitSite
from tests.sites.invented_office import Places


class DataTables(KitSite):
    """jQuery, DataTables, select2, jsTree: a tree whose groups are ticked by what is in them."""

    vendor = "datatables"
    seed = 11
    practices: ClassVar[Places] = {"Linden Family Medicine": ("North", "South"), "Linden Pediatrics": ("North", "Harbor")}


class ElementPlus(KitSite):
    """Element Plus: a list that holds only the rows in view."""

    vendor = "elementplus"
    seed = 12
    practices: ClassVar[Places] = {"Aspen Internal Medicine": ("Hill", "Lake"), "Aspen Children's Clinic": ("Lake", "Mill")}


class AntDesign(KitSite):
    """Ant Design: all comes late, and the record slides in over the list."""

    vendor = "antd"
    seed = 13
    late = 0.7
    practices: ClassVar[Places] = {"Alder Health Center": ("Main", "West"), "Alder Walk-In": ("East", "West")}


class Mui(KitSite):
    """MUI in three frames, one for the practice, one for the menu, one for all else."""

    vendor = "mui"
    seed = 14
    practices: ClassVar[Places] = {"Maple Grove Clinic": ("Front", "Annex"), "Maple Grove Pediatrics": ("Front", "Park")}


class Vuetify(KitPage):
    """Vuetify: a list and a record without a server behind them, for their looks alone."""

    vendor = "vuetify"


class Quasar(KitPage):
    """Quasar: the same."""

    vendor = "quasar"


ALL: tuple[type[KitSite], ...] = (DataTables, ElementPlus, AntDesign, Mui)

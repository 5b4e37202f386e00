"""Names of invented people. No name of a patient can come up among the staff."""

from __future__ import annotations

_FIRST = """
Abigail Adaeze Agnes Aisha Alejandro Alma Amara Anders Andrea Anjali Antoine Arjun Astrid Aurélie Beatriz Benedict
Bianca Björn Bridget Camille Carlos Carmen Cedric Celeste Chidi Chloé Claire Clara Connor Cora Cyrus Dafydd Daniela
Darius Deborah Deepak Desmond Diego Edith Eduardo Eleanor Elena Elias Elif Emeka Emil Emma Enrique Esther Ethan
Eugenia Fatima Felipe Fiona Francesca Frieda Gabriel Gemma Gideon Giulia Gloria Gustav Hana Hannah Harriet Hector
Helena Henrik Hiroshi Hugo Ian Imani Ingrid Irene Isaac Isabel Ivan Jada Jamal Jasper Javier Jia Johanna Jorge José
Josephine Julian June Kaito Karim Katarina Keiko Kenji Kwame Lakshmi Lars Laura Leila Lena Leonard Lillian Lourdes
Lucía Luis Lydia Maeve Magnus Maren Mariam Mateo Maya Mei Miguel Milena Mina Naomi Nadia Neil Niamh Nikolai Noelle
Olive Omar Oscar Paloma Pavel Petra Quentin Rafael Renée Rosa Ruth
"""

_LAST = """
Abernathy Acosta Adeyemi Almeida Andersen Arroyo Baptiste Barnett Bauer Beaumont Benítez Bergström Blackwood Bouchard
Brennan Callahan Campos Cardoso Carver Castellanos Chandra Chowdhury Cisneros Coleman Costa Crawford Dalton Dang
D'Angelo Delacroix Delgado Desai Donnelly Dubois Eastman Ekström Ellison Espinoza Estrada Fairbanks Farouk Ferreira
Fitzgerald Flores Fontaine Foster Fraser Friedman Fuentes Gallagher García-López Gagnon Garrison Gauthier Goldberg
Grant Guerrero Gupta Haddad Halvorsen Hansen Harrington Hayashi Hendricks Hernández Holloway Hussain Ibarra Iwasaki
Jankowski Jiménez Johansson Kapoor Kaufman Kavanagh Keller Kim Kowalski Kuznetsov Lachance Larsen Laurent Lombardi
Lowell MacAllister Maldonado Marchetti Marchand McCarthy McIntyre Mendoza Meyer Mishra Morales Moreau Morrison Müller
Nakamura Navarro Nguyen Nielsen Novak Núñez O'Connor O'Malley Okafor Okonkwo Olsen Ortega Osei Pacheco Park Patel
Pereira Petrov Pham Quinlan Ramírez Rasmussen Reinhardt Rinaldi Rivera Robles Romano Rosales Rousseau Saavedra Salazar
Sandoval Santiago Schneider Serrano Shah Sinclair Smith-Rowe Sørensen Solís Stein Sullivan Suzuki Takahashi Tanaka
Thornton Torres Tremblay Ueda Valdez Vargas Vasquez Villanueva Wagner Walsh Weber Whitaker Yamamoto Yilmaz Zamora
Zhang Zieliński
"""

FIRST = tuple(_FIRST.split())
LAST = tuple(_LAST.split())

CREDENTIALS = ("MD", "NP", "RN", "MA", "DO", "PA-C", "LPN", "RN")

PATIENTS = (
    "Barnaby Thistlewood", "Clementine Ashgrove", "Ignatius Quillfeather", "Philomena Dewberry", "Thaddeus Marrowby",
    "Wilhelmina Foxglove", "Ambrose Pennywhistle", "Cordelia Larkspur", "Erasmus Nettlefield", "Henrietta Buttercross",
    "Leopold Winterbourne", "Marigold Fennimore", "Octavius Plumtree", "Rosalind Hawksmoor", "Sebastian Mossgrave",
    "Tabitha Greengage", "Ulysses Farthingale", "Winifred Applegarth", "Zebedee Cloverdale", "Araminta Silverstream",
    "Bartholomew Kestrel", "Drusilla Honeysett", "Ferdinand Oakenshaw", "Guinevere Rushbrook", "Horatio Bramblewick",
    "Jemima Puddifoot", "Lysander Copperfield", "Millicent Starling", "Nathaniel Gorseland", "Ottoline Periwinkle",
    "Percival Tanglewood", "Seraphina Wildgoose", "Theodora Meadowsweet", "Valentine Ravenscroft", "Xanthe Hollybush",
    "Alistair Birdwhistle",
)  # fmt: skip

PRACTICES = ("Meadowlark Pediatrics", "Harbor Street Family Medicine", "Pinecrest Children's Clinic")


def practice_names(count: int) -> list[str]:
    """The named practices first, then as many numbered ones as are asked for."""
    return [PRACTICES[n] if n < len(PRACTICES) else f"Practice {n + 1:03d} Family Care" for n in range(count)]


def patient_names() -> tuple[str, ...]:
    """Every patient of every sandbox: a name in this list must never stand in a picture or a recording."""
    return PATIENTS

"""The film of a run (``--record``)."""
